"""Published months of the sample town, written past the worker: what the service has to show is known to the last figure."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.network.schemas import ABOUT, WINDOWS, Mark, Measure

MONTHS = (date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31))
SHOWN = ("Brabantwijk", "Collignon", "Dailly", "Josaphat", "Helmet")
HIDDEN, IDLE, PARK, SECRET = "Noordwijk", "Terdelt", "Josaphatpark", "Plasky"
"""Neighbourhoods with too few people, without any help, where nobody lives, and whose map is not published."""
FIGURE = ("snapshot_id", "area_kind", "area_id", "window_months", "measure", "mark", "value", "n", "low", "high")


def value_of(measure: Measure, area_id: int, window: int, day: date) -> float:
    """A figure that tells where it comes from."""
    if ABOUT[measure].digits == 0 and not ABOUT[measure].share:
        return float(area_id * 5 + day.month)
    return round(area_id / 1000 + window / 100 + day.month / 10_000, 4)


async def publish(db: Db, days: Sequence[date], hoods: dict[str, int], *, published: bool = True) -> None:
    """Months in which some neighbourhoods show everything but one measure, and others show why they do not."""
    rows: list[tuple[Any, ...]] = []
    for day in days:
        snapshot = new_id()
        await db.execute(
            "insert into snapshot (id, kind, as_of, published_at) values ($1, 'month', $2, $3)", snapshot, day, now() if published else None
        )
        for name, area_id in hoods.items():
            if name == SECRET:
                continue
            for window in WINDOWS:
                rows += [(snapshot, "neighbourhood", area_id, window, *told) for told in _figures(name, area_id, window, day)]
    await db.copy_records_to_table("network_measure", columns=list(FIGURE), records=rows)


def _figures(name: str, area_id: int, window: int, day: date) -> list[tuple[Any, ...]]:
    marks = {HIDDEN: Mark.SUPPRESSED, IDLE: Mark.INACTIVE, PARK: Mark.UNINHABITED}
    found: list[tuple[Any, ...]] = []
    for measure in Measure:
        mark = Mark.SHOWN if name in SHOWN else marks.get(name, Mark.SUPPRESSED)
        if measure is Measure.FIRST_YES_HOURS and mark is Mark.SHOWN:
            mark = Mark.SUPPRESSED
        value = value_of(measure, area_id, window, day)
        ends = (value / 2, value * 2) if ABOUT[measure].share else (None, None)
        found.append((measure.value, mark.value, *((value, 40, *ends) if mark is Mark.SHOWN else (None,) * 4)))
    return found


@pytest.fixture
async def hoods(connection: Db) -> dict[str, int]:
    """Ids of the sample neighbourhoods by Dutch name."""
    return {row["name"]: row["id"] for row in await connection.fetch("select names->>'nl' as name, id from neighbourhood order by code")}


@pytest.fixture
async def months(connection: Db, hoods: dict[str, int]) -> tuple[date, ...]:
    """Three published months, and one that is not published yet."""
    await publish(connection, MONTHS, hoods)
    await publish(connection, [date(2026, 11, 30)], hoods, published=False)
    return MONTHS
