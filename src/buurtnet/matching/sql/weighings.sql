-- What was set, each with what held before. Of the areas only those of one organisation; who set it is a name there, elsewhere the name of theirs.
-- $1 organisation   $2 how many
with change as (
  select id, 'weights' as kind, null::uuid as area_id, null::smallint as theme_id, array[proximity, theme, time, room, bond]::int[] as after,
         lag(array[proximity, theme, time, room, bond]::int[]) over (order by set_at, id) as before, decided_with, decided_on, set_by, set_at
    from weight
   union all
  select id, 'halving', null, theme_id, array[metres], lag(array[metres]) over (partition by theme_id order by set_at, id),
         decided_with, decided_on, set_by, set_at
    from halving
   union all
  select e.id, 'emphasis', e.area_id, null, array[e.step]::int[], lag(array[e.step]::int[]) over (partition by e.area_id order by e.set_at, e.id),
         e.decided_with, e.decided_on, e.set_by, e.set_at
    from emphasis e join area r on r.id = e.area_id and r.organisation_id = $1::uuid
)
select c.kind, c.area_id, c.theme_id, coalesce(r.names, labels.names, '{}') as names, c.before, c.after, c.decided_with, c.decided_on, c.set_at,
       case when p.organisation_id = $1 then p.given_name else coalesce(o.names->>'nl', o.names->>'en') end as set_by
  from change c
       left join area r on r.id = c.area_id
       left join lateral (select jsonb_object_agg(language, label) as names from theme_label where theme_id = c.theme_id) labels on true
       left join person p on p.id = c.set_by
       left join organisation o on o.id = p.organisation_id
 order by c.set_at desc, c.id desc
 limit $2
