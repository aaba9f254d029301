-- The organisations' areas in a snapshot, each the ground of its neighbourhoods on that day. $1: the day; $2: the snapshot.
with ground as (
  select a.number as id, a.area_id::text as code, a.names, sum(n.area_m2) as area_m2, ST_Multi(ST_Union(n.outline)) as outline
    from snapshot_area a join neighbourhood_on($1::date) n on n.id = any(a.neighbourhoods)
   where a.snapshot_id = $2::uuid
   group by a.number, a.area_id, a.names
)
select id, code, names, area_m2,
       ST_AsBinary(ST_Transform(outline, 31370), 'NDR') as ground, ST_AsBinary(ST_Transform(outline, 4326), 'NDR') as globe
  from ground
 order by code collate "C"
