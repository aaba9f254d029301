"""Numbers to call by which somebody is known again, and accounts that became one."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    'grant select, insert, update, delete on "number_to_call" to buurtnet_web',
    'grant select, insert, update, delete on "number_to_call" to buurtnet_worker',
    'grant select on "absorbed" to buurtnet_web',
    'grant select, insert, update, delete on "absorbed" to buurtnet_worker',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_table(
        "number_to_call",
        sa.Column("lookup", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_number_to_call_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lookup", "person_id", name=op.f("pk_number_to_call")),
    )
    op.create_index(op.f("ix_number_to_call_person_id"), "number_to_call", ["person_id"])
    op.create_table(
        "absorbed",
        sa.Column("person_hash", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absorbed_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_hash", name=op.f("pk_absorbed")),
    )
    op.create_index(op.f("ix_absorbed_person_id"), "absorbed", ["person_id"])
    for statement in SECURITY:
        op.execute(statement)
