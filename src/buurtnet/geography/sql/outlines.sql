-- The neighbourhoods of a municipality as a GeoJSON text: borders with few points, shared ones the same on both sides, WGS84, five digits
-- (one metre). $1: the municipality. No row where it has no neighbourhoods.
select json_build_object(
         'type', 'FeatureCollection',
         'attribution', max(i.attribution),
         'licence', max(i.licence),
         'schematic', bool_or(n.schematic),
         'features', json_agg(
           json_build_object(
             'type', 'Feature',
             'id', n.id,
             'properties', json_build_object('code', n.code, 'names', n.names, 'inhabited', n.inhabited),
             'geometry', ST_AsGeoJSON(ST_Transform(n.sketch, 4326), 5, 0)::json
           ) order by n.code
         )
       )::text
  from neighbourhood n
       left join boundary_import i on i.source = n.source and i.vintage = n.vintage
 where n.municipality_id = $1 and n.valid_to is null
having count(*) > 0
