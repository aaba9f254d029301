"""How much a person is asked and told."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    f'grant select, insert, update, delete on "{table}" to {role}'
    for table in ("preference", "rest")
    for role in ("buurtnet_web", "buurtnet_worker")
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.add_column("pair_memory", sa.Column("until", sa.DateTime(timezone=True), nullable=True))
    _remember(["declined", "rejected", "unhappy", "not_now", "lapsed"])
    op.create_check_constraint(op.f("ck_pair_memory_until"), "pair_memory", "(until is not null) = (what in ('not_now', 'lapsed'))")
    op.create_table(
        "rest",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("away", sa.Boolean(), nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_rest_until")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rest_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_rest")),
    )
    op.add_column("notice", sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notice", sa.Column("message_id", sa.UUID(), nullable=True))
    op.create_index("ix_notice_object_id", "notice", ["object_id"], unique=False, postgresql_where=sa.text("state = 'due'"))
    # No page ever wrote the old table.
    op.drop_table("preference")
    op.create_table(
        "preference",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("pace", sa.Text(), nullable=False),
        sa.CheckConstraint("pace in ('usual', 'daily', 'weekly', 'own')", name=op.f("ck_preference_pace")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_preference_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_preference")),
    )
    for statement in SECURITY:
        op.execute(statement)


def _remember(what: Sequence[str]) -> None:
    op.drop_constraint(op.f("ck_pair_memory_what"), "pair_memory")
    listed = ", ".join(f"'{value}'" for value in what)
    op.create_check_constraint(op.f("ck_pair_memory_what"), "pair_memory", f"what in ({listed})")
