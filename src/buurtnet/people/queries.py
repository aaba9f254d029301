"""Who is signed in, who somebody is, which workers are responsible."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.people.schemas import Person

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
       case when s.kind = 'staff' and p.id is null
            then array(select f.role from staff f where f.person_id = worker.id order by f.role) end as roles,
       case when s.kind = 'staff' and p.id is null
            then array(select fa.neighbourhood_id from staff_area fa where fa.person_id = worker.id order by 1) end as areas,
       s.kind = 'staff' and exists (
         select from staff f where f.person_id = worker.id and f.secrecy_basis is not null) as secrecy,
       s.token_hash as session_hash,
       s.seen_at,
       case when s.kind = 'resident' or p.id is not null then coalesce(
         (select own.given_name from person own where own.id = coalesce(p.managed_by, worker.managed_by) and own.state = 'active'),
         (select near.given_name from staff f
            join staff_area fa on fa.person_id = f.person_id
            join person near on near.id = f.person_id and near.state = 'active'
           where f.role = 'facilitator' and f.organisation_id = coalesce(p.organisation_id, worker.organisation_id)
             and fa.neighbourhood_id = coalesce(p.neighbourhood_id, worker.neighbourhood_id)
           order by fa.backup, f.person_id limit 1)) end as worker_name
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
  p.neighbourhood_id, p.reach, p.slots, p.monthly_max, p.state, p.paused_until, p.posts_on_trial, p.managed_by, p.created_on, p.seen_on,
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
