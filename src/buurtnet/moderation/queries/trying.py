"""What rules would do, tried on past posts: with their words for facilitators, in rounded numbers of people for coordinators."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import structs

from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import rules
from buurtnet.moderation.queries.past import list_organisation_texts, list_past_texts
from buurtnet.moderation.schemas import QueueFlag
from buurtnet.screening.queries import list_rules
from buurtnet.screening.rules.kinds import BEHAVIOURS
from buurtnet.screening.rules.trying import Sight, Trial, try_rules, veil
from buurtnet.screening.schemas import Rule, RuleCard
from buurtnet.web.language import _

EXAMPLES = 8
"""Past posts that are shown."""


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A past post with what the rules see in it."""

    pieces: list[tuple[str, str | None]]
    language: str
    state: str
    created_at: datetime
    anew: bool
    """Whether it waited for no other reason."""


class TrialView(msgspec.Struct, frozen=True, kw_only=True):
    """What rules would do. Facilitators read counts and examples, others only in how many people's posts, where that may be told."""

    read: int = 0
    seen: int = 0
    anew: int = 0
    refused: int = 0
    examples: list[Example] = []
    freed: list[Example] = []
    counts_only: bool = False
    people: int | None = None


async def view_trial(db: Db, viewer: Viewer, tried: Sequence[Rule]) -> TrialView:
    """The rules tried on past posts of the viewer's own neighbourhoods, or counted over the organisation."""
    others, but = await list_rules(db, viewer.organisation_id), tried[0].id if len(tried) == 1 else None
    if "facilitator" in viewer.roles:
        return _view(try_rules(await list_past_texts(db, viewer, but=but), tried, others))
    texts = await list_organisation_texts(db, viewer, but=but)
    trial = try_rules(texts, tried, others)
    people = {sight.text.author_id for sight in trial.seen or trial.freed}
    return TrialView(counts_only=True, people=veil(len(people), len({text.author_id for text in texts})))


async def view_trial_of(db: Db, viewer: Viewer, card: RuleCard) -> TrialView | None:
    """The same of a rule as it holds, or as it came where it rests; None for what people do, which no text shows."""
    if card.kind in BEHAVIOURS:
        return None
    return await view_trial(db, viewer, [card.as_rule() if card.on else structs.replace(card.as_rule(), leads_to=card.came_as)])


def _view(trial: Trial) -> TrialView:
    return TrialView(
        read=trial.read,
        seen=len(trial.seen),
        anew=trial.anew,
        refused=trial.refused,
        examples=[_example(sight) for sight in trial.seen[:EXAMPLES]],
        freed=[_example(sight) for sight in trial.freed[:EXAMPLES]],
    )


def _example(sight: Sight) -> Example:
    flags = [QueueFlag(kind="seen", leads_to="", starts=start, ends=end) for start, end in sight.places]
    return Example(
        pieces=rules.mark_flags(sight.text.text, flags),
        language=sight.text.language,
        state=_(rules.STATES[sight.text.state]),
        created_at=sight.text.created_at,
        anew=not sight.text.otherwise,
    )
