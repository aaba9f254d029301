"""A voice note instead of typed words."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TEXT = "char_length(text) between 3 and 600"
VIEWER = "nullif(current_setting('app.viewer', true), '')::uuid"
MINE = f"author_id = {VIEWER}"
FACILITATED = f"""exists (select from post p
  join staff f on f.person_id = {VIEWER} and f.role = 'facilitator' and f.organisation_id = p.organisation_id
  join staff_area fa on fa.person_id = f.person_id and fa.neighbourhood_id = p.neighbourhood_id
 where p.id = post_voice.post_id
   and (f.secrecy_basis is not null or exists (select from theme th where th.id = p.theme_id and th.review <> 'always')))"""
MATCHED = f"""exists (select from match m left join conversation c on c.id = m.conversation_id
  where post_voice.post_id in (m.need_id, m.offer_id) and {VIEWER} in (m.asker_id, m.helper_id) and m.state = 'agreed' and c.closed_at is null)"""
GRANTS = {"voice_draft": "select, insert, delete", "post_voice": "select, insert, update (worded_at)", "message_voice": "select, insert"}
SECURITY = [f'grant {may} on "{table}" to buurtnet_web' for table, may in GRANTS.items()]
SECURITY += [
    statement.format(table=table)
    for table in GRANTS
    for statement in (
        'grant select, insert, update, delete on "{table}" to buurtnet_worker',
        'alter table "{table}" enable row level security',
        'alter table "{table}" force row level security',
        'create policy {table}_worker on "{table}" for all to buurtnet_worker using (true) with check (true)',
    )
]
SECURITY += [
    f'create policy voice_draft_own on "voice_draft" for all to buurtnet_web using (person_id is null or person_id = {VIEWER})'
    f" with check (person_id is not distinct from {VIEWER})",
    f'create policy post_voice_read on "post_voice" for select to buurtnet_web using ({MINE} or {FACILITATED})',
    f'create policy post_voice_matched on "post_voice" for select to buurtnet_web using ({MATCHED})',
    f'create policy post_voice_add on "post_voice" for insert to buurtnet_web with check ({MINE}'
    " and exists (select from post p where p.id = post_voice.post_id and p.author_id = post_voice.author_id))",
    f'create policy post_voice_word on "post_voice" for update to buurtnet_web using ({MINE} or {FACILITATED}) with check ({MINE} or {FACILITATED})',
    'create policy message_voice_read on "message_voice" for select to buurtnet_web'
    " using (exists (select from message m where m.id = message_voice.message_id))",
    f'create policy message_voice_add on "message_voice" for insert to buurtnet_web with check ({MINE}'
    " and exists (select from message m where m.id = message_voice.message_id and m.author_id = message_voice.author_id))",
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.drop_constraint(op.f("ck_post_text"), "post", type_="check")
    op.create_check_constraint(op.f("ck_post_text"), "post", f"{TEXT} or text = '' and state not in ('open', 'met')")
    op.create_table(
        "voice_draft",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("seconds between 1 and 30", name=op.f("ck_voice_draft_seconds")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voice_draft_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voice_draft")),
    )
    op.create_index(op.f("ix_voice_draft_made_at"), "voice_draft", ["made_at"], unique=False)
    op.create_index(op.f("ix_voice_draft_person_id"), "voice_draft", ["person_id"], unique=False)
    op.create_table("post_voice", *_note_of("post"), sa.Column("worded_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table("message_voice", *_note_of("message"))
    for table in ("post_voice", "message_voice"):
        op.create_index(op.f(f"ix_{table}_author_id"), table, ["author_id"], unique=False)
    for statement in SECURITY:
        op.execute(statement)


def _note_of(thing: str) -> list[sa.schema.SchemaItem]:
    table, key = f"{thing}_voice", f"{thing}_id"
    return [
        sa.Column(key, sa.UUID(), nullable=False),
        sa.Column("author_id", sa.UUID(), nullable=False),
        sa.Column("sound", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("seconds between 1 and 30", name=op.f(f"ck_{table}_seconds")),
        sa.ForeignKeyConstraint([key], [f"{thing}.id"], name=op.f(f"fk_{table}_{key}"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f(f"fk_{table}_author_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(key, name=op.f(f"pk_{table}")),
    ]
