"""Partnerships: two organisations in one place stay apart unless both agree; people still say for themselves whether they want it."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.viewer import Viewer, require_confirmed
from buurtnet.people.queries.staff import list_partners

PROPOSE_AGAIN = """
update partnership set organisation_id = $1, other_id = $2, proposed_on = current_date, since = null, until = null
 where (organisation_id, other_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid)) and until <= current_date returning true
"""
PROPOSE = "insert into partnership (organisation_id, other_id) values ($1, $2) on conflict do nothing returning true"
AGREE = """
update partnership set since = current_date
 where organisation_id = $2 and other_id = $1 and since is null and until is null returning true
"""
END = """
update partnership set until = current_date
 where (organisation_id, other_id) in (($1::uuid, $2::uuid), ($2::uuid, $1::uuid)) and (until is null or until > current_date) returning true
"""


async def _find_other(db: Db, viewer: Viewer, other_id: UUID, at: datetime) -> UUID:
    """The viewer's organisation, where the other one is one of those it can work with; NotFound, ConfirmFirst."""
    if not viewer.staff or "coordinator" not in viewer.roles or viewer.organisation_id is None:
        raise NotFound
    if other_id not in {one.id for one in await list_partners(db, viewer)}:
        raise NotFound
    require_confirmed(viewer, at)
    return viewer.organisation_id


async def propose_partnership(db: Db, viewer: Viewer, other_id: UUID, *, at: datetime) -> None:
    """Asks another organisation of the place to work together; where that one asked already, this is the answer yes. Conflict where it stands."""
    own_id = await _find_other(db, viewer, other_id, at)
    if await db.fetchval(AGREE, own_id, other_id):
        await _note(db, viewer, "partnership agreed", other_id)
        return
    asked = await db.fetchval(PROPOSE_AGAIN, own_id, other_id)
    standing = any(one.id == other_id and one.proposed_here is not None and not one.ended for one in await list_partners(db, viewer))
    if not asked and (standing or not await db.fetchval(PROPOSE, own_id, other_id)):
        raise Conflict
    await _note(db, viewer, "partnership proposed", other_id)


async def end_partnership(db: Db, viewer: Viewer, other_id: UUID, *, at: datetime) -> None:
    """Ends a partnership from this moment, or takes a proposal back, or says no to one; Conflict where there is none."""
    own_id = await _find_other(db, viewer, other_id, at)
    if not await db.fetchval(END, own_id, other_id):
        raise Conflict
    await _note(db, viewer, "partnership ended", other_id)


async def _note(db: Db, viewer: Viewer, what: str, other_id: UUID) -> None:
    await record_audit(db, viewer, what, object_kind="organisation", object_id=other_id)
