"""What open desks hear of: triggers that note in a transaction what it touched. The desk has no tables of its own.

A mark says for whom something changed: `n7` for the workers of a neighbourhood, `o…` for those of an organisation, `p…` for one person, `*` for all.
`kit/db.py` reads the marks before a transaction is committed, and `kit/news.py` tells them.
"""

from typing import NamedTuple

HOOD = "'n' || {row}.neighbourhood_id"
PERSON = "'p' || {row}.person_id"
OF_OBJECT = """case {row}.object_kind
    when 'post' then (select 'n' || o.neighbourhood_id from post o where o.id = {row}.object_id)
    when 'match' then (select 'n' || o.neighbourhood_id from match m join post o on o.id = m.need_id where m.id = {row}.object_id)
    when 'report' then (select coalesce('n' || o.neighbourhood_id, 'o' || o.organisation_id, '*') from report o where o.id = {row}.object_id) end"""


class Touch(NamedTuple):
    """When a change of a table is told, and about what."""

    marks: str
    """An SQL expression over `{row}`, the row as it was or as it is; null for nobody."""
    changes: str = ""
    """The columns whose change is told, with commas between; empty: all."""


TOUCHES = {
    "claim": Touch(OF_OBJECT),
    "decision": Touch(OF_OBJECT),
    "match": Touch("(select 'n' || o.neighbourhood_id from post o where o.id = {row}.need_id)", "state, need_done_at, offer_done_at"),
    "person": Touch("concat_ws(' ', 'p' || {row}.id, 'n' || {row}.neighbourhood_id)", "state, neighbourhood_id, managed_by"),
    "post": Touch(HOOD, "state, theme_id, neighbourhood_id, active, engaged, capacity, changes_asked, renewal_asked_at"),
    "report": Touch("coalesce('n' || {row}.neighbourhood_id, 'o' || {row}.organisation_id, '*')", "closed_at, neighbourhood_id"),
    "session": Touch(PERSON, "acting_for, expires_at"),
    "staff": Touch(PERSON),
    "staff_area": Touch(PERSON),
    "task": Touch(
        """concat_ws(' ', coalesce('n' || {row}.neighbourhood_id, 'o' || {row}.organisation_id),
    'p' || {row}.for_worker)""",
        "done_at, due_on, for_worker, neighbourhood_id, urgent",
    ),
}
NOTE = """
create function note_touched(marks text) returns void language plpgsql as $$
declare noted text := coalesce(current_setting('app.touched', true), '');
begin
  if marks <> '' and noted <> '*' and position(' ' || marks || ' ' in noted) = 0 then
    perform set_config('app.touched', case when length(noted) > 4000 then '*' else noted || ' ' || marks || ' ' end, true);
  end if;
end $$
"""
"""Adds marks to those of the transaction; where they are too many, everything is touched."""


def touch_statements() -> list[str]:
    """The functions and triggers in SQL. Migrations hold them literally."""
    statements = [NOTE.strip()]
    for table, (marks, changes) in TOUCHES.items():
        before, after = marks.format(row="old"), marks.format(row="new")
        statements += [
            f"""create function touch_{table}() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then perform note_touched({before}); end if;
  if tg_op <> 'DELETE' then perform note_touched({after}); end if;
  return null;
end $$""",
            f"""create trigger touched after insert or delete or update{f" of {changes}" if changes else ""} on {table}
 for each row execute function touch_{table}()""",
        ]
    return statements
