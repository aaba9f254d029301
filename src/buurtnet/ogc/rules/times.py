"""Moments and spans of time as RFC 3339 and OGC API – Features write them."""

import re
from datetime import UTC, date, datetime, timedelta

import msgspec

MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt]|[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d))?\Z", re.ASCII)
"""Also a day with a T and no hour behind it: so GDAL writes one, up to 3.12 at least."""
MONTH = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])\Z", re.ASCII)
OPEN = ("", "..")


class Span(msgspec.Struct, frozen=True):
    """From the first to the last day, both included; None where it is open."""

    start: date | None
    end: date | None


def read_time(text: str) -> Span | None:
    """The days of a moment, of a day, or of two of them with a slash between, of which one or both may be open; None where it is none of these
    (Part 1, 7.15.4)."""
    parts = text.split("/")
    if len(parts) > 2 or (len(parts) == 1 and text in OPEN):
        return None
    days: list[date | None] = []
    for part in parts:
        day = None if part in OPEN else _read_day(part)
        if day is None and part not in OPEN:
            return None
        days.append(day)
    start, end = days[0], days[-1]
    return None if start and end and start > end else Span(start, end)


def _read_day(text: str) -> date | None:
    """The day in UTC."""
    found = MOMENT.match(text)
    if found is None:
        return None
    try:
        if found[2] is None:
            return date.fromisoformat(found[1])
        clock = found[2].replace(":60", ":59") if found[2].endswith(":60") else found[2]
        zone = "+00:00" if found[4] in "Zz" else found[4]
        return datetime.fromisoformat(f"{found[1]}T{clock}{zone}").astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None


def read_month(text: str) -> Span | None:
    """The days of a month as `2026-10`; None for anything else."""
    found = MONTH.match(text)
    return month_of(date(int(found[1]), int(found[2]), 1)) if found else None


def month_of(day: date) -> Span:
    """The days of the month in which the day lies."""
    first = day.replace(day=1)
    return Span(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))
