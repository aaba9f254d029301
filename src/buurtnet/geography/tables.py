"""Municipalities, neighbourhoods and how near they are to each other. The only geometry of the whole database stands here, in EPSG:3035."""

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint

from buurtnet.kit.sql import column, metadata

READ_ONLY = {"web": "select"}
"""Only an import writes places, and it runs in the worker's or the owner's role."""

municipality = Table(
    "municipality",
    metadata,
    column("id", "int", key=True),
    column("code", "text"),
    column("names", "json"),
    Column("outline", Geometry("MULTIPOLYGON", srid=3035, spatial_index=False), nullable=False),
    UniqueConstraint("code"),
    info=READ_ONLY,
)

neighbourhood = Table(
    "neighbourhood",
    metadata,
    column("id", "int", key=True),
    column("code", "text"),
    column("vintage", "text"),
    column("names", "json"),
    column("municipality_id", "int", "municipality.id"),
    Column("outline", Geometry("MULTIPOLYGON", srid=3035, spatial_index=False), nullable=False),
    Column("sketch", Geometry("MULTIPOLYGON", srid=3035, spatial_index=False), nullable=False),
    Column("point", Geometry("POINT", srid=3035, spatial_index=False), nullable=False),
    column("area_m2", "float"),
    column("population", "int", optional=True),
    column("adults", "int", optional=True),
    column("inhabited", "bool", default="true"),
    column("schematic", "bool", default="false"),
    column("source", "text"),
    column("valid_from", "date"),
    column("valid_to", "date", optional=True),
    UniqueConstraint("code", "vintage"),
    Index("ix_neighbourhood_outline", "outline", postgresql_using="gist"),
    Index(None, "municipality_id"),
    info=READ_ONLY,
)

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
