-- The candidates in some cells (a theme in a neighbourhood, of an organisation), in two exact stages.
-- Stage one reads a covering index alone and ranks by a bound of the score: room counts as best it can be, and so does a bond of two who know each
-- other; whom a worker puts first counts as somebody without a tie.
-- Stage two looks at the next $32 exactly. The caller asks again while the bound allows a better one, so that nothing is cut off.
-- $1 wanted: offer or need   $2.. cells   $17.. the subject   $28 lowest bound that still matters   $29, $30 last one read   $31 how many to read
-- $32 how many to return   $33 start of the month   $34 now   $35 today
with cell as (
  select *
    from unnest($2::smallint[], $3::int[], $4::uuid[], $5::smallint[], $6::bool[], $7::bool[], $8::bool[],
                $9::float8[], $10::float8[], $11::float8[], $12::float8[], $13::float8[], $14::float8[], $15::float8[], $16::float8[])
         with ordinality
         as c(theme_id, neighbourhood_id, organisation_id, level, talk, safeguarded, foreign_one,
              near_score, w_time, w_room, w_bond, b_first, b_bridging, b_present, b_known, cell)
),
bounded as (
  select c.cell, p.id, p.author_id, p.fit, p.best_bond, c.near_score + c.w_time * p.fit + c.w_room * $26::float8 + c.w_bond * p.best_bond as bound
    from cell c
         cross join lateral (
           select o.id, o.author_id,
                  case when coalesce(o.slots, 268435455) & $20::int = case when $1 = 'offer' then $20 else coalesce(o.slots, 268435455) end then 1::float8
                       else least(bit_count((coalesce(o.slots, 268435455) & $20)::bit(28))::float8
                                  / least(bit_count(case when $1 = 'offer' then $20 else coalesce(o.slots, 268435455) end::bit(28)), 4), 1)
                  end as fit,
                  case when o.author_id = any($24::uuid[]) then 1::float8
                       when o.component is null or $25::uuid is null then c.b_first
                       when o.author_id in (select put.person_id from put_first put where put.until >= $35::date) then c.b_first
                       when o.component = $25 then c.b_present
                       else c.b_bridging
                  end as best_bond
             from post o
            where o.state = 'open' and o.kind = $1
              and o.theme_id = c.theme_id and o.neighbourhood_id = c.neighbourhood_id and o.organisation_id = c.organisation_id
              and o.reach >= c.level and (not c.talk or o.language_bits & $19::bigint <> 0)
              and (o.slots is null or o.slots & $20 <> 0)
              and (o.until_on is null or o.until_on >= $21::date) and (o.from_on is null or $22::date is null or o.from_on <= $22)
              and o.active and o.engaged < o.capacity and o.author_id <> $18::uuid
              and (not c.safeguarded or $1 = 'need' or exists (select from helper_check h where h.person_id = o.author_id and h.kind = 'minors'))
           offset 0  -- What a row is worth is reckoned once.
         ) p
),
best as (
  select * from bounded
   where bound >= $28::float8 and ($29::float8 is null or bound < $29 or (bound = $29 and id > $30::uuid))
   order by bound desc, id
   limit $31::int
),
exact as (
  select b.*, c.near_score, c.w_time, c.w_room, c.w_bond, p.slots, p.language_bits, a.adult, a.mediated or a.limited_until is not null as mediated,
         a.posts_on_trial > 0 as on_trial,
         case when $1 = 'need' then $26
              when busy.load = 0 then 1::float8
              else greatest(1 - busy.load::float8 / (select sum(o.capacity) from post o
                                                      where o.author_id = b.author_id and o.kind = 'offer' and o.state = 'open'), 0) end as room,
         case when b.author_id = any($24) and not (p.again or $27::bool) then c.b_known else b.best_bond end as bond
    from best b
         join cell c using (cell)
         join post p on p.id = b.id
         join person a on a.id = b.author_id
         cross join lateral (
           select count(*) filter (where m.state in ('suggested', 'asked', 'offered', 'agreed')) as load,
                  count(*) filter (where m.offer_id = b.id and m.state in ('suggested', 'asked', 'offered')) as standing,
                  count(*) filter (where m.state in ('suggested', 'asked', 'offered', 'agreed')
                                      or (m.state = 'completed' and m.agreed_at >= $33::timestamptz)) as this_month
             from match m
            where $1 = 'offer' and m.helper_id = b.author_id
              and (m.state in ('suggested', 'asked', 'offered', 'agreed') or (m.state = 'completed' and m.agreed_at >= $33))
         ) busy
   where p.expires_at > $34::timestamptz
     and b.author_id <> all($23::uuid[])
     and not exists (select from match m where m.state <> 'withdrawn' and $1 = 'offer' and m.need_id = $17::uuid and m.offer_id = b.id)
     and not exists (select from match m where m.state <> 'withdrawn' and $1 = 'need' and m.need_id = b.id and m.offer_id = $17)
     and ($1 = 'need' or (busy.standing < p.capacity - p.engaged and busy.this_month < a.monthly_max))
     and ($1 = 'offer' or (select count(*) + 3 * count(*) filter (where m.state = 'offered')
                             from match m where m.need_id = b.id and m.state in ('suggested', 'asked', 'offered'))
                          < case when p.urgency = 'urgent' then 3 else 1 end)
     and ($1 = 'need' or not exists (select from rest where rest.person_id = b.author_id and rest.until > $34))
     and (not c.safeguarded or $1 = 'need' or a.adult)
     and (not c.foreign_one or exists (select from consent k where k.person_id = b.author_id and k.what = 'partners' and k.withdrawn_at is null))
),
scored as (
  select *, near_score + w_time * fit + w_room * room + w_bond * bond as score from exact
)
select l.read, l.bound as last_bound, l.id as last_id,
       s.cell, s.id, s.author_id, s.slots, s.language_bits, s.adult, s.mediated, s.on_trial, s.fit, s.room, s.bond, s.score
  from (select count(*) over () as read, bound, id from best order by bound, id desc limit 1) l
       left join lateral (select * from scored where scored.score >= $28 order by scored.score desc, scored.id limit $32) s on true
