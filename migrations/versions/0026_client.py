"""A voice note of somebody who has not joined yet is found only by who names it."""

from collections.abc import Sequence

from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VIEWER = "nullif(current_setting('app.viewer', true), '')::uuid"
NAMED = "nullif(current_setting('app.voice_draft', true), '')::uuid"


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute(f"alter policy voice_draft_own on voice_draft using (person_id = {VIEWER} or person_id is null and id = {NAMED})")
