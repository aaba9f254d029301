"""The measures against NetworkX and plain counting, on random small networks: equal where they are whole numbers or quotients of them."""

import math
from collections import Counter, defaultdict
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.network.rules import measures
from buurtnet.network.rules import measures_shape as shapes
from buurtnet.network.rules.measures import Lives
from buurtnet.network.rules.measures_arriving import first_ties, newcomer_weeks
from buurtnet.network.rules.measures_giving import giving_statistic
from buurtnet.network.rules.measures_spread import Groups, median_by, resample, wilson
from buurtnet.network.rules.measures_window import Cut, cut_ties, list_across
from tests.network.helping import AREAS, SINCE, UNTIL, Town, as_arrays, month_of, towns


def measured(town: Town) -> tuple[measures.Cells, shapes.Shape, np.ndarray, Lives, Cut]:
    people, ties, helps, place = as_arrays(town)
    cut = cut_ties(ties, helps, SINCE, UNTIL)
    lives = measures.gather_lives(people, cut, since=SINCE, until=UNTIL)
    kinds = measures.count_kinds(cut, place, AREAS)
    closed = shapes.list_triangles(cut, len(place))
    return (
        measures.measure_cells(lives, cut, place, AREAS, kinds),
        shapes.measure_shape(shapes.join_own(cut, place), lives, list_across(cut, place), closed, place, AREAS),
        kinds,
        lives,
        cut,
    )


def equal(found: float, wanted: float) -> bool:
    return found == wanted or (math.isnan(found) and math.isnan(wanted))


@given(towns())
def test_ties_and_helps_are_those_of_the_window(town: Town) -> None:
    *_, cut = measured(town)
    given_ = Counter((one.giver, one.taker) for one in town.inside())
    assert {(a, b) for a, b in zip(cut.a.tolist(), cut.b.tolist(), strict=True)} == {tuple(sorted(edge)) for edge in town.graph().edges}
    themes, months = defaultdict(set), defaultdict(set)
    for one in town.inside():
        themes[tuple(sorted(one[:2]))].add(one.theme)
        months[tuple(sorted(one[:2]))].add(month_of(one.day))
    for row, pair in enumerate(zip(cut.a.tolist(), cut.b.tolist(), strict=True)):
        assert (cut.a_gave[row], cut.b_gave[row]) == (given_[pair], given_[pair[::-1]])
        assert set(cut.themes[row].tolist()) - {0} == themes[pair]
        assert cut.lasting[row] == (len(months[pair]) > 1)


@given(towns(), st.lists(st.integers(-1, 2), min_size=AREAS, max_size=AREAS))
def test_what_adds_up_is_the_same_counted_and_added(town: Town, above_each: list[int]) -> None:
    own, _, kinds, lives, cut = measured(town)
    above, home = np.array(above_each), as_arrays(town)[3]
    place, across, closed = np.append(above, -1)[home], list_across(cut, home), shapes.list_triangles(cut, len(home))
    counted = measures.measure_cells(lives, cut, place, 3, measures.count_kinds(cut, place, 3))
    joined = shapes.measure_shape(shapes.join_own(cut, place), lives, list_across(cut, place), closed, place, 3)
    for wanted, found in (
        (counted, measures.lift_cells(own, above, 3, lives, across, place)),
        (joined, shapes.measure_shape(shapes.join_own(cut, home), lives, across, closed, place, 3)),
    ):
        assert {name: getattr(found, name).tolist() for name in found.__struct_fields__} == {
            name: getattr(wanted, name).tolist() for name in wanted.__struct_fields__
        }
    assert measures.lift_kinds(kinds, above, 3).tolist() == measures.count_kinds(cut, place, 3).tolist()


@given(towns())
def test_what_is_forgotten_is_never_made_up(town: Town) -> None:
    _, ties, helps, _ = as_arrays(town, forgotten=True)
    cut = cut_ties(ties, helps, SINCE, UNTIL)
    given_ = Counter((one.giver, one.taker) for one in town.inside())
    for row, pair in enumerate(zip(cut.a.tolist(), cut.b.tolist(), strict=True)):
        assert pair in {tuple(sorted(edge)) for edge in town.graph().edges}
        assert cut.a_gave[row] <= given_[pair] and cut.b_gave[row] <= given_[pair[::-1]]


