-- The places in a tile of zoom 5 to 10, drawn beforehand on a grid of 1024 units a tile: only what reaches over its edge is cut. $1, $2, $3: zoom, column,
-- row; $4: the snapshot, null for none; $5: months of the window; $6: the measures; $7: the day whose places are shown.
with frame as (
  select ST_MakeEnvelope(1024 * $2::int - 16, -1024 * ($3::int + 1) - 16, 1024 * ($2::int + 1) + 16, -1024 * $3::int + 16) as wide,
         ST_MakeEnvelope(1024 * $2::int, -1024 * ($3::int + 1), 1024 * ($2::int + 1), -1024 * $3::int)::box2d as tile, 1024 as extent
), here as materialized (
  select d.kind, d.area_id as id, case when d.zoom > 8 then d.code end as code, d.town, d.name, d.name_fr, d.inhabited,
         case when d.shape @ f.wide then ST_Affine(d.shape, 1, 0, 0, -1, -1024 * $2::int, -1024 * $3::int)
              else ST_AsMVTGeom(d.shape, f.tile, 1024, 16, true) end as shape,
         case when d.kind = 'municipality' then ST_AsMVTGeom(d.spot, f.tile, 1024, 0, true) end as spot
    from frame f join drawn_place d on d.zoom = $1::int and d.shape && f.wide and d.since <= $7::date and d.until > $7::date
), figures as materialized (
  select area_kind, area_id, measure, value, n, low, high, mark
    from network_measure
   where snapshot_id = $4::uuid and window_months = $5::int and measure = any($6::text[])
)
