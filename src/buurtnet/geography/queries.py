"""Reading places: municipalities, neighbourhoods, how near they are, and their outlines. Everything here is public."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.geography.schemas import Area, Choice, Count, Drawing, Municipality, Names, Neighbourhood, Option, Sketch
from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound

SQL = Path(__file__).parent / "sql"

MUNICIPALITIES = """
select m.id, m.code, m.names, count(*) filter (where n.inhabited) as neighbourhoods, bool_or(n.schematic) as schematic,
       coalesce(max(i.attribution), '') as attribution
  from municipality m
       join neighbourhood n on n.municipality_id = m.id and n.valid_to is null
       left join boundary_import i on i.source = n.source and i.vintage = n.vintage
 group by m.id
 order by m.code
"""


async def list_municipalities(db: Db) -> list[Municipality]:
    """The municipalities that have neighbourhoods, by code."""
    return await fetch(db, Municipality, MUNICIPALITIES)


NEIGHBOURHOODS = """
select n.id, n.code, n.names, n.municipality_id, m.names as municipality_names, n.inhabited, n.valid_to
  from neighbourhood n join municipality m on m.id = n.municipality_id
 where n.valid_to is null and ($1::int is null or n.municipality_id = $1)
 order by n.code
"""


async def list_neighbourhoods(db: Db, municipality_id: int | None = None) -> list[Neighbourhood]:
    """The present neighbourhoods, of one municipality or of all, by code; also those where nobody lives."""
    return await fetch(db, Neighbourhood, NEIGHBOURHOODS, municipality_id)


NEIGHBOURHOOD = """
select n.id, n.code, n.names, n.municipality_id, m.names as municipality_names, n.inhabited, n.valid_to
  from neighbourhood n join municipality m on m.id = n.municipality_id
 where n.id = $1
"""


async def get_neighbourhood(db: Db, neighbourhood_id: int) -> Neighbourhood:
    """The neighbourhood of that id, also one that a newer import has ended; NotFound where there never was one."""
    if (found := await fetch_one(db, Neighbourhood, NEIGHBOURHOOD, neighbourhood_id)) is None:
        raise NotFound
    return found


OUTLINES = (SQL / "outlines.sql").read_text()


async def outlines_geojson(db: Db, municipality_id: int) -> str:
    """The outlines of a municipality's neighbourhoods as GeoJSON in WGS84; NotFound where it has none."""
    text: str | None = await db.fetchval(OUTLINES, municipality_id)
    if text is None:
        raise NotFound
    return text


SKETCHES = (SQL / "sketches.sql").read_text()


async def svg_outlines(db: Db, municipality_id: int, *, day: date | None = None) -> Drawing:
    """The outlines of a municipality's neighbourhoods of the day, or today's, as paths of an SVG drawing; NotFound where it has none."""
    rows = await db.fetch(SKETCHES, municipality_id, day)
    if not rows:
        raise NotFound
    return Drawing(
        municipality_id=municipality_id,
        width=rows[0]["width"],
        height=rows[0]["height"],
        areas=[Sketch(**{name: row[name] for name in Sketch.__struct_fields__}) for row in rows],
        schematic=any(row["schematic"] for row in rows),
        attribution=rows[0]["attribution"],
    )


async def get_choice(db: Db, language: str, municipality_id: int | None = None) -> Choice:
    """What `geography/choose.html` shows: the municipalities, and of one of them (or the only one) the neighbourhoods and their map.

    Names come in the language, lists in their order. A municipality that is not there is as if none was chosen.
    """
    towns = await list_municipalities(db)
    options = sorted((Option(town.id, name_in(town.names, language)) for town in towns), key=_by_name)
    chosen = towns[0].id if len(towns) == 1 else municipality_id
    if chosen not in {town.id for town in towns}:
        return Choice(municipalities=options)
    drawing = await svg_outlines(db, chosen)
    inhabited = sorted((Option(area.id, name_in(area.names, language)) for area in drawing.areas if area.inhabited), key=_by_name)
    return Choice(municipalities=options, municipality_id=chosen, neighbourhoods=inhabited, drawing=drawing)


def _by_name(option: Option) -> tuple[str, int]:
    return option.name.casefold(), option.id


PRESENT_OUTLINES = "select id, ST_AsBinary(outline) as outline from neighbourhood where valid_to is null order by id"


