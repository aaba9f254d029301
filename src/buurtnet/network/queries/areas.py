"""The figures of organisations' areas, as the areas were on the day of the snapshot."""

from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer
from buurtnet.network.schemas import Figure, Measure, Snapshot

AREA_FIGURES = """
with own as (
  select fa.neighbourhood_id as id, f.organisation_id from staff f join staff_area fa on fa.person_id = f.person_id
   where f.person_id = $1::uuid and f.role = 'facilitator'
), others as (
  select distinct p.neighbourhood_id as id from person p join own on own.id = p.neighbourhood_id and own.organisation_id <> p.organisation_id
   where p.state in ('active', 'paused')
     and not exists (
       select from partnership pa where pa.since <= current_date and (pa.until is null or pa.until > current_date)
          and (pa.organisation_id, pa.other_id) in ((own.organisation_id, p.organisation_id), (p.organisation_id, own.organisation_id)))
)
select a.number as area_id, lpad(a.number::text, 6, '0') as code, a.names,
       coalesce((select n.municipality_id from neighbourhood n where n.id = any(a.neighbourhoods) group by 1 order by count(*) desc, 1 limit 1), 0)
         as municipality_id,
       coalesce(m.mark, 'unpublished') as mark, case when s.kind = 'draft' or m.mark = 'shown' then m.value end as value,
       case when s.kind = 'draft' or m.mark = 'shown' then m.n end as n, case when s.kind = 'draft' or m.mark = 'shown' then m.low end as low,
       case when s.kind = 'draft' or m.mark = 'shown' then m.high end as high
  from snapshot_area a
       join snapshot s on s.id = a.snapshot_id
       left join network_measure m on m.snapshot_id = s.id and m.area_kind = 'area' and m.area_id = a.number and m.measure = $3 and m.window_months = $4::int
 where s.id = $2::uuid and lpad(a.number::text, 6, '0') > $6 collate "C"
   and ($5::int is null or exists (select from neighbourhood n where n.municipality_id = $5 and n.id = any(a.neighbourhoods)))
   and (s.kind = 'month' and s.published_at is not null
        or s.kind = 'draft' and a.neighbourhoods <@ array(select id from own except select id from others))
 order by a.number limit $7
"""
"""A draft's area is for a facilitator of all its neighbourhoods, where nobody takes part whose organisation is no partner of theirs."""


async def list_area_figures(
    db: Db, viewer: Viewer, snapshot: Snapshot | None, measure: Measure, window: int, *, municipality_id: int | None, after: str, limit: int
) -> list[Figure]:
    """The figures of the areas by number, as far as the viewer may see them; those of a month are of areas that decided to publish their map.

    `municipality_id` is the one that most of an area lies in, `code` its number.
    """
    identity = snapshot.id if snapshot else None
    return await fetch(db, Figure, AREA_FIGURES, viewer.person_id, identity, measure.value, window, municipality_id, after, limit)
