"""Asking for a draft, and deciding to show an area's map."""

from datetime import datetime, timedelta
from uuid import UUID

from buurtnet.kit import clock, outbox
from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.network.events import DraftAsked
from buurtnet.network.queries import shown
from buurtnet.people.actions.staff import publish_map

PART = 20
"""Drafts take at most one part in so many of a worker's time: on a small installation each help is followed by one, on a large one they wait."""

LONGEST = 30.0
"""Seconds; a draft that took longer is made at night alone: by day it would keep all other events waiting, which are given 50 in all."""


class DecisionMissing(Invalid):
    """Nothing is published without a word on how it was decided."""

    text = N_("Please write who decided this, and when.")


async def ask_draft(db: Db, *, at: datetime) -> None:
    """Sees to it that a draft is made that knows of everything until now: at once, as soon as the worker's time allows, or at night."""
    last = await shown.find_draft(db)
    if last and last.seconds > LONGEST:
        return
    due = last.made_at + timedelta(seconds=PART * last.seconds) if last else at
    await outbox.record(db, DraftAsked(at), due_at=due if due > at else None)


async def publish_area(db: Db, viewer: Viewer, area_id: UUID, decided_how: str) -> None:
    """Records that residents and workers of an area decided to show its map to everybody; the next frozen month has it.

    NotFound for an area of another organisation, DecisionMissing without words on how it was decided.
    """
    how = " ".join(decided_how.split())
    if not 3 <= len(how) <= 600:
        raise DecisionMissing({"decided_how": DecisionMissing.text})
    if "coordinator" not in viewer.roles:
        raise NotFound
    await shown.get_area(db, viewer, area_id)
    await publish_map(db, area_id, on=clock.now().date(), decided_how=how)
    await record_audit(db, viewer, "map published", object_kind="area", object_id=area_id)
