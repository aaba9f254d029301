"""Workers talk to people about how helping goes and about circles."""

from collections.abc import Sequence

from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = [
    *("call_back", "follow_up", "clock", "danger", "unhappy", "appeal", "silent_agreement", "unreached", "still_here"),
    *("referral", "held", "block_asked", "again", "place"),
]
"""What a task could be before."""


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_task_kind"), "task")
    op.create_check_constraint(op.f("ck_task_kind"), "task", f"kind in ({', '.join(map(repr, [*KINDS, 'relieve', 'circle']))})")
