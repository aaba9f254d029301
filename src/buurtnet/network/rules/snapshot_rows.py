"""The rows of a snapshot: a draft with true values, or a month after the small-number rules."""

from collections.abc import Iterable, Iterator, Sequence
from math import isnan

import msgspec
import numpy as np

from buurtnet.network.rules.flows import WINDOW, Ends, Stream, tell_flows
from buurtnet.network.rules.measured import Areas, Array, Counts, Estimate
from buurtnet.network.rules.protection import Told, Trace, Windows, protect
from buurtnet.network.rules.snapshot import Places
from buurtnet.network.schemas import ABOUT, AreaKind, Flow, Mark, Measure, Row

Written = tuple[float | None, int | None, float | None, float | None]
"""A value, from how many, and both ends of its interval."""
BLANK: Written = (None, None, None, None)
MARKS = (Mark.SHOWN, Mark.SUPPRESSED, Mark.INACTIVE, Mark.UNINHABITED)


class Frozen(msgspec.Struct, frozen=True):
    """What is published of a month, and what the months after it have to agree with."""

    rows: Sequence[Row]
    flows: Sequence[Flow]
    traces: Sequence[Trace]


def draft_rows(places: Places, areas: Areas, windows: Windows) -> Iterator[Row]:
    """The true figures of every neighbourhood and organisation's area with activity. The mark says what everybody would see if all maps were published."""
    everywhere, all_towns, all_areas = (np.ones(len(ids), bool) for ids in (places.ids, places.town_ids, areas.numbers))
    opened = msgspec.structs.replace(areas, published=all_areas)
    told = protect(places.ids, places.town, opened, windows, published=everywhere, whole=all_towns, month=0).told
    for (window, kind), measured in windows.items():
        if kind is AreaKind.MUNICIPALITY:
            continue
        ids = places.ids if kind is AreaKind.NEIGHBOURHOOD else areas.numbers
        some = np.flatnonzero((measured.counts.active > 0) | (measured.counts.answered > 0))
        for measure, estimate in measured.estimates.items():
            public = told[window, kind].get(measure)
            shown = np.zeros(len(some), bool) if public is None else public.shown[some]
            marks = [Mark.SHOWN if one else Mark.SUPPRESSED for one in shown.tolist()]
            yield from _write(kind, ids[some].tolist(), window, measure, marks, _round_figures(estimate, measure, some))


def freeze_rows(places: Places, areas: Areas, windows: Windows, *, month: int, past: Sequence[Trace], streams: Sequence[Stream]) -> Frozen:
    """What may be published: of neighbourhoods and areas that decided so, and of municipalities that consist of such alone. `past` are the traces of the
    months around it, `streams` the help between neighbourhoods over a year."""
    protected = protect(
        places.ids, places.town, areas, windows, published=places.published, whole=whole_towns(places), month=month, past=past
    )
    rows = list(_month_rows(places, areas, windows, protected.told))
    return Frozen(rows, flow_rows(places, windows, protected.told, streams), protected.traces)


def flow_rows(places: Places, windows: Windows, told: Told, streams: Sequence[Stream]) -> list[Flow]:
    """What may be told of the help between neighbourhoods over a year, beside the figures of the month; nothing where no year is held."""
    year = (WINDOW, AreaKind.NEIGHBOURHOOD)
    if year not in windows:
        return []
    counts = windows[year].counts
    ends = Ends(
        inner=counts.inner, outer=counts.outer, counted=told[year][Measure.MEAN_DEGREE].shown, bridging=told[year][Measure.BRIDGING].shown
    )
    return tell_flows(streams, places.ids, ends)


def _month_rows(places: Places, areas: Areas, windows: Windows, told: Told) -> Iterator[Row]:
    whole = whole_towns(places)
    for (window, kind), measured in windows.items():
        ids, which, lived = {
            AreaKind.NEIGHBOURHOOD: (places.ids, places.published, places.inhabited),
            AreaKind.MUNICIPALITY: (places.town_ids, whole, np.ones(len(whole), bool)),
            AreaKind.AREA: (areas.numbers, areas.published, np.ones(len(areas.numbers), bool)),
        }[kind]
        some = np.flatnonzero(which)
        for measure in Measure:
            public = told[window, kind].get(measure)
            shown = np.zeros(len(some), bool) if public is None else public.shown[some]
            hidden = np.ones(len(some), bool) if public is None else public.veiled[some]
            marks = _mark(measured.counts, some, lived=lived[some], shown=shown, hidden=hidden)
            figures = [BLANK] * len(some) if public is None else _round_figures(public.estimate, measure, some)
            open_ones = [figure if one else BLANK for figure, one in zip(figures, shown.tolist(), strict=True)]
            yield from _write(kind, ids[some].tolist(), window, measure, marks, open_ones)


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


def _mark(counts: Counts, some: Array, *, lived: Array, shown: Array, hidden: Array) -> list[Mark]:
    active = (counts.active[some] > 0) | (counts.answered[some] > 0) | (hidden & lived)
    which = np.select([shown, active, lived], [0, 1, 2], 3)
    return [MARKS[one] for one in which.tolist()]


def _write(
    kind: AreaKind, ids: Sequence[int], window: int, measure: Measure, marks: Sequence[Mark], figures: Sequence[Written]
) -> Iterator[Row]:
    for area, mark, (value, n, low, high) in zip(ids, marks, figures, strict=True):
        yield Row(area_kind=kind, area_id=area, window_months=window, measure=measure, mark=mark, value=value, n=n, low=low, high=high)


def _round_figures(estimate: Estimate, measure: Measure, some: Array) -> list[Written]:
    """Each value, number and interval as the measure is written; nothing where there is none to tell."""
    digits = ABOUT[measure].digits
    columns = (column[some].tolist() for column in (estimate.value, estimate.n, estimate.low, estimate.high))
    return [
        BLANK if isnan(value) else (round(value, digits), round(n), _round(low, digits), _round(high, digits))
        for value, n, low, high in zip(*columns, strict=True)
    ]


def _round(number: float, digits: int) -> float | None:
    return None if isnan(number) else round(number, digits)
