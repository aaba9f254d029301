"""Who is left out, of the facilitator's neighbourhoods. `$1` is the viewer, `$2` the day it is."""

from buurtnet.matching.queries.matches import FACILITATED
from buurtnet.moderation.queries import POST_VISIBLE, VISIBLE

MINE = "{0}.neighbourhood_id = any(array(select mine.neighbourhood_id from staff_area mine where mine.person_id = $1::uuid))"
"""The neighbourhoods of the viewer, found once for the whole statement, so that an index serves."""
RESIDENT = f"p.state = 'active' and {MINE.format('p')} and {VISIBLE} and not exists (select from staff own where own.person_id = p.id)"
NOBODY = f"""({RESIDENT} and not exists (select from tie_component i where i.person_id = p.id)
  and exists (select from post o where o.author_id = p.id and o.state <> 'refused'))"""
"""Whether the person `p` asked or offered something and was not brought together with anybody yet."""
UNANSWERED = f"""(p.state = 'open' and p.active and p.expires_at > now() and p.created_at < $2::date - interval '7 days'
  and {MINE.format("p")} and {POST_VISIBLE}
  and not exists (select from match m where m.need_id = p.id and m.state in ('suggested', 'asked', 'offered', 'agreed', 'completed', 'failed'))
  and not exists (select from match m where m.offer_id = p.id and m.state in ('suggested', 'asked', 'offered', 'agreed', 'completed', 'failed')))"""
"""Whether the post `p` has been open for a week and nobody took it up."""
SILENT = f"(match.state = 'agreed' and match.agreed_at < $2::date - interval '7 days' and {FACILITATED})"
"""Whether the two of `match` agreed more than a week ago and it is not over."""
CARRIES = f"""({RESIDENT} and (
  select count(*) from match m where m.helper_id = p.id and m.state in ('agreed', 'completed') and m.agreed_at >= $2::date - 30)
  >= greatest(2, least(p.monthly_max, 4)))"""
"""Whether the person `p` helped so often in the last thirty days as they said is enough, or once a week."""
