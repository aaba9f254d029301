"""What points at people, conversations and posts is found when they go."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WHOLE = (("message", "author_id"), ("decision", "by"), ("task", "person_id"), ("task", "object_id"), ("task_log", "by"))
OFTEN_EMPTY = (
    ("match", "conversation_id"),
    ("match", "reviewer_id"),
    ("post", "on_behalf_by"),
    ("session", "acting_for"),
    ("consent", "helped_by"),
    ("decision", "second_by"),
    ("task", "for_worker"),
    ("task", "done_by"),
)


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    for table, column in WHOLE:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    for table, column in OFTEN_EMPTY:
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_where=sa.text(f"{column} is not null"))
