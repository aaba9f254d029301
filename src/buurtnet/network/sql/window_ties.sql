-- Ties with a help from day $1 to day $2: both ends, the first and the last day, how often each helped, and up to eight themes, four in a number.
select t.a, t.b, t.first_on, t.last_on, t.a_helped, t.b_helped,
       case when themes[2] is null then coalesce(themes[1], 0)::bigint << 48
            else (themes[1]::bigint << 48) | (themes[2]::bigint << 32)
                 | case when themes[3] is null then 0 else (themes[3]::bigint << 16) | coalesce(themes[4], 0) end end,
       case when themes[5] is null then 0
            else (themes[5]::bigint << 48) | (coalesce(themes[6], 0)::bigint << 32) | (coalesce(themes[7], 0)::bigint << 16) | coalesce(themes[8], 0) end
  from tie t where t.last_on >= $1::date and t.first_on <= $2::date
