"""The assignment of a round keeps every limit, and is the best there is: beside an enumeration, beside another formulation, beside taking the best
pair first."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules import buckets
from buurtnet.matching.rules.assignment import Assignment, assign, prioritise, take_turns
from buurtnet.matching.rules.pairs import PAIR_BYTES, Pairs, find_first_pairs, find_pairs, list_wanting
from buurtnet.matching.rules.pool import NO_END, NO_START, Near, People, Pool, Posts, Themes
from buurtnet.matching.rules.solving import ids_of, solve_part
from buurtnet.people.schemas import EVERY_SLOT
from tests.bench._methods import value_pairs

SEEDS = st.integers(0, 2**32)
TOWNS = settings(deadline=None)


def draw_ids(count: int) -> Array:
    return np.array([f"{number:016d}" for number in range(count)], "S16")


def draw_pool(seed: int, needs: int, offers: int) -> Pool:
    """A small town where much fits and places are few: three neighbourhoods in a row, two roots of which one has two themes."""
    random = np.random.default_rng(seed)
    people = max((needs + offers) * 2 // 3, 2)
    home = random.integers(3, size=people)
    a, b = (side.ravel() for side in np.indices((3, 3)))
    level = np.abs(a - b) * 2
    order = np.lexsort((b, level, a))
    parent = np.array([-1, 0, 0, -1])
    return Pool(
        today=100,
        needs=draw_posts(random, needs, home, need=True),
        offers=draw_posts(random, offers, home, need=False),
        people=People(
            id=draw_ids(people),
            adult=random.random(people) < 0.9,
            checked=random.random(people) < 0.7,
            mediated=np.zeros(people, bool),
            on_trial=np.zeros(people, bool),
            shares=random.random(people) < 0.7,
            component=random.integers(-1, 3, size=people),
            load=random.integers(0, 3, size=people),
            capacity=np.full(people, 4),
            room=random.integers(0, 4, size=people),
        ),
        themes=Themes(
            id=np.arange(1, 5),
            parent=parent,
            root=np.array([0, 0, 0, 3]),
            talk=np.array([False, True, False, False]),
            halving=np.array([800, 400, 1600, 800]),
            review=np.zeros(4, bool),
            guarded=np.array([False, False, False, True]),
        ),
        places=np.arange(3),
        organisations=draw_ids(2),
        near=Near(np.arange(4) * 3, b[order], np.abs(a - b)[order] * 700, level[order]),
        partners=np.array([[False, True], [True, False]]),
        known=np.zeros(0, np.int64),
        apart=np.array([1], np.int64),
        matched=np.zeros(0, np.int64),
        weights=np.tile([0.35, 0.2, 0.2, 0.1, 0.15], (needs, 1)),
        bonds=np.tile([1.0, 0.8, 0.6, 0.6], (needs, 1)),
    )


def draw_posts(random: np.random.Generator, count: int, home: Array, *, need: bool) -> Posts:
    author = random.integers(len(home), size=count)
    named = random.random(count) < 0.5
    urgent = random.random(count) < 0.3
    standing = random.integers(0, 2, size=count) * urgent
    return Posts(
        id=draw_ids(count),
        author=author,
        theme=random.choice(4, count, p=(0.2, 0.3, 0.3, 0.2)),
        place=home[author],
        organisation=random.choice(2, count, p=(0.8, 0.2)),
        reach=random.choice(5, count, p=(0.2, 0.1, 0.3, 0.1, 0.3)),
        slots=np.where(named, random.integers(1, 16, size=count), EVERY_SLOT),
        named=named,
        first=np.full(count, NO_START),
        last=np.full(count, NO_END),
        tongues=random.integers(1, 8, size=count),
        free=(np.where(urgent, 3, 1) - standing) if need else random.integers(0, 4, size=count),
        standing=standing,
        again=np.zeros(count, bool),
        urgent=urgent,
        waited=random.choice([0.0, 3.5, 7.0, 14.0, 40.0], count),
    )


def total(pool: Pool, pairs: Pairs, best: Assignment) -> int:
    """What the assignment is worth."""
    worth = dict(zip(zip(pairs.need.tolist(), pairs.offer.tolist(), strict=True), value_pairs(pool, pairs).tolist(), strict=True))
    return sum(worth[pair] for pair in zip(best.need.tolist(), best.offer.tolist(), strict=True))


@TOWNS
@given(SEEDS, st.integers(0, 40), st.integers(0, 30))
def test_no_limit_is_exceeded_and_no_pair_is_made_up(seed: int, needs: int, offers: int) -> None:
    pool = draw_pool(seed, needs, offers)
    pairs = find_pairs(pool)
    best = assign(pool, pairs)
    assert len(set(best.need.tolist())) == len(best.need) and (np.diff(best.need) > 0).all()
    assert (np.bincount(best.offer, minlength=offers) <= pool.offers.free).all()
    assert (np.bincount(pool.offers.author[best.offer], minlength=len(pool.people.id)) <= pool.people.room).all()
    fitting = set(zip(pairs.need.tolist(), pairs.offer.tolist(), pairs.score.tolist(), strict=True))
    assert set(zip(best.need.tolist(), best.offer.tolist(), best.score.tolist(), strict=True)) <= fitting
    assert best.parts.shape == (len(best.need), 5)
    assert (best.parts * pool.weights[best.need]).sum(1) == pytest.approx(best.score, abs=1e-9)
    assert best.first.tolist() == (pool.needs.standing[best.need] == 0).tolist()


@TOWNS
@given(SEEDS, st.integers(1, 5), st.integers(1, 4))
def test_no_other_choice_is_worth_more(seed: int, needs: int, offers: int) -> None:
    pool = draw_pool(seed, needs, offers)
    pairs = find_pairs(pool)
    worth = dict(zip(zip(pairs.need.tolist(), pairs.offer.tolist(), strict=True), value_pairs(pool, pairs).tolist(), strict=True))
    options = [[None, *(offer for one, offer in worth if one == need)] for need in range(needs)]
    most = 0
    for choice in product(*options):
        taken = np.array([offer for offer in choice if offer is not None], int)
        kept = (np.bincount(taken, minlength=offers) <= pool.offers.free).all()
        if kept and (np.bincount(pool.offers.author[taken], minlength=len(pool.people.id)) <= pool.people.room).all():
            most = max(most, sum(worth[need, offer] for need, offer in enumerate(choice) if offer is not None))
    assert total(pool, pairs, assign(pool, pairs)) == most


def solve_matrix(pool: Pool, pairs: Pairs) -> int:
    """The worth of the best assignment as a square of places: each place of an offer a column, a column for going without, and for each place of a helper
    beyond their room a row that must have one of that helper's."""
    columns = np.repeat(np.arange(len(pool.offers.id)), pool.offers.free)
    helper = pool.offers.author[columns]
    spare = [person for person in set(helper.tolist()) for _ in range(max(int((helper == person).sum() - pool.people.room[person]), 0))]
    needs, forbidden = len(pool.needs.id), -(10**14)
    matrix = np.full((needs + len(spare), len(columns) + needs), forbidden, float)
    value = np.full((needs, len(pool.offers.id)), forbidden, float)
    value[pairs.need, pairs.offer] = value_pairs(pool, pairs)
    matrix[:needs, : len(columns)] = value[:, columns]
    matrix[:needs, len(columns) :] = 0
    for row, person in enumerate(spare, needs):
        matrix[row, np.flatnonzero(helper == person)] = 0
    rows, chosen = linear_sum_assignment(matrix, maximize=True)
    return int(matrix[rows, chosen].sum())


