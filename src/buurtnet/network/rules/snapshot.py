"""From what the database holds to everything that is measured of neighbourhoods, municipalities and the areas of organisations in a window."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec
import numpy as np

from buurtnet.network.rules import measures
from buurtnet.network.rules import measures_shape as shapes
from buurtnet.network.rules.measured import Areas, Array, Counts, Estimate, Measured
from buurtnet.network.rules.measures import Cells, Lives, People
from buurtnet.network.rules.measures_arriving import first_ties, newcomer_weeks
from buurtnet.network.rules.measures_giving import giving_statistic
from buurtnet.network.rules.measures_spread import Groups, median_by, resample, wilson
from buurtnet.network.rules.measures_window import Helps, Pairs, Ties, cut_ties, list_across
from buurtnet.network.rules.reach import Finder
from buurtnet.network.schemas import AreaKind, Measure

AT_ONCE = 2
"""Divisions that are measured at the same time: NumPy lets go of the interpreter, and each takes some hundred megabytes."""


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
    """What one window, from day `since` to day `until`, is measured from. `home` is each person's neighbourhood; `demand` is place → theme → needs."""

    since: int
    until: int
    places: Places
    areas: Areas
    people: People
    home: Array
    ties: Ties
    helps: Helps
    finder: Finder
    demand: Mapping[int, Mapping[int, int]]
    firsts: Firsts


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What of a window is the same for every division into areas."""

    lives: Lives
    across: Pairs
    """The ties between two neighbourhoods."""
    own: shapes.Own
    cells: Cells
    """By neighbourhood."""
    kinds: Array
    """By neighbourhood and theme."""
    triangles: Array
    first: Array
    finding: Array
    """By neighbourhood, the active residents who would find an offer."""


class Division(NamedTuple):
    """A division into areas that do not overlap: the area of each neighbourhood, -1 for none, and how many areas there are."""

    kind: AreaKind
    above: Array
    areas: int


def measure_windows(helds: Mapping[int, Held]) -> dict[tuple[int, AreaKind], Measured]:
    """Everything about the areas of each kind in each window."""
    divisions = list_divisions(next(iter(helds.values())))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        # What the longest window holds takes longest to see: meanwhile the shorter ones are measured.
        seen = {window: pool.submit(_see, helds[window]) for window in sorted(helds, reverse=True)}
        work = [(window, division) for window in sorted(helds) for division in divisions]
        done = list(pool.map(lambda one: _measure(helds[one[0]], seen[one[0]].result(), one[1]), work))
    measured: dict[tuple[int, AreaKind], Measured] = {}
    for window, held in helds.items():
        own = [(division, one) for (of, division), one in zip(work, done, strict=True) if of == window]
        for kind in (AreaKind.NEIGHBOURHOOD, AreaKind.MUNICIPALITY):
            measured[window, kind] = next(one for division, one in own if division.kind is kind)
        layers = [(division, one) for division, one in own if division.kind is AreaKind.AREA]
        measured[window, AreaKind.AREA] = _choose(layers, len(held.areas.numbers))
    return measured


def list_divisions(held: Held) -> list[Division]:
    """All that is measured, what has most areas first."""
    places, own = held.places, len(held.places.ids)
    layers = stack_areas(held.areas.inside) or [np.full(own, -1)]
    return [
        Division(AreaKind.NEIGHBOURHOOD, np.arange(own), own),
        Division(AreaKind.MUNICIPALITY, places.town, len(places.town_ids)),
        *(Division(AreaKind.AREA, layer, len(held.areas.numbers)) for layer in layers),
    ]


def _see(held: Held) -> Seen:
    cut = cut_ties(held.ties, held.helps, held.since, held.until)
    lives = measures.gather_lives(held.people, cut, since=held.since, until=held.until)
    many, own = len(held.people.tongue), len(held.places.ids)
    kinds = measures.count_kinds(cut, held.home, own)
    return Seen(
        lives=lives,
        across=list_across(cut, held.home),
        own=shapes.join_own(cut, held.home),
        cells=measures.measure_cells(lives, cut, held.home, own, kinds),
        kinds=kinds,
        triangles=shapes.list_triangles(cut, many),
        first=first_ties(held.ties, many, until=held.until),
        finding=held.finder.measure_reach(lives.active, lend_demand(held.demand, held.places.town)),
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


def stack_areas(inside: Array) -> list[Array]:
    """Areas that may overlap as layers in which none do: in each, the area of every neighbourhood, -1 for none."""
    layers: list[Array] = []
    for area, own in enumerate(inside):
        layer = next((one for one in layers if (one[own] < 0).all()), None)
        if layer is None:
            layer = np.full(inside.shape[1], -1)
            layers.append(layer)
        layer[own] = area
    return layers


def _choose(layers: Sequence[tuple[Division, Measured]], many: int) -> Measured:
    """The figures of areas that may overlap: each from the layer in which it lies."""
    which = np.zeros(many, int)
    for number, (division, _) in enumerate(layers):
        which[division.above[division.above >= 0]] = number

    def choose(read: Callable[[Measured], Array]) -> Array:
        return np.stack([read(one) for _, one in layers])[which, np.arange(many)]

    counts = Counts(**{name: choose(lambda one, name=name: getattr(one.counts, name)) for name in Counts.__struct_fields__})
    return Measured(
        counts,
        {
            measure: Estimate(
                *(choose(lambda one, m=measure, name=name: getattr(one.estimates[m], name)) for name in Estimate.__struct_fields__)
            )
            for measure in layers[0][1].estimates
        },
    )


def _measure(held: Held, seen: Seen, division: Division) -> Measured:
    """Everything about one division."""
    _, above, areas = division
    lifted = np.append(above, -1)
    place = lifted[held.home]
    lives = seen.lives
    kinds = measures.lift_kinds(seen.kinds, above, areas)
    cells = measures.lift_cells(seen.cells, above, areas, lives, seen.across, place)
    shape = shapes.measure_shape(seen.own, lives, seen.across, seen.triangles, place, areas)
    weeks = newcomer_weeks(place, held.people.joined, seen.first, areas, since=held.since, until=held.until)
    asked = lifted[held.firsts.place]
    answered, askers, top_asker = measures.count_by(asked, held.firsts.person, areas)
    known = {name: getattr(one, name) for one in (cells, shape) for name in one.__struct_fields__ if name in Counts.__struct_fields__}
    counts = Counts(
        **known,
        adults=_add(above, held.places.adults, areas),
        finding=_sum_known(above, seen.finding, cells.active, areas),
        answered=answered,
        askers=askers,
        top_asker=top_asker,
        newcomers=weeks[3],
        arrived=weeks[4],
    )
    return Measured(
        counts,
        {
            **_shares(counts),
            Measure.ACTIVE: _plain(counts.active, counts.active),
            Measure.THEMES: _plain(measures.effective_themes(kinds), counts.active),
            Measure.PARTS: _plain(shapes.separate_groups(counts.parts, counts.active), counts.active),
            Measure.FIRST_YES_HOURS: _told(median_by(asked, held.firsts.hours, areas), counts.answered),
            Measure.NEWCOMER_WEEKS: _told(weeks[:3], counts.newcomers),
            **_coefficients(counts, shape, lives, np.where(lives.active, place, -1), seed=(held.since, held.until)),
        },
    )


def _shares(c: Counts) -> dict[Measure, Estimate]:
    """The shares that have Wilson's interval."""
    ties = c.ends / 2
    shares = {
        Measure.ADULT_SHARE: (measures.adult_share(c.active, c.adults), c.adults),
        Measure.ACROSS_LANGUAGES: (measures.across_languages(c.across, c.ends), ties),
        Measure.REACH: (np.minimum(measures.divide(c.finding, c.active), 1), c.active),
        Measure.WITHOUT_TIE: (measures.without_tie(c.without, c.active), c.active),
        Measure.BOTH_WAYS: (measures.both_ways(c.both, c.active), c.active),
        Measure.LARGEST_PART: (shapes.largest_part(c.largest, c.active), c.active),
        Measure.LASTING: (measures.lasting(c.lasting, c.ends), ties),
    }
    return {measure: Estimate(share, n, *wilson(share, n)) for measure, (share, n) in shares.items()}


