"""Everything that stands about one person, table by table, as the tables say what is theirs."""

import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import UUID as UUID_TYPE
from sqlalchemy import Column, Table, any_, bindparam, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from buurtnet.privacy.queries.schema import list_tables, run
from buurtnet.privacy.rules import tags
from buurtnet.privacy.schemas import Held, Row


async def list_held(db: Db, vault: Vault, person_id: UUID) -> list[Held]:
    """What each table holds about the person, secrets opened, nothing about anybody else; tables without a row of theirs are left out."""
    held: list[Held] = []
    ids: dict[str, list[Any]] = {}
    for table in tags.list_shown(list_tables()):
        rows = [row for row in await _list_rows(db, table, person_id, ids) if _has_heard(table, row, person_id)]
        if tags.has_id(table):
            ids[table.name] = [row["id"] for row in rows]
        shown = [_show(table, dict(row), vault, person_id) for row in rows]
        if any(shown):
            held.append(Held(str(table.name), shown))
    return held


async def _list_rows(db: Db, table: Table, person_id: UUID, ids: dict[str, list[Any]]) -> Sequence[Any]:
    owners = tags.list_owners(table)
    if owners:
        mine = or_(*(owner == bindparam("person", type_=UUID_TYPE) for owner in owners))
        return await run(db, select(table).where(mine).order_by(*table.primary_key.columns), person=person_id)
    links = [(column, parent.name) for column, parent in tags.list_references(table, "CASCADE") if parent.name in ids]
    part = or_(*(column == any_(bindparam(name, type_=ARRAY(UUID_TYPE))) for column, name in links))
    return await run(db, select(table).where(part).order_by(*table.primary_key.columns), **{name: ids[name] for _column, name in links})


def _has_heard(table: Table, row: Any, person_id: UUID) -> bool:
    """Whether the person was told on their side of the row; a match that nobody has asked them about yet is not told here either."""
    sides = [owner for owner in tags.list_owners(table) if row[owner.name] == person_id]
    return not sides or any("heard" not in side.info or row[side.info["heard"]] is not None for side in sides)


def _show(table: Table, row: Row, vault: Vault, person_id: UUID) -> Row:
    """The row as its person may read it: their side of it, secrets opened."""
    key = next(iter(table.primary_key.columns)).name
    shown: Row = {}
    owners = [owner.name for owner in tags.list_owners(table)]
    if len(owners) > 1:
        shown["you_are"] = str(next(name for name in owners if row[name] == person_id))
    for column in tags.list_shown_columns(table):
        value, side = row[column.name], column.info.get("of")
        if value is not None and (side is None or row[side] == person_id):
            shown[str(column.name)] = _open(table, column, row[key], value, vault) if column.info.get("sealed") else value
    return shown


def _open(table: Table, column: Column[Any], key: Any, value: bytes, vault: Vault) -> str:
    """The words of a sealed value; what is no text, such as a voice, as Base64."""
    opened = vault.open(value, table.name, column.name, key)
    try:
        return opened.decode()
    except UnicodeDecodeError:
        return base64.b64encode(opened).decode()
