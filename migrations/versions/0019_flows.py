"""Help between neighbourhoods, and what each month's figures leave possible, so that the next month's agree with it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    'grant select on "network_cover" to buurtnet_web',
    'grant select, insert, update, delete on "network_cover" to buurtnet_worker',
    'alter table "network_cover" enable row level security',
    'alter table "network_cover" force row level security',
    'create policy network_cover_worker on "network_cover" for all to buurtnet_worker using (true) with check (true)',
    'grant select on "network_flow" to buurtnet_web',
    'grant select, insert, update, delete on "network_flow" to buurtnet_worker',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "network_flow",
        sa.Column("snapshot_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("window_months", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("from_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("helps", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_network_flow_snapshot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "window_months", "from_id", "to_id", name=op.f("pk_network_flow")),
    )
    op.create_table(
        "network_cover",
        sa.Column("snapshot_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("window_months", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("cell", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("turn", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("area_ids", sa.ARRAY(sa.Integer()), autoincrement=False, nullable=False),
        sa.Column("amounts", sa.ARRAY(sa.REAL()), autoincrement=False, nullable=False),
        sa.Column("told", sa.ARRAY(sa.SmallInteger()), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_network_cover_snapshot_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "window_months", "cell", "turn", name=op.f("pk_network_cover")),
    )
    for statement in SECURITY:
        op.execute(statement)
