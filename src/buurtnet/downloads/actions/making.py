"""Making the files that are lacking, one month at a time, in a process apart."""

from buurtnet.downloads.queries import find_lacking, read_edition
from buurtnet.downloads.rules.columns import EDITION
from buurtnet.downloads.schemas import Edition, Made
from buurtnet.kit import clock
from buurtnet.kit.apart import Apart
from buurtnet.kit.db import Database, Db, be_patient
from buurtnet.kit.ids import new_id
from buurtnet.kit.locks import Lock, try_to_hold

FORGET = "delete from download where snapshot_id = $1"
KEEP = """
insert into download (id, snapshot_id, name, format, edition, size, digest, packed, made_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


async def make_lacking(database: Database, apart: Apart, address: str) -> bool:
    """Makes the files of the newest published month that has none, or only earlier ones; False where all are there or another worker is at it.

    One transaction holds the month, so that its files are there all at once, and those before them until then.
    """
    async with database.transaction() as db:
        if not await try_to_hold(db, Lock.DOWNLOADS):
            return False
        await be_patient(db)
        lacking = await find_lacking(db, EDITION)
        edition = await read_edition(db, lacking.id, address) if lacking else None
        if edition is None:
            return False
        done = await apart.do(write_files, edition)
        await store_files(db, edition, done.answer)
        return True


def write_files(edition: Edition) -> list[Made]:
    """Every file of the edition; for the process apart, which alone imports what it takes to write them."""
    from buurtnet.downloads.actions import writing

    return writing.write_files(edition)


async def store_files(db: Db, edition: Edition, made: list[Made]) -> None:
    """Puts the files in the place of those the month had."""
    await db.execute(FORGET, edition.snapshot_id)
    at = clock.now()
    rows = [(new_id(), edition.snapshot_id, one.name, one.format.value, EDITION, one.size, one.digest, one.packed, at) for one in made]
    await db.executemany(KEEP, rows)
