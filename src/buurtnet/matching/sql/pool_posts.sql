-- Open posts of one kind by active authors, with what stands of them.
-- $1 need or offer   $2 theme root or null   $3 the moment   $4 neighbourhoods or null   $5 organisation or null   $6 the day
select p.id, p.author_id, p.theme_id::int, p.neighbourhood_id, p.organisation_id, p.reach::int, coalesce(p.slots, 268435455) as slots,
       p.slots is not null as named, coalesce(p.from_on - date '2000-01-01', -2147483648) as first,
       coalesce(p.until_on - date '2000-01-01', 2147483647) as last, p.language_bits, p.capacity::int, p.engaged::int,
       coalesce(s.standing, 0)::int as standing, coalesce(s.offered, false) as offered, p.again, p.urgency = 'urgent' as urgent,
       -- Whom a worker puts first has waited as long as counts.
       greatest(extract(epoch from $3::timestamptz - p.created_at) / 86400, case when put.until >= $6::date then 14 end)::float8 as waited
  from post p
       join theme t on t.id = p.theme_id and ($2::int is null or t.id = $2::int or t.parent_id = $2::int)
       left join put_first put on put.person_id = p.author_id
       left join (select case when $1::text = 'need' then m.need_id else m.offer_id end as post_id, count(*) as standing,
                         bool_or(m.state = 'offered') as offered
                    from match m where m.state in ('suggested', 'asked', 'offered') group by 1) s on s.post_id = p.id
 where p.state = 'open' and p.kind = $1::text and p.active and p.expires_at > $3::timestamptz
   and ($4::int[] is null or p.neighbourhood_id = any($4::int[])) and ($5::uuid is null or p.organisation_id = $5::uuid)
