"""The rows of a snapshot: a draft with true values, or a month after the small-number rules."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy as np

from buurtnet.network.rules import before
from buurtnet.network.rules.measured import Areas, Array, Counts, Estimate, Measured
from buurtnet.network.rules.measures_spread import wilson
from buurtnet.network.rules.snapshot import Places
from buurtnet.network.schemas import ABOUT, WILSON, AreaKind, Mark, Measure, Row

Windows = Mapping[tuple[int, AreaKind], Measured]
"""What was measured, by months of the window and kind of area."""


class Public(msgspec.Struct, frozen=True):
    """A measure as it may leave the desk: which areas show it, and its rounded values."""

    shown: Array
    estimate: Estimate


def draft_rows(places: Places, areas: Areas, windows: Windows) -> Iterator[Row]:
    """The true figures of every neighbourhood and organisation's area with activity. The mark says what everybody would see if all maps were published."""
    told = _protect(msgspec.structs.replace(places, published=np.ones(len(places.ids), bool)), windows)
    for (window, kind), measured in windows.items():
        if kind is AreaKind.MUNICIPALITY:
            continue
        ids = places.ids if kind is AreaKind.NEIGHBOURHOOD else areas.numbers
        public = told[window, kind]
        for area in np.flatnonzero((measured.counts.active > 0) | (measured.counts.answered > 0)).tolist():
            for measure, estimate in measured.estimates.items():
                mark = Mark.SHOWN if measure in public and public[measure].shown[area] else Mark.SUPPRESSED
                yield _row(kind, ids[area], window, measure, mark, estimate, area)


def month_rows(places: Places, areas: Areas, windows: Windows) -> Iterator[Row]:
    """The figures that may be published: of neighbourhoods and areas that decided so, and of municipalities that consist of such alone."""
    whole = whole_towns(places)
    told = _protect(places, windows)
    for (window, kind), measured in windows.items():
        ids, which, lived = {
            AreaKind.NEIGHBOURHOOD: (places.ids, places.published, places.inhabited),
            AreaKind.MUNICIPALITY: (places.town_ids, whole, np.ones(len(whole), bool)),
            AreaKind.AREA: (areas.numbers, areas.published, np.ones(len(areas.numbers), bool)),
        }[kind]
        for area in np.flatnonzero(which).tolist():
            for measure in Measure:
                public = told[window, kind].get(measure)
                shown = public is not None and bool(public.shown[area])
                mark = _mark(measured.counts, area, lived=bool(lived[area]), shown=shown)
                yield _row(kind, ids[area], window, measure, mark, public.estimate if public is not None and shown else None, area)


def whole_towns(places: Places) -> Array:
    """Which municipalities consist of published neighbourhoods alone, as far as anybody lives there."""
    towns = len(places.town_ids)
    lacking = np.bincount(places.town, weights=places.inhabited & ~places.published, minlength=towns) > 0
    return (np.bincount(places.town, weights=places.published, minlength=towns) > 0) & ~lacking


def shown_values(rows: Iterable[Row], measure: Measure, kind: AreaKind, window: int) -> list[float]:
    """The published values from which classes are made."""
    return [
        row.value
        for row in rows
        if row.value is not None
        and row.measure is measure
        and row.area_kind is kind
        and row.window_months == window
        and row.mark is Mark.SHOWN
    ]


def _mark(counts: Counts, area: int, *, lived: bool, shown: bool) -> Mark:
    if shown:
        return Mark.SHOWN
    if counts.active[area] or counts.answered[area]:
        return Mark.SUPPRESSED
    return Mark.INACTIVE if lived else Mark.UNINHABITED


def _row(kind: AreaKind, area_id: int, window: int, measure: Measure, mark: Mark, estimate: Estimate | None, area: int) -> Row:
    """A row with the figure, rounded as the measure is written; without one where there is none to tell."""
    blank = Row(area_kind=kind, area_id=int(area_id), window_months=window, measure=measure, mark=mark)
    if estimate is None or np.isnan(estimate.value[area]):
        return blank
    value, low, high = (_round(one[area], ABOUT[measure].digits) for one in (estimate.value, estimate.low, estimate.high))
    return msgspec.structs.replace(blank, value=value, n=round(float(estimate.n[area])), low=low, high=high)


def _round(number: float, digits: int) -> float | None:
    return None if np.isnan(number) else round(float(number), digits)


def _protect(places: Places, windows: Windows) -> dict[tuple[int, AreaKind], dict[Measure, Public]]:
    told: dict[tuple[int, AreaKind], dict[Measure, Public]] = {key: {} for key in windows}
    for window in {window for window, _ in windows}:
        own, town = windows[window, AreaKind.NEIGHBOURHOOD], windows[window, AreaKind.MUNICIPALITY]
        shown = before.decide_shown(own.counts, town.counts, places.town, places.published, whole_towns(places))
        for column, (kind, one) in enumerate(((AreaKind.NEIGHBOURHOOD, own), (AreaKind.MUNICIPALITY, town))):
            values = before.public_values(one.counts, one.estimates[Measure.THEMES].value, one.estimates[Measure.FIRST_YES_HOURS].value)
            for measure, (value, n) in values.items():
                nothing = np.full(len(n), np.nan)
                interval = wilson(value, n) if measure in WILSON else (nothing, nothing)
                told[window, kind][measure] = Public(shown[measure][column], Estimate(value, n, *interval))
    return told
