-- One page of the neighbourhoods of some slices, in each those with most figures first; values only where they are shown. $5 to $8 as in slices.sql;
-- $9 to $12: turn, figures, code and id of the last one seen, null at the beginning; $13: how many; $14, $15, $16: the system of the outlines,
-- whether north comes first in it, with how many decimals; $17: one id, null for all.
, slice as (
  select * from unnest($5::uuid[], $6::int[], $7::date[]) with ordinality as s (snapshot_id, months, day, turn)
), page as (
  select s.*, f.*, found.filled, coalesce(found.mark, case when f.inhabited then 'unpublished' else 'uninhabited' end) as mark
    from slice s
         join form f on (f.valid_from is null or f.valid_from <= s.day) and (f.valid_to is null or f.valid_to > s.day)
         cross join lateral (
           select count(*) filter (where m.mark = 'shown')::int as filled, max(m.mark) filter (where m.measure = 'active') as mark
             from network_measure m
            where m.snapshot_id = s.snapshot_id and m.area_kind = 'neighbourhood' and m.area_id = f.id and m.window_months = s.months
         ) found
   where ($17::int is null or f.id = $17)
     and ($8::text is null or $8 = coalesce(found.mark, case when f.inhabited then 'unpublished' else 'uninhabited' end))
     and ($9::int is null or (s.turn, -found.filled, f.code collate "C", f.id) > ($9, -$10::int, $11::text collate "C", $12::int))
   order by s.turn, found.filled desc, f.code collate "C", f.id
   limit $13
)
select p.id as area_id, p.code, p.names, p.town_code, p.town_names, p.schematic, p.inhabited, p.day as as_of, to_char(p.day, 'YYYY-MM') as month,
       p.months as "window", p.mark, p.filled,
       coalesce((select jsonb_object_agg(m.measure, jsonb_build_array(m.mark, told.value, told.n, told.low, told.high))
                   from network_measure m
                        left join lateral (select m.value, m.n, m.low, m.high where m.mark = 'shown') told on true
                  where m.snapshot_id = p.snapshot_id and m.area_kind = 'neighbourhood' and m.area_id = p.id and m.window_months = p.months), '{}') as figures,
       ST_AsGeoJSON(case when $15::bool then ST_FlipCoordinates(ST_Transform(p.outline, $14::int)) else ST_Transform(p.outline, $14::int) end, $16::int, 0) as geometry
  from page p
 order by p.turn, p.filled desc, p.code collate "C", p.id
