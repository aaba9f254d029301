-- Residents by id: neighbourhood, first language, the list of languages by its hash, organisation, consent to partners, reach, times, and the day they
-- joined. Workers are no residents.
select p.id, coalesce(p.neighbourhood_id, -1) as neighbourhood, hashtext(coalesce(p.languages[1], p.language)) as tongue,
       hash_array_extended(p.languages, 0) as spoken, p.organisation_id, (c.person_id is not null) as shares, p.reach::int as reach, p.slots,
       p.created_on as joined
  from person p
       left join (select distinct person_id from consent where what = 'partners' and withdrawn_at is null) c on c.person_id = p.id
 where p.state <> 'erased' and not exists (select from staff f where f.person_id = p.id)
 order by p.id
