"""What a worker may see: conditions on `p`, used by every other file here."""

VISIBLE = """exists (select from staff f join staff_area fa on fa.person_id = f.person_id
  where f.person_id = $1::uuid and f.role = 'facilitator' and f.organisation_id = p.organisation_id and fa.neighbourhood_id = p.neighbourhood_id)"""
"""Whether `p` (a post, a person, a task: anything with an organisation and a neighbourhood) is in an area of the viewer, a facilitator."""
POST_VISIBLE = f"""({VISIBLE} and (exists (select from theme th where th.id = p.theme_id and th.review <> 'always')
  or exists (select from staff f where f.person_id = $1::uuid and f.role = 'facilitator' and f.secrecy_basis is not null)))"""
"""The same for a post `p`: one with a sensitive or unknown theme is for facilitators with a basis for secrecy alone."""
HELD = """left join claim c on c.object_kind = '{kind}' and c.object_id = {of}.id and c.until > now()
  left join person holder on holder.id = c.by"""
ABOUT_VISIBLE = POST_VISIBLE.replace("p.", "o.")
