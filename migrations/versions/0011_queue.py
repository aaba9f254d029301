"""A verdict takes effect ten seconds after it was given, and can be taken back until then."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DUE = sa.text("effected_at is null and undone_at is null")


def upgrade() -> None:
    op.add_column("decision", sa.Column("undone_why", sa.Text(), nullable=True))
    op.add_column("decision", sa.Column("effect_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False))
    op.add_column("decision", sa.Column("effected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("decision", sa.Column("batch", sa.UUID(), nullable=True))
    op.add_column("decision", sa.Column("theme", sa.Text(), nullable=True))
    op.add_column("decision", sa.Column("version", sa.Integer(), nullable=True))
    op.execute("update decision set batch = id, effect_at = at, effected_at = at")
    op.alter_column("decision", "batch", nullable=False)
    op.create_check_constraint(op.f("ck_decision_undone_why"), "decision", "undone_why in ('worker', 'changed')")
    op.create_index(op.f("ix_decision_batch"), "decision", ["batch"], unique=False)
    op.create_index("ix_decision_due", "decision", ["object_kind", "object_id"], unique=True, postgresql_where=DUE)
    op.create_index("ix_decision_undoable", "decision", ["by"], unique=False, postgresql_where=DUE)
