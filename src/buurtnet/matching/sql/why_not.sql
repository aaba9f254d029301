-- For each of these needs, how many offers would fit it if one thing gave way and everything else stayed; where somebody fits, that alone, and nothing
-- is read beyond the need's own reach; and how many are known only where nothing else is to be said. A pair that fails at two things counts for
-- neither, and one that nobody may know of counts nowhere. The pairs are read from a covering index alone, and looked at closely where they fail at
-- one thing at most.
-- $1 needs   $2 the moment   $3 the day   $4 the first moment of the month   $5 the safeguard that asks for a checked, adult helper
with need as materialized (
  select p.id, p.author_id, p.organisation_id, p.neighbourhood_id, p.reach, p.slots, p.from_on, p.until_on, p.language_bits,
         family.id as theme_id, own.talk or family.talk as talks,
         coalesce(own.safeguard = $5::text, false) or coalesce(family.safeguard = $5, false) as guarded,
         exists (select from consent c where c.person_id = p.author_id and c.what = 'partners' and c.withdrawn_at is null) as shares,
         array(select o.other_id from partnership o
                where o.organisation_id = p.organisation_id and o.since <= $3::date and (o.until is null or o.until > $3)
               union all
               select o.organisation_id from partnership o
                where o.other_id = p.organisation_id and o.since <= $3 and (o.until is null or o.until > $3)) as partners,
         array(select k.other_id from keep_away k where k.person_id = p.author_id
               union all select k.person_id from keep_away k where k.other_id = p.author_id
               union all select r.other_id from pair_memory r where r.person_id = p.author_id and (r.until is null or r.until > $2::timestamptz)
               union all select r.person_id from pair_memory r where r.other_id = p.author_id and (r.until is null or r.until > $2)
               union all select p.author_id) as shunned,
         array(select m.offer_id from match m where m.need_id = p.id and m.state <> 'withdrawn') as met
    from post p
         join theme own on own.id = p.theme_id
         join theme family on family.id = own.id or family.id = own.parent_id or family.parent_id = own.id
   where p.id = any($1::uuid[]) and p.kind = 'need' and p.state = 'open' and p.active and p.expires_at > $2
),
lapsed as materialized (
  select id from post where state in ('open', 'waiting') and expires_at <= $2
),
tired as materialized (
  -- Who rests, and whose month is full.
  select person_id from rest where until > $2
   union all
  select m.helper_id
    from match m join person a on a.id = m.helper_id
   where m.state in ('suggested', 'asked', 'offered', 'agreed') or (m.state = 'completed' and m.agreed_at >= $4::timestamptz)
   group by m.helper_id, a.monthly_max having count(*) >= a.monthly_max
),
filled as materialized (
  select m.offer_id
    from match m join post p on p.id = m.offer_id
   where m.state in ('suggested', 'asked', 'offered') group by m.offer_id, p.capacity, p.engaged having count(*) >= p.capacity - p.engaged
),
fitting as materialized (
  -- Within reach of both, whoever fits as it is: read no farther than the need goes.
  select need.id as need_id, count(*) as fits
    from need
         join neighbourhood_near near on near.a = need.neighbourhood_id and near.level <= need.reach
         cross join lateral (
           select o.id, o.author_id
             from post o
            where o.kind = 'offer' and o.state = 'open' and o.neighbourhood_id = near.b and o.theme_id = need.theme_id
              and o.active and o.engaged < o.capacity and near.level <= o.reach
              and coalesce(need.slots & o.slots, 1) <> 0 and (not need.talks or need.language_bits & o.language_bits <> 0)
              and (o.until_on is null or o.until_on >= $3) and coalesce(greatest(need.from_on, o.from_on, $3) <= least(need.until_on, o.until_on), true)
              and o.author_id <> all(need.shunned) and o.id <> all(need.met)
              and (o.organisation_id = need.organisation_id
                   or (need.shares and o.organisation_id = any(need.partners)
                       and exists (select from consent c where c.person_id = o.author_id and c.what = 'partners' and c.withdrawn_at is null)))
           offset 0) o
   where o.id not in (select id from lapsed) and o.id not in (select offer_id from filled) and o.author_id not in (select person_id from tired)
     and (not need.guarded or exists (select from helper_check h join person a on a.id = h.person_id
                                       where h.person_id = o.author_id and h.kind = 'minors' and a.adult))
   group by need.id
),
pair as materialized (
  select need.id as need_id, o.*
    from need
         join neighbourhood_near near on near.a = need.neighbourhood_id
         cross join lateral (
           select o.id, o.author_id, o.slots, o.engaged >= o.capacity as taken, near.level, need.guarded, near.level > need.reach as far, near.level > o.reach as shy,
                  coalesce(need.slots & o.slots, 1) = 0 as untimely, need.talks and need.language_bits & o.language_bits = 0 as mute,
                  coalesce(greatest(need.from_on, o.from_on, $3) > least(need.until_on, o.until_on), false) as undated
             from post o
            where o.kind = 'offer' and o.state = 'open' and o.neighbourhood_id = near.b and o.theme_id = need.theme_id and o.active
              and (o.until_on is null or o.until_on >= $3) and (near.level <= need.reach or near.level <= o.reach)
              and o.author_id <> all(need.shunned) and o.id <> all(need.met)
              and (o.organisation_id = need.organisation_id
                   or (need.shares and o.organisation_id = any(need.partners)
                       and exists (select from consent c where c.person_id = o.author_id and c.what = 'partners' and c.withdrawn_at is null)))
         ) o
   where need.id not in (select need_id from fitting)
     and (o.far or o.shy)::int + o.untimely::int + o.mute::int + o.undated::int <= 1
),
judged as (
  select pair.*,
         pair.taken or pair.id in (select offer_id from filled) or pair.author_id in (select person_id from tired) as busy,
         pair.guarded and not exists (select from helper_check h join person a on a.id = h.person_id
                                       where h.person_id = pair.author_id and h.kind = 'minors' and a.adult) as unsafe
    from pair
   where pair.id not in (select id from lapsed)
),
single as materialized (
  select need_id,
         array[0, count(*) filter (where far and level = 1), count(*) filter (where far and level = 2), count(*) filter (where far and level = 3),
               count(*) filter (where far and level = 4)] as farther,
         array[count(*) filter (where untimely and slots & 15 <> 0), count(*) filter (where untimely and slots >> 4 & 15 <> 0),
               count(*) filter (where untimely and slots >> 8 & 15 <> 0), count(*) filter (where untimely and slots >> 12 & 15 <> 0),
               count(*) filter (where untimely and slots >> 16 & 15 <> 0), count(*) filter (where untimely and slots >> 20 & 15 <> 0),
               count(*) filter (where untimely and slots >> 24 & 15 <> 0)] as days,
         count(*) filter (where undated) as dates, count(*) filter (where shy) as helper_reach, count(*) filter (where unsafe) as check,
         count(*) filter (where mute) as language, count(*) filter (where busy) as full
    from judged
   where (far or shy)::int + untimely::int + mute::int + undated::int + busy::int + unsafe::int = 1
     -- A check makes no adult of anybody.
     and (not unsafe or exists (select from person a where a.id = author_id and a.adult))
   group by need_id
)
select p.id as need_id, p.reach, coalesce(fitting.fits, 0) as fits, coalesce(single.farther, '{}') as farther, coalesce(single.days, '{}') as days,
       coalesce(single.dates, 0) as dates, coalesce(single.helper_reach, 0) as helper_reach, coalesce(single."check", 0) as check,
       coalesce(single.language, 0) as language, coalesce(single."full", 0) as full,
       case when fitting.fits is null and single.need_id is null then (
         select count(*)
           from need
                join neighbourhood_near near on near.a = need.neighbourhood_id
                join post o on o.kind = 'offer' and o.state = 'open' and o.neighbourhood_id = near.b and o.theme_id = need.theme_id and o.active
          where need.id = p.id and o.expires_at > $2 and (o.until_on is null or o.until_on >= $3)
            and o.author_id <> all(need.shunned) and o.id <> all(need.met)
            and (o.organisation_id = need.organisation_id
                 or (need.shares and o.organisation_id = any(need.partners)
                     and exists (select from consent c where c.person_id = o.author_id and c.what = 'partners' and c.withdrawn_at is null))))
       else 0 end as known
  from (select distinct id, reach from need) p
       left join fitting on fitting.need_id = p.id
       left join single on single.need_id = p.id