@TOWNS
@given(SEEDS, st.integers(1, 60), st.integers(1, 40))
def test_it_is_the_optimum_of_another_formulation(seed: int, needs: int, offers: int) -> None:
    pool = draw_pool(seed, needs, offers)
    pairs = find_pairs(pool)
    assert total(pool, pairs, assign(pool, pairs)) == solve_matrix(pool, pairs)


def count_reachable(pool: Pool, pairs: Pairs) -> int:
    """How many needs without a standing question can have a helper at all, by the largest flow."""
    needs, offers, helpers = len(pool.needs.id), len(pool.offers.id), len(pool.people.id)
    start, end = needs + offers + helpers, needs + offers + helpers + 1
    alone = pool.needs.standing[pairs.need] == 0
    tails = [pairs.need[alone], needs + np.arange(offers), needs + offers + np.arange(helpers), np.full(needs, start)]
    heads = [needs + pairs.offer[alone], needs + offers + pool.offers.author, np.full(helpers, end), np.arange(needs)]
    most = [np.ones(alone.sum()), pool.offers.free, pool.people.room, np.ones(needs)]
    arcs = (np.concatenate(most).astype(np.int32), (np.concatenate(tails), np.concatenate(heads)))
    return maximum_flow(coo_array(arcs, shape=(end + 1, end + 1)).tocsr(), start, end).flow_value