async def list_outlines(db: Db) -> list[tuple[int, bytes]]:
    """The present neighbourhoods, each with its outline as WKB, by id."""
    return [(row["id"], row["outline"]) for row in await db.fetch(PRESENT_OUTLINES)]


class TownForm(msgspec.Struct, frozen=True):
    """A municipality as it was last written."""

    id: int
    code: str
    names: Names
    outline: bytes
    schematic: bool
    valid_to: date | None


TOWN_FORMS = """
select m.id, m.code, m.names, ST_AsBinary(m.outline) as outline, m.valid_to,
       exists (select from neighbourhood n where n.municipality_id = m.id and n.schematic and n.valid_to is null) as schematic
  from municipality m where m.code = any($1::text[])
"""


async def list_town_forms(db: Db, codes: Sequence[str]) -> list[TownForm]:
    """The municipalities of the codes that are known, their outlines as WKB."""
    return await fetch(db, TownForm, TOWN_FORMS, codes)


class HoodForm(msgspec.Struct, frozen=True):
    """A neighbourhood as it was last written."""

    id: int
    code: str
    names: Names
    municipality_id: int
    inhabited: bool
    codes: list[str]
    vintage: str
    source: str
    schematic: bool
    outline: bytes
    valid_to: date | None


FORMS = """
select id, code, names, municipality_id, inhabited, codes, vintage, source, schematic, ST_AsBinary(outline) as outline, valid_to
  from neighbourhood where valid_to is null or code = any($1::text[]) order by id
"""


async def list_forms(db: Db, codes: Sequence[str]) -> list[HoodForm]:
    """All present neighbourhoods, and of the codes those that have ended, their outlines as WKB."""
    return await fetch(db, HoodForm, FORMS, codes)


AREAS = """
select n.code, n.names, m.code as town_code, m.names as town_names, ST_AsBinary(n.outline) as outline, n.population, n.adults, n.inhabited, n.codes
  from neighbourhood n join municipality m on m.id = n.municipality_id where n.source = $1 and n.valid_to is null order by n.code
"""


async def list_areas(db: Db, source: str) -> list[Area]:
    """The present neighbourhoods of a source, their outlines as WKB."""
    return await fetch(db, Area, AREAS, source)


COUNTS = "select code, people, adults from population where code = any($1::text[])"


async def list_counts(db: Db, codes: Sequence[str]) -> dict[str, Count]:
    """How many people were last told to live under each of the codes."""
    return {row["code"]: Count(row["people"], row["adults"]) for row in await db.fetch(COUNTS, codes)}


MOVES = "select neighbourhood_id, successor_id from neighbourhood_change where change_id = $1 and position = 1 and successor_id <> neighbourhood_id order by 1"


async def list_moves(db: Db, change_id: UUID) -> tuple[list[int], list[int]]:
    """Where what is in a neighbourhood goes: the neighbourhoods that a change took, and the one to which each of them leads."""
    rows = await db.fetch(MOVES, change_id)
    return [row["neighbourhood_id"] for row in rows], [row["successor_id"] for row in rows]


HEIRS = """
select neighbourhood_id, successor_id from neighbourhood_change
 where change_id = $1 and successor_id <> neighbourhood_id and (position = 1 or filled >= 0.5) order by 1, position
"""


async def list_heirs(db: Db, change_id: UUID) -> tuple[list[int], list[int]]:
    """Who serves a neighbourhood serves these: the one where its people go, and each that is mostly made of its ground."""
    rows = await db.fetch(HEIRS, change_id)
    return [row["neighbourhood_id"] for row in rows], [row["successor_id"] for row in rows]


NAMED = """
with wanted as (select lower($1::text) as name),
     town as (select t.id from municipality t, wanted w
               where lower(t.code) = w.name or exists (select from jsonb_each_text(t.names) n where lower(n.value) = w.name))
select n.id, n.municipality_id in (select id from town) as by_town from neighbourhood n, wanted w
 where n.valid_to is null and (lower(n.code) = w.name or exists (select from jsonb_each_text(n.names) one where lower(one.value) = w.name)
                               or (n.inhabited and n.municipality_id in (select id from town)))
 order by n.code collate "C"
"""


async def find_named_places(db: Db, name: str) -> list[int]:
    """The present neighbourhoods of that code or name in any language; else, of a municipality so named, all where people live."""
    rows = await db.fetch(NAMED, name.strip())
    own = [row["id"] for row in rows if not row["by_town"]]
    return own or [row["id"] for row in rows]
