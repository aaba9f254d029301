-- The municipalities whose map can be opened, each with the number of its neighbourhoods in the snapshot $1 and its edges in WGS84.
select m.id, m.code, m.names,
       (select count(distinct f.area_id) from network_measure f join neighbourhood n on n.id = f.area_id and n.municipality_id = m.id
         where f.snapshot_id = $1 and f.area_kind = 'neighbourhood' and f.mark = 'shown')::int as shown,
       ST_XMin(edge) as west, ST_YMin(edge) as south, ST_XMax(edge) as east, ST_YMax(edge) as north
  from municipality m
       cross join lateral (select ST_Transform(ST_Envelope(m.outline), 4326) as edge) e
 where exists (select from neighbourhood n where n.municipality_id = m.id and n.valid_to is null)
 order by m.code
