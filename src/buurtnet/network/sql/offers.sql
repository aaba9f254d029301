-- Open offers with room for one more, as far as reachability needs them.
select p.author_id, p.neighbourhood_id, p.theme_id::int as theme, p.organisation_id, (c.person_id is not null) as shares, p.reach::int as reach,
       p.language_bits as tongues, coalesce(p.slots, (1 << 28) - 1) as slots
  from post p
       left join (select distinct person_id from consent where what = 'partners' and withdrawn_at is null) c on c.person_id = p.author_id
 where p.kind = 'offer' and p.state = 'open' and p.active and p.engaged < p.capacity and p.theme_id is not null
 order by p.neighbourhood_id, p.id
