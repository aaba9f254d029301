-- The municipalities of a day that have neighbourhoods. $1: the day.
select t.id, t.code, t.names, ST_Area(t.outline) as area_m2,
       ST_AsBinary(ST_Transform(t.outline, 31370), 'NDR') as ground, ST_AsBinary(ST_Transform(t.outline, 4326), 'NDR') as globe
  from municipality_on($1::date) t
 where exists (select from neighbourhood_on($1::date) n where n.municipality_id = t.id)
 order by t.code collate "C"
