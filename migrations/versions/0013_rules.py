"""Rules of screening as data: an organisation's own, how they were set and why, and how often there was nothing wrong."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SECURITY = [
    'grant select, insert on "rule" to buurtnet_web',
    'grant select, insert on "rule_change" to buurtnet_web',
    'grant select, insert on "rule_change" to buurtnet_worker',
    'grant select, insert, update on "rule_count" to buurtnet_web',
    'grant select, insert, update, delete on "rule_count" to buurtnet_worker',
    'grant select, insert, update, delete on "text_sum" to buurtnet_web',
    'grant select, insert, update, delete on "text_sum" to buurtnet_worker',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.add_column("rule", sa.Column("organisation_id", sa.UUID(), nullable=True))
    op.add_column("rule", sa.Column("most", sa.SmallInteger(), nullable=True))
    op.add_column("rule", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key("fk_rule_organisation_id", "rule", "organisation", ["organisation_id"], ["id"], ondelete="CASCADE")
    op.create_check_constraint(op.f("ck_rule_pattern"), "rule", "char_length(pattern) between 1 and 400")
    op.drop_constraint("uq_rule_language_kind_pattern", "rule", type_="unique")
    op.create_unique_constraint(
        "uq_rule_organisation_id_language_kind_pattern",
        "rule",
        ["organisation_id", "language", "kind", "pattern"],
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "rule_change",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("leads_to", sa.Text(), nullable=False),
        sa.Column("most", sa.SmallInteger(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("set_by", sa.UUID(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("leads_to in ('review', 'sensitive', 'danger', 'allowed', 'off')", name=op.f("ck_rule_change_leads_to")),
        sa.CheckConstraint("char_length(why) between 3 and 300", name=op.f("ck_rule_change_why")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_rule_change_organisation_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_change_rule_id")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_rule_change_set_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
    )
    op.create_index("ix_rule_change_organisation_id_rule_id_set_at", "rule_change", ["organisation_id", "rule_id", "set_at"])
    op.create_table(
        "rule_count",
        sa.Column("rule_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.CheckConstraint("wrong between 0 and seen", name=op.f("ck_rule_count_wrong")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_count_rule_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_rule_count_organisation_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_rule_count_neighbourhood_id")),
        sa.PrimaryKeyConstraint("rule_id", "organisation_id", "neighbourhood_id", name=op.f("pk_rule_count")),
    )
    op.add_column("flag", sa.Column("within", sa.UUID(), nullable=True))
    op.add_column("flag", sa.Column("judged", sa.Text(), nullable=True))
    op.add_column("flag", sa.Column("judged_by", sa.UUID(), nullable=True))
    op.create_foreign_key("fk_flag_judged_by", "flag", "person", ["judged_by"], ["id"], ondelete="SET NULL")
    op.create_check_constraint(op.f("ck_flag_judged"), "flag", "judged in ('right', 'looked', 'wrong')")
    op.create_index("ix_flag_within", "flag", ["within"], postgresql_where=sa.text("within is not null"))
    op.create_index("ix_flag_judged_by", "flag", ["judged_by"], postgresql_where=sa.text("judged_by is not null"))
    op.create_table(
        "text_sum",
        sa.Column("object_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("within", sa.UUID(), nullable=True),
        sa.Column("author_id", sa.UUID(), nullable=False),
        sa.Column("sum", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_text_sum_author_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("object_id", name=op.f("pk_text_sum")),
    )
    for column in ("sum", "author_id", "at"):
        op.create_index(f"ix_text_sum_{column}", "text_sum", [column])
    for statement in SECURITY:
        op.execute(statement)
