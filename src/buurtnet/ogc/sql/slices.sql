-- How many neighbourhoods are in each slice: $5, $6, $7 are the snapshots, the windows and the days of the slices in their order, $8 is a mark, null
-- for all.
, slice as (
  select * from unnest($5::uuid[], $6::int[], $7::date[]) with ordinality as s (snapshot_id, months, day, turn)
)
select s.turn::int as turn, count(*)::int as many
  from slice s
       join form f on (f.valid_from is null or f.valid_from <= s.day) and (f.valid_to is null or f.valid_to > s.day)
 where $8::text is null
    or $8 = coalesce((select m.mark from network_measure m
                       where m.snapshot_id = s.snapshot_id and m.area_kind = 'neighbourhood' and m.area_id = f.id and m.window_months = s.months
                         and m.measure = 'active'),
                     case when f.inhabited then 'unpublished' else 'uninhabited' end)
 group by s.turn
