-- The neighbourhoods of a municipality as SVG paths, ten metres a unit, from the upper left corner. Points are put on the ten-metre grid
-- first, so that a shared border is the same on both sides. $1: the municipality; $2: the day whose places are drawn, null for today.
with area as (
  select id, names, inhabited, schematic, source, vintage, point, sketch
    from neighbourhood_on(coalesce($2::date, current_date))
   where municipality_id = $1
), edge as (
  select floor(ST_XMin(box) / 10) * 10 as x, ceil(ST_YMax(box) / 10) * 10 as y,
         ceil((ST_XMax(box) - ST_XMin(box)) / 10)::int + 1 as width, ceil((ST_YMax(box) - ST_YMin(box)) / 10)::int + 1 as height
    from (select ST_Extent(sketch) as box from area) all_of_it
)
select a.id, a.names, a.inhabited, a.schematic, coalesce(i.attribution, '') as attribution, e.width, e.height,
       coalesce(ST_AsSVG(ST_Scale(ST_Translate(ST_SnapToGrid(a.sketch, e.x, e.y, 10, 10), -e.x, -e.y), 0.1, 0.1), 1, 0), '') as path,
       round((ST_X(a.point) - e.x) / 10)::int as x, round((e.y - ST_Y(a.point)) / 10)::int as y
  from area a
       cross join edge e
       left join boundary_import i on i.source = a.source and i.vintage = a.vintage
 order by a.id
