-- The neighbourhoods of a municipality as SVG paths from the upper left corner: ten metres a unit, more where it is longer than seven kilometres,
-- for the page shows no more than seven hundred points. They are put on the grid of units first, so that a shared border is the same on both
-- sides. $1: the municipality; $2: the day whose places are drawn, null for today.
with area as (
  select id, names, inhabited, schematic, source, vintage, point, sketch
    from neighbourhood_on(coalesce($2::date, current_date))
   where municipality_id = $1
), extent as (
  select box, greatest(10, ceil(greatest(ST_XMax(box) - ST_XMin(box), ST_YMax(box) - ST_YMin(box)) / 3500) * 5) as unit
    from (select ST_Extent(sketch) as box from area) all_of_it
), edge as (
  select unit, floor(ST_XMin(box) / unit) * unit as x, ceil(ST_YMax(box) / unit) * unit as y,
         ceil((ST_XMax(box) - ST_XMin(box)) / unit)::int + 1 as width, ceil((ST_YMax(box) - ST_YMin(box)) / unit)::int + 1 as height
    from extent
)
select a.id, a.names, a.inhabited, a.schematic, coalesce(i.attribution, '') as attribution, e.width, e.height,
       coalesce(ST_AsSVG(ST_Scale(ST_Translate(ST_SnapToGrid(a.sketch, e.x, e.y, e.unit, e.unit), -e.x, -e.y), 1 / e.unit, 1 / e.unit), 1, 0), '') as path,
       round((ST_X(a.point) - e.x) / e.unit)::int as x, round((e.y - ST_Y(a.point)) / e.unit)::int as y
  from area a
       cross join edge e
       left join boundary_import i on i.source = a.source and i.vintage = a.vintage
 order by a.id
