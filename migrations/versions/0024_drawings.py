"""Places drawn beforehand for the far zooms of the map."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    'grant select on "drawn_place" to buurtnet_web',
    'grant select, insert, update, delete on "drawn_place" to buurtnet_worker',
]
DRAW = """
insert into drawn_place (kind, zoom, area_id, since, until, code, town, name, name_fr, inhabited, shape, spot)
select kind, zoom, id, since, until, code, town, coalesce(names->>'nl', names->>'fr', code), nullif(names->>'fr', names->>'nl'), inhabited,
       ST_Multi(shape), spot
  from (
    select f.kind, z.zoom, f.id, coalesce(f.valid_from, '-infinity') as since, coalesce(f.valid_to, 'infinity') as until,
           f.code, f.town, f.names, f.inhabited,
           ST_SetSRID(ST_Scale(ST_AsMVTGeom(
             ST_Transform(ST_Simplify(f.outline, 48000 / 2 ^ z.zoom, true), 3857), ST_TileEnvelope(0, 0, 0), 4096 * (2 ^ z.zoom)::int, 0, false
           ), 1, -1), 0) as shape,
           ST_SetSRID(ST_Scale(ST_AsMVTGeom(
             ST_Transform(f.point, 3857), ST_TileEnvelope(0, 0, 0), 4096 * (2 ^ z.zoom)::int, 0, false
           ), 1, -1), 0) as spot
      from (
        select 'neighbourhood' as kind, id, valid_from, valid_to, code, municipality_id as town, names, inhabited, sketch as outline, point
          from neighbourhood
        union all
        select 'neighbourhood', id, valid_from, valid_to, code, municipality_id, names, inhabited, sketch, point from earlier_neighbourhood
        union all
        select 'municipality', id, valid_from, valid_to, code, id, names, true, outline, ST_PointOnSurface(outline) from municipality
        union all
        select 'municipality', id, valid_from, valid_to, code, id, names, true, outline, ST_PointOnSurface(outline) from earlier_municipality
      ) f
      cross join generate_series(5, 10) as z (zoom)
  ) drawn
 where shape is not null
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_geospatial_table(
        "drawn_place",
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("zoom", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("area_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("town", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("name_fr", sa.Text(), autoincrement=False, nullable=True),
        sa.Column("inhabited", sa.Boolean(), autoincrement=False, nullable=False),
        _drawn("shape", "MULTIPOLYGON"),
        _drawn("spot", "POINT"),
        sa.CheckConstraint("kind in ('neighbourhood', 'municipality')", name=op.f("ck_drawn_place_kind")),
        sa.PrimaryKeyConstraint("kind", "zoom", "area_id", "since", name=op.f("pk_drawn_place")),
    )
    op.create_geospatial_index("ix_drawn_place_shape", "drawn_place", ["shape"], unique=False, postgresql_using="gist", postgresql_ops={})
    for statement in SECURITY:
        op.execute(statement)
    op.execute(DRAW)


def _drawn(name: str, kind: str) -> sa.Column:
    form = Geometry(
        geometry_type=kind, srid=0, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False
    )
    return sa.Column(name, form, nullable=False)
