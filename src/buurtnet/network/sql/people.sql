-- Residents by id: neighbourhood, first language, the list of languages by its hash, organisation, reach, times, the last day on which each of
-- them posted, answered or completed, as days since 2000 (-1: never), and the day they joined. Workers are no residents.
-- $1, $2: the first and the last day.
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
)
select p.id, coalesce(p.neighbourhood_id, -1) as neighbourhood, hashtext(coalesce(p.languages[1], p.language)) as tongue,
       hash_array_extended(p.languages, 0) as spoken, p.organisation_id, (c.person_id is not null) as shares, p.reach::int as reach, p.slots,
       coalesce(l.at::date - date '2000-01-01', -1) as seen, p.created_on as joined
  from person p
       left join last l on l.id = p.id
       left join (select distinct person_id from consent where what = 'partners' and withdrawn_at is null) c on c.person_id = p.id
 where p.state <> 'erased' and not exists (select from staff f where f.person_id = p.id)
 order by p.id
