-- One vector tile: the layer `neighbourhoods` (outlines, with the figures of a published snapshot) and the layer `names` (where a name may
-- stand). $1, $2, $3: zoom, column, row; $4: the snapshot, null for none; $5: months of the window. A published month holds values of shown
-- figures only; one column for each measure, for a tile leaves out what is null.
with edge as (
  select ST_TileEnvelope($1::int, $2::int, $3::int) as web,
         ST_Transform(ST_Segmentize(ST_TileEnvelope($1::int, $2::int, $3::int, margin => 0.02), 5e6 / 2 ^ $1::int), 3035) as metric
), here as (
  select n.id, n.code, n.names, n.municipality_id, n.inhabited, n.point, n.outline, n.sketch
    from neighbourhood n, edge
   where n.outline && edge.metric and n.valid_to is null
), told as materialized (
  select h.id, h.code, h.municipality_id as town, coalesce(h.names->>'nl', h.names->>'fr', h.code) as name,
         nullif(h.names->>'fr', h.names->>'nl') as name_fr,
         coalesce(f.mark, case when h.inhabited then 'unpublished' else 'uninhabited' end) as mark,
         f.active, f.adult_share, f.mean_degree, f.density, f.themes, f.across_languages, f.first_yes_hours,
         f.reach, f.reach_low, f.reach_high, f.without_tie, f.without_tie_low, f.without_tie_high
    from here h
         cross join lateral (
           select max(m.mark) filter (where m.measure = 'active') as mark,
                  max(m.value) filter (where m.measure = 'active') as active,
                  max(m.value) filter (where m.measure = 'adult_share') as adult_share,
                  max(m.value) filter (where m.measure = 'mean_degree') as mean_degree,
                  max(m.value) filter (where m.measure = 'density') as density,
                  max(m.value) filter (where m.measure = 'themes') as themes,
                  max(m.value) filter (where m.measure = 'across_languages') as across_languages,
                  max(m.value) filter (where m.measure = 'first_yes_hours') as first_yes_hours,
                  max(m.value) filter (where m.measure = 'reach') as reach,
                  max(m.low) filter (where m.measure = 'reach') as reach_low,
                  max(m.high) filter (where m.measure = 'reach') as reach_high,
                  max(m.value) filter (where m.measure = 'without_tie') as without_tie,
                  max(m.low) filter (where m.measure = 'without_tie') as without_tie_low,
                  max(m.high) filter (where m.measure = 'without_tie') as without_tie_high
             from network_measure m
            where m.snapshot_id = $4::uuid and m.area_kind = 'neighbourhood' and m.area_id = h.id and m.window_months = $5::int
              and (m.mark = 'shown' or m.measure = 'active')
         ) f
), outlines as materialized (
  select t.*, ST_AsMVTGeom(
           ST_Transform(case when $1::int >= 12 then h.outline else ST_Simplify(h.sketch, 48000 / 2 ^ $1::int, true) end, 3857), edge.web, 4096, 64, true
         ) as geom
    from here h join told t on t.id = h.id, edge
), names as materialized (
  select t.*, ST_AsMVTGeom(ST_Transform(h.point, 3857), edge.web, 4096, 0, true) as geom
    from here h join told t on t.id = h.id, edge
   where h.inhabited and $1::int >= 11
)
select coalesce((select ST_AsMVT(o, 'neighbourhoods', 4096, 'geom', 'id') from outlines o where o.geom is not null), '')
       || coalesce((select ST_AsMVT(n, 'names', 4096, 'geom', 'id') from names n where n.geom is not null), '')
