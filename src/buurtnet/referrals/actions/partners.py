"""The directory of partners of an organisation."""

from datetime import date
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.referrals.queries import find_lists
from buurtnet.referrals.rules import check_partner
from buurtnet.referrals.schemas import NewPartner

ADD = """
insert into partner (id, organisation_id, name, about, phone, email, url, address, rights, checked_on) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
CHANGE = """
update partner set name = $3, about = $4, phone = $5, email = $6, url = $7, address = $8, rights = $9, checked_on = $10, ended_on = null
 where id = $1 and organisation_id = $2 returning id
"""
END = "update partner set ended_on = $3 where id = $1 and organisation_id = $2 and ended_on is null returning id"


async def add_partner(db: Db, viewer: Viewer, new: NewPartner, *, on: date) -> UUID:
    """The id of a new partner of the worker's organisation; Invalid where nobody could reach it."""
    await _check(db, new)
    partner_id = new_id()
    await db.execute(ADD, partner_id, viewer.organisation_id, *_values(new), on)
    await record_audit(db, viewer, "partner added", object_kind="partner", object_id=partner_id)
    return partner_id


async def change_partner(db: Db, viewer: Viewer, partner_id: UUID, new: NewPartner, *, on: date) -> None:
    """Writes down how the partner is reached now, looked at on that day; one that had ended is there again."""
    await _check(db, new)
    if await db.fetchval(CHANGE, partner_id, viewer.organisation_id, *_values(new), on) is None:
        raise NotFound
    await record_audit(db, viewer, "partner changed", object_kind="partner", object_id=partner_id)


async def end_partner(db: Db, viewer: Viewer, partner_id: UUID, *, on: date) -> None:
    """From now on nobody is referred there; referrals that name it keep its name."""
    if await db.fetchval(END, partner_id, viewer.organisation_id, on) is None:
        raise NotFound
    await record_audit(db, viewer, "partner ended", object_kind="partner", object_id=partner_id)


async def _check(db: Db, new: NewPartner) -> None:
    check_partner(new, [one.code for one in (await find_lists(db)).rights])


def _values(new: NewPartner) -> tuple[str | list[str] | None, ...]:
    return new.name, new.about, new.phone, new.email, new.url, new.address, sorted(set(new.rights))