@TOWNS
@given(SEEDS, st.integers(1, 60), st.integers(1, 40))
def test_nobody_is_left_out_whom_any_assignment_could_reach(seed: int, needs: int, offers: int) -> None:
    pool = draw_pool(seed, needs, offers)
    pairs = find_pairs(pool)
    assert assign(pool, pairs).first.sum() == count_reachable(pool, pairs)


@TOWNS
@given(SEEDS, st.integers(1, 60), st.integers(1, 40))
def test_it_is_never_below_taking_the_best_pair_first(seed: int, needs: int, offers: int) -> None:
    pool = draw_pool(seed, needs, offers)
    pairs = find_pairs(pool)
    worth = value_pairs(pool, pairs)
    free, room, asked = pool.offers.free.copy(), pool.people.room.copy(), np.zeros(needs, bool)
    greedy = reached = 0
    for pair in np.lexsort((np.arange(len(worth)), -worth)).tolist():
        need, offer = int(pairs.need[pair]), int(pairs.offer[pair])
        helper = int(pool.offers.author[offer])
        if not asked[need] and free[offer] > 0 and room[helper] > 0:
            asked[need], free[offer], room[helper] = True, free[offer] - 1, room[helper] - 1
            greedy, reached = greedy + int(worth[pair]), reached + int(pool.needs.standing[need] == 0)
    best = assign(pool, pairs)
    assert total(pool, pairs, best) >= greedy and best.first.sum() >= reached


@TOWNS
@given(SEEDS)
def test_equal_towns_get_equal_answers(seed: int) -> None:
    once, again = (assign(pool, find_pairs(pool)) for pool in (draw_pool(seed, 40, 30), draw_pool(seed, 40, 30)))
    assert all(np.array_equal(mine, theirs) for mine, theirs in zip(once, again, strict=True))


def make_pool(scores: list[list[float]], **needs: list[object]) -> tuple[Pool, Pairs]:
    """One helper for each column, with one place; a need for each row, and a pair wherever the score is above nothing."""
    rows, columns = np.nonzero(scores)
    pool = draw_pool(1, len(scores), len(scores[0]))
    count, helpers = len(scores), len(scores[0])
    given: dict[str, Array] = {"standing": np.zeros(count, int), "urgent": np.zeros(count, bool), "waited": np.zeros(count)}
    given |= {name: np.array(values) for name, values in needs.items()}
    people = People(*(np.resize(column, helpers) for column in pool.people))._replace(room=np.ones(helpers, int))
    offers = pool.offers._replace(author=np.arange(helpers), free=np.ones(helpers, int))
    pool = pool._replace(
        needs=pool.needs._replace(author=np.zeros(count, int), free=np.ones(count, int), **given), offers=offers, people=people
    )
    return pool, Pairs(rows, columns, np.zeros(len(rows), int), np.array(scores)[rows, columns])


def chosen(best: Assignment) -> dict[int, int]:
    return dict(zip(best.need.tolist(), best.offer.tolist(), strict=True))


def test_two_people_helped_a_little_come_before_one_helped_well() -> None:
    assert chosen(assign(*make_pool([[1.0, 0.01], [0.01, 0.0]]))) == {0: 1, 1: 0}


