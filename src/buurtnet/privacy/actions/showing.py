"""Showing somebody, face to face, who looked at their data."""

from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import NoSecrecy, check_reason, find_resident
from buurtnet.people.schemas import Person
from buurtnet.privacy.queries.looks import Look, list_looks


async def show_looks_in_person(db: Db, viewer: Viewer, person_id: UUID, reason: str = "") -> tuple[Person, list[Look]]:
    """The person and who looked, for a facilitator of their area with a basis for secrecy; the reason is written down, except for one's own people."""
    person = await find_resident(db, viewer, person_id)
    if not viewer.secrecy:
        raise NoSecrecy
    check_reason(reason, person, viewer)
    looks = await list_looks(db, person_id)
    await record_audit(db, viewer, "looks shown", subject=person_id, reason=reason or None)
    return person, looks
