"""Other ways to bring needs and offers together, over the same pairs as ours, and what each way is worth.

All of them keep the same hard constraints: they choose among compatible pairs (`find_pairs`), give a need one helper, an offer no more than its free
places, a helper no more than their room over all offers. Whoever already has somebody who is being asked comes after all others, as in ours.

- `first-come`: the need that has waited longest takes its best free offer, then the next one.
- `best-first`: the best of all pairs is taken, then the best of those that are left.
- `civicrm`: the rule of the CiviCRM mutual aid extension as its documentation describes it: requests in turn; helpers within whose own distance the
  request lies, with a place left and a shared type; the highest sum of four equal scores: a short range is preferred, 1 − distance / the helper's
  maximum, matched types / all types, 1 − workload. It knows neither times of the week nor dates, safeguards or refusals; here it is given the pairs
  that keep them, so that its figures are better than it would reach by itself.
- `optimum`: the linear programme of the round, solved by HiGHS, by itself and with no knowledge of how ours is found.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from buurtnet.geography.rules.nearness import LIMITS
from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.assignment import assign, weigh_needs
from buurtnet.matching.rules.pairs import Pairs
from buurtnet.matching.rules.pool import Pool

RANGES = np.array([500.0, *LIMITS.values()])
"""Metres within which a helper of each reach comes; the first is about the width of a neighbourhood."""
UNIT = 10**9
CHUNK = 1 << 18


class Plan(NamedTuple):
    """Who asks whom, as rows, in the order of the needs."""

    need: Array
    offer: Array


class Worth(NamedTuple):
    """What a plan brings."""

    reached: int
    """Needs with nobody who is being asked that now have somebody."""
    coverage: float
    """Their share of all such needs."""
    score: float
    """Sum over all pairs."""
    mean_score: float
    load_gini: float
    """Of what the helpers who fit any need have in hand afterwards."""
    helpers_idle_while_others_full_share: float
    """Of the helpers who fit any need: they have nothing in hand, while a need they fit went to somebody who now is full."""


class Left:
    """What is still free while pairs are taken one after the other."""

    def __init__(self, pool: Pool) -> None:
        self.helper = pool.offers.author
        self.places, self.room = pool.offers.free.copy(), pool.people.room.copy()
        self.chosen = np.full(len(pool.needs.id), -1)

    def can(self, offer: Array) -> Array:
        """Which of these offers can take one more."""
        return (self.places[offer] > 0) & (self.room[self.helper[offer]] > 0)

    def take(self, need: int, offer: int) -> None:
        self.places[offer] -= 1
        self.room[self.helper[offer]] -= 1
        self.chosen[need] = offer

    def plan(self) -> Plan:
        need = np.flatnonzero(self.chosen >= 0)
        return Plan(need, self.chosen[need])


# --- the methods -----------------------------------------------------------------------------------------------------------------


def take_optimal(pool: Pool, pairs: Pairs) -> Plan:
    """Ours, over everything at once."""
    best = assign(pool, pairs)
    return Plan(best.need, best.offer)


def take_first_come(pool: Pool, pairs: Pairs) -> Plan:
    """The need that has waited longest takes its best free offer, then the next one."""
    return _take_in_turn(pool, pairs, lambda some, left: pairs.score[some])


def take_as_civicrm(pool: Pool, pairs: Pairs) -> Plan:
    """Requests in turn; of the helpers with a place left the one with the highest sum of four equal scores."""
    far = RANGES[pool.offers.reach]
    shortest, middle, longest = far.min(initial=0), float(np.median(far)) if len(far) else 0.0, far.max(initial=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where(middle > shortest, (far - shortest) / (middle - shortest), 0.0) / 2
        outer = 0.5 + np.where(longest > middle, (far - middle) / (longest - middle), 0.0) / 2
    short = 1 - np.where(far < middle, inner, outer)
    types = 1 / max(np.count_nonzero(pool.themes.parent >= 0), 1)
    capacity = np.maximum(pool.people.capacity, 1)

    def rate(some: slice, left: Left) -> Array:
        offer = pairs.offer[some]
        helper = left.helper[offer]
        given = pool.people.load[helper] + pool.people.room[helper] - left.room[helper]
        nearness = np.maximum(1 - pool.near.metres[pairs.near[some]] / far[offer], 0.0)
        return short[offer] + nearness + types + np.maximum(1 - given / capacity[helper], 0.0)

    return _take_in_turn(pool, pairs, rate)


def _take_in_turn(pool: Pool, pairs: Pairs, rate: Callable[[slice, Left], Array]) -> Plan:
    left = Left(pool)
    starts = np.searchsorted(pairs.need, np.arange(len(pool.needs.id) + 1)).tolist()
    for need in np.lexsort((-pool.needs.waited, pool.needs.standing > 0)).tolist():
        some = slice(starts[need], starts[need + 1])
        offer = pairs.offer[some]
        can = left.can(offer)
        if can.any():
            left.take(need, int(offer[np.where(can, rate(some, left), -1.0).argmax()]))
    return left.plan()


def take_best_first(pool: Pool, pairs: Pairs) -> Plan:
    """The best of all pairs, then the best of those that are left."""
    left = Left(pool)
    asked = pool.needs.standing[pairs.need] > 0
    for group in (np.flatnonzero(~asked), np.flatnonzero(asked)):
        order = group[np.argsort(-pairs.score[group], kind="stable")]
        for first in range(0, len(order), CHUNK):
            some = order[first : first + CHUNK]
            some = some[(left.chosen[pairs.need[some]] < 0) & left.can(pairs.offer[some])]
            for need, offer in zip(pairs.need[some].tolist(), pairs.offer[some].tolist(), strict=True):
                if left.chosen[need] < 0 and left.places[offer] > 0 and left.room[left.helper[offer]] > 0:
                    left.take(need, offer)
    return left.plan()


def solve_programme(pool: Pool, pairs: Pairs) -> tuple[Plan, float]:
    """The optimum of the linear programme, and how far its value is at most from the best: the sum of the reduced costs, in scores."""
    worth = value_pairs(pool, pairs) / UNIT
    helper = pool.offers.author[pairs.offer]
    rows = np.arange(len(pairs.need))
    sizes = (len(pool.needs.id), len(pool.offers.id), len(pool.people.id))
    limits = np.concatenate([np.ones(sizes[0]), pool.offers.free, pool.people.room]).astype(float)
    places = np.concatenate([pairs.need, pairs.offer + sizes[0], helper + sizes[0] + sizes[1]])
    matrix = csr_array((np.ones(3 * len(rows)), (places, np.tile(rows, 3))), shape=(sum(sizes), len(rows)))
    used = np.flatnonzero(np.diff(matrix.indptr))
    answer = linprog(-worth, A_ub=matrix[used], b_ub=limits[used], bounds=(0, None), method="highs-ds", options={"presolve": True})
    assert answer.status == 0, answer.message
    chosen = np.flatnonzero(answer.x > 0.5)
    assert np.abs(answer.x - np.round(answer.x)).max(initial=0) < 1e-6, "The programme has a vertex that is not whole."
    price = np.maximum(-answer.ineqlin.marginals, 0.0)
    bound = float(price @ limits[used]) + _best_left(pairs.need, worth - (matrix[used].T @ price))
    return Plan(pairs.need[chosen], pairs.offer[chosen]), bound - float(worth[chosen].sum())


def _best_left(need: Array, gain: Array) -> float:
    """For prices that are a little off: the sum of what each need could still gain."""
    starts = np.flatnonzero(np.r_[True, need[1:] != need[:-1]]) if len(need) else np.zeros(0, np.int64)
    return float(np.maximum(np.maximum.reduceat(gain, starts), 0.0).sum()) if len(need) else 0.0


def value_pairs(pool: Pool, pairs: Pairs) -> Array:
    """What a round maximises the sum of, in billionths of a score: 10⁶ for a need reached, 10³ for its priority, and the score."""
    return weigh_needs(pool)[pairs.need] + np.rint(pairs.score * UNIT)


def value_plan(pool: Pool, pairs: Pairs, plan: Plan) -> int:
    """What a plan is worth in a round, exactly."""
    return sum(map(int, value_pairs(pool, pairs)[find_rows(pool, pairs, plan)].tolist()))


# --- what they are worth ---------------------------------------------------------------------------------------------------------


def count_reachable(pool: Pool, pairs: Pairs) -> int:
    """How many needs any method at all could reach: the maximum flow from needs through offers and helpers."""
    wanted = pool.needs.standing[pairs.need] == 0
    need, offer = pairs.need[wanted], pairs.offer[wanted]
    needs, offers, people = len(pool.needs.id), len(pool.offers.id), len(pool.people.id)
    source, sink = needs + offers + people, needs + offers + people + 1
    asking, offering, helping = np.unique(need), np.unique(offer), np.unique(pool.offers.author[offer])
    helper = needs + offers + pool.offers.author
    tails = np.concatenate([np.full(len(asking), source), need, needs + offering, needs + offers + helping])
    heads = np.concatenate([asking, needs + offer, helper[offering], np.full(len(helping), sink)])
    flows = np.concatenate([np.ones(len(asking) + len(need)), pool.offers.free[offering], pool.people.room[helping]]).astype(np.int32)
    graph = csr_array(coo_array((flows, (tails.astype(np.int32), heads.astype(np.int32))), shape=(sink + 1, sink + 1)))
    return int(maximum_flow(graph, source, sink).flow_value)


def check_plan(pool: Pool, pairs: Pairs, plan: Plan) -> None:
    """Fails where a plan breaks a hard constraint."""
    assert (np.diff(plan.need) > 0).all(), "A need asks two at once."
    assert len(find_rows(pool, pairs, plan)) == len(plan.need), "A pair that does not fit."
    given = np.bincount(plan.offer, minlength=len(pool.offers.id))
    assert (given <= pool.offers.free).all(), "An offer takes more than it can."
    assert (_load(pool, plan) <= pool.people.room).all(), "A helper is asked more than they want."


def find_rows(pool: Pool, pairs: Pairs, plan: Plan) -> Array:
    """The positions of those pairs of the plan that fit."""
    chosen = np.full(len(pool.needs.id), -1)
    chosen[plan.need] = plan.offer
    return np.flatnonzero(chosen[pairs.need] == pairs.offer)


def count_reached(pool: Pool, plan: Plan) -> int:
    """Needs with nobody who is being asked that now have somebody."""
    return int(np.count_nonzero(pool.needs.standing[plan.need] == 0))


def measure_plan(pool: Pool, pairs: Pairs, plan: Plan) -> Worth:
    """What the plan brings."""
    wanting = np.count_nonzero((pool.needs.standing == 0) & (pool.needs.free > 0) & (pool.needs.last >= pool.today))
    score = pairs.score[find_rows(pool, pairs, plan)]
    helper = pool.offers.author
    people = len(pool.people.id)
    fitting = np.zeros(people, bool)
    fitting[helper[pairs.offer]] = True
    given = _load(pool, plan)
    load = pool.people.load + given
    free = np.bincount(helper, weights=pool.offers.free, minlength=people)
    full = (given > 0) & ((given >= free) | (given >= pool.people.room))
    taken = np.zeros(len(pool.needs.id), bool)
    taken[plan.need] = full[helper[plan.offer]]
    passed = np.zeros(people, bool)
    passed[helper[pairs.offer[taken[pairs.need]]]] = True
    return Worth(
        reached=(reached := count_reached(pool, plan)),
        coverage=reached / max(wanting, 1),
        score=float(score.sum()),
        mean_score=float(score.mean()) if len(score) else 0.0,
        load_gini=find_gini(load[fitting]),
        helpers_idle_while_others_full_share=float((passed & (load == 0)).sum() / max(fitting.sum(), 1)),
    )


def _load(pool: Pool, plan: Plan) -> Array:
    """How many each person is newly asked as a helper."""
    return np.bincount(pool.offers.author[plan.offer], minlength=len(pool.people.id))


def find_gini(values: Array) -> float:
    """0 where all have the same, near 1 where one has everything (mean difference over twice the mean)."""
    ordered = np.sort(values)
    total = float(ordered.sum())
    if not total:
        return 0.0
    rank = np.arange(1, len(ordered) + 1)
    return float(2 * (rank * ordered).sum() / (len(ordered) * total) - (len(ordered) + 1) / len(ordered))