def test_who_waits_longer_comes_before_the_better_pair() -> None:
    assert chosen(assign(*make_pool([[1.0], [0.1]], waited=[1.0, 2.0]))) == {1: 0}
    assert chosen(assign(*make_pool([[0.1], [1.0]], waited=[14.0, 60.0]))) == {1: 0}  # Fourteen days are full.
    assert chosen(assign(*make_pool([[1.0], [0.1]], waited=[0.0, 0.0], urgent=[False, True]))) == {1: 0}


def test_the_best_pairs_decide_among_equals() -> None:
    assert chosen(assign(*make_pool([[0.9, 0.8], [0.9, 0.1]]))) == {0: 1, 1: 0}


def test_whoever_is_asking_already_waits_for_those_who_have_nobody() -> None:
    pool, pairs = make_pool([[1.0], [0.1]], urgent=[True, False], standing=[1, 0], waited=[30.0, 0.0])
    assert chosen(assign(pool, pairs)) == {1: 0}
    pool, pairs = make_pool([[1.0, 0.5], [0.1, 0.0]], urgent=[True, False], standing=[1, 0])
    best = assign(pool, pairs)
    assert chosen(best) == {0: 1, 1: 0} and best.first.tolist() == [False, True]


def test_a_month_counts_over_all_offers_of_a_helper() -> None:
    pool, pairs = make_pool([[0.9, 0.0, 0.0], [0.0, 0.8, 0.0], [0.0, 0.7, 0.6]])
    pool = pool._replace(offers=pool.offers._replace(author=np.array([0, 0, 1])))
    assert chosen(assign(pool, pairs)) == {0: 0, 2: 2}


def test_priority_grows_until_two_weeks_and_with_urgency() -> None:
    pool, _ = make_pool([[1.0]] * 4, waited=[0.0, 7.0, 14.0, 99.0], urgent=[False, False, False, True])
    assert prioritise(pool).tolist() == [0.0, 0.25, 0.5, 1.0]


@TOWNS
@given(SEEDS, st.integers(0, 300), st.integers(1, 40))
def test_the_first_needs_have_the_pairs_they_have_among_all(seed: int, most: int, size: int) -> None:
    """However many pairs are looked at a time, and in whatever order the needs come; one more need would have been too many."""
    pool, random = draw_pool(seed, 40, 30), np.random.default_rng(seed)
    whole, needs = find_pairs(pool), random.permutation(list_wanting(pool))
    before, buckets.PIECE = buckets.PIECE, size
    try:
        first, pairs = find_first_pairs(pool, needs, most)
    finally:
        buckets.PIECE = before
    among = np.isin(whole.need, first)
    assert all(np.array_equal(ours, theirs[among]) for ours, theirs in zip(pairs, whole, strict=True))
    counts = np.bincount(whole.need, minlength=40)
    assert sorted(needs[: len(first)].tolist()) == first.tolist() and len(pairs.need) <= most
    assert len(first) == len(needs) or counts[needs[: len(first) + 1]].sum() > most


@TOWNS
@given(SEEDS, st.integers(0, 300))
def test_where_memory_holds_few_those_that_come_first_are_assigned_as_if_there_were_no_others(seed: int, most: int) -> None:
    pool = draw_pool(seed, 40, 30)
    wanting, counts = list_wanting(pool), np.bincount(find_pairs(pool).need, minlength=40)
    turns = take_turns(pool, wanting)
    first = np.sort(turns[np.cumsum(counts[turns]) <= most])
    late = np.setdiff1d(wanting, first)
    turn = list(zip((pool.needs.standing > 0).tolist(), (-prioritise(pool)).tolist(), strict=True))
    assert counts[first].sum() <= most
    assert max((turn[need] for need in first), default=(False, -9.0)) <= min((turn[need] for need in late), default=(True, 9.0))
    if not len(first):
        return
    solved = solve_part(pool, most * PAIR_BYTES)
    alone = assign(pool, find_pairs(pool, needs=first))
    assert [one.need_id for one in solved.chosen] == ids_of(pool.needs.id[alone.need])
    assert sum(count.needs for count in solved.counts) == len(wanting)
    assert sum(count.needs for count in solved.counts if count.outcome == "later") == len(late)
