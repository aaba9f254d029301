"""Who works where: a coordinator's colleagues, what a worker signs in with, organisations that work together."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Role, Viewer
from buurtnet.people.rules.staff import mark_of
from buurtnet.people.schemas import Names


class Passkey(msgspec.Struct, frozen=True, kw_only=True):
    """A device with which a worker signs in."""

    id: UUID
    label: str | None
    added_at: datetime
    used_at: datetime | None


PASSKEYS = "select id, label, added_at, used_at from credential where person_id = $1 and kind = 'passkey' order by added_at, id"


async def list_passkeys(db: Db, viewer: Viewer) -> list[Passkey]:
    """The devices with which the viewer signs in."""
    return await fetch(db, Passkey, PASSKEYS, viewer.person_id)


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """A worker of an organisation, as its coordinator sees them."""

    id: UUID
    given_name: str
    roles: list[Role]
    secrecy_basis: str | None
    own: list[int]
    backup: list[int]
    invited: bool
    """Whether they were invited and have not begun."""
    manages: bool
    """Whether they look after somebody's account; whose and how many, a coordinator does not see."""

    @property
    def mark(self) -> str:
        """What a form carries to say how the worker stood when it was shown."""
        return mark_of(self.roles, self.own, self.backup, self.secrecy_basis)


COORDINATED = """exists (
  select from staff c where c.person_id = $1::uuid and c.role = 'coordinator' and c.organisation_id = f.organisation_id)"""
"""The workers `f` of an organisation that the viewer coordinates."""
COLLEAGUES = f"""
select p.id, p.given_name, array_agg(f.role order by f.role) as roles, max(f.secrecy_basis) as secrecy_basis,
       array(select a.neighbourhood_id from staff_area a where a.person_id = p.id and not a.backup order by 1) as own,
       array(select a.neighbourhood_id from staff_area a where a.person_id = p.id and a.backup order by 1) as backup,
       coalesce(bool_or(t.invited_at is not null and t.begun_at is null), false) as invited,
       exists (select from person r where r.managed_by = p.id and r.state <> 'erased') as manages
  from staff f join person p on p.id = f.person_id and p.state <> 'erased' left join tenure t on t.person_id = p.id
 where {COORDINATED} and ($2::uuid is null or p.id = $2)
 group by p.id, p.given_name order by lower(p.given_name), p.id
"""


async def list_colleagues(db: Db, viewer: Viewer) -> list[Colleague]:
    """The workers of the coordinator's organisation by name, the coordinator too."""
    return await fetch(db, Colleague, COLLEAGUES, viewer.person_id, None)


async def find_colleague(db: Db, viewer: Viewer, person_id: UUID) -> Colleague:
    """One of them; NotFound for anybody else."""
    colleague = await fetch_one(db, Colleague, COLLEAGUES, viewer.person_id, person_id)
    if colleague is None:
        raise NotFound
    return colleague


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A neighbourhood that an organisation serves, and whether one of its workers is responsible there."""

    id: int
    names: Names
    covered: bool


SERVED = """
select n.id, n.names, exists (
         select from staff f join staff_area a on a.person_id = f.person_id and a.neighbourhood_id = n.id and not a.backup
           join person w on w.id = f.person_id and w.state = 'active'
          where f.organisation_id = $1 and f.role = 'facilitator') as covered
  from neighbourhood n
 where n.valid_to is null and exists (select from area r where r.organisation_id = $1::uuid and n.id = any(r.neighbourhoods))
 order by n.names->>'nl', n.id
"""


async def list_served(db: Db, viewer: Viewer) -> list[Served]:
    """The neighbourhoods that the viewer's organisation serves, and whether one of its workers is responsible there."""
    return await fetch(db, Served, SERVED, viewer.organisation_id)


class Successor(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can take over from a colleague."""

    id: UUID
    given_name: str


SUCCESSORS = f"""
select p.id, p.given_name from staff f join person p on p.id = f.person_id and p.state = 'active' left join tenure t on t.person_id = p.id
 where {COORDINATED} and f.role = 'facilitator' and f.secrecy_basis is not null and p.id <> $2 and (t.invited_at is null or t.begun_at is not null)
 order by lower(p.given_name), p.id
"""


async def list_successors(db: Db, viewer: Viewer, person_id: UUID) -> list[Successor]:
    """Who can take over from a colleague: facilitators with a basis for secrecy who have begun."""
    return await fetch(db, Successor, SUCCESSORS, viewer.person_id, person_id)


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """Another organisation, and how it stands with a partnership."""

    id: UUID
    names: Names
    proposed_here: bool | None
    proposed_on: date | None
    since: date | None
    ended: bool | None


PARTNERS = """
select o.id, o.names, p.organisation_id = $1 as proposed_here, p.proposed_on, p.since,
       p.until is not null and p.until <= current_date as ended
  from organisation o
  left join partnership p on (p.organisation_id, p.other_id) in (($1, o.id), (o.id, $1))
 where o.id <> $1 and (p.organisation_id is not null or exists (
   select from area mine join area theirs on mine.neighbourhoods && theirs.neighbourhoods
    where mine.organisation_id = $1 and theirs.organisation_id = o.id))
 order by o.names::text, o.id
"""


async def list_partners(db: Db, viewer: Viewer) -> list[Partner]:
    """Organisations that serve a neighbourhood of the viewer's organisation too, or with which there is or was a partnership."""
    return await fetch(db, Partner, PARTNERS, viewer.organisation_id)


PROPOSALS = "select count(*) from partnership where other_id = $1 and since is null and until is null"


async def count_proposals(db: Db, viewer: Viewer) -> int:
    """How many organisations wait for the answer of the viewer's."""
    return await db.fetchval(PROPOSALS, viewer.organisation_id) or 0


def name_served(served: list[Served], language: str) -> list[tuple[int, str]]:
    """The neighbourhoods as choices of a form."""
    return sorted(((one.id, name_in(one.names, language)) for one in served), key=lambda pair: pair[1].casefold())
