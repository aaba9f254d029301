"""Why nobody fits a need: the smallest loosening with which somebody would, for the worker with counts, for the author as one change.

What somebody refused, and whom somebody keeps away, is in no count: it looks as if those posts were not there.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from buurtnet.matching.schemas import Change
from buurtnet.posts.schemas import When

FARTHEST = 4
"""The whole town."""


class Way(StrEnum):
    """What would have to give way so that an offer fits; in the order of how much it asks, but that each band farther asks more than the one before."""

    NOTHING = "nothing"
    """It fits already, and waits for its turn."""
    REACH = "reach"
    """Help may come from farther away; the value is the level."""
    DAY = "day"
    """A day more suits; the value is the day, 0 for Monday."""
    DATES = "dates"
    """Other dates suit."""
    HELPER_REACH = "helper_reach"
    """The helper comes farther than they said."""
    CHECK = "check"
    """The helper's extract is checked first."""
    LANGUAGE = "language"
    """Somebody translates."""
    FULL = "full"
    """The helpers have room again."""
    SEVERAL = "several"
    """More than one thing at once."""
    NOBODY = "nobody"
    """Somebody begins to offer this."""


EFFORT = {
    Way.NOTHING: 0,
    Way.REACH: 1,
    Way.DAY: 1,
    Way.DATES: 2,
    Way.HELPER_REACH: 3,
    Way.CHECK: 5,
    Way.LANGUAGE: 6,
    Way.FULL: 7,
    Way.SEVERAL: 8,
    Way.NOBODY: 9,
}
"""How much each asks of people, of which the least is the smallest loosening; a band farther than the next asks one more each."""


class Loosening(msgspec.Struct, frozen=True):
    """One way in which somebody would fit, and how many offers that would be."""

    way: Way
    count: int = 0
    value: int | None = None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """For one need, how many offers would fit it if one thing gave way and everything else stayed."""

    reach: int
    """How far the need goes."""
    fits: int = 0
    farther: Sequence[int] = ()
    """By level: only the need does not go so far."""
    days: Sequence[int] = ()
    """By day of the week: the need's moments are in the way, and the offer has one on that day."""
    dates: int = 0
    helper_reach: int = 0
    check: int = 0
    language: int = 0
    full: int = 0
    known: int = 0
    """Offers of its theme in the whole town, whatever is in the way."""


def list_loosenings(counts: Counts) -> list[Loosening]:
    """Every single thing that would bring somebody, the smallest first; nothing where somebody fits already, and where no single thing helps that
    several would, or that nobody is there. Never empty."""
    if counts.fits:
        return [Loosening(Way.NOTHING, counts.fits)]
    found = [
        *_list_bands(counts),
        *(Loosening(Way.DAY, count, day) for day, count in enumerate(counts.days)),
        Loosening(Way.DATES, counts.dates),
        Loosening(Way.HELPER_REACH, counts.helper_reach),
        Loosening(Way.CHECK, counts.check),
        Loosening(Way.LANGUAGE, counts.language),
        Loosening(Way.FULL, counts.full),
    ]
    found = sorted((one for one in found if one.count), key=lambda one: (_effort(one, counts.reach), -one.count))
    return found or [Loosening(Way.SEVERAL, counts.known) if counts.known else Loosening(Way.NOBODY)]


def _list_bands(counts: Counts) -> list[Loosening]:
    """Each band farther that brings somebody new, with all whom it brings."""
    found, whole = list[Loosening](), 0
    for level, count in enumerate(counts.farther):
        if level > counts.reach and count:
            whole += count
            found.append(Loosening(Way.REACH, whole, level))
    return found


def _effort(one: Loosening, reach: int) -> int:
    return EFFORT[one.way] + ((one.value or 0) - reach - 1 if one.way is Way.REACH else 0)


def list_changes(reach: int, *, timed: bool) -> list[tuple[Change, int | None]]:
    """What the author of a need could change, the least first: one level farther, another moment where the need names any, then still farther."""
    farther: list[tuple[Change, int | None]] = [(Change.REACH, level) for level in range(reach + 1, FARTHEST + 1)]
    moment: list[tuple[Change, int | None]] = [(Change.WHEN, None)] if timed else []
    return farther[:1] + moment + farther[1:]


def apply_change(change: Change, wanted: int | None, *, reach: int, when: When) -> tuple[int, When] | None:
    """Reach and time of a need after the change; None where it changes nothing, or would ask for less."""
    if change is Change.WHEN:
        return (reach, "any") if when != "any" else None
    return (wanted, when) if wanted is not None and wanted > reach else None
