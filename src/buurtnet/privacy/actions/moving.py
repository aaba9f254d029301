"""Moving everything that names one person to another one, from what the tables say about themselves.

Like `erasing.py` it writes tables of other slices (architecture, rule 6): in one transaction, in the worker's role.
"""

from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import Column, ColumnElement, Table, and_, bindparam, cast, delete, func, literal_column, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, TEXT

from buurtnet.kit.db import Db
from buurtnet.privacy.actions.erasing import remove_rows
from buurtnet.privacy.queries.schema import list_tables, run
from buurtnet.privacy.rules import tags

GONE, KEPT = bindparam("gone", type_=UUID_TYPE), bindparam("kept", type_=UUID_TYPE)


async def move_person(db: Db, gone_id: UUID, kept_id: UUID) -> None:
    """Lets every row that names the one person name the other one, and removes the one. What stands between the two goes; where both have a row
    and only one may, the one who stays keeps theirs, unless the table says otherwise (`merged`)."""
    both = {"gone": gone_id, "kept": kept_id}
    tables = list_tables()
    for table in tables:
        await _remove_between(db, table, both)
    for table in tables:
        for column in tags.list_namings(table):
            for key in tags.list_keys(table, column):
                await _settle_both(db, table, column, key, both)
            await run(db, update(table).where(column == GONE).values({column: KEPT}), **both)
        for column in tags.list_tellings(table):
            said = func.jsonb_path_exists(column, literal_column("'$.** ? (@ == $id)'"), bindparam("ids", type_=JSONB))
            text = func.replace(cast(column, TEXT), cast(GONE, TEXT), cast(KEPT, TEXT))
            await run(db, update(table).where(said).values({column: cast(text, JSONB)}), ids={"id": str(gone_id)}, **both)
    person = next(table for table in tables if table.name == tags.PERSON)
    await run(db, delete(person).where(person.c.id == GONE), gone=gone_id)


async def _remove_between(db: Db, table: Table, both: dict[str, UUID]) -> None:
    """Removes rows of which the two are the two sides."""
    owners = tags.list_owners(table)
    between = [and_(one == GONE, other == KEPT) for one in owners for other in owners if one is not other]
    if not between:
        return
    if tags.has_id(table):
        await remove_rows(db, table.name, [row["id"] for row in await run(db, select(table.c.id).where(or_(*between)), **both)])
    else:
        await run(db, delete(table).where(or_(*between)), **both)


async def _settle_both(db: Db, table: Table, column: Column, key: tags.Key, both: dict[str, UUID]) -> None:
    """Removes one of two rows that would be the same under the key."""
    later = str(table.info.get("merged", "")).removeprefix("later:")
    if later:
        await run(db, delete(table).where(_same(table, column, key, KEPT, GONE, later)), **both)
    await run(db, delete(table).where(_same(table, column, key, GONE, KEPT)), **both)


def _same(table: Table, column: Column, key: tags.Key, mine: ColumnElement, theirs: ColumnElement, later: str = "") -> ColumnElement[bool]:
    """Rows of the one that are those of the other but for the person; with `later` only where the other's is later."""
    other = table.alias("other")
    rest = [one for one in key.columns if one is not column]
    rows = select(*(other.c[one.name] for one in rest), *([] if rest else [other.c[column.name]])).where(other.c[column.name] == theirs)
    if key.where is not None:
        rows = rows.where(key.where)
    if later:
        rows = rows.where(other.c[later] > table.c[later]).correlate(table)
    found = tuple_(*rest).in_(rows) if rest else rows.exists()
    return and_(column == mine, *([] if key.where is None else [key.where]), found)
