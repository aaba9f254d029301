"""Recording a help, and keeping the components that follow from all ties."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.locks import Lock, hold
from buurtnet.kit.outbox import record_all
from buurtnet.ties.events import ComponentChanged
from buurtnet.ties.rules import find_components, keep_names

RECORD = """
insert into tie (a, b, first_on, last_on, helps, a_helped, b_helped, themes)
values ($1, $2, $3, $3, 1, $4::bool::int, (not $4::bool)::int, case when $5::smallint is null then '{}' else array[$5::smallint] end)
on conflict (a, b) do update set
  first_on = least(tie.first_on, excluded.first_on),
  last_on = greatest(tie.last_on, excluded.last_on),
  helps = tie.helps + 1,
  a_helped = tie.a_helped + excluded.a_helped,
  b_helped = tie.b_helped + excluded.b_helped,
  themes = case when tie.themes @> excluded.themes then tie.themes else tie.themes || excluded.themes end
"""
COMPONENTS = """
select c.component, (select count(*) from tie_component o where o.component = c.component) size
  from tie_component c where c.person_id in ($1, $2) group by c.component order by size desc, c.component
"""
JOIN = "insert into tie_component (person_id, component) values ($1, $3), ($2, $3) on conflict (person_id) do nothing returning person_id"
MERGE = "update tie_component set component = $1 where component = $2 returning person_id"
JOIN_TIES = """
with gone as (delete from tie where $2 in (a, b) returning *),
     turned as (select case when a = $2 then b else a end as other, first_on, last_on, helps, themes,
                       case when a = $2 then a_helped else b_helped end as own_helped, case when a = $2 then b_helped else a_helped end as other_helped
                  from gone)
insert into tie (a, b, first_on, last_on, helps, a_helped, b_helped, themes)
select least($1::uuid, other), greatest($1::uuid, other), first_on, last_on, helps,
       case when $1::uuid < other then own_helped else other_helped end, case when $1::uuid < other then other_helped else own_helped end, themes
  from turned where other <> $1::uuid
on conflict (a, b) do update set
  first_on = least(tie.first_on, excluded.first_on),
  last_on = greatest(tie.last_on, excluded.last_on),
  helps = tie.helps + excluded.helps,
  a_helped = tie.a_helped + excluded.a_helped,
  b_helped = tie.b_helped + excluded.b_helped,
  themes = array(select distinct theme from unnest(tie.themes || excluded.themes) theme order by theme)
"""
MINE_AND_THEIRS = "select person_id, component from tie_component where person_id = any($1::uuid[])"
LEAVE_COMPONENT = "delete from tie_component where person_id = $1"
ENTER_COMPONENT = "insert into tie_component (person_id, component) values ($1, $2) on conflict (person_id) do nothing returning person_id"
FORGET = "delete from tie where last_on < $1 returning a"
ALL_TIES = "select a, b from tie"
NAMES = "select person_id, component from tie_component"
CLEAR = "delete from tie_component where person_id not in (select a from tie union all select b from tie) returning person_id"
REPLACE = """
insert into tie_component (person_id, component) select * from unnest($1::uuid[], $2::uuid[])
on conflict (person_id) do update set component = excluded.component where tie_component.component <> excluded.component
returning person_id
"""


async def record_help(db: Db, helper_id: UUID, helped_id: UUID, theme_id: int | None, on: date) -> None:
    """Writes down that one helped the other on that day; the theme is None where it is a sensitive one."""
    a, b = sorted((helper_id, helped_id))
    await db.execute(RECORD, a, b, on, helper_id == a, theme_id)
    await hold(db, Lock.COMPONENTS)  # Helps are rare, so that one may wait for another.
    found = await db.fetch(COMPONENTS, a, b)
    kept = found[0]["component"] if found else new_id()
    moved = await db.fetch(JOIN, a, b, kept)
    for other in found[1:]:
        moved += await db.fetch(MERGE, kept, other["component"])
    await _tell_of(db, moved)


async def _tell_of(db: Db, moved: Sequence[Mapping[str, UUID]]) -> None:
    await record_all(db, [ComponentChanged(row["person_id"]) for row in moved])


async def join_ties(db: Db, kept_id: UUID, gone_id: UUID) -> None:
    """Gives the ties of one account to another one of the same person; what each did is added up where both helped the same neighbour."""
    await hold(db, Lock.COMPONENTS)
    await db.execute(JOIN_TIES, kept_id, gone_id)
    found = {row["person_id"]: row["component"] for row in await db.fetch(MINE_AND_THEIRS, [kept_id, gone_id])}
    if gone_id not in found:
        return
    together = found.get(kept_id, found[gone_id])
    moved = [] if together == found[gone_id] else await db.fetch(MERGE, together, found[gone_id])
    await db.execute(LEAVE_COMPONENT, gone_id)
    moved += await db.fetch(ENTER_COMPONENT, kept_id, together)
    await _tell_of(db, [row for row in moved if row["person_id"] != gone_id])


async def forget_ties(db: Db, *, before: date) -> int:
    """Removes the ties whose last help was before that day; returns how many."""
    return len(await db.fetch(FORGET, before))


async def mend_components(db: Db) -> int:
    """Computes all components anew from the ties that stand, for ties that were erased may have parted some; returns how many there are."""
    await hold(db, Lock.COMPONENTS)
    components = find_components([(row["a"], row["b"]) for row in await db.fetch(ALL_TIES)])
    kept = keep_names(components, {row["person_id"]: row["component"] for row in await db.fetch(NAMES)})
    names = {top: kept.get(top) or new_id() for top in set(components.values())}
    moved = await db.fetch(CLEAR)
    moved += await db.fetch(REPLACE, list(components), [names[top] for top in components.values()])
    await _tell_of(db, moved)
    return len(names)
