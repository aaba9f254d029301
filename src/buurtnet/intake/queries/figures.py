"""The figures of a year, as people are counted; what of them may be told decide the rules."""

from datetime import datetime
from pathlib import Path

from buurtnet.intake.schemas import Counted
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.viewer import Viewer
from buurtnet.web.language import ZONE

FIGURES = (Path(__file__).parent.parent / "sql" / "figures.sql").read_text()


async def count_year(db: Db, viewer: Viewer, year: int) -> list[Counted]:
    """How many people of the worker's organisation did what in the year. Whoever was forgotten since is not among them."""
    since, until = (datetime(one, 1, 1, tzinfo=ZONE) for one in (year, year + 1))
    return await fetch(db, Counted, FIGURES, viewer.organisation_id, since, until)
