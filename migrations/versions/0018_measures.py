"""Figures of organisations' areas, and on which day's places a snapshot stands."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = "area_kind IN ('neighbourhood', 'municipality', 'area')"
TABLES = {"network_measure": "ck_network_measure_area_kind", "class_break": "ck_class_break_area_kind"}
SECURITY = [
    'grant select on "snapshot_area" to buurtnet_web',
    'grant select, insert, update, delete on "snapshot_area" to buurtnet_worker',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.add_column("snapshot", sa.Column("places_on", sa.Date(), server_default=sa.text("current_date"), nullable=False))
    op.execute("update snapshot set places_on = as_of")
    op.create_table(
        "snapshot_area",
        sa.Column("snapshot_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("names", postgresql.JSONB(astext_type=sa.Text()), autoincrement=False, nullable=False),
        sa.Column("neighbourhoods", sa.ARRAY(sa.Integer()), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_snapshot_area_snapshot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "number", name=op.f("pk_snapshot_area")),
    )
    op.create_index(op.f("ix_snapshot_area_area_id"), "snapshot_area", ["area_id"])
    for table, name in TABLES.items():
        op.drop_constraint(op.f(name), table)
        op.create_check_constraint(op.f(name), table, KINDS)
    for statement in SECURITY:
        op.execute(statement)
