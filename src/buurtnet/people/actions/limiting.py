"""Looking first: for a time all that somebody asks or offers, and each of their matches, goes to a worker. The decision with its reason stands in
moderation."""

from datetime import date
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.events import PersonChanged
from buurtnet.people.rules import check_limit

LIMIT = "update person set limited_until = $2 where id = $1 and limited_until is null and state in ('active', 'paused') returning id"
END_LIMIT = "update person set limited_until = null where id = $1 and limited_until is not null returning id"
LIMITS_OVER = "update person set limited_until = null where limited_until < $1 returning id"


class LimitStands(Conflict):
    """A limit stands already, or the person cannot take part anyway."""

    text = N_("A worker looks at all this person does already.")


async def limit_person(db: Db, viewer: Viewer, person_id: UUID, *, until: date, on: date) -> None:
    """From now on a worker looks first, through that day; LimitStands where one does already."""
    await find_resident(db, viewer, person_id)
    check_limit(until, on)
    if await db.fetchval(LIMIT, person_id, until) is None:
        raise LimitStands
    await record_audit(db, viewer, "limited", subject=person_id, object_kind="person", object_id=person_id)
    await record(db, PersonChanged(person_id))


async def end_limit(db: Db, viewer: Viewer, person_id: UUID) -> None:
    """Takes the limit back; Conflict where there is none."""
    await find_resident(db, viewer, person_id)
    if await db.fetchval(END_LIMIT, person_id) is None:
        raise Conflict
    await record_audit(db, viewer, "limit ended", subject=person_id, object_kind="person", object_id=person_id)
    await record(db, PersonChanged(person_id))


async def end_limits(db: Db, on: date) -> int:
    """Ends the limits whose last day is over; returns how many."""
    rows = await db.fetch(LIMITS_OVER, on)
    for row in rows:
        await record(db, PersonChanged(row["id"]))
    return len(rows)
