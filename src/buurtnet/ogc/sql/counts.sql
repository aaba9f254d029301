-- How many neighbourhoods are in each slice. $1 to $8 as in measures.sql.
with slice as (
  select * from unnest($1::uuid[], $2::int[], $3::date[]) with ordinality as s (snapshot_id, months, day, turn)
), box as materialized (
  select ST_Transform(ST_GeomFromText(drawn, $5::int), 3035) as ground from unnest($4::text[]) drawn
), form as materialized (
  select f.id, f.inhabited, f.valid_from, f.valid_to
    from (select id, code, municipality_id, outline, inhabited, valid_from, valid_to from neighbourhood
           union all
          select id, code, municipality_id, outline, inhabited, valid_from, valid_to from earlier_neighbourhood) f
         join municipality t on t.id = f.municipality_id
   where ($4::text[] is null or exists (select from box where f.outline && box.ground and ST_Intersects(f.outline, box.ground)))
     and ($6::text is null or t.code = $6) and ($7::text is null or f.code = $7)
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
