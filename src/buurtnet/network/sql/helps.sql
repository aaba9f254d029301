-- Completed matches from day $1 to day $2 between people whose tie reaches over an edge of a window: who helped, on which day, and the theme, 0 for
-- none. The windows end on day $2; the longest begins on day $1, the shortest on day $3. The days are those of the tie, which is written in the zone
-- of the installation's clock, $4.
select t.a, t.b, (m.closed_at at time zone $4::text)::date as day, m.helper_id = t.a as by_a, coalesce(p.theme_id, 0)::int as theme
  from match m
       join post p on p.id = m.need_id
       join tie t on t.a = least(m.helper_id, m.asker_id) and t.b = greatest(m.helper_id, m.asker_id)
 where m.state = 'completed' and m.closed_at >= $1::date::timestamp at time zone $4::text and m.closed_at < ($2::date + 1)::timestamp at time zone $4::text
   and t.first_on <= $2::date and t.last_on >= $1::date and (t.first_on < $3::date or t.last_on > $2::date)
