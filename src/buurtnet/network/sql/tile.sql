-- One vector tile: the layer `neighbourhoods` (outlines, with the figures of a published snapshot) and the layer `names` (where a name may
-- stand). $1, $2, $3: zoom, column, row; $4: the snapshot, null for none; $5: months of the window.
with edge as (
  select ST_TileEnvelope($1::int, $2::int, $3::int) as web,
         ST_Transform(ST_Segmentize(ST_TileEnvelope($1::int, $2::int, $3::int, margin => 0.02), 5e6 / 2 ^ $1::int), 3035) as metric
), here as (
  select n.id, n.code, n.names, n.municipality_id, n.inhabited, n.point, n.outline, n.sketch
    from neighbourhood n, edge
   where n.outline && edge.metric and n.valid_to is null
), told as (
  select h.id, jsonb_build_object('code', h.code, 'town', h.municipality_id, 'name', coalesce(h.names->>'nl', h.names->>'fr', h.code))
         || case when h.names->>'fr' <> h.names->>'nl' then jsonb_build_object('name_fr', h.names->>'fr') else '{}' end
         || coalesce(f.figures, jsonb_build_object('mark', case when h.inhabited then 'unpublished' else 'uninhabited' end)) as told
    from here h
         left join lateral (
           select coalesce(jsonb_object_agg(m.measure, m.value) filter (where m.mark = 'shown'), '{}')
                  || coalesce(jsonb_object_agg(m.measure || '_low', m.low) filter (where m.mark = 'shown' and m.low is not null), '{}')
                  || coalesce(jsonb_object_agg(m.measure || '_high', m.high) filter (where m.mark = 'shown' and m.high is not null), '{}')
                  || jsonb_build_object('mark', max(m.mark) filter (where m.measure = 'active')) as figures
             from network_measure m
            where m.snapshot_id = $4::uuid and m.area_kind = 'neighbourhood' and m.area_id = h.id and m.window_months = $5::int
           having count(*) > 0
         ) f on true
), outlines as materialized (
  select h.id, t.told,
         ST_AsMVTGeom(ST_Transform(case when $1::int >= 12 then h.outline else ST_Simplify(h.sketch, 36000 / 2 ^ $1::int, true) end, 3857), edge.web, 4096, 64, true) as geom
    from here h join told t on t.id = h.id, edge
), names as materialized (
  select h.id, t.told, ST_AsMVTGeom(ST_Transform(h.point, 3857), edge.web, 4096, 0, true) as geom
    from here h join told t on t.id = h.id, edge
   where h.inhabited and $1::int >= 11
)
select coalesce((select ST_AsMVT(o, 'neighbourhoods', 4096, 'geom', 'id') from outlines o where o.geom is not null), '')
       || coalesce((select ST_AsMVT(n, 'names', 4096, 'geom', 'id') from names n where n.geom is not null), '')
