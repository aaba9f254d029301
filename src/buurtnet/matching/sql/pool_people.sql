-- The authors of those posts, with what they are busy with as helpers over all their offers, of whatever theme.
-- $1 theme root or null   $2 the moment   $3 the first moment of the month   $4 the day
with author as (
  select distinct p.author_id as id
    from post p join theme t on t.id = p.theme_id and ($1::int is null or t.id = $1::int or t.parent_id = $1::int)
   where p.state = 'open' and p.active and p.expires_at > $2::timestamptz
),
helping as (
  select m.helper_id, count(*) filter (where m.state <> 'completed') as load, count(*) as taken
    from match m
   where m.state in ('suggested', 'asked', 'offered', 'agreed') or (m.state = 'completed' and m.agreed_at >= $3::timestamptz)
   group by m.helper_id
),
offering as (
  select p.author_id, sum(p.capacity) as capacity from post p where p.kind = 'offer' and p.state = 'open' group by p.author_id
)
select a.id, a.adult, exists (select from helper_check h where h.person_id = a.id and h.kind = 'minors') as checked,
       a.mediated or a.limited_until is not null as mediated,
       a.posts_on_trial > 0 as on_trial,
       exists (select from consent c where c.person_id = a.id and c.what = 'partners' and c.withdrawn_at is null) as shares,
       coalesce(k.component, '00000000-0000-0000-0000-000000000000') as component, coalesce(h.load, 0)::int as load,
       coalesce(o.capacity, 0)::int as capacity,
       case when exists (select from rest where rest.person_id = a.id and rest.until > $2::timestamptz) then 0
            else greatest(a.monthly_max - coalesce(h.taken, 0), 0)::int end as room
  from author join person a using (id)
       -- Whom a worker puts first counts as somebody without a tie: each bond with somebody new is a first one.
       left join put_first put on put.person_id = a.id and put.until >= $4::date
       left join tie_component k on k.person_id = a.id and put.person_id is null
       left join helping h on h.helper_id = a.id
       left join offering o on o.author_id = a.id
