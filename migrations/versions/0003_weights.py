"""Weights, emphasis and halving distances, and who set them; one index of the open posts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    f'grant select, insert on "{table}" to {role}'
    for table in ("emphasis", "halving", "weight")
    for role in ("buurtnet_web", "buurtnet_worker")
]
READ_BY_MATCHING = [
    "id",
    "author_id",
    "organisation_id",
    "language_bits",
    "reach",
    "slots",
    "from_on",
    "until_on",
    "capacity",
    "engaged",
    "active",
]
PARTS = ("proximity", "theme", "time", "room", "bond")


def _decided(table: str) -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("decided_with", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("set_by", sa.UUID(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("char_length(decided_with) between 3 and 600", name=op.f(f"ck_{table}_decided_with")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f(f"fk_{table}_set_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    # No page ever wrote the old table.
    op.drop_table("weight")
    op.create_table(
        "weight",
        sa.Column("id", sa.UUID(), nullable=False),
        *(sa.Column(part, sa.SmallInteger(), nullable=False) for part in PARTS),
        *_decided("weight"),
        sa.CheckConstraint(
            "least(proximity, theme, time, room, bond) >= 0 and proximity + theme + time + room + bond = 100", name=op.f("ck_weight_shares")
        ),
    )
    op.create_table(
        "halving",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("theme_id", sa.SmallInteger(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=True),
        *_decided("halving"),
        sa.CheckConstraint("metres between 100 and 10000", name=op.f("ck_halving_metres")),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_halving_theme_id")),
    )
    op.create_index(op.f("ix_halving_theme_id_set_at"), "halving", ["theme_id", "set_at"], unique=False)
    op.create_table(
        "emphasis",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("area_id", sa.UUID(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        *_decided("emphasis"),
        sa.CheckConstraint("step between -2 and 2", name=op.f("ck_emphasis_step")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_emphasis_area_id"), ondelete="CASCADE"),
    )
    op.create_index(op.f("ix_emphasis_area_id_set_at"), "emphasis", ["area_id", "set_at"], unique=False)
    for statement in SECURITY:
        op.execute(statement)
    # One index for both directions, so that one statement reads either.
    op.create_index(
        "ix_post_open",
        "post",
        ["kind", "neighbourhood_id", "theme_id"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
        postgresql_include=READ_BY_MATCHING,
    )
    for kind in ("offer", "need"):
        op.drop_index(f"ix_post_open_{kind}", "post")
    op.create_index(
        "ix_match_standing",
        "match",
        ["need_id", "offer_id"],
        unique=False,
        postgresql_where=sa.text("state in ('suggested', 'asked', 'offered')"),
        postgresql_include=["state"],
    )
