"""The tables as they are declared, of whichever slice, and statements made of them.

SQLAlchemy writes these statements: names come from the declared tables alone, and values are always parameters.
"""

import importlib
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import ClauseElement, Table
from sqlalchemy.dialects.postgresql.asyncpg import dialect

import buurtnet
from buurtnet.kit.db import Db
from buurtnet.kit.sql import metadata

DIALECT = dialect()


@cache
def list_tables() -> tuple[Table, ...]:
    """Every declared table, those that others refer to first."""
    for path in sorted(Path(buurtnet.__file__).parent.glob("*/tables*")):
        importlib.import_module(f"buurtnet.{path.parent.name}.tables")
    return tuple(metadata.sorted_tables)


async def run(db: Db, statement: ClauseElement, **values: Any) -> list[asyncpg.Record]:
    """The rows of the statement; its parameters by name."""
    compiled = statement.compile(dialect=DIALECT)
    return await db.fetch(str(compiled), *(values[name] for name in compiled.positiontup or ()))  # type: ignore[attr-defined]
