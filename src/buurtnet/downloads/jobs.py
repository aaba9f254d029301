"""What the files do by themselves: those of a month are made as soon as it is published, and anew when they would come out otherwise."""

from buurtnet.downloads.actions.making import make_lacking
from buurtnet.kit.apart import Apart
from buurtnet.kit.db import Database
from buurtnet.settings import Settings

MOST_MIB = 1024
"""Memory of the process apart."""


async def make_files(database: Database, settings: Settings) -> int:
    """Cron: the files of every published month that lacks them, the newest first; returns of how many months."""
    made = 0
    async with Apart(most_mib=MOST_MIB) as apart:
        while await make_lacking(database, apart, settings.url):
            made += 1
    return made
