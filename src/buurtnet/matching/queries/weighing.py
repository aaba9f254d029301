"""What was set about what counts for how much: as it holds now, and how it came about."""

from pathlib import Path

import msgspec

from buurtnet.kit.db import Db
from buurtnet.matching.rules.weighing import Weighing

SQL = Path(__file__).parent.parent / "sql"
IN_FORCE = (SQL / "weighing.sql").read_text()


async def read_weighing(db: Db) -> Weighing:
    """What holds now: the last that was set of each."""
    # The keys of a JSON object, here numbers of themes, are texts.
    return msgspec.convert(dict(await db.fetchrow(IN_FORCE) or {}), Weighing, str_keys=True)
