"""From what the database holds to the rows of a snapshot: a draft with true values, or a month after the small-number rules."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy as np

from buurtnet.network.rules import measures, reach, small_numbers
from buurtnet.network.rules.measures import Array, People, Ties
from buurtnet.network.rules.small_numbers import Counts
from buurtnet.network.schemas import ABOUT, SHARES_OF_ACTIVE, AreaKind, Mark, Measure, Row


class Places(msgspec.Struct, frozen=True):
    """The neighbourhoods in the order of their numbers; `town` is each one's municipality, a number in the order of `town_ids`."""

    ids: Array
    town: Array
    town_ids: Array
    inhabited: Array
    adults: Array
    published: Array


class Firsts(msgspec.Struct, frozen=True):
    """Needs that had a first yes: where, whose, and after how many hours."""

    place: Array
    person: Array
    hours: Array


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """What one window is measured from. `home` is each person's neighbourhood; `demand` is place → theme → needs."""

    places: Places
    people: People
    home: Array
    ties: Ties
    seekers: reach.Seekers
    offers: reach.Offers
    near: reach.Near
    themes: Mapping[int, reach.Theme]
    allied: Array
    demand: Mapping[int, Mapping[int, int]]
    firsts: Firsts


class Measured(msgspec.Struct, frozen=True):
    """The cells of all areas of one kind."""

    counts: Counts
    themes: Array
    hours: Array


def measure_window(held: Held, since: int, until: int) -> tuple[Measured, Measured]:
    """The cells of all neighbourhoods, and of all municipalities, for the days from `since` to `until`."""
    places = held.places
    many, towns = len(places.ids), len(places.town_ids)
    active = (held.people.seen >= since) & (held.people.seen <= until)
    seeking = active[held.seekers.person]
    seekers = reach.Seekers(**{name: getattr(held.seekers, name)[seeking] for name in reach.Seekers.__struct_fields__})
    finding = reach.measure_reach(
        seekers, held.offers, held.near, lend_demand(held.demand, places.town), held.themes, allied=held.allied, areas=many
    )
    above = np.append(places.town, -1)
    asked = np.bincount(places.town, weights=~np.isnan(finding), minlength=towns) > 0
    town_finding = np.where(asked, np.bincount(places.town, weights=np.nan_to_num(finding), minlength=towns), np.nan)
    town_adults = np.bincount(places.town, weights=places.adults, minlength=towns)
    town_firsts = Firsts(above[held.firsts.place], held.firsts.person, held.firsts.hours)
    return (
        _measure(held, held.home, many, since, until, places.adults, finding, held.firsts),
        _measure(held, above[held.home], towns, since, until, town_adults, town_finding, town_firsts),
    )


def lend_demand(demand: Mapping[int, Mapping[int, int]], town: Array) -> dict[int, Mapping[int, int]]:
    """The demand of each neighbourhood; where nobody asked, that of its municipality, so that every resident's chance is known."""
    towns: dict[int, dict[int, int]] = {}
    for place, asked in demand.items():
        whole = towns.setdefault(int(town[place]), {})
        for theme, needs in asked.items():
            whole[theme] = whole.get(theme, 0) + needs
    lent = {place: demand.get(place) or towns.get(int(above), {}) for place, above in enumerate(town)}
    return {place: asked for place, asked in lent.items() if asked}


def _measure(held: Held, place: Array, areas: int, since: int, until: int, adults: Array, finding: Array, firsts: Firsts) -> Measured:
    cells = measures.measure_cells(held.people, held.ties, place, areas, since=since, until=until)
    answered, askers, top_asker = measures.count_by(firsts.place, firsts.person, areas)
    # Where nobody is active nobody can find anything: a chance of nobody is none.
    counts = Counts(
        **{name: getattr(cells, name) for name in Counts.__struct_fields__ if name in measures.Cells.__struct_fields__},
        adults=adults,
        finding=np.where(cells.active > 0, finding, np.nan),
        answered=answered,
        askers=askers,
        top_asker=top_asker,
    )
    return Measured(counts, cells.themes, measures.median_by(firsts.place, firsts.hours, areas))


def draft_rows(places: Places, window: int, areas: Measured, towns: Measured) -> Iterator[Row]:
    """The true figures of every neighbourhood with activity. The mark says what everybody would see if all maps were published."""
    everywhere, whole = np.ones(len(places.ids), bool), np.ones(len(places.town_ids), bool)
    shown = small_numbers.decide_shown(areas.counts, towns.counts, places.town, everywhere, whole)
    values = small_numbers.true_values(areas.counts, areas.themes, areas.hours)
    for area in np.flatnonzero((areas.counts.active > 0) | (areas.counts.answered > 0)).tolist():
        for measure in values:
            mark = Mark.SHOWN if measure in shown and shown[measure][0][area] else Mark.SUPPRESSED
            yield _row(AreaKind.NEIGHBOURHOOD, places.ids[area], window, measure, mark, values[measure], area, exact=True)


def month_rows(places: Places, window: int, areas: Measured, towns: Measured) -> Iterator[Row]:
    """The figures that may be published, of the neighbourhoods that decided so and of the municipalities that consist of such alone."""
    lacking = np.bincount(places.town, weights=places.inhabited & ~places.published, minlength=len(places.town_ids)) > 0
    some = np.bincount(places.town, weights=places.published, minlength=len(places.town_ids)) > 0
    shown = small_numbers.decide_shown(areas.counts, towns.counts, places.town, places.published, some & ~lacking)
    for kind, ids, which, measured, column in (
        (AreaKind.NEIGHBOURHOOD, places.ids, places.published, areas, 0),
        (AreaKind.MUNICIPALITY, places.town_ids, some & ~lacking, towns, 1),
    ):
        values = small_numbers.public_values(measured.counts, measured.themes, measured.hours)
        lived = places.inhabited if column == 0 else np.ones(len(ids), bool)
        for area in np.flatnonzero(which).tolist():
            for measure in values:
                mark = _mark(measured.counts, area, lived=bool(lived[area]), shown=bool(shown[measure][column][area]))
                yield _row(kind, ids[area], window, measure, mark, values[measure], area, exact=False)


def _mark(counts: Counts, area: int, *, lived: bool, shown: bool) -> Mark:
    if shown:
        return Mark.SHOWN
    if counts.active[area] or counts.answered[area]:
        return Mark.SUPPRESSED
    return Mark.INACTIVE if lived else Mark.UNINHABITED


def _row(
    kind: AreaKind, area_id: int, window: int, measure: Measure, mark: Mark, values: tuple[Array, Array], area: int, *, exact: bool
) -> Row:
    value, n = float(values[0][area]), int(values[1][area])
    blank = Row(area_kind=kind, area_id=int(area_id), window_months=window, measure=measure, mark=mark)
    if value != value or (mark is not Mark.SHOWN and not exact):
        return blank
    low, high = measures.wilson(value, n) if measure in SHARES_OF_ACTIVE else (None, None)
    digits = ABOUT[measure].digits
    return msgspec.structs.replace(blank, value=round(value, digits), n=n, low=_round(low), high=_round(high))


def _round(share: float | None) -> float | None:
    return None if share is None else round(share, 2)


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
