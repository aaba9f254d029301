-- Offers that were open at the end of day $1 with room for one more, as far as reachability needs them. Of a day that is over the places taken are
-- counted from the matches that had been agreed and were not over yet.
with taken as (
  select m.offer_id, count(*) as places from match m
   where $1::date < current_date and m.agreed_at < $1::date + 1 and (m.state = 'agreed' or m.closed_at >= $1::date + 1) group by m.offer_id
)
select p.author_id, p.neighbourhood_id, p.theme_id::int as theme, p.organisation_id, (c.person_id is not null) as shares, p.reach::int as reach,
       p.language_bits as tongues, coalesce(p.slots, (1 << 28) - 1) as slots
  from post p
       left join taken t on t.offer_id = p.id
       left join (select distinct person_id from consent where what = 'partners' and withdrawn_at is null) c on c.person_id = p.author_id
 where p.kind = 'offer' and p.active and p.theme_id is not null and p.created_at < $1::date + 1
   and (p.state = 'open' or p.state in ('met', 'withdrawn', 'expired') and p.closed_at >= $1::date + 1)
   and case when $1::date < current_date then coalesce(t.places, 0) else p.engaged end < p.capacity
