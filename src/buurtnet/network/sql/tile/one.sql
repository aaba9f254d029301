, told as materialized (
  select h.*, coalesce(f.mark, case when h.inhabited then 'unpublished' else 'uninhabited' end) as mark, f.value, f.n, f.low, f.high
    from here h left join figures f on f.area_kind = h.kind and f.area_id = h.id
)
