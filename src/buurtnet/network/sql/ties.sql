-- The network of a facilitator's residents as numbers: people in the order of their ids, ties between them, and who knows somebody elsewhere.
-- $1 facilitator   $2 the first day that counts. Workers are no nodes, and a bond that only a sensitive help made tells of nobody here.
with own as materialized (
  select p.id, (row_number() over (order by p.id) - 1)::int as place
    from person p
   where p.neighbourhood_id = any(array(select fa.neighbourhood_id from staff_area fa where fa.person_id = $1::uuid))
     and p.organisation_id = any(array(select f.organisation_id from staff f where f.person_id = $1::uuid and f.role = 'facilitator'))
     and p.state in ('active', 'paused') and not exists (select from staff s where s.person_id = p.id)
),
known as (
  select own.place, tie.b as other, true as ahead from own join tie on tie.a = own.id where tie.last_on >= $2::date and tie.themes <> '{}'
  union all
  select own.place, tie.a, false from own join tie on tie.b = own.id where tie.last_on >= $2::date and tie.themes <> '{}'
),
placed as materialized (
  select known.place, known.other, known.ahead, theirs.place as there from known left join own theirs on theirs.id = known.other
)
select coalesce((select array_agg(id order by place) from own), '{}') as people, coalesce(array_agg(place), '{}') as ones,
       coalesce(array_agg(there), '{}') as others,
       array(select distinct placed.place from placed join person p on p.id = placed.other and p.state in ('active', 'paused')
              where placed.there is null and not exists (select from staff s where s.person_id = p.id)) as elsewhere
  from placed where ahead and there is not null
