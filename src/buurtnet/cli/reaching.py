"""What commands share: the home, the settings that must be there, a transaction in the database that the home or the settings name."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings

T = TypeVar("T")
HOME = click.option(
    "--home", type=click.Path(path_type=Path), help="Folder of the data (default: ~/.local/share/buurtnet, for root /var/lib/buurtnet)."
)
PORT = click.IntRange(1, 65535)


def refuse_missing(settings: Settings, *names: str) -> None:
    """Refuses when one of the settings is empty."""
    missing = [f"BUURTNET_{name.upper()}" for name in names if not getattr(settings, name)]
    if missing:
        raise Refused(f"{', '.join(missing)} must be set (docs/deploying.md); `./buurtnet run` needs none of them.")


def in_database(home: Path | None, work: Callable[[Any, Settings], Awaitable[T]]) -> T:
    """What the work gives, done in one transaction as the worker; refuses where the database cannot be reached."""
    from buurtnet.local.serve import home_of, open_home

    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url")
        return asyncio.run(_transact(settings, work))


async def _transact(settings: Settings, work: Callable[[Any, Settings], Awaitable[T]]) -> T:
    from buurtnet.kit.db import Database

    database = Database(settings.worker_url, size=1, name="buurtnet command")
    await database.open()
    try:
        async with database.transaction() as db:
            return await work(db, settings)
    finally:
        await database.close()
