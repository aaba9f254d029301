-- The places in a tile of zoom 11 to 14, few of them, as they are. $1, $2, $3: zoom, column, row; $4: the snapshot, null for none; $5: months of
-- the window; $6: the measures; $7: the day whose places are shown.
with frame as (
  select ST_TileEnvelope($1::int, $2::int, $3::int)::box2d as tile,
         ST_Transform(ST_Segmentize(ST_TileEnvelope($1::int, $2::int, $3::int, margin => 0.02), 5e6 / 2 ^ $1::int), 3035) as metric, 4096 as extent
), here as materialized (
  select 'neighbourhood' as kind, n.id, n.code, n.municipality_id as town, coalesce(n.names->>'nl', n.names->>'fr', n.code) as name,
         nullif(n.names->>'fr', n.names->>'nl') as name_fr, n.inhabited,
         ST_AsMVTGeom(
           ST_Transform(case when $1::int >= 12 then n.outline else ST_Simplify(n.sketch, 48000 / 2 ^ $1::int, true) end, 3857),
           f.tile, 4096, 64, true
         ) as shape,
         ST_AsMVTGeom(ST_Transform(n.point, 3857), f.tile, 4096, 0, true) as spot
    from frame f join neighbourhood_on($7::date) n on n.outline && f.metric
  union all
  select 'municipality', t.id, t.code, t.id, coalesce(t.names->>'nl', t.names->>'fr', t.code), nullif(t.names->>'fr', t.names->>'nl'), true,
         ST_AsMVTGeom(ST_Transform(ST_ClipByBox2D(t.outline, f.metric::box2d), 3857), f.tile, 4096, 64, true),
         case when $1::int = 11 then ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(t.outline), 3857), f.tile, 4096, 0, true) end
    from frame f join municipality_on($7::date) t on t.outline && f.metric
), figures as not materialized (
  select area_kind, area_id, measure, value, n, low, high, mark
    from network_measure
   where snapshot_id = $4::uuid and window_months = $5::int and measure = any($6::text[])
)
