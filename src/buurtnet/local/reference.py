"""What comes with the program and stands in tables: the themes with their labels, the screening rules, rights and barriers; and the sample map."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import buurtnet
from buurtnet.settings import read_settings

Load = Callable[[Any], Awaitable[object]]
"""Takes a database connection."""
PACKAGE = Path(buurtnet.__file__).parent
FOLDERS = (PACKAGE / "themes", PACKAGE / "screening", PACKAGE / "referrals")


def load_reference(owner_url: str) -> None:
    """Brings the tables to the themes and rules of this version, and to the rights and barriers of this installation."""
    from buurtnet.referrals.actions import load_lists
    from buurtnet.screening.actions import load_rules  # Imported when there is something to load, so that other starts need not wait.
    from buurtnet.themes.actions import load_themes

    _run(owner_url, load_themes, load_rules, partial(load_lists, path=read_settings().rights))


def load_sample_map(worker_url: str) -> None:
    """Imports the schematic map of Schaarbeek."""
    from buurtnet.geography.actions import import_sample

    _run(worker_url, import_sample)


def _run(url: str, *loads: Load) -> None:
    """Does all of it in one transaction."""
    with ThreadPoolExecutor(1) as thread:  # The caller may be inside a running loop.
        thread.submit(asyncio.run, _load(url, loads)).result()


async def _load(url: str, loads: Sequence[Load]) -> None:
    from buurtnet.kit.db import Database

    database = Database(url, size=1, name="buurtnet reference")
    await database.open()
    try:
        async with database.transaction() as db:
            for load in loads:
                await load(db)
    finally:
        await database.close()


def mark_of_reference() -> str:
    """Changes whenever one of the files does from which the tables are filled."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for file in sorted(folder.rglob("*.toml")):
            digest.update(file.name.encode() + file.read_bytes())
    if rights := read_settings().rights:
        digest.update(Path(rights).read_bytes())
    return digest.hexdigest()
