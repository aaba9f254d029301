"""Brings a database's tables to the state that this version needs."""

import asyncio
import re
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

import buurtnet
from buurtnet.local.refusals import Refused

PROJECT = Path(buurtnet.__file__).parents[2]
VERSIONS = PROJECT / "migrations" / "versions"
CURRENT = "select version_num from alembic_version"
READABLE = "grant select on alembic_version to buurtnet_web, buurtnet_worker"
T = TypeVar("T")


def migrate(owner_url: str) -> None:
    """Runs what is missing, up to the newest migration; refuses when the owner cannot connect."""
    _apart(_connected(owner_url, "BUURTNET_OWNER_URL", _nothing))
    with ThreadPoolExecutor(1) as thread:  # Alembic's environment runs an event loop of its own.
        thread.submit(_upgrade, owner_url).result()
    _apart(_connected(owner_url, "BUURTNET_OWNER_URL", _let_others_read))


def _upgrade(owner_url: str) -> None:
    from alembic import command  # Alembic and SQLAlchemy take 0.6 s to import, which a start with nothing to migrate need not wait for.
    from alembic.config import Config

    config = Config(toml_file=PROJECT / "pyproject.toml")
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")


def current_is_head(url: str) -> bool:
    """Whether the tables are at the newest migration; refuses when the database does not answer."""
    return find_current(url) == find_head()


def find_current(url: str, setting: str = "BUURTNET_DATABASE_URL") -> str | None:
    """The migration that the tables are at, none for an empty database; refuses when the database does not answer."""
    return _apart(_connected(url, setting, _read_current))


def find_head() -> str:
    """The newest migration of this version, read from the files' first lines: the one that no other follows."""
    followed: dict[str, str] = {}
    for file in VERSIONS.glob("*.py"):
        text = file.read_text()
        revision = re.search(r"^revision: str = ['\"](\w+)['\"]", text, re.MULTILINE)
        before = re.search(r"^down_revision: str \| None = ['\"](\w+)['\"]", text, re.MULTILINE)
        if revision:
            followed[revision[1]] = before[1] if before else ""
    heads = sorted(followed.keys() - set(followed.values()))
    if len(heads) != 1:
        raise Refused(f"The migrations in {VERSIONS} should end in one; they end in {', '.join(heads) or 'none'}.")
    return heads[0]


def refuse_unready_database(url: str, setting: str = "BUURTNET_DATABASE_URL") -> None:
    """Refuses a database that does not answer, or whose tables are of another version."""
    current, head = find_current(url, setting), find_head()
    if current != head:
        raise Refused(f"The database is at migration {current or 'none'} and this version needs {head}: run `buurtnet migrate` first.")


def has_municipality(url: str) -> bool:
    """Whether boundaries were imported already."""
    return _apart(_connected(url, "BUURTNET_DATABASE_URL", _find_municipality))


def _apart(work: Coroutine[Any, Any, T]) -> T:
    """Runs the coroutine on a loop of its own, also where the caller is inside one already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


async def _connected(url: str, setting: str, ask: Any) -> Any:
    try:
        connection = await asyncpg.connect(url, timeout=10)
    except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Refused(f"The database does not answer as {setting} says: {reason}") from error
    try:
        return await ask(connection)
    finally:
        await connection.close()


async def _nothing(connection: asyncpg.Connection) -> None:
    pass


async def _read_current(connection: asyncpg.Connection) -> str | None:
    try:
        return await connection.fetchval(CURRENT)
    except asyncpg.UndefinedTableError:
        return None


async def _let_others_read(connection: asyncpg.Connection) -> None:
    await connection.execute(READABLE)


async def _find_municipality(connection: asyncpg.Connection) -> bool:
    return bool(await connection.fetchval("select exists (select from municipality)"))
