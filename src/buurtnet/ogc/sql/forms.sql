-- Every form of every neighbourhood that lies where somebody asks. $1, $2: boxes as text and their system, null for everywhere; $3, $4: the code of
-- a municipality and of a neighbourhood, null for all. The other files of this folder go on from here.
box as materialized (
  select ST_Transform(ST_GeomFromText(drawn, $2::int), 3035) as ground from unnest($1::text[]) drawn
), form as materialized (
  select f.*, t.code as town_code, t.names as town_names, coalesce(f.valid_to, '9999-12-31') as until
    from (select id, code, names, municipality_id, outline, inhabited, schematic, area_m2, valid_from, valid_to, true as newest from neighbourhood
           union all
          select id, code, names, municipality_id, outline, inhabited, schematic, area_m2, valid_from, valid_to, false from earlier_neighbourhood) f
         join municipality t on t.id = f.municipality_id
   where ($1::text[] is null or exists (select from box where f.outline && box.ground and ST_Intersects(f.outline, box.ground)))
     and ($3::text is null or t.code = $3) and ($4::text is null or f.code = $4)
)
