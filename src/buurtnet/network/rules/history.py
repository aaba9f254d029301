"""Months and windows: where they begin, which can still be measured, and what became of each."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

import msgspec

from buurtnet.network.schemas import WINDOWS

GRACE = timedelta(days=31)
"""So much of a window's beginning may be gone: a month is frozen within the next one, when posts that closed in its first days can be a year old."""


class Month(msgspec.Struct, frozen=True):
    """What became of a month in the history: made now, frozen before, too long ago to be held, or before anything happened."""

    on: date
    state: Literal["made", "frozen", "forgotten", "nothing"]
    windows: Sequence[int]
    seconds: float

    def tell(self) -> str:
        """A line for who gave the command."""
        said = {
            "made": f"frozen over {' and '.join(str(one) for one in self.windows)} months, {self.seconds:.1f} s",
            "frozen": "stands already",
            "forgotten": "left out: what was posted then is no longer kept",
            "nothing": "left out: nothing had happened yet",
        }
        return f"{self.on:%Y-%m}  {said[self.state]}"


def window_start(on: date, months: int) -> date:
    """The first day of a window of so many months that ends with the day `on`."""
    after = on + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 - months, 12)
    for day in range(after.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(after.day, 28))


def held_windows(on: date, kept_from: date | None) -> tuple[int, ...]:
    """The windows that end with the day `on` and of which everything is still held; all where nothing was forgotten yet (None)."""
    return tuple(one for one in WINDOWS if kept_from is None or window_start(on, one) + GRACE >= kept_from)


def list_month_ends(today: date, months: int) -> list[date]:
    """The last days of so many months before the one of today, the oldest first."""
    ends: list[date] = []
    first = today.replace(day=1)
    for _ in range(months):
        ends.insert(0, first - timedelta(days=1))
        first = ends[0].replace(day=1)
    return ends
