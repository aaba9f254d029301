"""Removing everything about one person, from what the tables say about themselves.

The one place that writes tables of other slices (architecture, rule 6): in one transaction, in the worker's role.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import ColumnElement, Table, and_, any_, bindparam, delete, exists, func, literal_column, null, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB

from buurtnet.kit.db import Db
from buurtnet.privacy.queries.schema import list_tables, run
from buurtnet.privacy.rules import tags

Ids = dict[str, list[UUID]]


def _any(name: str) -> ColumnElement[Any]:
    return any_(bindparam(name, type_=ARRAY(UUID_TYPE)))


async def _find_leaving(db: Db, tables: Sequence[Table], root: str, roots: Sequence[UUID]) -> Ids:
    """The ids of all rows that leave with these rows of the root, by table."""
    ids: Ids = {root: list(roots)}
    for table in tags.list_leaving(tables, root):
        found = [(column, parent.name) for column, parent in tags.list_references(table, "CASCADE") if parent.name in ids]
        if found and tags.has_id(table):
            mine = or_(*(column == _any(name) for column, name in found))
            rows = await run(db, select(table.c.id).where(mine), **{name: ids[name] for _column, name in found})
            ids[table.name] = [row["id"] for row in rows]
    return ids


async def _find_lookups(db: Db, tables: Sequence[Table], person_id: UUID) -> list[bytes]:
    """The blind indexes of addresses that nobody else has."""
    lookups: list[bytes] = []
    for table in tables:
        for column in tags.list_tagged(table, "lookup", "own"):
            owner, other = tags.list_owners(table)[0], table.alias("other")
            shared = exists().where(and_(other.c[column.name] == column, other.c[owner.name] != owner))
            mine = select(column).where(owner == bindparam("person", type_=UUID_TYPE), ~shared)
            lookups += [row[0] for row in await run(db, mine, person=person_id)]
    return lookups


async def _find_containers(db: Db, tables: Sequence[Table], person_id: UUID) -> list[tuple[Table, Any, list[UUID]]]:
    """What is kept only as long as somebody is in it, and has the person in it now."""
    found: list[tuple[Table, Any, list[UUID]]] = []
    named = {table.name: table for table in tables}
    for table in tables:
        if kept_by := table.info.get("kept_by"):
            inside = named[kept_by]
            link = next(column for column, parent in tags.list_references(inside, "CASCADE") if parent is table)
            mine = select(link).where(or_(*(owner == bindparam("person", type_=UUID_TYPE) for owner in tags.list_owners(inside))))
            found.append((table, link, [row[0] for row in await run(db, mine, person=person_id)]))
    return found


async def remove_person(db: Db, person_id: UUID) -> list[bytes]:
    """Removes the person and whatever points at them or at what was theirs, and returns the blind indexes of addresses that are nobody's now."""
    tables = list_tables()
    ids = await _find_leaving(db, tables, tags.PERSON, [person_id])
    lookups = await _find_lookups(db, tables, person_id)
    containers = await _find_containers(db, tables, person_id)
    gone = [identity for some in ids.values() for identity in some]
    for table in tables:
        await _empty_what_stays(db, tables, table, person_id)
        for owner in tags.list_unbound(table):
            await run(db, delete(table).where(owner == bindparam("person", type_=UUID_TYPE)), person=person_id)
        for column in tags.list_tagged(table, "lookup", "row"):
            await run(db, delete(table).where(column == any_(bindparam("lookups", type_=ARRAY(BYTEA)))), lookups=lookups)
    await _remove_pointers(db, tables, gone)
    person = next(table for table in tables if table.name == tags.PERSON)
    await run(db, delete(person).where(person.c.id == bindparam("person", type_=UUID_TYPE)), person=person_id)
    for table, link, inside in containers:
        await run(db, delete(table).where(table.c.id == _any("ids"), ~exists().where(link == table.c.id)), ids=inside)
    return lookups


async def _empty_what_stays(db: Db, tables: Sequence[Table], table: Table, person_id: UUID) -> None:
    """Takes the person and their words out of rows that stay, and removes the parts of such rows that hold personal data."""
    for owner in tags.list_left(table):
        mine = owner == bindparam("person", type_=UUID_TYPE)
        for column, part in tags.list_parts(table, tables):
            await run(db, delete(part).where(column.in_(select(table.c.id).where(mine))), person=person_id)
        words = {
            column: literal_column(column.info["left"]) if "left" in column.info else null()
            for column in tags.list_tagged(table, "personal")
        }
        await run(db, update(table).where(mine).values({owner: null(), **words}), person=person_id)


async def _remove_pointers(db: Db, tables: Sequence[Table], gone: list[UUID]) -> None:
    """Removes or empties what points without a foreign key at something that goes: ids, and ids inside JSON."""
    for table in tables:
        for column in tags.list_tagged(table, "object", "row"):
            if isinstance(column.type, JSONB):
                said = func.jsonb_path_exists(column, literal_column("'$.** ? (@ == $ids[*])'"), bindparam("ids", type_=JSONB))
                await run(db, delete(table).where(said), ids={"ids": [str(identity) for identity in gone]})
            else:
                await run(db, delete(table).where(column == _any("ids")), ids=gone)
        for column in tags.list_tagged(table, "object", "empty"):
            await run(db, update(table).where(column == _any("ids")).values({column: null()}), ids=gone)


async def remove_rows(db: Db, name: str, roots: Sequence[UUID]) -> None:
    """Removes rows of a table by their ids, with everything that hangs on them or points at them."""
    if roots:
        tables = list_tables()
        ids = await _find_leaving(db, tables, name, roots)
        await _remove_pointers(db, tables, [identity for some in ids.values() for identity in some])
        table = next(table for table in tables if table.name == name)
        await run(db, delete(table).where(table.c.id == _any("ids")), ids=list(roots))
