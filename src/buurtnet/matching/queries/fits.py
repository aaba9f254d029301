"""Who fits a post, in words that give no quiet need away."""

from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.candidates import find_candidates
from buurtnet.matching.schemas import Fits, FitsView

MANY = 10
"""From here on it is "many"; below it no number is told, and of needs not even whether there are any."""
OWN_POST = """
select p.id, p.kind, p.state, coalesce(t.review = 'always', true) as sensitive, p.active,
       (select count(*) from match m where m.need_id = p.id and m.state in ('suggested', 'asked', 'offered', 'agreed', 'resting')) as standing,
       (select min(m.lapses_at) from match m where m.need_id = p.id and m.state in ('asked', 'offered') and m.lapses_at > $3) as answer_before,
       (select m.id from match m where (m.need_id = p.id and m.state = 'offered') or (m.offer_id = p.id and m.state = 'asked')
         order by m.lapses_at limit 1) as waits_id,
       (select m.id from match m where (m.need_id = p.id or m.offer_id = p.id) and m.state = 'agreed' order by m.agreed_at desc limit 1) as agreed_id
  from post p left join theme t on t.id = p.theme_id
 where p.id = $2 and p.author_id = $1
"""


class OwnPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post of the viewer and how its matches stand."""

    id: UUID
    kind: str
    state: str
    sensitive: bool
    active: bool
    standing: int
    answer_before: datetime | None
    waits_id: UUID | None
    agreed_id: UUID | None


async def get_fits(db: Db, viewer: Viewer, post_id: UUID, *, at: datetime | None = None) -> FitsView:
    """What the author of a post hears of who fits: none, some or many; NotFound for anybody else's post."""
    at = at or now()
    own = await fetch_one(db, OwnPost, OWN_POST, viewer.person_id, post_id, at)
    if own is None:
        raise NotFound
    return FitsView(
        post_id=own.id,
        kind=own.kind,
        fits=await _say_fits(db, own, at),
        answer_before=own.answer_before,
        match_id=own.waits_id or own.agreed_id,
        agreed=own.waits_id is None and own.agreed_id is not None,
    )


async def _say_fits(db: Db, own: OwnPost, at: datetime) -> Fits:
    if own.state not in ("open", "waiting"):
        return Fits.CLOSED
    if own.state == "waiting" or own.sensitive:
        return Fits.REVIEW
    found = own.standing + len(await find_candidates(db, own.id, MANY, at=at))
    if found >= MANY:
        return Fits.MANY
    if own.kind == "offer":
        return Fits.QUIET
    return Fits.SOME if found else Fits.NONE
