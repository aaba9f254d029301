"""What comes with the program and stands in tables: the themes with their labels, the screening rules."""

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import buurtnet

PACKAGE = Path(buurtnet.__file__).parent
FOLDERS = (PACKAGE / "themes", PACKAGE / "screening")


def load_reference(owner_url: str) -> None:
    """Brings the tables to the themes and rules of this version."""
    with ThreadPoolExecutor(1) as thread:  # The caller may be inside a running loop.
        thread.submit(asyncio.run, _load(owner_url)).result()


async def _load(owner_url: str) -> None:
    from buurtnet.kit.db import Database  # Imported when there is something to load, so that other starts need not wait.
    from buurtnet.screening.actions import load_rules
    from buurtnet.themes.actions import load_themes

    database = Database(owner_url, size=1, name="buurtnet reference")
    await database.open()
    try:
        async with database.transaction() as db:
            await load_themes(db)
            await load_rules(db)
    finally:
        await database.close()


def mark_of_reference() -> str:
    """Changes whenever one of the files does from which the tables are filled."""
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for file in sorted(folder.rglob("*.toml")):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
