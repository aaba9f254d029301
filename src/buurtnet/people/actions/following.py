"""What follows when a newer map takes neighbourhoods away: people move along and are asked, workers and areas serve what became of them."""

from datetime import datetime
from uuid import UUID

from buurtnet.geography.queries import list_heirs, list_moves
from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, SignInFirst
from buurtnet.kit.outbox import record_all
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.wishes import SETTLE, change_person
from buurtnet.people.events import PlaceAsked
from buurtnet.people.queries.places import find_place_question
from buurtnet.people.schemas import PersonChange

LEAD_ON = """
update place_question q set choices = array(
  select distinct coalesce(c.successor_id, choice) from unnest(q.choices) choice
    left join neighbourhood_change c on c.change_id = $1 and c.neighbourhood_id = choice)
 where q.choices && array(select neighbourhood_id from neighbourhood_change where change_id = $1)
"""
ASK = """
insert into place_question (person_id, was_id, choices, asked_on)
select p.id, p.neighbourhood_id, c.choices, $2
  from person p
       join (select c.neighbourhood_id, array_agg(c.successor_id order by c.position) as choices
               from neighbourhood_change c join neighbourhood n on n.id = c.successor_id and n.inhabited and n.valid_to is null
              where c.change_id = $1 and c.asked group by c.neighbourhood_id) c on c.neighbourhood_id = p.neighbourhood_id
 where p.state <> 'erased'
on conflict (person_id) do update set
  choices = array(select distinct unnest(place_question.choices || excluded.choices)), asked_on = excluded.asked_on
returning person_id, cardinality(choices) > 1 as doubtful
"""
MOVE_PEOPLE = """
update person set neighbourhood_id = m.now from unnest($1::int[], $2::int[]) m (was, now) where person.neighbourhood_id = m.was
"""
MOVE_FLYERS = """
update flyer set neighbourhood_id = m.now from unnest($1::int[], $2::int[]) m (was, now) where flyer.neighbourhood_id = m.was
"""
SERVE_HEIRS = """
with wanted as (
  select a.person_id, h.heir, bool_and(a.backup) as backup
    from staff_area a join unnest($2::int[], $3::int[]) h (was, heir) on h.was = a.neighbourhood_id group by a.person_id, h.heir
), over as (
  delete from staff_area a
   where a.neighbourhood_id = any($1::int[])
     and not exists (select from wanted w where w.person_id = a.person_id and w.heir = a.neighbourhood_id)
)
insert into staff_area (person_id, neighbourhood_id, backup) select person_id, heir, backup from wanted
on conflict (person_id, neighbourhood_id) do update set backup = staff_area.backup and excluded.backup
"""
SPREAD_AREAS = """
update area set neighbourhoods = array(
  select place from unnest(area.neighbourhoods) place where place <> all($1::int[])
  union
  select h.heir from unnest(area.neighbourhoods) place join unnest($2::int[], $3::int[]) h (was, heir) on h.was = place
  order by 1)
 where area.neighbourhoods && ($1::int[] || $2::int[])
"""


async def follow_boundaries(db: Db, change_id: UUID) -> None:
    """Moves people to where most of their neighbourhood's ground is now and asks them; workers and areas serve all that is mostly made of it.

    Who has one place to be in is asked on the start page alone. Where several are possible, `PlaceAsked` tells it.
    """
    was, moved = await list_moves(db, change_id)
    of, heirs = await list_heirs(db, change_id)
    await db.execute(LEAD_ON, change_id)
    asked = await db.fetch(ASK, change_id, now().date())
    await db.execute(MOVE_PEOPLE, was, moved)
    await db.execute(MOVE_FLYERS, was, moved)
    await db.execute(SERVE_HEIRS, was, of, heirs)
    await db.execute(SPREAD_AREAS, was, of, heirs)
    await record_all(db, [PlaceAsked(row["person_id"]) for row in asked if row["doubtful"]])


async def answer_place(db: Db, viewer: Viewer, neighbourhood_id: int, *, at: datetime) -> None:
    """Where the viewer lives since the borders changed: as we thought, or in another of the places they were asked about. Nothing where they are
    not asked any more; Invalid for a place that was not among the choices."""
    if viewer.person_id is None:
        raise SignInFirst
    question = await find_place_question(db, viewer.person_id)
    if question is None:
        return
    if neighbourhood_id not in {choice.id for choice in question.choices}:
        raise Invalid({"neighbourhood_id": N_("Choose a neighbourhood from the list.")})
    if neighbourhood_id != question.now_id:
        await change_person(db, viewer, PersonChange(neighbourhood_id=neighbourhood_id), at=at)
        return
    await db.execute(SETTLE, viewer.person_id)
    if viewer.actor_id != viewer.person_id:
        await record_audit(db, viewer, "place_confirmed", subject=viewer.person_id)
