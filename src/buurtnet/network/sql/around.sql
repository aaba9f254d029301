-- Who asks, offers or has exchanged something of a theme within a year, with the post that tells it best: an open one before others, then the newest.
-- $1 facilitator   $2 today   $3 a theme or null   $4 people or null. Adults alone, and no sensitive theme.
select distinct on (post.theme_id, p.id)
       post.theme_id::int, p.id as person_id, p.neighbourhood_id as place, p.reach::int, post.id as post_id, post.kind, post.created_at
  from person p
       join post on post.author_id = p.id
       join theme on theme.id = post.theme_id and theme.review <> 'always'
 where p.neighbourhood_id = any(array(select fa.neighbourhood_id from staff_area fa where fa.person_id = $1::uuid))
   and p.organisation_id = any(array(select f.organisation_id from staff f where f.person_id = $1::uuid and f.role = 'facilitator'))
   and p.state = 'active' and p.adult and not exists (select from staff s where s.person_id = p.id)
   and ($3::int is null or post.theme_id = $3) and ($4::uuid[] is null or p.id = any($4))
   and (post.state = 'open' and post.active and post.expires_at > now()
        or post.state = 'met' and post.closed_at > $2::date - interval '12 months'
        or post.state in ('withdrawn', 'expired') and (
             exists (select from match m where m.need_id = post.id and m.state = 'completed' and m.closed_at > $2::date - interval '12 months')
             or exists (select from match m where m.offer_id = post.id and m.state = 'completed' and m.closed_at > $2::date - interval '12 months')))
 order by post.theme_id, p.id, post.state = 'open' desc, post.created_at desc, post.id
