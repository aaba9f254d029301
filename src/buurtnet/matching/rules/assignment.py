"""The best assignment of a round: as many needs as possible reach a helper, first those that wait longest or are urgent, then the best pairs.

It is a flow. Each need sends one question: over one of its pairs to an offer, from there to the helper, who hands on no more than they have room for;
or straight to the end, for nothing. An offer takes no more than its free places. One objective, 10⁶ : 10³ : 1, in whole millionths, so that nothing
is rounded on the way: the dearest flow is found exactly, by OR-tools, for all needs at once. Themes are not solved one by one, because a
helper's room for the month is one over all their offers.
"""

from typing import Any, NamedTuple

import numpy as np

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.pairs import Pairs, compute_parts, must_review
from buurtnet.matching.rules.pool import Pool, common_slots_of

UNIT = 10**6
"""The score counts in millionths."""
PRIORITY, REACHED = 10**3 * UNIT, 10**6 * UNIT
FULL_AFTER = 14.0
"""Days of waiting that count in full."""


class Assignment(NamedTuple):
    """Whom each need asks in this round, in the order of the needs' ids."""

    need: Array
    """Row of `Pool.needs`; each at most once."""
    offer: Array
    """Row of `Pool.offers`."""
    score: Array
    parts: Array
    """[pair, part] in the order of `Parts`."""
    metres: Array
    level: Array
    slots: Array
    """Dayparts that suit both, as bits."""
    named: Array
    """Whether either names dayparts; where not, `slots` says nothing."""
    review: Array
    """Whether a facilitator looks first."""
    first: Array
    """Whether the need had nobody who is being asked: these are the needs reached."""


def assign(pool: Pool, pairs: Pairs) -> Assignment:
    """The best assignment over all these pairs, equal for equal pools."""
    chosen = find_flow(pool, pairs, value_pairs(pool, pairs))
    need, offer, near, score = (column[chosen] for column in pairs)
    slots, named = common_slots_of(pool, need, offer)
    return Assignment(
        need=need,
        offer=offer,
        score=score,
        parts=compute_parts(pool, need, offer, near),
        metres=pool.near.metres[near],
        level=pool.near.level[near],
        slots=slots,
        named=named,
        review=must_review(pool, need, offer),
        first=pool.needs.standing[need] == 0,
    )


def value_pairs(pool: Pool, pairs: Pairs) -> Array:
    """What each pair is worth in millionths: that its need is reached, unless somebody is being asked already, the need's priority, and the score."""
    reached = np.where(pool.needs.standing == 0, REACHED, 0) + np.rint(prioritise(pool) * PRIORITY).astype(np.int64)
    return reached[pairs.need] + np.rint(pairs.score * UNIT).astype(np.int64)


def prioritise(pool: Pool) -> Array:
    """From 0 to 1: half of it grows with waiting, half is for urgent needs."""
    return (np.minimum(pool.needs.waited / FULL_AFTER, 1.0) + pool.needs.urgent) / 2


def take_first(pool: Pool, needs: Array, counts: Array, most: int) -> Array:
    """Of these needs those that a round reaches before all others, as many as have at most so many pairs together; `counts` are those of each row."""
    turn = np.lexsort((needs, -prioritise(pool)[needs], pool.needs.standing[needs] > 0))
    first = needs[turn]
    return np.sort(first[np.cumsum(counts[first]) <= most])


def find_flow(pool: Pool, pairs: Pairs, worth: Array) -> Array:
    """The positions of the pairs of the assignment that is worth most."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # A third of a second, which only who makes a round needs.

    needs, offers, helpers = len(pool.needs.id), len(pool.offers.id), len(pool.people.id)
    end = needs + offers + helpers
    offer_nodes, helper_nodes = needs + np.arange(offers), needs + offers + np.arange(helpers)
    flow: Any = SimpleMinCostFlow()  # Its stubs take the item of an array for its shape.
    asked = flow.add_arcs_with_capacity_and_unit_cost(pairs.need, needs + pairs.offer, np.ones(len(worth), np.int64), -worth)
    for tails, heads, most in (
        (offer_nodes, needs + offers + pool.offers.author, pool.offers.free),
        (helper_nodes, np.full(helpers, end), pool.people.room),
        (np.arange(needs), np.full(needs, end), np.ones(needs)),
    ):
        flow.add_arcs_with_capacity_and_unit_cost(tails, heads, np.maximum(most, 0).astype(np.int64), np.zeros(len(tails), np.int64))
    flow.set_nodes_supplies(np.arange(end + 1), np.r_[np.ones(needs, np.int64), np.zeros(offers + helpers, np.int64), -needs])
    state = flow.solve()
    if state != SimpleMinCostFlow.OPTIMAL:
        raise OverflowError(f"The flow of {len(worth)} pairs was not found: {state.name}.")
    return np.flatnonzero(flow.flows(asked))
