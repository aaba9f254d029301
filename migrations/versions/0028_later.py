"""A need that waits for the next round."""

from collections.abc import Sequence

from alembic import op

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OUTCOMES = "outcome in ('asked', 'taken', 'full', 'unfit', 'nobody', 'later')"


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.drop_constraint(op.f("ck_round_count_outcome"), "round_count", type_="check")
    op.create_check_constraint(op.f("ck_round_count_outcome"), "round_count", OUTCOMES)
