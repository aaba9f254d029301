"""How people are told: channels for each kind, quiet hours, phones that can be reached."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OWN = "person_id = nullif(current_setting('app.viewer', true), '')::uuid"
SECURITY = [
    *(
        f'grant select, insert, update, delete on "{table}" to {role}'
        for table in ("choice", "push_subscription")
        for role in ("buurtnet_web", "buurtnet_worker")
    ),
    'alter table "push_subscription" enable row level security',
    'alter table "push_subscription" force row level security',
    f'create policy push_own on "push_subscription" for all to buurtnet_web using ({OWN}) with check ({OWN})',
    'create policy push_worker on "push_subscription" for all to buurtnet_worker using (true) with check (true)',
]
TASKS = ["call_back", "follow_up", "clock", "danger", "unhappy", "appeal", "silent_agreement"]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.add_column("contact", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))
    _allow_tasks([*TASKS, "unreached"])
    # A notice that could not be told by one channel goes by the next, and stays one notice.
    op.execute(
        "delete from notice n using notice first where first.event_id = n.event_id and first.person_id = n.person_id"
        " and first.kind = n.kind and first.id < n.id"
    )
    op.drop_constraint(op.f("uq_notice_event_id_person_id_channel_kind"), "notice", type_="unique")
    op.create_unique_constraint(op.f("uq_notice_event_id_person_id_kind"), "notice", ["event_id", "person_id", "kind"])
    _allow_channels(["push", "email", "sms"])
    op.alter_column("preference", "pace", server_default=sa.text("'usual'"))
    op.add_column("preference", sa.Column("quiet_from", sa.SmallInteger(), server_default=sa.text("21"), nullable=False))
    op.add_column("preference", sa.Column("quiet_until", sa.SmallInteger(), server_default=sa.text("8"), nullable=False))
    op.create_check_constraint(op.f("ck_preference_quiet"), "preference", "quiet_from between 0 and 23 and quiet_until between 0 and 23")
    op.create_table(
        "choice",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("channels", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("stopped", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("topic in ('asked', 'answers', 'messages', 'posts')", name=op.f("ck_choice_topic")),
        sa.CheckConstraint("channels <@ array['push', 'email', 'sms']", name=op.f("ck_choice_channels")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_choice_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "topic", name=op.f("pk_choice")),
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_subscription_person_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["session_hash"], ["session.token_hash"], name=op.f("fk_push_subscription_session_hash"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_push_subscription_session_hash")),
    )
    op.create_index(op.f("ix_push_subscription_person_id"), "push_subscription", ["person_id"])
    op.create_index(op.f("ix_push_subscription_lookup"), "push_subscription", ["lookup"])
    for statement in SECURITY:
        op.execute(statement)


def _allow_tasks(kinds: Sequence[str]) -> None:
    op.drop_constraint(op.f("ck_task_kind"), "task", type_="check")
    op.create_check_constraint(op.f("ck_task_kind"), "task", _one_of("kind", kinds))


def _allow_channels(channels: Sequence[str]) -> None:
    op.drop_constraint(op.f("ck_notice_channel"), "notice", type_="check")
    op.create_check_constraint(op.f("ck_notice_channel"), "notice", _one_of("channel", channels))


def _one_of(name: str, values: Sequence[str]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{name} in ({listed})"
