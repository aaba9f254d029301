"""Verdicts that follow from a talk, decisions about people, appeals; rights and barriers of the installation, partners, referrals and what is counted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

VIEWER = "nullif(current_setting('app.viewer', true), '')::uuid"
FACILITATED = f"""exists (select from referral r
  join staff f on f.person_id = {VIEWER} and f.role = 'facilitator' and f.organisation_id = r.organisation_id and f.secrecy_basis is not null
  join staff_area fa on fa.person_id = f.person_id and fa.neighbourhood_id = r.neighbourhood_id
 where r.id = referral_words.id)"""
VERDICTS = """verdict in ('approved', 'refused', 'changes_asked', 'words_proposed', 'held', 'right_first', 'rejected', 'closed', 'warned', 'limited', 'blocked',
  'upheld', 'overturned')"""
KINDS_BEFORE = "kind in ('call_back', 'follow_up', 'clock', 'danger', 'unhappy', 'appeal', 'silent_agreement', 'unreached', 'still_here')"
KINDS = KINDS_BEFORE[:-1] + ", 'referral', 'held', 'block_asked')"
STATES = "('proposed', 'consented', 'declined', 'sent', 'accepted', 'helped', 'not_helped', 'no_answer', 'ended')"
SECURITY = [
    'grant select on "listed" to buurtnet_web',
    'grant select, insert, update, delete on "listed" to buurtnet_worker',
    'grant select, insert, update on "partner" to buurtnet_web',
    'grant select, insert, update, delete on "partner" to buurtnet_worker',
    'grant select, insert, update on "referral" to buurtnet_web',
    'grant select, insert, update, delete on "referral" to buurtnet_worker',
    'grant select, insert, update on "referral_words" to buurtnet_web',
    'grant select, insert, update, delete on "referral_words" to buurtnet_worker',
    'grant select on "right_count" to buurtnet_web',
    'grant select, insert, update, delete on "right_count" to buurtnet_worker',
    'alter table "referral_words" enable row level security',
    'alter table "referral_words" force row level security',
    f'create policy referral_words_read on "referral_words" for select to buurtnet_web using (person_id = {VIEWER} or {FACILITATED})',
    f'create policy referral_words_add on "referral_words" for insert to buurtnet_web with check ({FACILITATED})',
    f'create policy referral_words_change on "referral_words" for update to buurtnet_web using ({FACILITATED}) with check ({FACILITATED})',
    'create policy referral_words_worker on "referral_words" for all to buurtnet_worker using (true) with check (true)',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.add_column("person", sa.Column("limited_until", sa.Date(), nullable=True))
    op.add_column("block", sa.Column("code", sa.Text(), server_default=sa.text("'other'"), nullable=False))
    op.add_column("block", sa.Column("told", sa.Text(), nullable=True))
    _change_decisions()
    _check("task", "kind", KINDS)
    _create_directory()
    _create_referrals()
    for statement in SECURITY:
        op.execute(statement)


def _check(table: str, name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_{name}"), table)
    op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)


def _change_decisions() -> None:
    for column in (
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("stays", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("agreed", sa.Text(), nullable=True),
        sa.Column("second_by", sa.UUID(), nullable=True),
        sa.Column("appeal_of", sa.UUID(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
    ):
        op.add_column("decision", column)
    op.create_foreign_key(op.f("fk_decision_second_by"), "decision", "person", ["second_by"], ["id"], ondelete="SET NULL")
    _check("decision", "verdict", VERDICTS)
    _check("decision", "undone_why", "undone_why in ('worker', 'changed', 'appeal', 'ended')")
    op.create_check_constraint(op.f("ck_decision_agreed"), "decision", "agreed in ('phone', 'in_person')")
    op.create_check_constraint(op.f("ck_decision_answer"), "decision", "answer in ('yes', 'no')")


def _create_directory() -> None:
    op.create_table(
        "listed",
        sa.Column("kind", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), autoincrement=False, nullable=False),
        sa.Column("labels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("retired", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("kind in ('right', 'barrier')", name=op.f("ck_listed_kind")),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_listed")),
    )
    op.create_table(
        "partner",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("rights", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("checked_on", sa.Date(), server_default=sa.text("current_date"), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_partner_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_index(op.f("ix_partner_organisation_id"), "partner", ["organisation_id"])
    op.create_table(
        "right_count",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind in ('right', 'barrier')", name=op.f("ck_right_count_kind")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_right_count_organisation_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_right_count_neighbourhood_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_right_count")),
    )
    op.create_index("ix_right_count_organisation_id", "right_count", ["organisation_id", "as_of"])


def _create_referrals() -> None:
    op.create_table(
        "referral",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("organisation_id", sa.UUID(), nullable=False),
        sa.Column("neighbourhood_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("post_id", sa.UUID(), nullable=True),
        sa.Column("right", sa.Text(), nullable=False),
        sa.Column("barrier", sa.Text(), nullable=False),
        sa.Column("partner_id", sa.UUID(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("worker_id", sa.UUID(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_how", sa.Text(), nullable=True),
        sa.Column("consent_version", sa.Text(), nullable=True),
        sa.Column("consent_language", sa.Text(), nullable=True),
        sa.Column("consent_by", sa.UUID(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_how", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(f"state in {STATES}", name=op.f("ck_referral_state")),
        sa.CheckConstraint("consent_how in ('self', 'phone', 'in_person')", name=op.f("ck_referral_consent_how")),
        sa.CheckConstraint("sent_how in ('called', 'wrote', 'together')", name=op.f("ck_referral_sent_how")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_referral_organisation_id")),
        sa.ForeignKeyConstraint(["neighbourhood_id"], ["neighbourhood.id"], name=op.f("fk_referral_neighbourhood_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_referral_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_referral_post_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_referral_partner_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_referral_worker_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["consent_by"], ["person.id"], name=op.f("fk_referral_consent_by"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
    )
    op.create_index(op.f("ix_referral_person_id"), "referral", ["person_id"])
    op.create_index(op.f("ix_referral_post_id"), "referral", ["post_id"])
    op.create_index("ix_referral_open", "referral", ["organisation_id", "due_on"], postgresql_where=sa.text("closed_at is null"))
    op.create_index("ix_referral_counted", "referral", ["organisation_id", "proposed_at"])
    op.create_table(
        "referral_words",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["referral.id"], name=op.f("fk_referral_words_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_referral_words_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_words")),
    )
    op.create_index(op.f("ix_referral_words_person_id"), "referral_words", ["person_id"])
