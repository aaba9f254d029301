"""The pages of moderation: what anybody may say (saying), the queues of the desk (posts, matches, reports), what to do (tasks), and what was
said there instead of typed (listening)."""

from litestar import Router

from buurtnet.moderation.pages import listening, matches, posts, reports, saying, tasks

router = Router(
    path="/",
    route_handlers=[*saying.HANDLERS, *posts.HANDLERS, *matches.HANDLERS, *reports.HANDLERS, *tasks.HANDLERS, *listening.HANDLERS],
)
