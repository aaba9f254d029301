-- Matches with an answer from day $1 to day $2: who helped and who asked; the days on which the helper and the asker answered and on which it was
-- completed, also as a day in the zone of the installation's clock, $3, in which ties are written; the theme (0 for none); and of the need who posted
-- it, on which day, where, and after how many hours this helper said yes (NaN: not by day $2). A day on which nothing happened lies before all windows.
select m.helper_id, m.asker_id,
       coalesce(case when m.offer_answer is not null then coalesce(m.offered_at, m.asked_at, m.proposed_at) end, 'epoch')::date,
       coalesce(case when m.need_answer is not null then coalesce(m.agreed_at, m.offered_at, m.proposed_at) end, 'epoch')::date,
       case when m.state = 'completed' then m.closed_at else 'epoch' end::date,
       (case when m.state = 'completed' then m.closed_at else 'epoch' end at time zone $3::text)::date,
       coalesce(p.theme_id, 0)::int, m.need_id, p.author_id, p.created_at::date, p.neighbourhood_id,
       coalesce(case when m.offered_at < $2::date + 1 then extract(epoch from m.offered_at - p.created_at)::float8 / 3600 end, 'NaN')
  from match m join post p on p.id = m.need_id
 where (m.offer_answer is not null or m.need_answer is not null or m.offered_at is not null or m.state = 'completed')
   and least(m.proposed_at, m.closed_at) < $2::date + 1 and (m.closed_at is null or m.closed_at >= $1::date - 1)
