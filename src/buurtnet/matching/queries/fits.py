"""Who fits a post, in words that give no quiet need away."""

from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.candidates import get_subject, search
from buurtnet.matching.rules.cells import Subject
from buurtnet.matching.rules.loosening import FARTHEST, list_changes
from buurtnet.matching.schemas import Change, Fits, FitsView, MayHelp
from buurtnet.people.schemas import EVERY_SLOT

MANY = 10
"""From here on it is "many"; below it no number is told, and of needs not even whether there are any."""
OWN_POST = """
select p.id, p.kind, p.state, coalesce(t.review = 'always', true) as sensitive, p.version, p.own_slots or p.until_on is not null as timed,
       (select a.slots from person a where a.id = p.author_id) as author_slots,
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
    version: int
    timed: bool
    """Whether the post itself names days or moments."""
    author_slots: int
    """When the author is there at all."""
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
    fits, may_help = await _say_fits(db, own, at)
    return FitsView(
        post_id=own.id,
        kind=own.kind,
        fits=fits,
        answer_before=own.answer_before,
        match_id=own.waits_id or own.agreed_id,
        agreed=own.waits_id is None and own.agreed_id is not None,
        may_help=may_help,
    )


async def _say_fits(db: Db, own: OwnPost, at: datetime) -> tuple[Fits, MayHelp | None]:
    if own.state not in ("open", "waiting"):
        return Fits.CLOSED, None
    if own.state == "waiting" or own.sensitive:
        return Fits.REVIEW, None
    subject = await get_subject(db, own.id, at)
    found = own.standing + (len(await search(db, subject, MANY, at)) if subject else 0)
    if found >= MANY:
        return Fits.MANY, None
    if own.kind == "offer":
        return Fits.QUIET, None
    if found:
        return Fits.SOME, None
    return Fits.NONE, await _find_change(db, own, subject, at) if subject else None


AROUND = "select b, metres, level from neighbourhood_near where a = $1 and level between $2 and $3 order by b"


async def _find_change(db: Db, own: OwnPost, subject: Subject, at: datetime) -> MayHelp | None:
    """The smallest change with which somebody fits: found by the same search, so that what nobody may know of counts for nothing here either."""
    rows = await db.fetch(AROUND, subject.neighbourhood_id, subject.reach + 1, FARTHEST)
    for change, reach in list_changes(subject.reach, timed=own.timed):
        if change is Change.REACH:
            ring = [row for row in rows if row["level"] == reach]
            places = {"near_ids": "b", "near_metres": "metres", "near_levels": "level"}
            wider = msgspec.structs.replace(subject, reach=reach, **{name: [row[key] for row in ring] for name, key in places.items()})
        else:
            free = None if own.author_slots == EVERY_SLOT else own.author_slots
            wider = msgspec.structs.replace(subject, slots=free, from_on=None, until_on=None)
        if await search(db, wider, 1, at):
            return MayHelp(change=change, version=own.version, reach=reach)
    return None
