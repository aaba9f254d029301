-- $1 organisation, $2 the first moment of a year, $3 the first moment after it. How many people, by what and by which key ("" is all of them):
-- everybody of the organisation, what they asked and offered while it stood, whom they met, where they live, which right came first.
with everybody as (
  select p.id, p.created_on, p.neighbourhood_id
    from person p
   where p.organisation_id = $1 and p.state <> 'erased' and p.created_on < $3::timestamptz::date
     and not exists (select from staff where staff.person_id = p.id)
),
stood as (
  select post.author_id, post.kind, coalesce(theme.parent_id, theme.id) as root_id
    from post join everybody on everybody.id = post.author_id join theme on theme.id = post.theme_id
   where post.created_at < $3 and (post.closed_at is null or post.closed_at >= $2::timestamptz)
     and (post.state <> 'expired' or post.expires_at >= $2) and post.state not in ('refused', 'waiting')
),
met as (
  select side.person_id, match.id, coalesce(theme.parent_id, theme.id) as root_id
    from match join post need on need.id = match.need_id join theme on theme.id = need.theme_id
    cross join lateral (values (match.asker_id), (match.helper_id)) side(person_id)
   where match.state = 'completed' and match.closed_at >= $2 and match.closed_at < $3 and need.organisation_id = $1
),
named as (
  select theme.id, theme.slug, theme.position, jsonb_object_agg(label.language, label.label) as label
    from theme join theme_label label on label.theme_id = theme.id where theme.parent_id is null group by theme.id
)
select 'people' as what, '' as code, '{}'::jsonb as label, count(*)::int as people, 0 as place from everybody
union all select 'new', '', '{}', count(*)::int, 0 from everybody where created_on >= $2::date
union all select 'helped', '', '{}', count(*)::int, 0 from everybody
           where exists (select from consent c where c.person_id = everybody.id and c.helped_by is not null)
union all select 'need', '', '{}', count(distinct author_id)::int, 0 from stood where kind = 'need'
union all select 'offer', '', '{}', count(distinct author_id)::int, 0 from stood where kind = 'offer'
union all select 'both', '', '{}', count(*)::int, 0 from everybody
           where exists (select from stood where author_id = everybody.id and kind = 'need')
             and exists (select from stood where author_id = everybody.id and kind = 'offer')
union all select 'met', '', '{}', count(distinct person_id)::int, 0 from met
union all select 'times', '', '{}', count(distinct id)::int, 0 from met
union all select stood.kind, named.slug, named.label, count(distinct author_id)::int, named.position
            from stood join named on named.id = stood.root_id group by stood.kind, named.slug, named.label, named.position
union all select 'met', named.slug, named.label, count(distinct person_id)::int, named.position
            from met join named on named.id = met.root_id group by named.slug, named.label, named.position
union all select 'place', '', '{}', count(*)::int, 0 from everybody where neighbourhood_id is not null
union all select 'place', n.id::text, n.names, count(*)::int, 0
            from everybody join neighbourhood n on n.id = everybody.neighbourhood_id group by n.id, n.names
union all select 'right', '', '{}', count(distinct r.person_id)::int, 0 from referral r
           where r.organisation_id = $1 and r.proposed_at >= $2 and r.proposed_at < $3
union all select 'right', r."right", coalesce(listed.labels, '{}'), count(distinct r.person_id)::int, coalesce(listed.position, 0)
            from referral r left join listed on listed.kind = 'right' and listed.code = r."right"
           where r.organisation_id = $1 and r.proposed_at >= $2 and r.proposed_at < $3
           group by r."right", listed.labels, listed.position
 order by what, place, code