def _coefficients(c: Counts, shape: shapes.Shape, lives: Lives, place: Array, *, seed: tuple[int, int]) -> dict[Measure, Estimate]:
    """The figures whose interval comes from weighing the people anew; `place` is the area of those who are active."""
    areas = len(c.active)
    ties = Groups(place, areas, shape.inner_degree, shape.outer_degree)
    triples = Groups(place, areas, shape.inner_degree, shape.corners)
    giving = Groups(place, areas, lives.gave)
    mean, dense, bridges = resample(ties, shapes.ties_statistic, (*seed, 1))
    [closed] = resample(triples, shapes.triples_statistic, (*seed, 2))
    top, uneven = resample(giving, giving_statistic, (*seed, 3))
    given = giving.spread(giving_statistic(giving, giving.count[None, :].astype(float))[:, 0])
    return {
        Measure.MEAN_DEGREE: Estimate(measures.mean_degree(c.ends, c.active), c.active, *mean),
        Measure.DENSITY: Estimate(measures.density(c.ends, c.active), c.active, *dense),
        Measure.BRIDGING: Estimate(shapes.bridging(c.inner, c.outer), c.active, *bridges),
        Measure.TRANSITIVITY: Estimate(shapes.transitivity(c.triangles, c.triples), c.active, *closed),
        Measure.TOP_SHARE: Estimate(given[0], c.active, *top),
        Measure.GINI: Estimate(given[1], c.active, *uneven),
    }


def _plain(value: Array, n: Array) -> Estimate:
    """A figure without an interval."""
    none = np.full(len(n), np.nan)
    return Estimate(np.asarray(value, float), n, none, none)


def _told(median: tuple[Array, ...], n: Array) -> Estimate:
    return Estimate(median[0], n, median[1], median[2])


def _add(above: Array, number: Array, areas: int) -> Array:
    return np.bincount(above[above >= 0], weights=number[above >= 0], minlength=areas)


def _sum_known(above: Array, finding: Array, active: Array, areas: int) -> Array:
    """The sum of what is known; NaN where nothing is, or where nobody is active: a chance of nobody is none."""
    known = _add(above, (~np.isnan(finding)).astype(float), areas) > 0
    return np.where(known & (active > 0), _add(above, np.nan_to_num(finding), areas), np.nan)
