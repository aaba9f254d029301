-- Residents by id: neighbourhood, first language and all languages as bits, organisation, reach, times, and the last day on which each of
-- them posted, answered or completed, and the day they joined, as days since 2000 (-1: never). Workers are no residents.
-- $1, $2: the first and the last day; $3: the codes of languages in the order of their bits.
with act as (
  select author_id as id, created_at as at from post
  union all
  select helper_id, coalesce(offered_at, asked_at, proposed_at) from match where offer_answer is not null
  union all
  select asker_id, coalesce(agreed_at, offered_at, proposed_at) from match where need_answer is not null
  union all
  select helper_id, closed_at from match where state = 'completed'
  union all
  select asker_id, closed_at from match where state = 'completed'
), last as (
  select id, max(at) as at from act where at >= $1::date and at < $2::date + 1 group by id
), spoken as (
  select s.languages, coalesce(bit_or(1::bigint << (c.place - 1)::int), 0) as bits
    from (select distinct languages from person) s
         left join unnest($3::text[]) with ordinality c (code, place) on c.code = any(s.languages)
   group by s.languages
)
select p.id, coalesce(p.neighbourhood_id, -1) as neighbourhood, hashtext(coalesce(p.languages[1], p.language)) as tongue,
       coalesce(s.bits, 0) as tongues, p.organisation_id, (c.person_id is not null) as shares, p.reach::int as reach, p.slots,
       coalesce(l.at::date - date '2000-01-01', -1) as seen, p.created_on - date '2000-01-01' as joined
  from person p
       left join last l on l.id = p.id
       left join spoken s on s.languages = p.languages
       left join (select distinct person_id from consent where what = 'partners' and withdrawn_at is null) c on c.person_id = p.id
 where p.state <> 'erased' and not exists (select from staff f where f.person_id = p.id)
 order by p.id
