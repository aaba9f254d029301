"""Other ways to bring needs and offers together, over the same pairs as ours, and what each way is worth.

All of them keep the same hard constraints: they choose among compatible pairs (`find_pairs`), give a need one helper, an offer no more than its free
places, a helper no more than their room over all offers. Whoever already has somebody who is being asked comes after all others, as in ours.

- `first-come`: the need that has waited longest takes its best free offer, then the next one.
- `best-first`: the best of all pairs is taken, then the best of those that are left.
- `civicrm`: the rule of the CiviCRM mutual aid extension as its documentation describes it: requests in turn; helpers within whose own distance the
  request lies, with a place left and a shared type; the highest sum of four equal scores: a short range is preferred, 1 − distance / the helper's
  maximum, matched types / all types, 1 − workload. It knows neither times of the week nor dates, safeguards or refusals; here it is given the pairs
  that keep them, so that its figures are better than it would reach by itself.
- `optimum`: the linear programme of the round, written down here once more and solved by HiGHS, with no knowledge of how ours is found.

And the proof that a plan is the best of all, at any size: prices of places (`prove_best`).
"""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import maximum_flow

from buurtnet.geography.rules.nearness import LIMITS
from buurtnet.kit.apart import MEBIBYTE
from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.assignment import assign, prioritise, take_turns
from buurtnet.matching.rules.pairs import PAIR_BYTES, Pairs, find_first_pairs, find_pairs, list_wanting
from buurtnet.matching.rules.pool import Pool

RANGES = np.array([500.0, *LIMITS.values()])
"""Metres within which a helper of each reach comes; the first is about the width of a neighbourhood."""
REACHED, PRIORITY, UNIT = 10**6, 10**3, 10**6
"""What a round counts a need reached and its priority for, in scores; and in how many parts it counts a score."""
EXACT = 1e-3
"""Floating point solves the linear programme to some millionths of a score; any worse plan would be worse by far more than this."""
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


METHODS: dict[str, Callable[[Pool, Pairs], Plan]] = {
    "ours": take_optimal,
    "first-come": take_first_come,
    "best-first": take_best_first,
    "civicrm": take_as_civicrm,
}


def warm_up() -> None:
    """Nothing: what the methods import is there then."""
    import ortools.graph.python.min_cost_flow  # noqa: F401


