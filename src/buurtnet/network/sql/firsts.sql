-- Needs posted from day $1 to day $2 that had a first yes by a helper: the day they were posted, and after how many hours.
select p.author_id, p.neighbourhood_id, p.created_at::date as posted, extract(epoch from min(m.offered_at) - p.created_at)::float8 / 3600 as hours
  from post p join match m on m.need_id = p.id
 where p.kind = 'need' and p.created_at >= $1::date and p.created_at < $2::date + 1 and m.offered_at < $2::date + 1
 group by p.id
