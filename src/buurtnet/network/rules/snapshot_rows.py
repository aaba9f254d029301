"""The rows of a snapshot: a draft with true values, or a month after the small-number rules."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import numpy as np

from buurtnet.network.rules.flows import WINDOW, Stream, Sums, sum_ties, tell_flows
from buurtnet.network.rules.measured import Areas, Array, Counts, Estimate
from buurtnet.network.rules.protection import Told, Trace, Windows, protect
from buurtnet.network.rules.snapshot import Places
from buurtnet.network.schemas import ABOUT, AreaKind, Flow, Mark, Measure, Row


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
        public = told[window, kind]
        for area in np.flatnonzero((measured.counts.active > 0) | (measured.counts.answered > 0)).tolist():
            for measure, estimate in measured.estimates.items():
                mark = Mark.SHOWN if measure in public and public[measure].shown[area] else Mark.SUPPRESSED
                yield _row(kind, ids[area], window, measure, mark, estimate, area)


def freeze_rows(places: Places, areas: Areas, windows: Windows, *, month: int, past: Sequence[Trace], streams: Sequence[Stream]) -> Frozen:
    """What may be published: of neighbourhoods and areas that decided so, and of municipalities that consist of such alone. `past` are the traces of the
    months around it, `streams` the help between neighbourhoods over a year."""
    protected = protect(
        places.ids, places.town, areas, windows, published=places.published, whole=whole_towns(places), month=month, past=past
    )
    rows = list(_month_rows(places, areas, windows, protected.told))
    year = (WINDOW, AreaKind.NEIGHBOURHOOD)
    if year not in windows:
        return Frozen(rows, [], protected.traces)
    flows = tell_flows(streams, places.ids, protected.told[year][Measure.ACTIVE].shown, _sum_ties(places, areas, windows, protected.told))
    return Frozen(rows, flows, protected.traces)


def _sum_ties(places: Places, areas: Areas, windows: Windows, told: Told) -> Sums:
    """What the E-I indices of a year tell of ties between neighbourhoods."""
    kinds = AreaKind.NEIGHBOURHOOD, AreaKind.MUNICIPALITY, AreaKind.AREA
    own, *above = (windows[WINDOW, kind].counts for kind in kinds)
    own_told, *above_told = (told[WINDOW, kind][Measure.BRIDGING].shown for kind in kinds)
    return sum_ties(
        np.concatenate([places.town == np.arange(len(places.town_ids))[:, None], np.asarray(areas.inside, bool)]),
        own=(own.inner, own.outer),
        own_told=own_told,
        above=(np.concatenate([one.inner for one in above]), np.concatenate([one.outer for one in above])),
        above_told=np.concatenate(above_told),
    )


def _month_rows(places: Places, areas: Areas, windows: Windows, told: Told) -> Iterator[Row]:
    whole = whole_towns(places)
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
                hidden = public is None or bool(public.veiled[area])
                mark = _mark(measured.counts, area, lived=bool(lived[area]), shown=shown, hidden=hidden)
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


def _mark(counts: Counts, area: int, *, lived: bool, shown: bool, hidden: bool) -> Mark:
    if shown:
        return Mark.SHOWN
    if counts.active[area] or counts.answered[area] or (hidden and lived):
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