@given(towns())
def test_cells_are_what_plain_counting_gives(town: Town) -> None:
    cells, _, kinds, _, _ = measured(town)
    graph, crowd = town.graph(), nx.MultiDiGraph([one[:2] for one in town.inside()])
    for area in range(AREAS):
        own = town.active(area)
        ends = [(one, other) for one in own for other in graph[one]]
        months = defaultdict(set)
        weights = Counter()
        for one in town.inside():
            months[frozenset(one[:2])].add(month_of(one.day))
        for pair, theme in {(frozenset(one[:2]), one.theme) for one in town.inside()}:
            weights[theme] += len(pair & own) / 2
        given_ = {one: crowd.out_degree(one) for one in own if one in crowd}
        across = [(a, b) for a, b in ends if town.tongues[a] != town.tongues[b]]
        lasting = [(a, b) for a, b in ends if len(months[frozenset((a, b))]) > 1]
        total = sum(weights.values())
        touching = Counter(one for edge in graph.edges if own & set(edge) for one in edge)
        wanted = {
            "active": len(own),
            "ends": len(ends),
            "touching": sum(bool(own & set(edge)) for edge in graph.edges),
            "top": max(touching.values(), default=0),
            "without": len(own & set(nx.isolates(graph))),
            "kinds": total,
            "across": len(across),
            "people_across": len({a for a, _ in across}),
            "people_within": len({a for a, _ in set(ends) - set(across)}),
            "both": sum(one in crowd and crowd.out_degree(one) > 0 and crowd.in_degree(one) > 0 for one in own),
            "helps": sum(given_.values()),
            "givers": sum(many > 0 for many in given_.values()),
            "top_giver": max(given_.values(), default=0),
            "lasting": len(lasting),
            "people_lasting": len({a for a, _ in lasting}),
            "people_passing": len({a for a, _ in set(ends) - set(lasting)}),
        }
        assert {name: getattr(cells, name)[area] for name in wanted} == wanted
        entropy = -sum(n / total * math.log(n / total) for n in weights.values() if n)
        assert measures.effective_themes(kinds)[area] == pytest.approx(math.exp(entropy) if total else math.nan, nan_ok=True)


