"""Who could meet around one theme, read for the facilitator of their neighbourhoods alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import UUID

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch
from buurtnet.moderation.queries.seeing import VISIBLE
from buurtnet.network.queries.links import read_near
from buurtnet.network.rules.links import LEAST, WALKING, Member, find_circles
from buurtnet.network.schemas.links import Around, CircleIdea, CircleMember, Kind, Theme
from buurtnet.posts.queries import LABEL

MOST_CIRCLES, EACH = 12, 2
"""Circles that are proposed at once, and of one theme."""

AROUND = (Path(__file__).parents[1] / "sql" / "around.sql").read_text()
APART = """
select k.person_id as one, k.other_id as other from keep_away k where k.person_id = any($1::uuid[]) and k.other_id = any($1::uuid[])
union
select r.person_id, r.other_id from pair_memory r
 where r.person_id = any($1::uuid[]) and r.other_id = any($1::uuid[]) and (r.until is null or r.until > now())
"""
MEMBERS = f"""
select p.id, p.given_name as name, coalesce(n.names->>$2, n.names->>'nl') as neighbourhood,
       exists (select from task where task.kind = 'circle' and task.person_id = p.id and task.done_at is null) as planned
  from person p join neighbourhood n on n.id = p.neighbourhood_id where p.id = any($3::uuid[]) and {VISIBLE}
"""
LABEL_1 = LABEL.replace("{language}", "$1")
THEMES = f"""
select theme.id::int, label.label as name, theme.icon from theme {LABEL_1} where theme.id = any($2::int[])
"""
PLACES = "select id, names from neighbourhood where id = any($1::int[])"


async def list_circles(db: Db, viewer_id: UUID | None, language: str, on: date) -> list[CircleIdea]:
    """People around one theme within walking distance who could become a circle, the largest first; whoever keeps another one away is in none
    together with them."""
    themes: dict[int, list[Around]] = {}
    for one in await list_around(db, viewer_id, on):
        themes.setdefault(one.theme_id, []).append(one)
    themes = {theme: found for theme, found in themes.items() if len(found) >= LEAST}
    people = sorted({one.person_id for found in themes.values() for one in found})
    number = {person: place for place, person in enumerate(people)}
    apart = {frozenset((number[one], number[other])) for one, other in await list_apart(db, people)}
    near = await read_near(db, viewer_id, WALKING)
    ideas = [
        (theme, circle.place, [people[one.person] for one in circle.members])
        for theme, found in themes.items()
        for circle in islice(find_circles([Member(number[one.person_id], one.place, one.reach) for one in found], near, apart), EACH)
    ]
    ideas.sort(key=lambda idea: (-len(idea[2]), idea[0], idea[1]))
    return await _name_circles(db, viewer_id, language, ideas[:MOST_CIRCLES], themes)


async def _name_circles(
    db: Db, viewer_id: UUID | None, language: str, ideas: list[tuple[int, int, list[UUID]]], themes: Mapping[int, Sequence[Around]]
) -> list[CircleIdea]:
    shown = [person for *_, people in ideas for person in people]
    members = {one.id: one for one in await fetch(db, CircleMember, MEMBERS, viewer_id, language, shown)}
    names = {one.id: one for one in await fetch(db, Theme, THEMES, language, [theme for theme, *_ in ideas])}
    places = {row["id"]: name_in(row["names"], language) for row in await db.fetch(PLACES, [place for _, place, _ in ideas])}
    kinds: dict[tuple[int, UUID], Kind] = {(theme, one.person_id): one.kind for theme, found in themes.items() for one in found}
    return [
        CircleIdea(theme=names[theme], place_id=place, place=places[place], members=[(members[one], kinds[theme, one]) for one in people])
        for theme, place, people in ideas
    ]


async def list_around(
    db: Db, viewer_id: UUID | None, on: date, *, theme_id: int | None = None, people: Sequence[UUID] | None = None
) -> list[Around]:
    """Who asks, offers or has exchanged something of each theme, or of one, or among some people: who began longest ago first."""
    found = await fetch(db, Around, AROUND, viewer_id, on, theme_id, people)
    return sorted(found, key=lambda one: (one.created_at, one.post_id))


async def list_apart(db: Db, people: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Which two of these people are never brought together: one keeps the other away, or one has said no."""
    return [(row["one"], row["other"]) for row in await db.fetch(APART, list(people))]
