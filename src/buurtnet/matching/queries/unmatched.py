"""The open needs without a proposal, for the workers of their area, and why nobody fits them: counted for the whole area in one go."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.matches import LABELS
from buurtnet.matching.rules.loosening import Loosening, Way, list_loosenings
from buurtnet.posts.queries import FACILITATED
from buurtnet.web.language import current_language

UNMATCHED = f"""(post.state = 'open' and post.kind = 'need' and post.active and post.engaged < post.capacity and post.expires_at > now()
  and post.neighbourhood_id = any(array(select mine.neighbourhood_id from staff_area mine where mine.person_id = $1::uuid))
  and not exists (select from match m where m.need_id = post.id and m.state in ('suggested', 'asked', 'offered'))
  and {FACILITATED})"""
"""Whether `post` is an open need of the viewer's areas for which nobody is asked and no proposal waits; what waits for a worker is not open yet."""
ALL = f"""
select post.id, post.theme_id, post.neighbourhood_id, post.organisation_id
  from post where {UNMATCHED} and ($2::int is null or post.neighbourhood_id = $2) order by post.id
"""
THEMES = f"""
select theme.id, theme.slug, theme.icon, words.label from theme {LABELS}
 where theme.id = any($1::smallint[]) order by theme.position
"""
PAGE = f"""
select post.id, post.author_id as person_id, author.given_name as name, words.label as theme, theme.slug as theme_slug, theme.icon,
       post.neighbourhood_id, hood.names as neighbourhood_names, post.text, post.language, post.urgency = 'urgent' as urgent,
       post.created_at as since
  from post
       join person author on author.id = post.author_id
       join neighbourhood hood on hood.id = post.neighbourhood_id
       join theme on theme.id = post.theme_id
       {LABELS}
 where {UNMATCHED} and ($3::int is null or post.neighbourhood_id = $3) and ($4::text is null or theme.slug = $4)
   and ($5::bool is null or (post.urgency <> 'urgent', post.created_at, post.id) > (not $5, $6::timestamptz, $7::uuid))
 order by post.urgency <> 'urgent', post.created_at, post.id limit $8
"""


class Unmatched(msgspec.Struct, frozen=True, kw_only=True):
    """An open need for which nobody is asked."""

    id: UUID
    person_id: UUID
    name: str
    theme: str
    theme_slug: str
    icon: str
    neighbourhood_id: int
    neighbourhood: str
    text: str
    language: str
    urgent: bool
    since: datetime
    why: list[Loosening]
    """What would have to give way, the smallest first."""


class ThemeWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """How many needs of a theme wait, and for how many of them nobody offers anything: where helpers are to be found."""

    slug: str
    label: str
    icon: str
    waiting: int
    nobody: int


class UnmatchedList(msgspec.Struct, frozen=True, kw_only=True):
    """All that waits, by theme, and a page of it: urgent needs first, then whoever waits longest."""

    waiting: int
    themes: list[ThemeWaiting]
    items: list[Unmatched]
    next: str | None = None


class Place(msgspec.Struct, frozen=True):
    """Where a need stands, as the counting asks for it."""

    id: UUID
    theme_id: int
    neighbourhood_id: int
    organisation_id: UUID


async def list_unmatched(
    db: Db, viewer: Viewer, *, area: int | None = None, theme: str | None = None, after: str | None = None, size: int = 30
) -> UnmatchedList:
    """The needs of the facilitator's areas for which nobody is asked, in one neighbourhood or all, of one theme (a slug) or all; with why."""
    last = read_cursor(after, tuple[bool, datetime, UUID]) or (None, None, None)
    language = current_language().code
    needs = await fetch(db, Place, ALL, viewer.person_id, area)
    why = await find_loosenings(db, needs, at=now())
    rows = await db.fetch(PAGE, viewer.person_id, language, area, theme, *last, size + 1)
    items = [
        msgspec.convert({**row, "neighbourhood": name_in(row["neighbourhood_names"], language), "why": why.get(row["id"], [])}, Unmatched)
        for row in map(dict, rows)
    ]
    page = make_page(items, size, "urgent", "since", "id")
    themes = await _list_themes(db, language, needs, why)
    return UnmatchedList(waiting=len(needs), themes=themes, items=page.items, next=page.next)


async def _list_themes(db: Db, language: str, needs: Sequence[Place], why: Mapping[UUID, list[Loosening]]) -> list[ThemeWaiting]:
    """The themes with the most that nobody offers first, then with the most that waits."""
    waiting = Counter(need.theme_id for need in needs)
    nobody = Counter(need.theme_id for need in needs if (ways := why.get(need.id)) and ways[0].way is Way.NOBODY)
    rows = await db.fetch(THEMES, list(waiting), language)
    found = [
        ThemeWaiting(slug=row["slug"], label=row["label"], icon=row["icon"], waiting=waiting[row["id"]], nobody=nobody[row["id"]])
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.nobody, -one.waiting))


async def find_loosenings(db: Db, needs: Sequence[Place], *, at: datetime) -> dict[UUID, list[Loosening]]:
    """For each of the needs what would have to give way so that somebody fits, the smallest first; one that closed in the same moment is left out."""
    if not needs:
        return {}
    # NumPy takes half a second to import, which most web processes never need.
    import numpy as np

    from buurtnet.kit.arrays import find_places
    from buurtnet.matching.queries.pool import read_pool
    from buurtnet.matching.rules.counting import count_loosenings

    organisations = {need.organisation_id for need in needs}
    pool = await read_pool(
        db,
        at=at,
        neighbourhoods=sorted({need.neighbourhood_id for need in needs}),
        organisation_id=organisations.pop() if len(organisations) == 1 else None,
    )
    rows = find_places(pool.needs.id, np.array([need.id.bytes for need in needs], "S16"))
    counts = await asyncio.to_thread(count_loosenings, pool, rows[rows >= 0])
    there = [need.id for need, row in zip(needs, rows.tolist(), strict=True) if row >= 0]
    return {need_id: list_loosenings(one) for need_id, one in zip(there, counts, strict=True)}
