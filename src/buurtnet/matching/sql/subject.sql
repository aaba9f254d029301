-- $1 post. Everything the search for its candidates needs to know: the post, its author, whom it may not meet, its themes and its places.
with subject as (
  select p.*, a.adult, a.mediated or a.limited_until is not null as mediated, a.posts_on_trial, a.monthly_max
    from post p join person a on a.id = p.author_id
   where p.id = $1 and p.theme_id is not null
),
family as (
  select t.id, t.parent_id, t.talk, t.halving_m, t.review, t.safeguard
    from subject s join theme own on own.id = s.theme_id
         join theme t on t.id = own.id or t.id = own.parent_id or t.parent_id = own.id
),
place as (
  select n.b, n.metres, n.level from subject s join neighbourhood_near n on n.a = s.neighbourhood_id and n.level <= s.reach
),
helping as (
  select count(*) filter (where m.state in ('suggested', 'asked', 'offered', 'agreed')) as load,
         count(*) as this_month
    from subject s join match m on m.helper_id = s.author_id
   where m.state in ('suggested', 'asked', 'offered', 'agreed') or (m.state = 'completed' and m.agreed_at >= $2)
)
select s.id, s.kind, s.author_id, s.organisation_id, s.theme_id, s.neighbourhood_id, s.state = 'open' and s.expires_at > $3 as open, s.active, s.reach,
       s.slots, s.from_on, s.until_on, s.language_bits, s.capacity, s.engaged, s.again, s.urgency = 'urgent' as urgent,
       s.adult, s.mediated, s.posts_on_trial > 0 as on_trial, s.monthly_max, s.expires_at,
       exists (select from helper_check h where h.person_id = s.author_id and h.kind = 'minors') as checked,
       exists (select from consent c where c.person_id = s.author_id and c.what = 'partners' and c.withdrawn_at is null) as shares,
       -- Whom a worker puts first counts as somebody without a tie: each bond with somebody new is a first one.
       case when not exists (select from put_first put where put.person_id = s.author_id and put.until >= $4) then s.component end as component,
       (select count(*) from match m where m.need_id = s.id and m.state in ('suggested', 'asked', 'offered'))
         + (select count(*) from match m where m.offer_id = s.id and m.state in ('suggested', 'asked', 'offered')) as standing,
       exists (select from match m where m.need_id = s.id and m.state = 'offered') as offered,
       (select load from helping) as load,
       (select this_month from helping) as this_month,
       exists (select from rest where rest.person_id = s.author_id and rest.until > $3) as rests,
       (select sum(o.capacity) from post o where o.author_id = s.author_id and o.kind = 'offer' and o.state = 'open') as helper_capacity,
       array(select k.other_id from keep_away k where k.person_id = s.author_id
             union select k.person_id from keep_away k where k.other_id = s.author_id
             union select r.other_id from pair_memory r where r.person_id = s.author_id and (r.until is null or r.until > $3)
             union select r.person_id from pair_memory r where r.other_id = s.author_id and (r.until is null or r.until > $3)) as shunned,
       array(select t.b from tie t where t.a = s.author_id union all select t.a from tie t where t.b = s.author_id) as known,
       array(select o.other_id from partnership o where o.organisation_id = s.organisation_id and o.since <= $4 and (o.until is null or o.until > $4)
             union select o.organisation_id from partnership o where o.other_id = s.organisation_id and o.since <= $4
               and (o.until is null or o.until > $4)) as partners,
       (select jsonb_agg(to_jsonb(f)) from family f) as family,
       (select array_agg(b order by b) from place) as near_ids,
       (select array_agg(metres order by b) from place) as near_metres,
       (select array_agg(level order by b) from place) as near_levels
  from subject s
