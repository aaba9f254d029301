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
from buurtnet.matching.rules.pool import Pool, Posts, common_slots_of

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
    chosen = find_flow(pool, pairs)
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


def value_needs(pool: Pool) -> Array:
    """What it is worth in millionths that a need is reached, unless somebody is being asked already, and its priority."""
    return np.where(pool.needs.standing == 0, REACHED, 0) + np.rint(prioritise(pool) * PRIORITY).astype(np.int64)


def prioritise(pool: Pool) -> Array:
    """From 0 to 1: half of it grows with waiting, half is for urgent needs."""
    return (np.minimum(pool.needs.waited / FULL_AFTER, 1.0) + pool.needs.urgent) / 2


def take_turns(pool: Pool, needs: Array) -> Array:
    """These needs in the order in which a round reaches them: nobody asked yet, urgent, waiting longest."""
    return needs[np.lexsort((needs, -prioritise(pool)[needs], pool.needs.standing[needs] > 0))]


def find_flow(pool: Pool, pairs: Pairs) -> Array:
    """The positions of the pairs of the assignment that is worth most.

    What a need is worth is the price of going without, so that pairs differ by their scores alone. Nodes that are near each other in the town are so in
    memory, and a helper whose room suffices for all their offers has none. Each of the three spares the solver a tenth of its time or more.
    """
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # A third of a second, which only who makes a round needs.

    asking, giving = _line_up(pool, pool.needs, pairs.need), _line_up(pool, pool.offers, pairs.offer)
    author, free = pool.offers.author[giving], np.maximum(pool.offers.free[giving], 0)
    given = np.bincount(author, weights=free, minlength=len(pool.people.id))
    some = given[author] > pool.people.room[author]
    busy, first = np.unique(author[some], return_index=True)
    busy = busy[np.argsort(first)]
    end = len(asking) + len(giving) + len(busy)
    need = _number(asking, len(pool.needs.id), 0)
    offer = _number(giving, len(pool.offers.id), len(asking))
    helper = _number(busy, len(pool.people.id), len(asking) + len(giving))
    flow: Any = SimpleMinCostFlow()  # Its stubs take the item of an array for its shape.
    add = flow.add_arcs_with_capacity_and_unit_cost
    asked = add(need[pairs.need], offer[pairs.offer], 1, -np.rint(pairs.score * UNIT).astype(np.int64))
    add(offer[giving], np.where(some, helper[author], end), free, 0)
    add(helper[busy], end, np.maximum(pool.people.room[busy], 0), 0)
    add(need[asking], end, 1, value_needs(pool)[asking])
    flow.set_nodes_supplies(need[asking], 1)
    flow.set_node_supply(end, -len(asking))
    state = flow.solve()
    if state != SimpleMinCostFlow.OPTIMAL:
        raise OverflowError(f"The flow of {len(asked)} pairs was not found: {state.name}.")
    return np.flatnonzero(flow.flows(asked))


def _line_up(pool: Pool, posts: Posts, used: Array) -> Array:
    """The rows of those posts that are in any pair, by theme and place, so that those that are paired stand near each other."""
    rows = np.flatnonzero(np.bincount(used, minlength=len(posts.id)))
    theme = posts.theme[rows]
    return rows[np.lexsort((theme, posts.place[rows], pool.themes.root[theme]))]


def _number(rows: Array, size: int, first: int) -> Array:
    """For each of so many rows its number as a node; what it is for others does not matter."""
    numbers = np.zeros(size, np.int32)
    numbers[rows] = first + np.arange(len(rows))
    return numbers
