"""What workers paste and have still to check."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWN = "\"by\" = nullif(current_setting('app.viewer', true), '')::uuid"
SECURITY = [
    'grant select, insert, update, delete on "pasted" to buurtnet_web',
    'grant select, insert, update, delete on "pasted" to buurtnet_worker',
    'alter table "pasted" enable row level security',
    'alter table "pasted" force row level security',
    f'create policy pasted_own on "pasted" for all to buurtnet_web using ({OWN}) with check ({OWN})',
    'create policy pasted_worker on "pasted" for all to buurtnet_worker using (true) with check (true)',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_table(
        "pasted",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("pasted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_pasted_by"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pasted")),
    )
    op.create_index(op.f("ix_pasted_by_id"), "pasted", ["by", "id"])
    op.create_index(op.f("ix_pasted_pasted_at"), "pasted", ["pasted_at"])
    for statement in SECURITY:
        op.execute(statement)
