"""What the declared tables say about erasure and export: pure, from the tags of `kit/sql.py`."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import UUID, Column, ColumnElement, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

PERSON = "person"
Reference = tuple[Column[Any], Table]
"""A column and the table it refers to."""


def list_references(table: Table, on_delete: str | None) -> list[Reference]:
    """The foreign keys of the table that end so when what they refer to goes."""
    return [
        (column, key.column.table)
        for column in table.columns
        for key in column.foreign_keys
        if (key.ondelete or "").upper() == (on_delete or "")
    ]


def list_owners(table: Table) -> list[Column[Any]]:
    """The columns that say whose a row is."""
    return [column for column in table.columns if column.info.get("person")]


def list_tagged(table: Table, tag: str, value: str | bool | None = None) -> list[Column[Any]]:
    """The columns with the tag, and with this value of it where one is given."""
    return [column for column in table.columns if column.info.get(tag) and value in (None, column.info[tag])]


def has_id(table: Table) -> bool:
    """Whether the rows bear an id of their own that others can refer to."""
    return "id" in table.c and isinstance(table.c.id.type, UUID)


def list_leaving(tables: Sequence[Table], root: str = PERSON) -> list[Table]:
    """The tables of which rows leave with a row of the root because the foreign keys say so, parents first."""
    leaving: list[Table] = []
    for table in tables:
        if table.name != root and any(parent.name == root or parent in leaving for _column, parent in list_references(table, "CASCADE")):
            leaving.append(table)
    return leaving


def list_unbound(table: Table) -> list[Column[Any]]:
    """Owner columns without a foreign key: their rows are removed by themselves."""
    return [] if table.name == PERSON else [column for column in list_owners(table) if not column.foreign_keys]


def list_left(table: Table) -> list[Column[Any]]:
    """Owner columns whose rows stay and point at nobody."""
    return [column for column, parent in list_references(table, "SET NULL") if parent.name == PERSON and column.info.get("person")]


def list_parts(table: Table, tables: Iterable[Table]) -> list[Reference]:
    """What hangs on a row that stays and holds personal data itself."""
    return [
        (column, part)
        for part in tables
        if list_tagged(part, "personal")
        for column, parent in list_references(part, "CASCADE")
        if parent is table
    ]


def list_shown(tables: Sequence[Table]) -> list[Table]:
    """The tables of which export shows rows: those that say whose a row is, and the parts of such rows that hold personal data; parents first."""
    shown: list[Table] = []
    for table in tables:
        parents = {parent for _column, parent in list_references(table, "CASCADE")}
        is_part = list_tagged(table, "personal") and any(parent in shown for parent in parents)
        if not table.info.get("withheld") and list_shown_columns(table) and (list_owners(table) or is_part):
            shown.append(table)
    return shown


def list_shown_columns(table: Table) -> list[Column[Any]]:
    """The columns that export shows: no other person, no bytes that nobody could read, nothing that is withheld for a stated reason."""
    return [
        column
        for column in table.columns
        if not column.info.get("withheld")
        and not column.info.get("person")
        and not any(key.column.table.name == PERSON for key in column.foreign_keys)
        and (column.type.python_type is not bytes or column.info.get("sealed"))
    ]


def list_namings(table: Table) -> list[Column[Any]]:
    """The columns that can hold a resident's id: those that say whose a row is, other references to people, and ids of which only the row knows what
    they are of. A reference in a table that the worker process may not change is to a colleague who set something once and for all."""
    changes = "update" in table.info.get("worker", "update")
    return [
        column
        for column in table.columns
        if (column.info.get("person") and table.name != PERSON)
        or (changes and any(key.column.table.name == PERSON for key in column.foreign_keys))
        or (column.info.get("object") in ("row", "empty") and isinstance(column.type, UUID))
    ]


def list_tellings(table: Table) -> list[Column[Any]]:
    """The columns in whose JSON ids stand."""
    return [column for column in list_tagged(table, "object") if isinstance(column.type, JSONB)]


class Key(msgspec.Struct, frozen=True):
    """Columns whose values together stand once in a table; with `where` only among the rows for which it holds."""

    columns: Sequence[Column[Any]]
    where: ColumnElement[bool] | None = None


def list_keys(table: Table, column: Column[Any]) -> list[Key]:
    """The keys of the table that the column is a part of."""
    found = [Key(list(one.columns)) for one in table.constraints if isinstance(one, PrimaryKeyConstraint | UniqueConstraint)]
    for index in table.indexes:
        if index.unique:
            found.append(Key([one for one in index.expressions if isinstance(one, Column)], index.dialect_options["postgresql"]["where"]))
    return [key for key in found if column in key.columns]


def find_faults(tables: Sequence[Table]) -> list[str]:
    """What the tables leave unsaid, each in a line; empty where erasure and export know everything."""
    faults: list[str] = []
    for table in tables:
        for column in table.columns:
            said = [*_reference_faults(column), *_pointer_faults(column), *_personal_faults(tables, table, column)]
            faults += [f"{table.name}.{column.name} {fault}" for fault in said]
    return faults


def _reference_faults(column: Column[Any]) -> Iterable[str]:
    for key in column.foreign_keys:
        ending = (key.ondelete or "").upper()
        if key.column.table.name == PERSON and ending not in ("CASCADE", "SET NULL"):
            yield "refers to a person and does not say what erasure does"
        if ending == "SET NULL" and not column.nullable:
            yield "is to be emptied and may not be"


def _pointer_faults(column: Column[Any]) -> Iterable[str]:
    points = column.info.get("object")
    bare = isinstance(column.type, UUID) and not column.foreign_keys and column.name != "id" and not column.info.get("person")
    if bare and points not in ("row", "empty", "none"):
        yield "is an id without a foreign key and does not say what it points at"
    if points == "empty" and not column.nullable:
        yield "is to be emptied and may not be"
    if column.name == "lookup" and column.info.get("lookup") not in ("own", "row", "stays", "none"):
        yield "is the blind index of an address and does not say whose"


def _personal_faults(tables: Sequence[Table], table: Table, column: Column[Any]) -> Iterable[str]:
    if not column.info.get("personal"):
        return
    parents = [parent for _column, parent in list_references(table, "CASCADE")]
    leaves = table.name == PERSON or table in list_leaving(tables) or list_unbound(table)
    if not leaves and not list_left(table) and not any(list_left(parent) for parent in parents):
        yield "is personal and nothing says whose it is"
    if list_left(table) and not column.nullable and "left" not in column.info:
        yield "stays and does not say what it holds then"
    if not table.info.get("withheld") and table not in list_shown(tables):
        yield "is personal and is neither shown nor withheld"
    may_read = "select" in table.info.get("web", "select")
    if not may_read and not table.info.get("withheld"):
        yield "is personal, is not withheld, and no page may read it"
