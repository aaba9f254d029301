-- The candidates in some cells (a theme in a neighbourhood, of an organisation), in two exact stages.
-- Stage one reads covering indexes alone and ranks by a bound of the score: room counts as best it can be, and bond too where the two know each other.
-- Stage two looks at the best $27 of them exactly. The caller asks again while the bound allows a better one, so that nothing is cut off.
-- $1 wanted: offer or need   $2.. cells   $14.. the subject   $24 lowest bound that still matters   $25, $26 last one read   $28 how many to return
with cell as (
  select *
    from unnest($2::int[], $3::smallint[], $4::int[], $5::uuid[], $6::smallint[], $7::bool[], $8::bool[],
                $9::float8[], $10::float8[], $11::float8[], $12::float8[], $13::bool[])
         as c(cell, theme_id, neighbourhood_id, organisation_id, level, talk, safeguarded, near_score, w_time, w_room, w_bond, foreign_one)
),
found as materialized (
  select c.cell, c.safeguarded, c.foreign_one, c.near_score, c.w_time, c.w_room, c.w_bond, p.id, p.author_id, p.slots, p.language_bits, p.fit,
         case when $21::uuid is null or p.author_id = any($20::uuid[]) then 1::float8
              else coalesce((select case when k.component = $21 then 0.6::float8 else 0.8::float8 end
                               from tie_component k where k.person_id = p.author_id), 1::float8) end as best_bond
    from cell c
         cross join lateral (
           select o.id, o.author_id, o.slots, o.language_bits,
                  case when o.slots is null and $16::int is null then 1::float8
                       else least(bit_count((coalesce(o.slots, 268435455) & coalesce($16, 268435455))::bit(28))::float8
                                  / least(bit_count(coalesce($16, 268435455)::bit(28)), 4), 1::float8) end as fit
             from post o
            where $1::text = 'offer' and o.state = 'open' and o.kind = 'offer'
              and o.theme_id = c.theme_id and o.neighbourhood_id = c.neighbourhood_id and o.organisation_id = c.organisation_id
              and o.active and o.reach >= c.level and o.engaged < o.capacity and o.author_id <> $14::uuid
              and (not c.talk or o.language_bits & $15::bigint <> 0)
              and (o.slots is null or $16 is null or o.slots & $16 <> 0)
              and (o.until_on is null or o.until_on >= $17::date) and (o.from_on is null or $18::date is null or o.from_on <= $18)
           union all
           select n.id, n.author_id, n.slots, n.language_bits,
                  case when n.slots is null and $16 is null then 1::float8
                       else least(bit_count((coalesce(n.slots, 268435455) & coalesce($16, 268435455))::bit(28))::float8
                                  / least(bit_count(coalesce(n.slots, 268435455)::bit(28)), 4), 1::float8) end as fit
             from post n
            where $1 = 'need' and n.state = 'open' and n.kind = 'need'
              and n.theme_id = c.theme_id and n.neighbourhood_id = c.neighbourhood_id and n.organisation_id = c.organisation_id
              and n.active and n.reach >= c.level and n.engaged < n.capacity and n.author_id <> $14
              and (not c.talk or n.language_bits & $15 <> 0)
              and (n.slots is null or $16 is null or n.slots & $16 <> 0)
              and (n.until_on is null or n.until_on >= $17) and (n.from_on is null or $18 is null or n.from_on <= $18)
         ) p
   where c.near_score + c.w_time * p.fit + c.w_room * $22::float8 + c.w_bond >= $24::float8
     and (not c.safeguarded or $1 = 'need' or exists (select from helper_check h where h.person_id = p.author_id and h.kind = 'minors'))
),
bounded as (
  select *, near_score + w_time * fit + w_room * $22 + w_bond * best_bond as bound from found
),
best as (
  select * from bounded
   where bound >= $24 and ($25::float8 is null or bound < $25 or (bound = $25 and id > $26::uuid))
   order by bound desc, id
   limit $27
),
exact as (
  select b.*, a.adult, a.mediated, a.posts_on_trial > 0 as on_trial,
         case when $1 = 'need' then $22
              when busy.load = 0 then 1::float8
              else greatest(1 - busy.load::float8 / (select sum(o.capacity) from post o
                                                      where o.author_id = b.author_id and o.kind = 'offer' and o.state = 'open'), 0) end as room,
         case when b.author_id = any($20) and not (p.again or $23::bool) then 0.6::float8 else b.best_bond end as bond
    from best b
         join post p on p.id = b.id
         join person a on a.id = b.author_id
         cross join lateral (
           select count(*) filter (where m.state in ('suggested', 'asked', 'offered', 'agreed')) as load,
                  count(*) filter (where m.offer_id = b.id and m.state in ('suggested', 'asked', 'offered')) as standing,
                  count(*) filter (where m.state in ('suggested', 'asked', 'offered')
                                      or (m.state in ('agreed', 'completed') and m.agreed_at >= $29::timestamptz)) as this_month
             from match m
            where $1 = 'offer' and m.helper_id = b.author_id
              and (m.state in ('suggested', 'asked', 'offered', 'agreed') or m.agreed_at >= $29)
         ) busy
   where p.expires_at > $30::timestamptz
     and b.author_id <> all($19::uuid[])
     and not exists (select from match m where m.state <> 'withdrawn' and $1 = 'offer' and m.need_id = $31::uuid and m.offer_id = b.id)
     and not exists (select from match m where m.state <> 'withdrawn' and $1 = 'need' and m.need_id = b.id and m.offer_id = $31)
     and ($1 = 'need' or (busy.standing < p.capacity - p.engaged and busy.this_month < a.monthly_max))
     and ($1 = 'offer' or (select count(*) + 3 * count(*) filter (where m.state = 'offered')
                             from match m where m.need_id = b.id and m.state in ('suggested', 'asked', 'offered'))
                          < case when p.urgency = 'urgent' then 3 else 1 end)
     and (not b.safeguarded or $1 = 'need' or a.adult)
     and (not b.foreign_one or exists (select from consent c where c.person_id = b.author_id and c.what = 'partners' and c.withdrawn_at is null))
),
scored as (
  select *, near_score + w_time * fit + w_room * room + w_bond * bond as score from exact
)
select l.read, l.bound as last_bound, l.id as last_id,
       s.cell, s.id, s.author_id, s.slots, s.language_bits, s.adult, s.mediated, s.on_trial, s.fit, s.room, s.bond, s.score
  from (select count(*) over () as read, bound, id from best order by bound, id desc limit 1) l
       left join lateral (select * from scored where scored.score >= $24 order by scored.score desc, scored.id limit $28) s on true
