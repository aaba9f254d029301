"""Rounds of matching."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

WEB = {"round": "select, insert", "round_part": "select, insert", "round_count": "select", "round_pair": "select"}
SECURITY = [f'grant {may} on "{table}" to buurtnet_web' for table, may in WEB.items()]
SECURITY += [f'grant select, insert, update, delete on "{table}" to buurtnet_worker' for table in WEB]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_table(
        "round",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("area_id", sa.UUID(), nullable=True),
        sa.Column("dry_run", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.UUID(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("origin in ('clock', 'desk', 'command')", name=op.f("ck_round_origin")),
        sa.CheckConstraint("state in ('running', 'done', 'stopped')", name=op.f("ck_round_state")),
        sa.CheckConstraint("(finished_at is null) = (state = 'running')", name=op.f("ck_round_finished")),
        sa.ForeignKeyConstraint(["area_id"], ["area.id"], name=op.f("fk_round_area_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_round_asked_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
    )
    op.create_index(
        "uq_round_running",
        "round",
        [sa.literal_column("coalesce(area_id, '00000000-0000-0000-0000-000000000000')"), "dry_run"],
        unique=True,
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_index(op.f("ix_round_area_id_started_at"), "round", ["area_id", "started_at"], unique=False)
    op.create_index(op.f("ix_round_started_at"), "round", ["started_at"], unique=False)
    op.create_table(
        "round_part",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("round_id", sa.UUID(), nullable=False),
        sa.Column("theme_id", sa.SmallInteger(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False) for name in ("needs", "offers")),
        sa.Column("pairs", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False) for name in ("chosen", "asked")),
        sa.Column("seconds", sa.Float(53), server_default=sa.text("0"), nullable=False),
        sa.Column("peak_mib", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("state in ('waiting', 'done', 'failed')", name=op.f("ck_round_part_state")),
        sa.CheckConstraint("problem in ('memory', 'error', 'time')", name=op.f("ck_round_part_problem")),
        sa.CheckConstraint("(problem is not null) = (state = 'failed')", name=op.f("ck_round_part_failed")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_part_round_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_round_part_theme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_part")),
        sa.UniqueConstraint("round_id", "theme_id", name=op.f("uq_round_part_round_id_theme_id")),
    )
    op.create_index("ix_round_part_waiting", "round_part", ["round_id"], unique=False, postgresql_where=sa.text("state = 'waiting'"))
    op.create_table(
        "round_count",
        sa.Column("part_id", sa.UUID(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("theme_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("needs", sa.Integer(), nullable=False),
        sa.CheckConstraint("outcome in ('asked', 'taken', 'full', 'unfit', 'nobody')", name=op.f("ck_round_count_outcome")),
        sa.ForeignKeyConstraint(["part_id"], ["round_part.id"], name=op.f("fk_round_count_part_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_round_count_organisation_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_round_count_neighbourhood_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f("fk_round_count_theme_id")),
        sa.PrimaryKeyConstraint("part_id", "organisation_id", "neighbourhood_id", "theme_id", "outcome", name=op.f("pk_round_count")),
    )
    op.create_table(
        "round_pair",
        sa.Column("part_id", sa.UUID(), nullable=False),
        sa.Column("need_id", sa.UUID(), nullable=False),
        sa.Column("offer_id", sa.UUID(), nullable=False),
        sa.Column("score", sa.Float(53), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["round_part.id"], name=op.f("fk_round_pair_part_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["need_id"], ["post.id"], name=op.f("fk_round_pair_need_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["offer_id"], ["post.id"], name=op.f("fk_round_pair_offer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("part_id", "need_id", "offer_id", name=op.f("pk_round_pair")),
    )
    op.create_index(op.f("ix_round_pair_need_id"), "round_pair", ["need_id"], unique=False)
    op.create_index(op.f("ix_round_pair_offer_id"), "round_pair", ["offer_id"], unique=False)
    for statement in SECURITY:
        op.execute(statement)
