, told as materialized (
  select h.*, coalesce(f.mark, case when h.inhabited then 'unpublished' else 'uninhabited' end) as mark, f.value, f.n, f.low, f.high
    from here h
         left join lateral (
           select max(mark) filter (where measure = 'active') as mark,
                  jsonb_object_agg(measure, value) filter (where mark = 'shown' and value is not null) as value,
                  jsonb_object_agg(measure || '_n', n) filter (where mark = 'shown' and n is not null) as n,
                  jsonb_object_agg(measure || '_low', low) filter (where mark = 'shown' and low is not null) as low,
                  jsonb_object_agg(measure || '_high', high) filter (where mark = 'shown' and high is not null) as high
             from network_measure
            where snapshot_id = $4::uuid and area_kind = h.kind and area_id = h.id and window_months = $5::int and measure = any($6::text[])
         ) f on true
)
