-- The same layers as the map shows one measure: what a neighbourhood says when it is pointed at, borders of municipalities, names in the colour of
-- their place. Of a value that is there no mark is needed, and in the order of ids a tile packs better: together a sixth of its bytes.
select coalesce((select ST_AsMVT(t, 'neighbourhoods', (select extent from frame), 'shape', 'id')
                   from (select id, town, name, name_fr, case when value is null then mark end as mark, value, n, low, high, shape from told
                          where kind = 'neighbourhood' and shape is not null order by id) t), '')
       || coalesce((select ST_AsMVT(t, 'municipalities', (select extent from frame), 'shape', 'id')
                      from (select id, shape from told where kind = 'municipality' and shape is not null order by id) t), '')
       || coalesce((select ST_AsMVT(t, 'names', (select extent from frame), 'spot', 'id')
                      from (select id, name, name_fr, value, spot from told
                             where kind = 'neighbourhood' and inhabited and spot is not null order by id) t), '')
       || coalesce((select ST_AsMVT(t, 'towns', (select extent from frame), 'spot', 'id')
                      from (select id, name, name_fr, spot from told where kind = 'municipality' and spot is not null order by id) t), '')