def make_plan(method: str, most_mib: int, pool: Pool) -> tuple[Plan, float]:
    """The plan of a method, from a town to pairs of posts, and the seconds for which it held a core. Ours says so where the memory does not suffice."""
    began = time.process_time()
    if method == "ours":
        wanting = list_wanting(pool)
        first, pairs = find_first_pairs(pool, take_turns(pool, wanting), most_mib * MEBIBYTE // PAIR_BYTES)
        assert len(first) == len(wanting), "The memory does not hold all pairs."
        best = assign(pool, pairs)
        plan = Plan(best.need, best.offer)
    else:
        plan = METHODS[method](pool, find_pairs(pool))
    return plan, time.process_time() - began


def value_pairs(pool: Pool, pairs: Pairs) -> Array:
    """What a round maximises the sum of, in whole millionths of a score: 10⁶ for a need with nobody who is being asked, 10³ for its priority, and the
    score."""
    of_need = np.where(pool.needs.standing == 0, REACHED * UNIT, 0) + np.rint(prioritise(pool) * PRIORITY * UNIT).astype(np.int64)
    return of_need[pairs.need] + np.rint(pairs.score * UNIT).astype(np.int64)


def solve_programme(pool: Pool, pairs: Pairs) -> Plan:
    """The optimum of the linear programme, exact but for what floating point leaves of it; fails where the duals of HiGHS leave more open."""
    from scipy.optimize import linprog  # The other methods work without it, and their memory is measured.

    worth = value_pairs(pool, pairs) / UNIT
    rows = np.arange(len(pairs.need))
    sizes = (len(pool.needs.id), len(pool.offers.id), len(pool.people.id))
    limits = np.concatenate([np.ones(sizes[0]), pool.offers.free, pool.people.room]).astype(float)
    places = np.concatenate([pairs.need, pairs.offer + sizes[0], pool.offers.author[pairs.offer] + sizes[0] + sizes[1]])
    matrix = csr_array((np.ones(3 * len(rows)), (places, np.tile(rows, 3))), shape=(sum(sizes), len(rows)))
    used = np.flatnonzero(np.diff(matrix.indptr))
    answer = linprog(-worth, A_ub=matrix[used], b_ub=limits[used], bounds=(0, None), method="highs-ds")
    assert answer.status == 0, answer.message
    assert np.abs(answer.x - np.round(answer.x)).max(initial=0) < 1e-6, "The programme has a vertex that is not whole."
    chosen = np.flatnonzero(answer.x > 0.5)
    price = np.maximum(-answer.ineqlin.marginals, 0.0)
    bound = price @ limits[used] + np.maximum(worth - matrix[used].T @ price, 0.0).sum()
    assert bound - worth[chosen].sum() < EXACT, f"The programme may be off by {bound - worth[chosen].sum()}."
    return Plan(pairs.need[chosen], pairs.offer[chosen])


def value_plan(pool: Pool, pairs: Pairs, plan: Plan) -> int:
    """What a plan is worth in a round, in millionths of a score."""
    return int(value_pairs(pool, pairs)[find_rows(pool, pairs, plan)].sum())


def prove_best(pool: Pool, pairs: Pairs, plan: Plan, *, steps: int = 10_000) -> None:
    """Fails where another plan of these pairs is worth more than this one, even by a millionth of a score. All numbers are whole.

    A plan is the best of all where nobody gains by moving on: no way from needs over pairs to offers, helpers and the end, and back over what is taken, comes
    round to where it began at a gain. The shortest ways from everywhere settle (Bellman, Ford) if and only if there is no such round.
    """
    tails, heads, costs = _list_moves(pool, pairs, plan)
    starts = np.searchsorted(tails, np.arange(int(max(tails.max(initial=0), heads.max(initial=0))) + 2))
    way = np.zeros(len(starts) - 1, np.int64)
    moved = np.arange(len(way))
    for _ in range(steps):
        size = starts[moved + 1] - starts[moved]
        move = np.repeat(starts[moved] - np.cumsum(size) + size, size) + np.arange(size.sum())
        shorter = np.repeat(way[moved], size) + costs[move]
        better = shorter < way[heads[move]]
        if not better.any():
            return
        np.minimum.at(way, heads[move[better]], shorter[better])
        moved = np.unique(heads[move[better]])
    raise AssertionError(f"There is a better plan, or the ways do not settle in {steps} steps.")


def _list_moves(pool: Pool, pairs: Pairs, plan: Plan) -> tuple[Array, Array, Array]:
    """Every single way in which a plan can be changed, from node to node with what it costs, by the first node: needs, offers, helpers, the end."""
    needs, offers, people = len(pool.needs.id), len(pool.offers.id), len(pool.people.id)
    need, offer, helper = np.arange(needs), needs + np.arange(offers), needs + offers + np.arange(people)
    end = np.full(max(needs, people), needs + offers + people)
    worth = value_pairs(pool, pairs)
    chosen = np.zeros(len(pairs.need), bool)
    chosen[find_rows(pool, pairs, plan)] = True
    served = np.isin(need, plan.need)
    given, load = np.bincount(plan.offer, minlength=offers), _load(pool, plan)
    slack, busy = given < pool.offers.free, given > 0
    author = helper[pool.offers.author]
    roomy, asked = load < pool.people.room, load > 0
    moves = (
        (pairs.need[~chosen], offer[pairs.offer[~chosen]], -worth[~chosen]),
        (offer[pairs.offer[chosen]], pairs.need[chosen], worth[chosen]),
        (offer[slack], author[slack], None),
        (author[busy], offer[busy], None),
        (helper[roomy], end[: np.count_nonzero(roomy)], None),
        (end[: np.count_nonzero(asked)], helper[asked], None),
        (need[served], end[: np.count_nonzero(served)], None),
        (end[: np.count_nonzero(~served)], need[~served], None),
    )
    tails, heads = (np.concatenate([move[side] for move in moves]).astype(np.int32) for side in (0, 1))
    costs = np.concatenate([np.zeros(len(tail), np.int64) if cost is None else cost for tail, _, cost in moves])
    order = np.argsort(tails, kind="stable")
    return tails[order], heads[order], costs[order]


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
