"""Who is signed in, who somebody is, which workers are responsible."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.people.schemas import Block, Candidate, Card, Person, PersonCard, SignInCode

MAY_ACT = """exists (
  select from staff f join staff_area fa on fa.person_id = f.person_id and fa.neighbourhood_id = p.neighbourhood_id
   where f.person_id = worker.id and f.role = 'facilitator' and f.organisation_id = p.organisation_id)"""
OPEN_SESSION = f"""
select set_config('app.viewer', coalesce(p.id, worker.id)::text, true) as set_viewer,
       coalesce(p.id, worker.id) as person_id,
       worker.id as actor_id,
       coalesce(p.given_name, worker.given_name) as name,
       coalesce(p.state, worker.state) as state,
       coalesce(p.organisation_id, worker.organisation_id) as organisation_id,
       coalesce(p.neighbourhood_id, worker.neighbourhood_id) as neighbourhood_id,
       worker.language,
       worker.discreet,
       s.kind = 'resident' and s.expires_at - s.created_at > interval '1 day' as lasting,
       case when s.kind = 'staff' and p.id is null
            then array(select f.role from staff f where f.person_id = worker.id order by f.role) end as roles,
       case when s.kind = 'staff' and p.id is null
            then array(select fa.neighbourhood_id from staff_area fa where fa.person_id = worker.id order by 1) end as areas,
       s.kind = 'staff' and exists (
         select from staff f where f.person_id = worker.id and f.secrecy_basis is not null) as secrecy,
       s.token_hash as session_hash,
       s.confirmed_at,
       s.seen_at,
       case when s.kind = 'resident' or p.id is not null then coalesce(
         (select own.given_name from person own where own.id = coalesce(p.managed_by, worker.managed_by) and own.state = 'active'),
         (select near.given_name from staff f
            join staff_area fa on fa.person_id = f.person_id
            join person near on near.id = f.person_id and near.state = 'active'
           where f.role = 'facilitator' and f.organisation_id = coalesce(p.organisation_id, worker.organisation_id)
             and fa.neighbourhood_id = coalesce(p.neighbourhood_id, worker.neighbourhood_id)
           order by fa.backup, f.person_id limit 1)) end as worker_name,
       case when s.kind = 'resident' or p.id is not null then
         (select o.phone from organisation o where o.id = coalesce(p.organisation_id, worker.organisation_id)) end as worker_phone
  from session s
  join person worker on worker.id = s.person_id and worker.state in ('active', 'paused')
  left join person p on s.kind = 'staff' and p.id = s.acting_for and p.state <> 'erased' and {MAY_ACT}
 where s.token_hash = $1
   and s.expires_at > now()
   and (s.kind = 'resident' or s.seen_at > now() - interval '1 hour'
        and exists (select from staff f where f.person_id = worker.id))
"""
"""The session of a token's hash: Viewer's fields and `seen_at`. It sets `app.viewer` for the transaction, to the person acted for where a
worker still may act for them; roles and areas are those of this moment."""

PERSON_COLUMNS = """p.id, p.organisation_id, p.given_name, p.picture, p.adult, p.discreet, p.mediated, p.language, p.languages,
  p.neighbourhood_id, p.reach, p.slots, p.monthly_max, p.state, p.paused_until, p.posts_on_trial, p.limited_until, p.managed_by, p.created_on, p.seen_on,
  p.looks_in_person,
  p.pin_hash is not null as has_pin"""
PERSON = f"select {PERSON_COLUMNS} from person p where p.id = $1"
FACILITATORS = """
select f.person_id from staff f
  join staff_area fa on fa.person_id = f.person_id
  join person p on p.id = f.person_id and p.state = 'active'
 where f.role = 'facilitator' and f.organisation_id = $1 and fa.neighbourhood_id = $2
 order by fa.backup, f.person_id
"""


async def get_person(db: Db, person_id: UUID) -> Person:
    """The person, whoever asks: for actions that already know that they may; NotFound where there is none."""
    person = await fetch_one(db, Person, PERSON, person_id)
    if person is None:
        raise NotFound
    return person


async def find_facilitators(db: Db, organisation_id: UUID, neighbourhood_id: int) -> list[UUID]:
    """The organisation's facilitators of the neighbourhood, those responsible before those who stand in."""
    return [row["person_id"] for row in await db.fetch(FACILITATORS, organisation_id, neighbourhood_id)]


CODE = """
select id, lookup, channel, sealed, purpose, person_id, tries, expires_at, used_at from sign_in_code
 where browser_hash = $1 and finished_at is null order by id desc limit 1
"""


async def find_code(db: Db, browser_hash: bytes) -> SignInCode | None:
    """The code that was asked in the browser, used or not, or None."""
    return await fetch_one(db, SignInCode, CODE, browser_hash)


CANDIDATES = """
select p.id, p.picture, p.pin_hash is not null as has_pin, p.state
  from sign_in_name n join person p on p.id = n.person_id
 where n.lookup = $1 and p.state <> 'erased' and not exists (select from staff f where f.person_id = p.id)
 order by p.picture, p.id
"""


async def find_candidates(db: Db, lookup: bytes) -> list[Candidate]:
    """The residents who sign in with an address; workers are not among them, they have an entrance of their own."""
    return await fetch(db, Candidate, CANDIDATES, lookup)


SHARES = """
select exists (
  select from sign_in_name mine join person p on p.id = mine.person_id
   where p.id = $1 and p.pin_hash is null
     and (p.discreet or exists (select from sign_in_name n where n.lookup = mine.lookup and n.person_id <> mine.person_id))
)
"""


