"""Earlier forms of places, where their ground went, how many people live in them, and who is asked where they live now."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = [
    *("call_back", "follow_up", "clock", "danger", "unhappy", "appeal", "silent_agreement", "unreached", "still_here"),
    *("referral", "held", "block_asked", "again"),
]
"""What a task could be before."""
SECURITY = [
    'grant select on "earlier_municipality" to buurtnet_web',
    'grant select, insert, update, delete on "earlier_municipality" to buurtnet_worker',
    'grant select on "earlier_neighbourhood" to buurtnet_web',
    'grant select, insert, update, delete on "earlier_neighbourhood" to buurtnet_worker',
    'grant select on "neighbourhood_change" to buurtnet_web',
    'grant select, insert, update, delete on "neighbourhood_change" to buurtnet_worker',
    'grant select, delete on "place_question" to buurtnet_web',
    'grant select, insert, update, delete on "place_question" to buurtnet_worker',
    'grant select on "population" to buurtnet_web',
    'grant select, insert, update, delete on "population" to buurtnet_worker',
    'grant update on "flyer" to buurtnet_worker',
]
FUNCTIONS = [
    """
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
""",
    """
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
""",
]
FROM_THE_BEGINNING = """
update neighbourhood set codes = array[code],
       valid_from = case when exists (select from neighbourhood e where e.valid_to = neighbourhood.valid_from) then valid_from end
"""
"""What took nobody's place holds for as far back as anybody knows."""


def outline(name: str, kind: str = "MULTIPOLYGON") -> sa.Column:
    form = Geometry(
        geometry_type=kind, srid=3035, dimension=2, spatial_index=False, from_text="ST_GeomFromEWKT", name="geometry", nullable=False
    )
    return sa.Column(name, form, nullable=False)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.add_column("municipality", sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=True))
    op.add_column("municipality", sa.Column("valid_to", sa.Date(), autoincrement=False, nullable=True))
    op.alter_column("neighbourhood", "valid_from", nullable=True)
    codes = sa.Column("codes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), autoincrement=False, nullable=False)
    op.add_column("neighbourhood", codes)
    op.execute(FROM_THE_BEGINNING)
    op.create_geospatial_table(
        "earlier_municipality",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        outline("outline"),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("valid_to", sa.Date(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["id"], ["municipality.id"], name=op.f("fk_earlier_municipality_id")),
        sa.PrimaryKeyConstraint("id", "valid_to", name=op.f("pk_earlier_municipality")),
    )
    op.create_geospatial_table(
        "earlier_neighbourhood",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("vintage", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.Column("municipality_id", sa.Integer(), autoincrement=False, nullable=False),
        outline("outline"),
        outline("sketch"),
        outline("point", "POINT"),
        sa.Column("area_m2", sa.Float(precision=53), autoincrement=False, nullable=False),
        sa.Column("population", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("adults", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("inhabited", sa.Boolean(), server_default=sa.text("true"), autoincrement=False, nullable=False),
        sa.Column("schematic", sa.Boolean(), server_default=sa.text("false"), autoincrement=False, nullable=False),
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("codes", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), autoincrement=False, nullable=False),
        sa.Column("valid_from", sa.Date(), autoincrement=False, nullable=True),
        sa.Column("valid_to", sa.Date(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["id"], ["neighbourhood.id"], name=op.f("fk_earlier_neighbourhood_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_earlier_neighbourhood_municipality_id")),
        sa.PrimaryKeyConstraint("id", "valid_to", name=op.f("pk_earlier_neighbourhood")),
    )
    op.create_index(op.f("ix_earlier_neighbourhood_municipality_id"), "earlier_neighbourhood", ["municipality_id"])
    op.create_geospatial_index(
        "ix_earlier_neighbourhood_outline", "earlier_neighbourhood", ["outline"], unique=False, postgresql_using="gist", postgresql_ops={}
    )
    op.create_table(
        "neighbourhood_change",
        sa.Column("change_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("successor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("share", sa.REAL(), autoincrement=False, nullable=False),
        sa.Column("filled", sa.REAL(), autoincrement=False, nullable=False),
        sa.Column("asked", sa.Boolean(), autoincrement=False, nullable=False),
        sa.Column("changed_on", sa.Date(), autoincrement=False, nullable=False),
        sa.CheckConstraint("share between 0 and 1 and filled between 0 and 1", name=op.f("ck_neighbourhood_change_shares")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_neighbourhood_change_neighbourhood_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["neighbourhood.id"], name=op.f("fk_neighbourhood_change_successor_id")),
        sa.PrimaryKeyConstraint("change_id", "neighbourhood_id", "position", name=op.f("pk_neighbourhood_change")),
    )
    op.create_table(
        "population",
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("adults", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("source", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("told_on", sa.Date(), autoincrement=False, nullable=False),
        sa.CheckConstraint("adults between 0 and people", name=op.f("ck_population_adults")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_population")),
    )
    op.create_table(
        "place_question",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("was_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("choices", sa.ARRAY(sa.Integer()), autoincrement=False, nullable=False),
        sa.Column("asked_on", sa.Date(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_place_question_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["was_id"], ["neighbourhood.id"], name=op.f("fk_place_question_was_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_place_question")),
    )
    # Flyers of two neighbourhoods that became one are both good.
    op.drop_constraint(op.f("uq_flyer_organisation_id_neighbourhood_id_language"), "flyer")
    op.create_index(op.f("ix_flyer_organisation_id_neighbourhood_id"), "flyer", ["organisation_id", "neighbourhood_id"])
    op.drop_constraint(op.f("ck_task_kind"), "task")
    op.create_check_constraint(op.f("ck_task_kind"), "task", f"kind in ({', '.join(map(repr, [*KINDS, 'place']))})")
    for statement in [*SECURITY, *FUNCTIONS]:
        op.execute(statement)
