-- One page of forms of neighbourhoods, by code. $5: whether only the newest ones that still hold; $6, $7: first and last of the days on one of which
-- a form holds, null for open; $8, $9, $10: code, id and last day of the last one seen, null at the beginning; $11: how many; $12, $13, $14: the
-- system of the outlines, whether north comes first in it, with how many decimals; $15, $16: one id, and the day on which that form ended.
, page as (
  select * from form f
   where (not $5::bool or f.newest and f.valid_to is null)
     and ($6::date is null or f.valid_to is null or f.valid_to > $6) and ($7::date is null or f.valid_from is null or f.valid_from <= $7)
     and ($15::int is null or f.id = $15 and (f.newest and $16::date is null or f.valid_to = $16))
     and ($8::text is null or (f.code collate "C", f.id, f.until) > ($8 collate "C", $9::int, $10::date))
   order by f.code collate "C", f.id, f.until
   limit $11
)
select p.id as area_id, p.code, p.names, p.town_code, p.town_names, p.area_m2, p.inhabited, p.schematic, p.valid_from, p.valid_to, p.newest, p.until,
       ST_AsGeoJSON(case when $13::bool then ST_FlipCoordinates(ST_Transform(p.outline, $12::int)) else ST_Transform(p.outline, $12::int) end, $14::int, 0) as geometry
  from page p
 order by p.code collate "C", p.id, p.until
