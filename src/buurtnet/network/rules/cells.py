"""The counts that hide behind published figures, and what everybody may reckon about each: what a figure tells of it, and what it is a part of."""

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec
import numpy as np

from buurtnet.kit.counts import FLOOR, ROUND
from buurtnet.network.rules.measured import Array, Counts
from buurtnet.network.rules.telling import round_counts
from buurtnet.network.schemas import Measure


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of count that adds up over the neighbourhoods of an area."""

    name: str
    count: Callable[[Counts], Array]
    tells: tuple[Measure, ...]
    """Whoever is shown one of these measures knows the count, but for its rounding."""
    base: str | None = None
    """The cell of which it is a part."""
    rest: str | None = None
    """The cell whose remainder, too, is a number of people or ties: the base, or what is known of the base at best."""
    without: Callable[[Counts], Array] | None = None
    """What is rounded and told, where that is not the count but the base without it."""
    windows: Literal["joined", "nested", "apart"] = "joined"
    """Whether windows that together hold a window hold all of what is counted in it, or only single ones, or not even these."""
    half: float = 0.0
    """By how much a count may lie below the edge of its rounding and still be rounded up: counts of ties have halves, means any fraction."""


CELLS = (
    Cell(name="active", count=lambda c: c.active, tells=(Measure.ACTIVE,), rest="adults"),
    Cell(
        name="tied",
        count=lambda c: c.active - c.without,
        tells=(Measure.WITHOUT_TIE,),
        without=lambda c: c.without,
        base="active",
        rest="active",
    ),
    Cell(name="both", count=lambda c: c.both, tells=(Measure.BOTH_WAYS,), base="tied", rest="tied", windows="nested"),
    Cell(name="finding", count=lambda c: c.finding, tells=(Measure.REACH,), base="active", rest="active", windows="apart", half=0.5),
    Cell(name="ties", count=lambda c: c.ends / 2, tells=(Measure.MEAN_DEGREE, Measure.DENSITY), half=0.5),
    Cell(name="across", count=lambda c: c.across / 2, tells=(Measure.ACROSS_LANGUAGES,), base="ties", rest="ties", half=0.5),
    Cell(name="lasting", count=lambda c: c.lasting / 2, tells=(Measure.LASTING,), base="ties", rest="ties", windows="nested", half=0.5),
    Cell(name="inner", count=lambda c: c.inner, tells=(Measure.BRIDGING,), base="ties"),
    Cell(name="answered", count=lambda c: c.answered, tells=(Measure.FIRST_YES_HOURS,)),
    Cell(name="newcomers", count=lambda c: c.newcomers, tells=(Measure.NEWCOMER_WEEKS,)),
)
"""Largest components, triangles and the like do not add up; a figure of theirs is bounded by the ties and people that it is a part of."""
BY_NAME = {cell.name: cell for cell in CELLS}
SIDES = {1: "few", -1: "rest"}
"""A cover lifts either the count itself, or what remains of the whole without it."""


def told_box(cell: Cell, counts: Mapping[int, Counts], base: Array, rest: Array) -> tuple[Array, Array]:
    """From where to where a count may be that is told: it is rounded to the same number, and ten or more, as what remains of `rest` is."""
    told = round_counts(take(cell.without or cell.count, counts))
    low, high = told - ROUND // 2 - cell.half, told + ROUND // 2 + (0.499 if cell.windows == "apart" else 0)
    low = np.maximum(low, FLOOR)
    if cell.without:
        low, high = np.maximum(base - high, FLOOR), base - low
    return low, np.minimum(high, rest - FLOOR) if cell.rest else high


def is_small(count: Array) -> Array:
    """Whether a count is one that nobody may find out."""
    return (count > 0) & (count < FLOOR)


def take(count: Callable[[Counts], Array], counts: Mapping[int, Counts], unknown: float = 0.0) -> Array:
    """The counts of all areas, a row for each window."""
    return np.stack([np.nan_to_num(np.asarray(count(counts[window]), float), nan=unknown) for window in sorted(counts)])
