"""The time. Read at the edge (pages, jobs, actions) and handed to rules as an argument."""

from calendar import monthrange
from datetime import UTC, date, datetime
from typing import TypeVar

Day = TypeVar("Day", date, datetime)


def now() -> datetime:
    """The moment, aware, in UTC."""
    return datetime.now(UTC)


def months_before(day: Day, months: int) -> Day:
    """The same day so many months ago, or the last of that month where it has no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return day.replace(year=year, month=month, day=min(day.day, monthrange(year, month)[1]))
