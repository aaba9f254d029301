-- The municipalities whose map can be opened as they were on the day $2, each with the number of its neighbourhoods of which the snapshot $1 tells
-- how many are active, and its edges in WGS84. Without a snapshot: today's.
with hood as (
  select n.municipality_id, count(f.area_id)::int as shown
    from neighbourhood_on(coalesce($2::date, current_date)) n
         left join network_measure f on f.snapshot_id = $1::uuid and f.area_kind = 'neighbourhood' and f.area_id = n.id and f.window_months = 12
                                    and f.measure = 'active' and f.mark = 'shown'
   group by 1
)
select m.id, m.code, m.names, hood.shown, ST_XMin(edge) as west, ST_YMin(edge) as south, ST_XMax(edge) as east, ST_YMax(edge) as north
  from municipality_on(coalesce($2::date, current_date)) m
       join hood on hood.municipality_id = m.id
       cross join lateral (select ST_Transform(ST_SetSRID(m.outline::box2d::geometry, 3035), 4326) as edge) e
 order by m.code
