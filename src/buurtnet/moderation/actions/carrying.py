"""Carrying out what was decided, when nobody can take it back any more. Called by the worker process."""

from uuid import UUID

from buurtnet.kit.db import Db, savepoint
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions.deciding import effect_match, effect_post
from buurtnet.moderation.actions.reporting import effect_report
from buurtnet.moderation.actions.undoing import settle, take_due

EFFECTS = {"post": effect_post, "match": effect_match, "report": effect_report}


async def carry_out(db: Db, decision_id: UUID) -> None:
    """Carries out a verdict that was not taken back, as the worker who gave it. Where it does not hold any more, because the item changed or the
    worker may not decide about it now, the item stands in its queue again."""
    due = await take_due(db, decision_id)
    if due is None:
        return
    viewer = Viewer(person_id=due.by, actor_id=due.by, roles=("facilitator",))
    try:
        async with savepoint(db):
            await EFFECTS[due.object_kind](db, viewer, due)
    except (Conflict, Forbidden, Invalid, NotFound):
        await settle(db, due.id, why="changed")
    else:
        await settle(db, due.id)
