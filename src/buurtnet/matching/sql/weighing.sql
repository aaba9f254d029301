-- What holds now of the weights of the installation, the halving distances of themes and the emphasis of areas: the last that was set of each.
select (select jsonb_build_object('proximity', proximity, 'theme', theme, 'time', time, 'room', room, 'bond', bond)
          from weight order by set_at desc, id desc limit 1) as weights,
       (select coalesce(jsonb_object_agg(theme_id, metres), '{}')
          from (select distinct on (theme_id) theme_id, metres from halving order by theme_id, set_at desc, id desc) h) as halvings,
       (select coalesce(jsonb_agg(jsonb_build_object('organisation_id', organisation_id, 'neighbourhoods', neighbourhoods, 'step', step)
                                  order by set_at desc, id desc), '[]')
          from (select distinct on (e.area_id) e.id, e.step, e.set_at, r.organisation_id, r.neighbourhoods
                  from emphasis e join area r on r.id = e.area_id order by e.area_id, e.set_at desc, e.id desc) a) as areas
