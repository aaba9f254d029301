"""The other ways with which the benchmark compares rounds: they keep every hard constraint, and never reach more than ours."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.matching.rules.pairs import Pairs, find_pairs
from buurtnet.matching.rules.pool import Pool
from tests.bench import _city, _methods, growth
from tests.bench._methods import Plan

GROUND = _city.spread_ground(6, 1)
OTHERS = (_methods.take_first_come, _methods.take_best_first, _methods.take_as_civicrm)
TOWNS = st.builds(
    lambda needs, offers, seed: _city.draw_town(GROUND, needs, offers, seed), st.integers(1, 80), st.integers(1, 80), st.integers(0, 10**6)
)


def town(needs: int = 120, offers: int = 100, seed: int = 3) -> Pool:
    return _city.draw_town(GROUND, needs, offers, seed)


def simple(needs: int, offers: int, free: int = 1) -> Pool:
    """A town in which only the pairs given decide: each offer by somebody else, all needs open."""
    drawn = town(40, 40)
    less = _city.choose_posts(drawn, np.arange(needs), np.arange(offers))
    people = less.people._replace(
        room=np.full(len(less.people.id), 9), load=np.zeros(len(less.people.id), int), capacity=np.full(len(less.people.id), 2)
    )
    return less._replace(
        needs=less.needs._replace(standing=np.zeros(needs, int), waited=np.arange(needs, 0.0, -1.0), urgent=np.zeros(needs, bool)),
        offers=less.offers._replace(free=np.full(offers, free), author=np.arange(offers), reach=np.full(offers, 2)),
        people=people,
    )


def pairs_of(pool: Pool, *rows: tuple[int, int, float]) -> Pairs:
    need, offer, score = (np.array(column) for column in zip(*rows, strict=True))
    return Pairs(need, offer, pool.near.start[pool.needs.place[need]], score)


@settings(max_examples=60, deadline=None)
@given(TOWNS)
def test_no_other_way_reaches_more_and_none_breaks_a_rule(pool: Pool) -> None:
    pairs = find_pairs(pool)
    ours = _methods.take_optimal(pool, pairs)
    _methods.check_plan(pool, pairs, ours)
    _methods.prove_best(pool, pairs, ours)
    reached = _methods.count_reached(pool, ours)
    assert reached == _methods.count_reachable(pool, pairs)
    for take in OTHERS:
        plan = take(pool, pairs)
        _methods.check_plan(pool, pairs, plan)
        assert _methods.count_reached(pool, plan) <= reached
        assert _methods.value_plan(pool, pairs, plan) <= _methods.value_plan(pool, pairs, ours)


@settings(max_examples=15, deadline=None)
@given(TOWNS)
def test_ours_is_the_optimum_of_the_linear_programme(pool: Pool) -> None:
    pairs = find_pairs(pool)
    if len(pairs.need):
        best = _methods.solve_programme(pool, pairs)
        _methods.check_plan(pool, pairs, best)
        gap = _methods.value_plan(pool, pairs, _methods.take_optimal(pool, pairs)) - _methods.value_plan(pool, pairs, best)
        assert abs(gap) < _methods.EXACT * _methods.UNIT


def test_first_come_and_best_first_leave_people_without_help_where_the_optimum_does_not() -> None:
    pool = simple(2, 2)
    pairs = pairs_of(pool, (0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.7))
    assert [plan.offer.tolist() for plan in (take(pool, pairs) for take in OTHERS[:2])] == [[0], [0]]
    assert _methods.take_optimal(pool, pairs).offer.tolist() == [1, 0]


def test_who_waited_longest_comes_first_and_the_best_pair_comes_first() -> None:
    pool = simple(2, 1)
    pairs = pairs_of(pool, (0, 0, 0.5), (1, 0, 0.9))
    assert _methods.take_first_come(pool, pairs).need.tolist() == [0]
    assert _methods.take_best_first(pool, pairs).need.tolist() == [1]
    asked = pool._replace(needs=pool.needs._replace(standing=np.array([1, 0])))
    assert [take(asked, pairs).need.tolist() for take in OTHERS] == [[1], [1], [1]]


def test_the_civicrm_rule_prefers_a_short_range_and_who_has_less_to_do() -> None:
    pool = simple(1, 3)
    pairs = pairs_of(pool, (0, 0, 0.9), (0, 1, 0.9), (0, 2, 0.9))
    near = pool._replace(offers=pool.offers._replace(reach=np.array([4, 3, 2])))
    assert _methods.take_as_civicrm(near, pairs).offer.tolist() == [2]
    busy = pool._replace(people=pool.people._replace(load=np.r_[1, 0, 1, pool.people.load[3:]]))
    assert _methods.take_as_civicrm(busy, pairs).offer.tolist() == [1]


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        (Plan(np.array([0, 0]), np.array([0, 1])), "two at once"),
        (Plan(np.array([0, 1]), np.array([0, 0])), "more than it can"),
        (Plan(np.array([1]), np.array([1])), "does not fit"),
    ],
)
def test_a_plan_that_breaks_a_rule_is_found(plan: Plan, why: str) -> None:
    pool = simple(2, 2)
    pairs = pairs_of(pool, (0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.7))
    with pytest.raises(AssertionError, match=why):
        _methods.check_plan(pool, pairs, plan)


def test_a_helper_is_not_asked_more_than_they_want() -> None:
    pool = simple(2, 2)
    pool = pool._replace(
        offers=pool.offers._replace(author=np.zeros(2, int)), people=pool.people._replace(room=np.r_[1, pool.people.room[1:]])
    )
    pairs = pairs_of(pool, (0, 0, 0.9), (1, 1, 0.8))
    with pytest.raises(AssertionError, match="more than they want"):
        _methods.check_plan(pool, pairs, Plan(np.array([0, 1]), np.array([0, 1])))
    assert [len(take(pool, pairs).need) for take in (_methods.take_optimal, *OTHERS)] == [1, 1, 1, 1]
    assert _methods.count_reachable(pool, pairs) == 1


def test_a_plan_that_is_not_the_best_is_not_proven() -> None:
    pool = simple(2, 2)
    pairs = pairs_of(pool, (0, 0, 0.9), (0, 1, 0.8), (1, 0, 0.7))
    for plan in (Plan(np.array([0]), np.array([0])), Plan(np.zeros(0, int), np.zeros(0, int))):
        with pytest.raises(AssertionError, match="better plan"):
            _methods.prove_best(pool, pairs, plan, steps=200)
    _methods.prove_best(pool, pairs, Plan(np.array([0, 1]), np.array([1, 0])))


def test_gini() -> None:
    assert _methods.find_gini(np.array([2, 2, 2])) == pytest.approx(0)
    assert _methods.find_gini(np.array([0, 0, 0, 4])) == pytest.approx(0.75)
    assert _methods.find_gini(np.zeros(3)) == 0


# --- the towns themselves ----------------------------------------------------------------------------------------------------------


def test_the_same_seed_is_the_same_town() -> None:
    one, other, third = town(seed=1), town(seed=1), town(seed=2)
    assert all((a == b).all() for a, b in zip(one.needs, other.needs, strict=True))
    assert (one.needs.author != third.needs.author).any()


def test_some_posts_of_a_town_have_the_pairs_of_the_town() -> None:
    pool = town()
    needs, offers = np.arange(0, 120, 2), np.arange(0, 100, 3)
    whole, part = find_pairs(pool), find_pairs(_city.choose_posts(pool, needs, offers))
    kept = np.isin(whole.need, needs) & np.isin(whole.offer, offers)
    expected = sorted(zip(whole.need[kept].tolist(), whole.offer[kept].tolist(), whole.score[kept].tolist(), strict=True))
    assert expected and sorted(zip(needs[part.need].tolist(), offers[part.offer].tolist(), part.score.tolist(), strict=True)) == expected


def test_a_town_has_what_makes_matching_hard() -> None:
    pool = town(4000, 4000)
    pairs = find_pairs(pool)
    assert len(pool.apart) and len(pool.matched) and len(pool.known)
    assert (pool.people.room[pool.offers.author] == 0).any() and (pool.offers.free == 0).any() and (pool.needs.standing > 0).any()
    given = np.bincount(pool.offers.author)
    assert (given > 1).any() and len(np.unique(pool.themes.root[pool.offers.theme])) == 12
    assert 0 < len(pairs.need) < 4000 * 4000 / 20


def test_five_percent_of_the_posts_change() -> None:
    pool = town(1050, 1050)
    needs, offers, later_needs, later_offers = _city.change_posts(pool, 0.05, 1)
    assert [len(rows) for rows in (needs, offers, later_needs, later_offers)] == [1000] * 4
    assert len(np.intersect1d(needs, later_needs)) == len(np.intersect1d(offers, later_offers)) == 950


def test_a_year_is_the_same_again_and_nobody_gives_more_than_they_want() -> None:
    one, other = (growth.Neighbourhood(5, 0.15, 16.0) for _ in range(2))
    year = one.live(weeks=6)
    assert year == other.live(weeks=6)
    assert 0 < year.helped <= year.reached and 0 < year.without_tie_share < 1 and 0 < year.fit < 1
    months = np.unique(one.helps.helper * 100 + one.helps.since // growth.MONTH, return_counts=True)
    assert (months[1] <= one.monthly[months[0] // 100]).all()


def test_the_same_people_post_the_same_whatever_a_bond_counts_for() -> None:
    one, other = growth.Neighbourhood(5, 0.0, 16.0), growth.Neighbourhood(5, 0.3, 16.0)
    one.live(weeks=4), other.live(weeks=4)
    assert (one.needs.author == other.needs.author).all() and (one.offers.theme == other.offers.theme).all()
    assert growth.weigh(0.15).proximity == pytest.approx(0.35) and growth.weigh(0.0).bond == 0
