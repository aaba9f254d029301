-- Help between neighbourhoods that a published month $1 tells, as lines between the points of the neighbourhoods of the day $2.
select (row_number() over (order by f.window_months, a.code collate "C", b.code collate "C"))::int as id,
       f.from_id, a.code as from_code, a.names as from_names, f.to_id, b.code as to_code, b.names as to_names,
       f.window_months as "window", f.helps, f.people,
       ST_AsBinary(ST_Transform(line, 31370), 'NDR') as ground, ST_AsBinary(ST_Transform(line, 4326), 'NDR') as globe
  from network_flow f
       join snapshot s on s.id = f.snapshot_id and s.kind = 'month' and s.published_at is not null
       join neighbourhood_on($2::date) a on a.id = f.from_id
       join neighbourhood_on($2::date) b on b.id = f.to_id
       cross join lateral (select ST_MakeLine(a.point, b.point) as line) drawn
 where s.id = $1::uuid
 order by 1
