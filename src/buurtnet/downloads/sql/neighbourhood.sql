-- The neighbourhoods of a day. $1: the day.
select n.id, n.code, n.names, coalesce(t.code, '') as town_code, coalesce(t.names, '{}') as town_names, n.inhabited, n.area_m2,
       ST_AsBinary(ST_Transform(n.outline, 31370), 'NDR') as ground, ST_AsBinary(ST_Transform(n.outline, 4326), 'NDR') as globe
  from neighbourhood_on($1::date) n left join municipality_on($1::date) t on t.id = n.municipality_id
 order by n.code collate "C"
