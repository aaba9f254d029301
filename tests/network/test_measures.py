"""The measures against plain counting over dictionaries, on random small networks."""

import math
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.network.rules import measures
from buurtnet.network.rules.measures import People, Ties

AREAS = 3
SINCE, UNTIL = 100, 200


@st.composite
def networks(draw: st.DrawFn):
    many = draw(st.integers(1, 12))
    places = draw(st.lists(st.integers(-1, AREAS - 1), min_size=many, max_size=many))
    tongues = draw(st.lists(st.integers(0, 2), min_size=many, max_size=many))
    seen = draw(st.lists(st.sampled_from([-1, 50, 99, 100, 150, 200, 201]), min_size=many, max_size=many))
    pairs = draw(st.sets(st.sampled_from(list(combinations(range(many), 2)) or [(0, 0)]), max_size=20))
    ties = {
        pair: (draw(st.sampled_from([60, 99, 100, 180, 200, 240])), draw(st.sets(st.integers(1, 5), max_size=3)))
        for pair in pairs
        if pair[0] != pair[1]
    }
    return places, tongues, seen, ties


def as_arrays(places, tongues, seen, ties):
    pairs = sorted(ties)
    kinds = np.zeros((len(pairs), 8), np.int16)
    for row, pair in enumerate(pairs):
        for column, theme in enumerate(sorted(ties[pair][1])):
            kinds[row, column] = theme
    a, b = np.array([p[0] for p in pairs], int), np.array([p[1] for p in pairs], int)
    days = np.array([ties[pair][0] for pair in pairs], int)
    return People(np.array(tongues), np.array(seen)), Ties(a, b, days, kinds), np.array(places)


def counted(places, tongues, seen, ties, area):
    """What the cells of an area must be, by plain counting."""
    inside = {pair: kinds for pair, (day, kinds) in ties.items() if SINCE <= day <= UNTIL}
    with_tie = {one for pair in inside for one in pair}
    residents = {one for one, place in enumerate(places) if place == area}
    active = {one for one in residents if SINCE <= seen[one] <= UNTIL or one in with_tie}
    weight = {pair: sum(0.5 for one in pair if one in residents) for pair in inside}
    touching = [pair for pair in inside if set(pair) & residents]
    per_person = Counter(one for pair in touching for one in pair)
    kinds = defaultdict(float)
    for pair, themes in inside.items():
        for theme in themes:
            kinds[theme] += weight[pair]
    total = sum(kinds.values())
    entropy = -sum(n / total * math.log(n / total) for n in kinds.values() if n)
    across = [pair for pair in touching if tongues[pair[0]] != tongues[pair[1]]]
    within = [pair for pair in touching if tongues[pair[0]] == tongues[pair[1]]]
    return {
        "active": len(active),
        "ends": 2 * sum(weight.values()),
        "touching": len(touching),
        "top": max(per_person.values(), default=0),
        "without": len(active - with_tie),
        "kinds": total,
        "themes": math.exp(entropy) if total else math.nan,
        "across": sum(2 * weight[pair] for pair in across),
        "people_across": len({one for pair in across for one in pair} & residents),
        "people_within": len({one for pair in within for one in pair} & residents),
    }


@given(networks())
def test_cells_are_what_plain_counting_gives(network) -> None:
    people, ties, place = as_arrays(*network)
    cells = measures.measure_cells(people, ties, place, AREAS, since=SINCE, until=UNTIL)
    for area in range(AREAS):
        for name, wanted in counted(*network, area).items():
            assert getattr(cells, name)[area] == pytest.approx(wanted, nan_ok=True), (name, area)


@given(networks())
def test_mean_degree_and_density_follow_their_formulas_and_bounds(network) -> None:
    people, ties, _ = as_arrays(*network)
    place = np.zeros(len(people.seen), int)  # One area, so that no tie leaves it and the bounds are exact.
    cells = measures.measure_cells(people, ties, place, 1, since=SINCE, until=UNTIL)
    n, m = int(cells.active[0]), int(cells.ends[0]) // 2
    mean, density = measures.mean_degree(cells.ends, cells.active)[0], measures.density(cells.ends, cells.active)[0]
    if n == 0:
        assert math.isnan(mean)
        return
    assert mean == 2 * m / n <= n - 1 or n == 1
    if n > 1:
        assert density == pytest.approx(2 * m / (n * (n - 1)))
        assert 0 <= density <= 1
    else:
        assert math.isnan(density)


def test_a_tie_between_two_areas_counts_half_in_each() -> None:
    ties = Ties(np.array([0, 0]), np.array([1, 2]), np.array([150, 150]), np.array([[1], [2]]))
    people = People(np.zeros(3, int), np.full(3, 150))
    cells = measures.measure_cells(people, ties, np.array([0, 0, 1]), 2, since=SINCE, until=UNTIL)
    assert cells.ends.tolist() == [3, 1]
    assert cells.touching.tolist() == [2, 1]
    assert cells.kinds.tolist() == [1.5, 0.5]
    assert cells.themes[0] == pytest.approx(math.exp(-(2 / 3 * math.log(2 / 3) + 1 / 3 * math.log(1 / 3))))


def test_somebody_who_is_nowhere_counts_for_nobody_but_their_neighbour() -> None:
    ties = Ties(np.array([0]), np.array([-1]), np.array([150]), np.array([[1]]))
    cells = measures.measure_cells(People(np.zeros(1, int), np.array([-1])), ties, np.array([0]), 1, since=SINCE, until=UNTIL)
    assert (cells.active[0], cells.ends[0], cells.without[0], cells.people_across[0]) == (1, 1, 0, 0)


@given(st.lists(st.tuples(st.integers(-1, 3), st.floats(0, 1000)), max_size=40))
def test_median_by_area(rows) -> None:
    place, values = np.array([row[0] for row in rows], int), np.array([row[1] for row in rows], float)
    found = measures.median_by(place, values, 4)
    for area in range(4):
        own = [value for one, value in rows if one == area]
        assert found[area] == pytest.approx(np.median(own) if own else math.nan, nan_ok=True)


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_holds_the_share_and_stays_a_share(n: int, share: float) -> None:
    low, high = measures.wilson(share, n)
    assert 0 <= low <= share + 1e-9 and share - 1e-9 <= high <= 1


def test_wilson_as_published() -> None:
    low, high = measures.wilson(0.5, 10)
    assert (round(low, 3), round(high, 3)) == (0.237, 0.763)
