"""The pages of moderation: what anybody may say (saying), the queues of the desk (posts, matches, reports), verdicts on what
stands in them (deciding), decisions about people (persons), what they do not agree with (appeals), somebody else for a match (reviewing),
holding it and taking back (holding), what to do (tasks), what texts are looked at for (rules, alarms), and what was said there instead of
typed (listening)."""

from litestar import Router

from buurtnet.moderation.pages import (
    alarms,
    appeals,
    bulk,
    deciding,
    holding,
    listening,
    matches,
    persons,
    posts,
    reports,
    reviewing,
    rules,
    saying,
    tasks,
)

router = Router(
    path="/",
    route_handlers=[
        *saying.HANDLERS,
        *posts.HANDLERS,
        *matches.HANDLERS,
        *reports.HANDLERS,
        *reviewing.HANDLERS,
        *deciding.HANDLERS,
        *persons.HANDLERS,
        *appeals.HANDLERS,
        *bulk.HANDLERS,
        *holding.HANDLERS,
        *rules.HANDLERS,
        *alarms.HANDLERS,
        *tasks.HANDLERS,
        *listening.HANDLERS,
    ],
)