async def lets_others_in(db: Db, person_id: UUID) -> bool:
    """Whether somebody who has the person's phone or number comes in as them: others use it, and they have no four pictures."""
    return bool(await db.fetchval(SHARES, person_id))


SERVING = """
select a.organisation_id from area a
 where $1::int = any(a.neighbourhoods)
 order by a.organisation_id = $2::uuid desc nulls last, a.id limit 1
"""


async def find_organisation(db: Db, neighbourhood_id: int, wished: UUID | None = None) -> UUID | None:
    """The wished organisation if it serves the neighbourhood, else the first that does, else None."""
    return await db.fetchval(SERVING, neighbourhood_id, wished)


RESPONSIBLE = """exists (
  select from staff f join staff_area fa on fa.person_id = f.person_id
   where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = p.organisation_id
     and fa.neighbourhood_id = p.neighbourhood_id)"""
VISIBLE = f"(p.state <> 'erased' and (p.id = $1::uuid or {RESPONSIBLE}))"
VISIBLE_PERSON = f"select {PERSON_COLUMNS} from person p where {VISIBLE} and p.id = $2"


async def find_person(db: Db, viewer: Viewer, person_id: UUID) -> Person:
    """The person, for themselves and for the facilitators of their area and organisation; NotFound for everybody else."""
    person = await fetch_one(db, Person, VISIBLE_PERSON, viewer.person_id, person_id)
    if person is None:
        raise NotFound
    return person


PEOPLE = f"""
select p.id, p.given_name, p.neighbourhood_id, p.languages, p.state, p.managed_by = $1::uuid is true as managed, p.discreet, p.mediated
  from person p
 where {RESPONSIBLE} and p.state <> 'erased' and not exists (select from staff own where own.person_id = p.id)
   and ($2::text is null or p.given_name ilike $2 escape '!')
   and ($3::text is null or (lower(p.given_name), p.id) > (lower($3), $4::uuid))
 order by lower(p.given_name), p.id limit $5
"""


async def list_people(
    db: Db, viewer: Viewer, *, search: str = "", after: tuple[str, UUID] | None = None, size: int = 100
) -> list[PersonCard]:
    """The residents of the facilitator's areas by name, one more than `size`; with `search` those whose name begins so."""
    pattern = None
    if search:
        pattern = "".join(f"!{sign}" if sign in "!%_" else sign for sign in search[:60]) + "%"
    name, identity = after or (None, None)
    return await fetch(db, PersonCard, PEOPLE, viewer.person_id, pattern, name, identity, size + 1)


CARDS = f"""
select c.id, c.activated_at, c.revoked_at from card c join person p on p.id = c.person_id
 where {VISIBLE} and c.person_id = $2 order by c.activated_at desc
"""


async def list_cards(db: Db, viewer: Viewer, person_id: UUID) -> list[Card]:
    """The cards somebody was given, newest first."""
    return await fetch(db, Card, CARDS, viewer.person_id, person_id)


CHECK = f"""
select c.checked_on from helper_check c join person p on p.id = c.person_id where {VISIBLE} and c.person_id = $2 and c.kind = 'minors'
"""


async def find_check(db: Db, viewer: Viewer, person_id: UUID) -> date | None:
    """The day on which an organisation checked the person for help with minors, or None."""
    return await db.fetchval(CHECK, viewer.person_id, person_id)


LAST_PLACE = """
select p.neighbourhood_id from person p where p.managed_by = $1 and p.neighbourhood_id = any($2::int[]) order by p.id desc limit 1
"""


async def find_last_place(db: Db, viewer: Viewer) -> int | None:
    """The neighbourhood of whom the worker registered last, among those where they work."""
    return await db.fetchval(LAST_PLACE, viewer.person_id, list(viewer.areas))


BLOCKS = f"""
select b.id, b.person_id, b."by", b.second_by, b.reason, b.code, b.told, b.asked_at, b.until from block b join person p on p.id = b.person_id
 where {RESPONSIBLE} and b.person_id = $2 and b.ended_at is null order by b.asked_at desc
"""


async def list_blocks(db: Db, viewer: Viewer, person_id: UUID) -> list[Block]:
    """The blocks of a person that stand or wait for a second worker."""
    return await fetch(db, Block, BLOCKS, viewer.person_id, person_id)


WISHES = "select count(*) from keep_away_wish where person_id = $1"


async def count_wishes(db: Db, viewer: Viewer) -> int:
    """How many numbers and addresses may never find the viewer; which ones, nobody can read."""
    return await db.fetchval(WISHES, viewer.person_id) or 0


PLACES = "select id, names from neighbourhood where id = any($1::int[])"


async def list_places(db: Db, neighbourhoods: Sequence[int], language: str) -> dict[int, str]:
    """The names of the neighbourhoods in the language, by id."""
    return {row["id"]: name_in(row["names"], language) for row in await db.fetch(PLACES, list(neighbourhoods))}


PHONE = "select phone from organisation where id = $1"


async def find_phone(db: Db, viewer: Viewer) -> str | None:
    """The telephone number of the viewer's organisation, for printed cards."""
    return await db.fetchval(PHONE, viewer.organisation_id)


ORGANISATIONS = """
select o.id from organisation o
 where o.id::text = lower($1) or exists (select from jsonb_each_text(o.names) n where lower(n.value) = lower($1)) order by o.id
"""


async def find_organisations(db: Db, named: str) -> list[UUID]:
    """The organisations of that id, or of that name in any language."""
    return [row["id"] for row in await db.fetch(ORGANISATIONS, named.strip())]
