"""What open desks hear of, each try to reach somebody, and who is suggested for first."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TOUCHES = [
    """
create function note_touched(marks text) returns void language plpgsql as $$
declare noted text := coalesce(current_setting('app.touched', true), '');
begin
  if marks <> '' and noted <> '*' and position(' ' || marks || ' ' in noted) = 0 then
    perform set_config('app.touched', case when length(noted) > 4000 then '*' else noted || ' ' || marks || ' ' end, true);
  end if;
end $$
""",
    """
create function touch_claim() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched(case old.object_kind
    when 'post' then (select 'n' || o.neighbourhood_id from post o where o.id = old.object_id)
    when 'match' then (select 'n' || o.neighbourhood_id from match m join post o on o.id = m.need_id where m.id = old.object_id)
    when 'report' then (select coalesce('n' || o.neighbourhood_id, 'o' || o.organisation_id, '*') from report o where o.id = old.object_id) end); end if;
  if tg_op <> 'DELETE' then perform note_touched(case new.object_kind
    when 'post' then (select 'n' || o.neighbourhood_id from post o where o.id = new.object_id)
    when 'match' then (select 'n' || o.neighbourhood_id from match m join post o on o.id = m.need_id where m.id = new.object_id)
    when 'report' then (select coalesce('n' || o.neighbourhood_id, 'o' || o.organisation_id, '*') from report o where o.id = new.object_id) end); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update on claim
 for each row execute function touch_claim()
""",
    """
create function touch_decision() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched(case old.object_kind
    when 'post' then (select 'n' || o.neighbourhood_id from post o where o.id = old.object_id)
    when 'match' then (select 'n' || o.neighbourhood_id from match m join post o on o.id = m.need_id where m.id = old.object_id)
    when 'report' then (select coalesce('n' || o.neighbourhood_id, 'o' || o.organisation_id, '*') from report o where o.id = old.object_id) end); end if;
  if tg_op <> 'DELETE' then perform note_touched(case new.object_kind
    when 'post' then (select 'n' || o.neighbourhood_id from post o where o.id = new.object_id)
    when 'match' then (select 'n' || o.neighbourhood_id from match m join post o on o.id = m.need_id where m.id = new.object_id)
    when 'report' then (select coalesce('n' || o.neighbourhood_id, 'o' || o.organisation_id, '*') from report o where o.id = new.object_id) end); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update on decision
 for each row execute function touch_decision()
""",
    """
create function touch_match() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched((select 'n' || o.neighbourhood_id from post o where o.id = old.need_id)); end if;
  if tg_op <> 'DELETE' then perform note_touched((select 'n' || o.neighbourhood_id from post o where o.id = new.need_id)); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update of state, need_done_at, offer_done_at on match
 for each row execute function touch_match()
""",
    """
create function touch_person() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched(concat_ws(' ', 'p' || old.id, 'n' || old.neighbourhood_id)); end if;
  if tg_op <> 'DELETE' then perform note_touched(concat_ws(' ', 'p' || new.id, 'n' || new.neighbourhood_id)); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update of state, neighbourhood_id, managed_by on person
 for each row execute function touch_person()
""",
    """
create function touch_post() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched('n' || old.neighbourhood_id); end if;
  if tg_op <> 'DELETE' then perform note_touched('n' || new.neighbourhood_id); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update of state, theme_id, neighbourhood_id, active, engaged, capacity, changes_asked, renewal_asked_at on post
 for each row execute function touch_post()
""",
    """
create function touch_report() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched(coalesce('n' || old.neighbourhood_id, 'o' || old.organisation_id, '*')); end if;
  if tg_op <> 'DELETE' then perform note_touched(coalesce('n' || new.neighbourhood_id, 'o' || new.organisation_id, '*')); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update of closed_at, neighbourhood_id on report
 for each row execute function touch_report()
""",
    """
create function touch_session() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched('p' || old.person_id); end if;
  if tg_op <> 'DELETE' then perform note_touched('p' || new.person_id); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update of acting_for, expires_at on session
 for each row execute function touch_session()
""",
    """
create function touch_staff() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched('p' || old.person_id); end if;
  if tg_op <> 'DELETE' then perform note_touched('p' || new.person_id); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update on staff
 for each row execute function touch_staff()
""",
    """
create function touch_staff_area() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched('p' || old.person_id); end if;
  if tg_op <> 'DELETE' then perform note_touched('p' || new.person_id); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update on staff_area
 for each row execute function touch_staff_area()
""",
    """
create function touch_task() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched(concat_ws(' ', coalesce('n' || old.neighbourhood_id, 'o' || old.organisation_id),
    'p' || old.for_worker)); end if;
  if tg_op <> 'DELETE' then perform note_touched(concat_ws(' ', coalesce('n' || new.neighbourhood_id, 'o' || new.organisation_id),
    'p' || new.for_worker)); end if;
  return null;
end $$
""",
    """
create trigger touched after insert or delete or update of done_at, due_on, for_worker, neighbourhood_id, urgent on task
 for each row execute function touch_task()
""",
]
KINDS = [
    *("call_back", "follow_up", "clock", "danger", "unhappy", "appeal", "silent_agreement", "unreached", "still_here"),
    *("referral", "held", "block_asked"),
]
"""What a task could be before."""
SECURITY = [
    'grant select, insert, update, delete on "put_first" to buurtnet_web',
    'grant select, insert, update, delete on "put_first" to buurtnet_worker',
    'grant select, insert, update, delete on "task_log" to buurtnet_web',
    'grant select, insert, update, delete on "task_log" to buurtnet_worker',
]


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.execute("set local statement_timeout = '10min'")
    op.create_table(
        "task_log",
        sa.Column("id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("task_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), autoincrement=False, nullable=False),
        sa.Column("by", sa.UUID(), autoincrement=False, nullable=True),
        sa.Column("outcome", sa.Text(), autoincrement=False, nullable=False),
        sa.CheckConstraint("outcome in ('called', 'no_answer', 'went_by', 'agreed', 'done')", name=op.f("ck_task_log_outcome")),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_task_log_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_log_task_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_log")),
    )
    op.create_index(op.f("ix_task_log_task_id"), "task_log", ["task_id"])
    op.create_table(
        "put_first",
        sa.Column("person_id", sa.UUID(), autoincrement=False, nullable=False),
        sa.Column("until", sa.Date(), autoincrement=False, nullable=False),
        sa.Column("by", sa.UUID(), autoincrement=False, nullable=True),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_put_first_by"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_put_first_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_put_first")),
    )
    op.drop_constraint(op.f("ck_task_kind"), "task")
    op.create_check_constraint(op.f("ck_task_kind"), "task", f"kind in ({', '.join(map(repr, [*KINDS, 'again']))})")
    for statement in [*SECURITY, *TOUCHES]:
        op.execute(statement)
