"""Where something was seen that is reported, and where the answer goes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    'grant insert on "report_address" to buurtnet_web',
    'grant select, insert, update, delete on "report_address" to buurtnet_worker',
    'alter table "report_address" enable row level security',
    'alter table "report_address" force row level security',
    'create policy report_address_add on "report_address" for insert to buurtnet_web with check (true)',
    'create policy report_address_worker on "report_address" for all to buurtnet_worker using (true) with check (true)',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.add_column("report", sa.Column("where_seen", sa.Text(), nullable=True))
    op.create_table(
        "report_address",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["report.id"], name=op.f("fk_report_address_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_address")),
    )
    for statement in SECURITY:
        op.execute(statement)
