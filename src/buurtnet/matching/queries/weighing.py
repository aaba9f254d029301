"""Reading what counts for how much: as it holds now, and how it came about."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.rules.weighing import Weighing
from buurtnet.web.language import current_language

SQL = Path(__file__).parent.parent / "sql"
IN_FORCE = (SQL / "weighing.sql").read_text()
CHANGES = (SQL / "weighings.sql").read_text()


class Distance(msgspec.Struct, frozen=True, kw_only=True):
    """How far is far for a theme: after how many metres nearness counts half."""

    theme_id: int
    parent_id: int | None
    label: str
    icon: str
    metres: int
    """What holds."""
    own: int | None
    """What was set for this very theme."""


class AreaCard(msgspec.Struct, frozen=True, kw_only=True):
    """An area of the viewer's organisation with its emphasis."""

    id: UUID
    names: dict[str, str]
    step: int
    decided_with: str | None
    decided_on: date | None
    mine: bool
    """Whether the viewer may set it."""

    @property
    def name(self) -> str:
        """In the reader's language."""
        return name_in(self.names, current_language().code)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was set: what held before it and after, as percents in the order of Parts, metres, or a step."""

    kind: str
    """weights, halving or emphasis."""
    area_id: UUID | None
    theme_id: int | None
    names: dict[str, str]
    """Of the area or the theme."""
    before: list[int | None] | None
    after: list[int | None]
    decided_with: str
    decided_on: date
    set_by: str | None
    """The worker's name; of another organisation its name."""
    set_at: datetime

    @property
    def name(self) -> str:
        """Of the area or the theme, in the reader's language."""
        return name_in(self.names, current_language().code)


def to_weighing(row: Mapping[str, Any]) -> Weighing:
    """A row of what holds; the keys of a JSON object, here numbers of themes, are texts."""
    return msgspec.convert(row, Weighing, str_keys=True)


async def read_weighing(db: Db) -> Weighing:
    """What holds now: the last that was set of each."""
    return to_weighing(dict(await db.fetchrow(IN_FORCE) or {}))


AREAS = """
select r.id, r.names, coalesce(e.step, 0) as step, e.decided_with, e.decided_on, $3::bool or r.neighbourhoods && $2::int[] as mine
  from area r
       left join lateral (select step, decided_with, decided_on from emphasis where area_id = r.id order by set_at desc, id desc limit 1) e on true
 where r.organisation_id = $1::uuid
 order by mine desc, r.names::text, r.id
"""


async def list_areas(db: Db, viewer: Viewer) -> list[AreaCard]:
    """The areas of the viewer's organisation, those first that the viewer may set: a coordinator all, a facilitator those they work in."""
    facilitated = list(viewer.areas) if "facilitator" in viewer.roles else []
    return await fetch(db, AreaCard, AREAS, viewer.organisation_id, facilitated, "coordinator" in viewer.roles)


async def get_area(db: Db, viewer: Viewer, area_id: UUID) -> AreaCard:
    """An area whose emphasis the viewer may set; NotFound for any other."""
    for area in await list_areas(db, viewer):
        if area.id == area_id and area.mine:
            return area
    raise NotFound


DISTANCES = """
select t.id as theme_id, t.parent_id, words.label, t.icon, coalesce(own.metres, above.metres, t.halving_m) as metres, own.metres as own
  from theme t left join theme root on root.id = t.parent_id
       cross join lateral (select label from theme_label where theme_id = t.id and language in ($1, 'nl', 'en')
                            order by language = $1 desc, language = 'nl' desc limit 1) words
       left join lateral (select metres from halving where theme_id = t.id order by set_at desc, id desc limit 1) own on true
       left join lateral (select metres from halving where theme_id = t.parent_id order by set_at desc, id desc limit 1) above on true
 where $2::int is null or t.id = $2
 order by coalesce(root.position, t.position), t.parent_id is not null, t.position
"""


async def list_distances(db: Db) -> list[Distance]:
    """How far is far for each theme, each root before its own."""
    return await fetch(db, Distance, DISTANCES, current_language().code, None)


async def get_distance(db: Db, theme_id: int) -> Distance:
    """The same for one theme; NotFound where there is none."""
    found = await fetch_one(db, Distance, DISTANCES, current_language().code, theme_id)
    if found is None:
        raise NotFound
    return found


async def list_changes(db: Db, viewer: Viewer, *, size: int = 50) -> list[Change]:
    """What was set of late, newest first; of areas only those of the viewer's organisation."""
    return await fetch(db, Change, CHANGES, viewer.organisation_id, size)
