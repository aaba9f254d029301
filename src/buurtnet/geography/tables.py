"""Municipalities, neighbourhoods and how near they are to each other. The only geometry of the whole database stands here, in EPSG:3035.

`municipality` and `neighbourhood` hold the newest form of each, the tables of earlier forms what a newer import took its place: outline, names,
codes. `neighbourhood_on(day)` and `municipality_on(day)` are their forms of a day.
"""

from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint

from buurtnet.kit.sql import column, metadata, one_of

READ_ONLY = {"web": "select"}
"""Only an import writes places, and it runs in the worker's or the owner's role."""


def _outline(name: str, kind: str = "MULTIPOLYGON") -> Column[Any]:
    return Column(name, Geometry(kind, srid=3035, spatial_index=False), nullable=False)


def _town() -> list[Column[Any]]:
    """What a municipality is at a time."""
    return [column("code", "text"), column("names", "json"), _outline("outline")]


def _hood() -> list[Column[Any]]:
    """What a neighbourhood is at a time; `codes` are those of the publisher that it holds, its own first."""
    return [
        column("code", "text"),
        column("vintage", "text"),
        column("names", "json"),
        column("municipality_id", "int", "municipality.id"),
        _outline("outline"),
        _outline("sketch"),
        _outline("point", "POINT"),
        column("area_m2", "float"),
        column("population", "int", optional=True),
        column("adults", "int", optional=True),
        column("inhabited", "bool", default="true"),
        column("schematic", "bool", default="false"),
        column("source", "text"),
        column("codes", "texts", default="'{}'"),
    ]


municipality = Table(
    "municipality",
    metadata,
    column("id", "int", key=True),
    *_town(),
    # The first day of this form, none for as far back as anybody knows, and the day from which it is no more.
    column("valid_from", "date", optional=True),
    column("valid_to", "date", optional=True),
    UniqueConstraint("code"),
    info=READ_ONLY,
)

earlier_municipality = Table(
    "earlier_municipality",
    metadata,
    column("id", "int", "municipality.id", key=True),
    *_town(),
    column("valid_from", "date", optional=True),
    column("valid_to", "date", key=True),
    info=READ_ONLY,
)

neighbourhood = Table(
    "neighbourhood",
    metadata,
    column("id", "int", key=True),
    *_hood(),
    column("valid_from", "date", optional=True),
    column("valid_to", "date", optional=True),
    UniqueConstraint("code", "vintage"),
    Index("ix_neighbourhood_outline", "outline", postgresql_using="gist"),
    Index(None, "municipality_id"),
    info=READ_ONLY,
)

earlier_neighbourhood = Table(
    "earlier_neighbourhood",
    metadata,
    column("id", "int", "neighbourhood.id", key=True),
    *_hood(),
    column("valid_from", "date", optional=True),
    column("valid_to", "date", key=True),
    Index("ix_earlier_neighbourhood_outline", "outline", postgresql_using="gist"),
    Index(None, "municipality_id"),
    info=READ_ONLY,
)

neighbourhood_change = Table(
    "neighbourhood_change",
    metadata,
    column("change_id", "uuid", key=True, object="none"),
    column("neighbourhood_id", "int", "neighbourhood.id", key=True),
    column("position", "smallint", key=True),
    column("successor_id", "int", "neighbourhood.id"),
    column("share", "real"),
    column("filled", "real"),
    column("asked", "bool"),
    column("changed_on", "date"),
    CheckConstraint("share between 0 and 1 and filled between 0 and 1", name="shares"),
    info=READ_ONLY,
)
"""Where the ground of a neighbourhood went: its successors, first the one where its people go, with their share of the ground it had and the
share of theirs that was its; and whether its people are asked where they live."""

population = Table(
    "population",
    metadata,
    column("code", "text", key=True),
    column("people", "int"),
    column("adults", "int", optional=True),
    column("source", "text"),
    column("told_on", "date"),
    CheckConstraint("adults between 0 and people", name="adults"),
    info=READ_ONLY,
)
"""How many people live under each of the publisher's codes, as last told: an import counts with it, and sums what it merges."""

boundary_import = Table(
    "boundary_import",
    metadata,
    column("source", "text", key=True),
    column("vintage", "text", key=True),
    column("title", "text"),
    column("publisher", "text"),
    column("licence", "text"),
    column("attribution", "text"),
    column("imported_at", "time"),
    column("report", "json"),
    info=READ_ONLY,
)

drawn_place = Table(
    "drawn_place",
    metadata,
    column("kind", "text", key=True),
    column("zoom", "smallint", key=True),
    column("area_id", "int", key=True),
    column("since", "date", key=True),
    column("until", "date"),
    column("code", "text"),
    column("town", "int"),
    column("name", "text"),
    column("name_fr", "text", optional=True),
    column("inhabited", "bool"),
    Column("shape", Geometry("MULTIPOLYGON", spatial_index=False), nullable=False),
    Column("spot", Geometry("POINT", spatial_index=False), nullable=False),
    one_of("kind", ["neighbourhood", "municipality"]),
    Index("ix_drawn_place_shape", "shape", postgresql_using="gist"),
    info=READ_ONLY,
)
"""Each form of each place, from its first day (or -infinity) until it is no more (or infinity), drawn beforehand for the zooms of the map at
which one tile holds many of them, with what a tile tells of it (sql/drawings.sql)."""

neighbourhood_near = Table(
    "neighbourhood_near",
    metadata,
    # No foreign keys: the import writes all rows anew from the neighbourhoods themselves, and checking 465,000 keys doubles its time.
    column("a", "int", key=True),
    column("b", "int", key=True),
    column("metres", "int"),
    column("level", "smallint"),
    CheckConstraint("level between 0 and 4", name="level"),
    Index("ix_neighbourhood_near_a_level", "a", "level", postgresql_include=["b", "metres"]),
    info=READ_ONLY,
)

MUNICIPALITY_ON = """
create function municipality_on(day date)
 returns table (id integer, code text, names jsonb, outline geometry(multipolygon,3035), valid_from date, valid_to date)
 language sql stable parallel safe as $$
  select id, code, names, outline, valid_from, valid_to
    from municipality n
   where (n.valid_from is null or n.valid_from <= day) and (n.valid_to is null or n.valid_to > day)
  union all
  select id, code, names, outline, valid_from, valid_to
    from earlier_municipality e
   where (e.valid_from is null or e.valid_from <= day) and e.valid_to > day
$$
"""
NEIGHBOURHOOD_ON = """
create function neighbourhood_on(day date)
 returns table (id integer, code text, vintage text, names jsonb, municipality_id integer, outline geometry(multipolygon,3035), sketch
    geometry(multipolygon,3035), point geometry(point,3035), area_m2 float(53), population integer, adults integer, inhabited
    boolean, schematic boolean, source text, codes text[], valid_from date, valid_to date)
 language sql stable parallel safe as $$
  select id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, population, adults, inhabited, schematic, source,
    codes, valid_from, valid_to
    from neighbourhood n
   where (n.valid_from is null or n.valid_from <= day) and (n.valid_to is null or n.valid_to > day)
  union all
  select id, code, vintage, names, municipality_id, outline, sketch, point, area_m2, population, adults, inhabited, schematic, source,
    codes, valid_from, valid_to
    from earlier_neighbourhood e
   where (e.valid_from is null or e.valid_from <= day) and e.valid_to > day
$$
"""


def place_statements() -> list[str]:
    """The functions that give the places of a day, in SQL. Migrations hold them literally; the planner puts them in where they are asked."""
    return [MUNICIPALITY_ON.strip(), NEIGHBOURHOOD_ON.strip()]
