"""Whom the newer map leaves in doubt."""

from uuid import UUID

from buurtnet.kit.db import Db, fetch_one
from buurtnet.people.schemas import PlaceQuestion

QUESTION = """
select p.neighbourhood_id as now_id, coalesce(e.names, w.names) as was,
       (select coalesce(jsonb_agg(jsonb_build_object('id', n.id, 'names', n.names) order by n.id <> p.neighbourhood_id, n.code), '[]')
          from neighbourhood n where n.id = any(q.choices) and n.valid_to is null) as choices
  from place_question q
       join person p on p.id = q.person_id
       join neighbourhood w on w.id = q.was_id
       left join neighbourhood_on(q.asked_on - 1) e on e.id = q.was_id
 where q.person_id = $1 and p.neighbourhood_id is not null
"""


async def find_place_question(db: Db, person_id: UUID) -> PlaceQuestion | None:
    """Where the person may live since the borders changed, first where we think they do; None where they are not asked."""
    return await fetch_one(db, PlaceQuestion, QUESTION, person_id)
