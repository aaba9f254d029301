-- Completed matches from day $1 to day $2 between people whose tie reaches over an edge of these days: who helped, on which day (since 2000), and the
-- theme, 0 for none. The days are those of the tie, which is written in the zone of the installation's clock, $3.
select t.a, t.b, ((m.closed_at at time zone $3::text)::date - date '2000-01-01')::int as day, m.helper_id = t.a as by_a, coalesce(p.theme_id, 0)::int as theme
  from match m
       join post p on p.id = m.need_id
       join tie t on t.a = least(m.helper_id, m.asker_id) and t.b = greatest(m.helper_id, m.asker_id)
 where m.state = 'completed' and m.closed_at >= $1::date::timestamp at time zone $3::text and m.closed_at < ($2::date + 1)::timestamp at time zone $3::text
   and t.first_on <= $2::date and t.last_on >= $1::date and (t.first_on < $1::date or t.last_on > $2::date)
