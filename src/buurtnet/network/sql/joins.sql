-- What the facilitator's residents ask and offer who are in a part of the network, with how many of them are in it.
-- $1 facilitator   $2 today. Posts of their own neighbourhoods alone, for only these are near each other here. No sensitive theme, and a bond that
-- only a sensitive help made tells of nobody here.
with own as materialized (
  select p.id, k.component
    from person p join tie_component k on k.person_id = p.id
   where p.neighbourhood_id = any(array(select fa.neighbourhood_id from staff_area fa where fa.person_id = $1::uuid))
     and p.organisation_id = any(array(select f.organisation_id from staff f where f.person_id = $1::uuid and f.role = 'facilitator'))
     and p.state = 'active' and not exists (select from staff s where s.person_id = p.id)
),
part as (
  select component, count(*)::int as people from own group by component having count(*) > 1
)
select post.id, post.kind = 'need' as asks, post.theme_id::int as theme, post.neighbourhood_id as place, post.reach::int, post.slots, post.from_on,
       post.until_on, post.language_bits as tongues, own.component as part, part.people,
       exists (select from match m where m.need_id = post.id and m.state in ('suggested', 'asked', 'offered'))
         or exists (select from match m where m.offer_id = post.id and m.state in ('suggested', 'asked', 'offered')) as asked
  from own join part using (component) join post on post.author_id = own.id join theme on theme.id = post.theme_id and theme.review <> 'always'
 where post.neighbourhood_id = any(array(select fa.neighbourhood_id from staff_area fa where fa.person_id = $1::uuid))
   and post.state = 'open' and post.active and post.expires_at > now() and post.engaged < post.capacity
   and (post.until_on is null or post.until_on >= $2::date)
   and not exists (select from rest where post.kind = 'offer' and rest.person_id = post.author_id and rest.until > now())
   and (exists (select from tie where tie.a = post.author_id and tie.themes <> '{}')
        or exists (select from tie where tie.b = post.author_id and tie.themes <> '{}'))
 order by post.created_at, post.id
