"""The index of open posts also holds when each was placed and whether it is urgent, so that the desk's lists read no rows."""

from collections.abc import Sequence

from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

READ_FROM_INDEX = (
    "id, author_id, organisation_id, language_bits, reach, slots, from_on, until_on, capacity, engaged, active, urgency, created_at"
)


def upgrade() -> None:
    op.execute("drop index ix_post_open")
    op.execute(f"create index ix_post_open on post (kind, neighbourhood_id, theme_id) include ({READ_FROM_INDEX}) where state = 'open'")
