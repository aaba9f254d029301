"""What the windows of several months say about one another: whoever is counted in a window is counted in those that together hold all of it.

A window (w, t) is the w months that end with month t, months as numbers. For a count of persons, ties or needs that were there in a window
f(U) ≤ f(V₁) + … + f(Vₖ) wherever U ⊆ V₁ ∪ … ∪ Vₖ. So a month's figures bound those of the months around it.
"""

from collections.abc import Iterator, Mapping
from functools import cache

import msgspec
import numpy as np

from buurtnet.network.rules.measures import Array
from buurtnet.network.schemas import WINDOWS

Window = tuple[int, int]
"""Months, and the last of them."""
SHORT, LONG = min(WINDOWS), max(WINDOWS)


class Known(msgspec.Struct, frozen=True):
    """What one window of another month is taken to be, by turn and neighbourhood (NaN where nothing was said of it), and where everybody was told it."""

    amounts: Array
    told: Array


class Bounds(msgspec.Struct, frozen=True):
    """What other months leave of a month's two windows (short and long), by turn: the least and the most, and how far the long one may stand above
    the short one. Where all that is compared was told there is nothing to protect, and no bound: people move and are forgotten."""

    least: Array
    most: Array
    above: Array


@cache
def list_covers(width: int) -> tuple[tuple[Window, ...], ...]:
    """The sets of windows that together hold the months 1 - width to 0: single ones, pairs of which neither does alone, and chains."""
    first = 1 - width
    every = [(w, end) for w in WINDOWS for end in range(first, w)]
    single = [((w, end),) for w, end in every if end >= 0 and end - w + 1 <= first and (w, end) != (width, 0)]
    early = [(w, end) for w, end in every if end - w + 1 <= first and end < 0]
    late = [(w, end) for w, end in every if end >= 0 and first < end - w + 1 <= 0]
    pairs = [(one, other) for one in early for other in late if other[1] - other[0] + 1 <= one[1] + 1]
    return (*single, *pairs, *(_chains(width) if width == LONG else ()))


def _chains(width: int) -> Iterator[tuple[Window, ...]]:
    """The year as its quarters, and as another year with two or three quarters at its beginning or end."""
    quarters = [(SHORT, -SHORT * place) for place in range(width // SHORT)]
    yield tuple(quarters)
    for off in range(SHORT + 1, width - SHORT + 1):
        need = -(-off // SHORT)
        yield ((LONG, -off), *quarters[:need])
        yield ((LONG, off), *((SHORT, first + SHORT - 1) for first in range(1 - width, 1 - width + need * SHORT, SHORT)))


@cache
def list_relations(known: frozenset[Window], month: int, joined: bool) -> tuple[tuple[Window, tuple[Window, ...], Window | None], ...]:
    """A window, windows that together hold it, and which of these (if not the first) is of the month; all others are known."""
    found: list[tuple[Window, tuple[Window, ...], Window | None]] = []
    for width in WINDOWS:
        for cover in list_covers(width):
            for end in sorted({end for _, end in known} | {month}) if joined or len(cover) == 1 else ():
                whole, parts = (width, end), tuple((w, end + off) for w, off in cover)
                new = [part for part in parts if part[1] == month]
                if (end == month or new) and all(part in known for part in (whole, *parts) if part[1] != month):
                    found.append((whole, parts, new[0] if new else None))
    return tuple(found)


def find_bounds(known: Mapping[Window, Known], month: int, told: Array, *, turns: int, joined: bool) -> Bounds:
    """What the other months leave of this one; `told` says which cells (short and long window) everybody is told.

    Without `joined` a window may hold what its parts do not, and only single windows around others say something.
    """
    many = told.shape[1]
    least, most, above = np.zeros((turns, 2, many)), np.full((turns, 2, many), np.inf), np.full((turns, many), np.inf)
    for whole, parts, new in list_relations(frozenset(known), month, joined):
        rest = sum((known[part].amounts for part in parts if part[1] != month), np.zeros(many))
        quiet = np.logical_and.reduce([told[WINDOWS.index(w)] if at == month else known[w, at].told for w, at in (whole, *parts)])
        if whole[1] != month:
            row = WINDOWS.index((new or whole)[0])
            least[:, row] = np.fmax(least[:, row], np.where(quiet, 0, known[whole].amounts - rest))
        elif new is None:
            row = WINDOWS.index(whole[0])
            most[:, row] = np.fmin(most[:, row], np.where(quiet, np.inf, rest))
        elif whole[0] == LONG:
            above = np.fmin(above, np.where(quiet, np.inf, rest))
    return Bounds(least, most, above)
