-- The layers `neighbourhoods` and `municipalities` (outlines, with the figures of a published snapshot), `names` and `towns` (where their names
-- may stand). A published month holds values of shown figures only, and a tile leaves out what is null.
select coalesce((select ST_AsMVT(t, 'neighbourhoods', (select extent from frame), 'shape', 'id')
                   from (select id, code, town, name, name_fr, mark, value, n, low, high, shape from told
                          where kind = 'neighbourhood' and shape is not null) t), '')
       || coalesce((select ST_AsMVT(t, 'municipalities', (select extent from frame), 'shape', 'id')
                      from (select id, code, name, name_fr, mark, value, n, low, high, shape from told
                             where kind = 'municipality' and shape is not null) t), '')
       || coalesce((select ST_AsMVT(t, 'names', (select extent from frame), 'spot', 'id')
                      from (select id, code, town, name, name_fr, mark, value, n, low, high, spot from told
                             where kind = 'neighbourhood' and inhabited and spot is not null) t), '')
       || coalesce((select ST_AsMVT(t, 'towns', (select extent from frame), 'spot', 'id')
                      from (select id, code, name, name_fr, spot from told where kind = 'municipality' and spot is not null) t), '')
