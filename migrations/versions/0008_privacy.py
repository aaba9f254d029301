"""What is kept how long, and what an erased person leaves."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

REFERENCES = (
    ("person", "managed_by", "person", "set null", None),
    ("card", "issued_by", "person", "set null", None),
    ("staff", "person_id", "person", "cascade", None),
    ("block", "by", "person", "set null", None),
    ("block", "second_by", "person", "set null", None),
    ("helper_check", "checked_by", "person", "set null", None),
    ("consent", "helped_by", "person", "set null", None),
    ("post", "on_behalf_by", "person", "set null", None),
    ("match", "reviewer_id", "person", "set null", None),
    ("match", "conversation_id", "conversation", "set null", None),
    ("message", "author_id", "person", "cascade", "set null"),
    ("claim", "by", "person", "cascade", None),
    ("report", "closed_by", "person", "set null", None),
    ("decision", "by", "person", "set null", None),
    ("task", "for_worker", "person", "set null", None),
    ("task", "done_by", "person", "set null", None),
)
"""Table, column, what it refers to, what happens when that goes, and what happened before."""
OPTIONAL = (("card", "issued_by"), ("block", "by"), ("helper_check", "checked_by"), ("decision", "by"))
DROP_OLD_AUDIT = """
create function audit_drop_old() returns int language plpgsql security definer set search_path = public as $$
declare
  bound constant date := (date_trunc('month', now()) - interval '36 months')::date;
  part record;
  dropped int := 0;
begin
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'audit'::regclass and c.relname ~ '^audit_[0-9]{6}$' and to_date(right(c.relname, 6), 'YYYYMM') < bound
  loop
    execute format('drop table %I', part.relname);
    dropped := dropped + 1;
  end loop;
  -- A seal over the edge of the first kept month goes as well where some of its rows have gone.
  delete from audit_seal s where up_to < bound
     or since < bound and rows <> (select count(*) from audit a where a.at > s.since and a.at <= s.up_to);
  return dropped;
end $$
"""
SECURITY = [
    'grant select on "barred" to buurtnet_web',
    'grant select, insert, update, delete on "barred" to buurtnet_worker',
    'grant select on "post_count" to buurtnet_web',
    'grant select, insert, update, delete on "post_count" to buurtnet_worker',
    'grant select on "match_count" to buurtnet_web',
    'grant select, insert, update, delete on "match_count" to buurtnet_worker',
    "revoke all on function audit_drop_old() from public",
    "grant execute on function audit_drop_old() to buurtnet_worker",
]
PURPOSES = ("sign_in", "staff", "contact", "confirm")
TASKS = ("call_back", "follow_up", "clock", "danger", "unhappy", "appeal", "silent_agreement", "unreached", "still_here")


def _refer(table: str, column: str, target: str, on_delete: str | None) -> None:
    """The foreign key anew; every row fits it already, so that nobody waits while it is looked at."""
    name, ending = f"fk_{table}_{column}", f" on delete {on_delete}" if on_delete else ""
    op.execute(f'alter table "{table}" drop constraint {name}')
    op.execute(f'alter table "{table}" add constraint {name} foreign key ("{column}") references "{target}" (id){ending} not valid')
    op.execute(f'alter table "{table}" validate constraint {name}')


def _allow(table: str, column: str, values: Sequence[str]) -> None:
    op.execute(f'alter table "{table}" drop constraint ck_{table}_{column}')
    op.create_check_constraint(op.f(f"ck_{table}_{column}"), table, f"{column} in ({', '.join(repr(value) for value in values)})")


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    for table, column in OPTIONAL:
        op.alter_column(table, column, nullable=True)
    for table, column, target, on_delete, _before in REFERENCES:
        _refer(table, column, target, on_delete)
    _allow("sign_in_code", "purpose", PURPOSES)
    _allow("task", "kind", TASKS)
    op.add_column("person", sa.Column("leaving_asked_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("looks_in_person", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_index(op.f("ix_pseudonym_alias"), "pseudonym", ["alias"])
    op.create_index(op.f("ix_person_seen_on"), "person", ["seen_on"])
    op.create_index(op.f("ix_post_closed_at"), "post", ["closed_at"], postgresql_where=sa.text("closed_at is not null"))
    op.create_index(op.f("ix_match_closed_at"), "match", ["closed_at"], postgresql_where=sa.text("closed_at is not null"))
    op.create_table(
        "barred",
        sa.Column("lookup", sa.LargeBinary(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_barred")),
    )
    for name, counted in (("post_count", "posts"), ("match_count", "matches")):
        op.create_table(
            name,
            sa.Column("year", sa.SmallInteger(), autoincrement=False, nullable=False),
            sa.Column("organisation_id", sa.UUID(), autoincrement=False, nullable=False),
            *([sa.Column("kind", sa.Text(), autoincrement=False, nullable=False)] if name == "post_count" else []),
            sa.Column("theme_id", sa.SmallInteger(), autoincrement=False, nullable=False),
            sa.Column("state", sa.Text(), autoincrement=False, nullable=False),
            sa.Column(counted, sa.Integer(), autoincrement=False, nullable=False),
            sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f(f"fk_{name}_organisation_id"), ondelete="CASCADE"),
            sa.ForeignKeyConstraint(["theme_id"], ["theme.id"], name=op.f(f"fk_{name}_theme_id")),
            sa.PrimaryKeyConstraint(
                "year", "organisation_id", *(["kind"] if name == "post_count" else []), "theme_id", "state", name=op.f(f"pk_{name}")
            ),
        )
    op.execute(DROP_OLD_AUDIT)
    for statement in SECURITY:
        op.execute(statement)