@given(towns())
def test_the_shape_is_what_networkx_finds(town: Town) -> None:
    cells, shape, *_ = measured(town)
    whole = town.graph()
    for area in range(AREAS):
        own = town.graph(area)
        n, parts = len(own), [len(part) for part in nx.connected_components(own)]
        triads = sum(d * (d - 1) // 2 for _, d in own.degree)
        outside = nx.cut_size(whole, set(own)) if n else 0
        inside = own.number_of_edges()
        assert (shape.inner[area], shape.outer[area]) == (inside, outside)
        assert shape.people_outer[area] == sum(whole.degree(one) > own.degree(one) for one in own)
        assert shape.people_inner[area] == n - nx.number_of_isolates(own)
        assert shape.parts[area] == sum(size >= 3 for size in parts)
        assert shape.people_parts[area] == sum(size for size in parts if size >= 3)
        assert (shape.triples[area], shape.triangles[area]) == (triads, sum(nx.triangles(own).values()))
        assert shape.people_triples[area] == sum(d > 1 for _, d in own.degree)
        assert equal(shapes.largest_part(shape.largest, cells.active)[area], max(parts) / n if n else math.nan)
        assert equal(shapes.transitivity(shape.triangles, shape.triples)[area], nx.transitivity(own) if triads else math.nan)
        cut = inside + outside
        assert equal(shapes.bridging(shape.inner, shape.outer)[area], (outside - inside) / cut if cut else math.nan)
        assert equal(measures.mean_degree(cells.ends, cells.active)[area], sum(whole.degree(one) for one in own) / n if n else math.nan)


@given(towns())
def test_one_area_has_the_density_of_networkx(town: Town) -> None:
    town = town._replace(places=[0] * len(town.places))
    cells, shape, *_ = measured(town)
    graph = town.graph(0)
    n = len(graph)
    assert equal(measures.density(cells.ends, cells.active)[0], nx.density(graph) if n > 1 else math.nan)
    assert shape.outer[0] == 0


@settings(max_examples=30)
@given(st.integers(5, 60), st.floats(0.02, 0.5), st.integers(0, 10_000))
def test_triangles_of_larger_networks(n: int, p: float, seed: int) -> None:
    graph = nx.gnp_random_graph(n, p, seed=seed)
    edges = np.array(sorted(graph.edges), int).reshape(-1, 2)
    nothing = np.zeros(len(edges), int)
    closed = shapes.list_triangles(Cut(edges[:, 0], edges[:, 1], nothing, nothing, nothing, nothing[:, None]), n)
    assert np.bincount(closed.ravel(), minlength=n).tolist() == [nx.triangles(graph, one) for one in range(n)]
    assert len({frozenset(one) for one in closed.T.tolist()}) == closed.shape[1]


@given(st.lists(st.tuples(st.integers(-1, 2), st.integers(0, 6)), max_size=40))
def test_concentration_follows_its_formulas_and_bounds(rows: list[tuple[int, int]]) -> None:
    place, helps = (np.array([row[side] for row in rows], int) for side in (0, 1))
    groups = Groups(place, AREAS, helps)
    top, gini = groups.spread(giving_statistic(groups, groups.count[None].astype(float))[:, 0])
    for area in range(AREAS):
        x = sorted((value for one, value in rows if one == area), reverse=True)
        n, total = len(x), sum(x)
        if not total:
            assert math.isnan(top[area]) and math.isnan(gini[area])
            continue
        wanted = sum(abs(one - other) for one in x for other in x) / (2 * n * total)
        assert gini[area] == pytest.approx(wanted, abs=1e-12)
        whole, part = divmod(0.05 * n, 1)
        most = sum(x[: int(whole)]) + part * (x[int(whole)] if whole < n else 0)
        assert top[area] == pytest.approx(most / total, abs=1e-12)
        assert -1e-12 <= gini[area] <= 1 - 1 / n + 1e-12 and 0.05 - 1e-12 <= top[area] <= 1


def kaplan_meier(waits: list[tuple[int, bool]]) -> float:
    """The first day on which half have met somebody, by the textbook."""
    share = 1.0
    for day in sorted({day for day, _ in waits}):
        there = sum(one >= day for one, _ in waits)
        share *= 1 - sum(one == day and met for one, met in waits) / there
        if share <= 0.5 + 1e-12:
            return day
    return math.nan


@given(towns())
def test_newcomers_wait_as_the_textbook_says(town: Town) -> None:
    people, ties, _, place = as_arrays(town)
    first = first_ties(ties, len(place), until=UNTIL)
    weeks, low, high, joined, arrived = newcomer_weeks(place, people.joined, first, AREAS, since=SINCE, until=UNTIL)
    for area in range(AREAS):
        new = [one for one in range(len(place)) if place[one] == area and SINCE <= town.joined[one] <= UNTIL]
        met = {one: min((h.day for h in town.helps if one in h[:2]), default=999) for one in new}
        waits = [(max((met[one] if met[one] <= UNTIL else UNTIL) - town.joined[one], 0), met[one] <= UNTIL) for one in new]
        assert (joined[area], arrived[area]) == (len(new), sum(yes for _, yes in waits))
        assert weeks[area] * 7 == pytest.approx(kaplan_meier(waits), nan_ok=True)
        assert math.isnan(weeks[area]) or low[area] <= weeks[area] <= (high[area] if high[area] == high[area] else math.inf)


@given(st.lists(st.tuples(st.integers(-1, 3), st.floats(0, 1000)), max_size=40))
def test_median_by_area(rows) -> None:
    place, values = np.array([row[0] for row in rows], int), np.array([row[1] for row in rows], float)
    middle, low, high = median_by(place, values, 4)
    for area in range(4):
        own = [value for one, value in rows if one == area]
        assert middle[area] == pytest.approx(np.median(own) if own else math.nan, nan_ok=True)
        assert not own or min(own) <= low[area] <= middle[area] <= high[area] <= max(own)


@given(st.integers(1, 500), st.floats(0, 1))
def test_the_interval_of_a_share_holds_it_and_stays_a_share(n: int, share: float) -> None:
    low, high = wilson(np.array([share]), np.array([n]))
    assert 0 <= low[0] <= share + 1e-9 and share - 1e-9 <= high[0] <= 1


def test_wilson_as_published() -> None:
    low, high = wilson(np.array([0.5, 0.2]), np.array([10, 0]))
    assert (round(low[0], 3), round(high[0], 3)) == (0.237, 0.763)
    assert math.isnan(low[1]) and math.isnan(high[1])


def test_intervals_cover_as_often_as_they_say_and_are_the_same_again() -> None:
    """Of 400 areas drawn from one town, the interval of the mean degree holds the town's mean in about 95 of 100."""
    luck = np.random.default_rng(5)
    place = np.repeat(np.arange(400), 60)
    groups = Groups(place, 400, luck.poisson(2.0, len(place)), luck.poisson(1.0, len(place)))
    [low, high], _, bridges = resample(groups, shapes.ties_statistic, (1, 2))
    assert 0.90 <= np.mean((low <= 3.0) & (high >= 3.0)) <= 0.98
    assert np.mean((bridges[0] <= 0) & (bridges[1] >= 0)) >= 0.88
    again = resample(groups, shapes.ties_statistic, (1, 2))
    assert (again[0] == [low, high]).all()
    assert (resample(groups, shapes.ties_statistic, (1, 3))[0] != [low, high]).any()


def test_medians_cover_as_often_as_they_say() -> None:
    luck = np.random.default_rng(6)
    place = np.repeat(np.arange(400), 41)
    _, low, high = median_by(place, luck.exponential(24, len(place)), 400)
    assert 0.93 <= np.mean((low <= 24 * math.log(2)) & (high >= 24 * math.log(2))) <= 0.99


def test_a_tie_between_two_areas_counts_half_in_each_and_fully_as_a_bridge() -> None:
    one = np.ones(2, int)
    cut = Cut(np.array([0, 0]), np.array([1, 2]), one, one, one > 1, np.array([[1], [2]]))
    people = measures.People(np.zeros(3, int), np.full(3, 150), np.zeros(3, int))
    lives = measures.gather_lives(people, cut, since=SINCE, until=UNTIL)
    place = np.array([0, 0, 1])
    cells = measures.measure_cells(lives, cut, place, 2, measures.count_kinds(cut, place, 2))
    assert (cells.ends.tolist(), cells.touching.tolist(), cells.kinds.tolist()) == ([3, 1], [2, 1], [1.5, 0.5])
    shape = shapes.measure_shape(shapes.join_own(cut, place), lives, list_across(cut, place), shapes.list_triangles(cut, 3), place, 2)
    assert (shape.inner.tolist(), shape.outer.tolist()) == ([1, 0], [1, 1])
    assert shapes.bridging(shape.inner, shape.outer).tolist() == [0, 1]


@given(st.lists(st.sets(st.integers(0, 5)), max_size=6))
def test_areas_that_overlap_are_stacked(areas: list[set[int]]) -> None:
    from buurtnet.network.rules.snapshot import stack_areas

    inside = np.array([[one in own for one in range(6)] for own in areas], bool).reshape(len(areas), 6)
    layers = stack_areas(inside)
    for area, own in enumerate(areas):
        assert not own or any({one for one in range(6) if layer[one] == area} == own for layer in layers)
    assert all(len(layer) == 6 for layer in layers) and all(one is not other for one, other in pairwise(layers))
