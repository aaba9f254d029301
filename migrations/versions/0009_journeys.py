"""What the first visit and the return of a resident need."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


SECURITY = [
    'grant select, insert on "flyer" to buurtnet_web',
    'grant select, insert, delete on "flyer" to buurtnet_worker',
    'grant select, insert, update, delete on "kept" to buurtnet_web',
    'grant select, insert, update, delete on "kept" to buurtnet_worker',
    'alter table "kept" enable row level security',
    'alter table "kept" force row level security',
    "create policy kept_own on \"kept\" for all to buurtnet_web using (person_id = nullif(current_setting('app.viewer', true), '')::uuid)"
    " with check (person_id = nullif(current_setting('app.viewer', true), '')::uuid)",
    'create policy kept_worker on "kept" for all to buurtnet_worker using (true) with check (true)',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_table(
        "flyer",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_flyer_made_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_flyer_neighbourhood_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_flyer_organisation_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_flyer")),
        sa.UniqueConstraint(
            "organisation_id", "neighbourhood_id", "language", name=op.f("uq_flyer_organisation_id_neighbourhood_id_language")
        ),
    )
    op.create_table(
        "kept",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_kept_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept")),
    )
    op.create_index("ix_kept_person_id", "kept", ["person_id"], unique=False)
    for statement in SECURITY:
        op.execute(statement)
