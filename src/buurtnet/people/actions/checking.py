"""That an organisation checked a helper for work with minors: the date, and nothing else."""

from datetime import date
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import NoSecrecy, find_resident
from buurtnet.people.events import PersonChanged
from buurtnet.people.rules import check_day
from buurtnet.people.schemas import Person

NOTE = """
insert into helper_check (person_id, kind, checked_on, checked_by) values ($1, 'minors', $2, $3)
on conflict (person_id, kind) do update set checked_on = excluded.checked_on, checked_by = excluded.checked_by
"""
TAKE_BACK = "delete from helper_check where person_id = $1 and kind = 'minors' returning person_id"


async def note_check(db: Db, viewer: Viewer, person_id: UUID, on: date, *, today: date) -> None:
    """Notes the day on which the extract for work with minors was seen; from now on the person can be asked where that is needed."""
    person = await _find_adult(db, viewer, person_id)
    await db.execute(NOTE, person.id, check_day(on, today), viewer.person_id)
    await _tell(db, viewer, person.id, "helper checked")


async def take_back_check(db: Db, viewer: Viewer, person_id: UUID) -> None:
    """Forgets that day; NotFound where there is none."""
    person = await _find_adult(db, viewer, person_id)
    if await db.fetchval(TAKE_BACK, person.id) is None:
        raise NotFound
    await _tell(db, viewer, person.id, "helper check taken back")


async def _find_adult(db: Db, viewer: Viewer, person_id: UUID) -> Person:
    person = await find_resident(db, viewer, person_id)
    if not viewer.secrecy:
        raise NoSecrecy
    if not person.adult:
        raise Invalid({"checked_on": N_("Only somebody of 18 or older helps with minors.")})
    return person


async def _tell(db: Db, viewer: Viewer, person_id: UUID, what: str) -> None:
    await record_audit(db, viewer, what, subject=person_id, object_kind="person", object_id=person_id)
    await record(db, PersonChanged(person_id))
