"""Nobody is free at no time at all: matching divides by the number of moments."""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.execute("update person set slots = 268435455 where slots = 0")
    op.execute("update post set slots = null where slots = 0")
    op.drop_constraint(op.f("ck_person_slots"), "person", type_="check")
    op.create_check_constraint(op.f("ck_person_slots"), "person", "slots between 1 and 268435455")
    op.create_check_constraint(op.f("ck_post_slots"), "post", "slots between 1 and 268435455")
