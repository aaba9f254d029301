-- For each two parts of the network that no tie joins, the fitting pairs of a need in one and an offer in the other, whichever fit best.
-- $1 facilitator   $2 today   $3 how many of each two parts   $4 how many in all
-- One step farther than both want, and who is being asked already, a worker may set aside: such pairs come after those that just fit. What else
-- holds of a pair (the helper's month, safeguards) the rules ask of each that is shown.
with own as materialized (
  select p.id, k.component
    from staff f join staff_area fa on fa.person_id = f.person_id
         join person p on p.neighbourhood_id = fa.neighbourhood_id and p.organisation_id = f.organisation_id
         join tie_component k on k.person_id = p.id
   where f.person_id = $1::uuid and f.role = 'facilitator' and p.state = 'active' and not exists (select from staff s where s.person_id = p.id)
),
part as (
  select component, count(*)::int as people from own group by component having count(*) > 1
),
fitting as materialized (
  select wanted.id as wanted, given.id as given, wanted.talk or given.talk as talk, wanted.id = given.id as exact
    from theme wanted join theme given on given.id in (wanted.id, wanted.parent_id) or given.parent_id = wanted.id
   where wanted.review <> 'always' and given.review <> 'always'
),
standing as materialized (
  select post.id, post.kind, post.author_id, post.theme_id, post.neighbourhood_id, post.reach, post.slots, post.from_on, post.until_on,
         post.language_bits, post.created_at, own.component, part.people,
         exists (select from match m where post.id in (m.need_id, m.offer_id) and m.state in ('suggested', 'asked', 'offered')) as asked
    from own join part using (component) join post on post.author_id = own.id
   where post.state = 'open' and post.active and post.expires_at > now() and post.theme_id in (select wanted from fitting)
     and (post.until_on is null or post.until_on >= $2::date)
     and post.engaged < post.capacity
     and not exists (select from rest where post.kind = 'offer' and rest.person_id = post.author_id and rest.until > now())
     -- A bond that only a sensitive help made tells of nobody here.
     and (exists (select from tie where tie.a = own.id and tie.themes <> '{}') or exists (select from tie where tie.b = own.id and tie.themes <> '{}'))
),
pair as (
  select need.id as need_id, offer.id as offer_id, need.component as need_part, offer.component as offer_part,
         least(need.people, offer.people) as few, greatest(need.people, offer.people) as many,
         row_number() over (partition by least(need.component, offer.component), greatest(need.component, offer.component)
                            order by need.asked or offer.asked or near.level > least(need.reach, offer.reach), fitting.exact desc, near.metres,
                                     need.created_at, need.id, offer.id) as nth
    from standing need
         join fitting on fitting.wanted = need.theme_id
         join standing offer on offer.theme_id = fitting.given and offer.kind = 'offer' and offer.component <> need.component
         join neighbourhood_near near on near.a = need.neighbourhood_id and near.b = offer.neighbourhood_id
   where need.kind = 'need' and near.level <= least(need.reach, offer.reach) + 1
     and (not fitting.talk or need.language_bits & offer.language_bits <> 0)
     and coalesce(need.slots, 268435455) & coalesce(offer.slots, 268435455) <> 0
     and (need.until_on is null or offer.from_on is null or offer.from_on <= need.until_on)
     and (offer.until_on is null or need.from_on is null or need.from_on <= offer.until_on)
     and not exists (select from match m where m.need_id = need.id and m.offer_id = offer.id and m.state <> 'withdrawn')
     and not exists (select from keep_away k
                      where (k.person_id, k.other_id) in ((need.author_id, offer.author_id), (offer.author_id, need.author_id)))
     and not exists (select from pair_memory r
                      where (r.person_id, r.other_id) in ((need.author_id, offer.author_id), (offer.author_id, need.author_id))
                        and (r.until is null or r.until > now()))
)
select need_id, offer_id, need_part, offer_part, few, many from pair where nth <= $3
 order by few desc, many desc, need_part, offer_part, nth limit $4
