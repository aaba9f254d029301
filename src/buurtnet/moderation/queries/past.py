"""Past posts, for trying rules on them: those that a facilitator may read, or for a coordinator's figures those of the organisation."""

from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries.seeing import POST_VISIBLE
from buurtnet.screening.rules.trying import PastText

PAST_TEXT = """p.id, p.text, p.language, t.slug as theme, p.state, p.created_at, p.author_id,
       coalesce(t.review = 'always', true) or exists (select from flag g where g.object_kind = 'post' and g.object_id = p.id
          and g.leads_to <> 'allowed' and g.rule_id is distinct from $2::int) as otherwise
  from post p left join theme t on t.id = p.theme_id
 where p.text <> '' and p.created_at > now() - interval '180 days'
"""
OWN_PAST = f"select {PAST_TEXT} and {POST_VISIBLE} order by p.created_at desc, p.id limit 300"
WHOLE_PAST = f"select {PAST_TEXT} and p.organisation_id = $1 order by p.created_at desc, p.id limit 1000"


async def list_past_texts(db: Db, viewer: Viewer, *, but: int | None = None) -> list[PastText]:
    """The newest posts of half a year that the facilitator may read, 300 at most; `but` is the rule that does not count as another reason."""
    return await fetch(db, PastText, OWN_PAST, viewer.person_id, but)


async def list_organisation_texts(db: Db, viewer: Viewer, *, but: int | None = None) -> list[PastText]:
    """The same of the whole organisation, 1,000 at most: to be counted, never to be shown."""
    return await fetch(db, PastText, WHOLE_PAST, viewer.organisation_id, but)
