"""The best assignment of a round: as many needs as possible reach a helper, first those that wait longest or are urgent, then the best pairs.

One objective, 10⁶ : 10³ : 1, in billionths, so that every sum is a whole number that float64 holds exactly: nothing is rounded, and the proof that
an assignment is the best needs no tolerance. A need asks one helper a round; an offer takes no more than its free places, a helper no more than
they have room for over all their offers.

Large towns have too many pairs for any solver, so the best few of each need are solved first (`flow`), each connected part by itself. The prices of
that solution (`prices`) say of every pair left out whether it could make the assignment better; those that could are added, until none could. By the
duality of linear programming the result is the optimum over all pairs, not over a selection. In the same way a helper's room over several offers
comes in only where a solution exceeds it: the optimum of an easier problem that breaks no rule is the optimum.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.buckets import cut
from buurtnet.matching.rules.flow import Edges, Limits, solve_parts
from buurtnet.matching.rules.pairs import PAIR_BYTES, Pairs, TooLarge, compute_parts, find_pairs, must_review
from buurtnet.matching.rules.pool import Pool, common_slots_of
from buurtnet.matching.rules.prices import Prices, find_prices

UNIT = 10**9
"""The score counts in billionths."""
PRIORITY, REACHED = 10**3 * UNIT, 10**6 * UNIT
FULL_AFTER = 14.0
"""Days of waiting that count in full."""
BEST, SPREAD = 6, 6
"""How many pairs of a need are solved first: the best, and some spread over the others, because many needs have the same best."""
BETTER, ALSO = 4, 2
"""The same for the pairs that are added to a need at a time."""
STEP = 1 << 20
"""Pairs looked at at a time."""
MOST_BYTES = 2 << 30


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


def solve_root(pool: Pool, *, most_bytes: int = MOST_BYTES) -> Assignment:
    """The best assignment of the pool, for a process of its own; TooLarge where its pairs need more memory."""
    return assign(pool, find_pairs(pool, most_bytes=most_bytes))


def assign(pool: Pool, pairs: Pairs, *, most_bytes: int = MOST_BYTES) -> Assignment:
    """The best assignment over all these pairs; TooLarge where they need more memory. Equal for equal pools; beside the pairs (PAIR_BYTES each) it
    takes one byte a pair, some 100 MB of work space and, in the solver, about 2 kB a need."""
    if len(pairs.need) * PAIR_BYTES > most_bytes:
        raise TooLarge(len(pairs.need) * PAIR_BYTES, most_bytes)
    chosen = Solving(pool, pairs).run()
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


def weigh_needs(pool: Pool) -> Array:
    """What reaching each need is worth in billionths, beside the score: nothing but its priority where somebody is being asked already."""
    return np.where(pool.needs.standing == 0, REACHED, 0) + np.rint(prioritise(pool) * PRIORITY)


def prioritise(pool: Pool) -> Array:
    """From 0 to 1: half of it grows with waiting, half is for urgent needs."""
    return (np.minimum(pool.needs.waited / FULL_AFTER, 1.0) + pool.needs.urgent) / 2


class Solving:
    """The pairs of a round with what is known of the solution so far."""

    def __init__(self, pool: Pool, pairs: Pairs) -> None:
        room = pool.people.room
        helper = pool.offers.author
        self.pairs, self.needs, self.offers = pairs, len(pool.needs.id), len(pool.offers.id)
        self.worth_of_need = weigh_needs(pool)
        self.degree = np.bincount(pairs.need, minlength=self.needs)
        self.limits = Limits(np.minimum(pool.offers.free, room[helper]), helper, room, np.zeros(len(room), bool))
        self.active = np.zeros(len(pairs.need), bool)
        for some in self.list_steps():
            self.activate(some, pairs.score[some], BEST, SPREAD)
        self.part_of_need, self.part_of_offer = self.find_parts()
        self.chosen = np.full(self.needs, -1)

    def run(self) -> Array:
        """The positions of the pairs of a best assignment."""
        open_needs = self.degree > 0
        while open_needs.any():
            edges = np.flatnonzero(self.active)
            edges = edges[open_needs[self.pairs.need[edges]]]
            self.chosen[open_needs] = -1
            network = self.get_edges(edges)
            picked = solve_parts(network, self.part_of_need[network.need], self.limits)
            self.chosen[network.need[picked]] = edges[picked]
            better = self.add_pairs(open_needs, find_prices(network, picked, self.limits, self.needs))
            again = self.bind_helpers(better)
            open_needs = again[self.part_of_need] & (self.degree > 0)
        return self.chosen[self.chosen >= 0]

    def get_edges(self, positions: Array) -> Edges:
        """Pairs with what they are worth."""
        need = self.pairs.need[positions]
        return Edges(need, self.pairs.offer[positions], self.worth_of_need[need] + np.rint(self.pairs.score[positions] * UNIT))

    def list_steps(self) -> Iterator[Array]:
        """The positions of all pairs, whole needs at a time."""
        ends = np.cumsum(self.degree)
        for first, last in cut(self.degree, STEP):
            yield np.arange(ends[first] - self.degree[first], ends[last - 1])

    def add_pairs(self, open_needs: Array, prices: Prices) -> Array:
        """Adds pairs that could make the assignment better; in which parts there are any."""
        better = np.zeros(len(self.part_of_need) + len(self.part_of_offer), bool)
        for step in self.list_steps():
            some = step[open_needs[self.pairs.need[step]]]
            edges = self.get_edges(some)
            gain = edges.worth - prices.gain[edges.need] - prices.price[edges.offer]
            up = gain > 0
            if up.any():
                self.activate(some[up], gain[up], BETTER, ALSO)
                better[self.part_of_need[edges.need[up]]] = True
        return better

    def activate(self, some: Array, value: Array, best: int, spread: int) -> None:
        """Adds the best of these pairs for each need, and some spread over the others; all pairs of a need stand together."""
        need = self.pairs.need[some]
        count = np.bincount(need, minlength=self.needs)
        order = np.argsort(need + (1.0 - value / value.max()) * 0.9, kind="stable")
        ends = np.cumsum(count)
        rank = np.arange(len(some)) - (ends - count)[need]
        self.active[some[order[rank < best]]] = True
        self.active[some[_scatter(need, self.pairs.offer[some]) * count[need] < spread]] = True

    def bind_helpers(self, again: Array) -> Array:
        """Watches the room of helpers who were given more than that, and joins the parts of their offers; which parts must be solved again, with
        those that must be anyway."""
        given = np.bincount(self.limits.helper[self.pairs.offer[self.chosen[self.chosen >= 0]]], minlength=len(self.limits.room))
        exceeded = given > self.limits.room
        if exceeded.any():
            self.limits.bound[exceeded] = True
            offers = np.flatnonzero(exceeded[self.limits.helper])
            order = offers[np.argsort(self.limits.helper[offers], kind="stable")]
            same = self.limits.helper[order[1:]] == self.limits.helper[order[:-1]]
            joined = _join(len(again), self.part_of_offer[order[1:][same]], self.part_of_offer[order[:-1][same]])
            parts, again = np.r_[np.flatnonzero(again), self.part_of_offer[offers]], np.zeros_like(again)
            again[joined[parts]] = True
            self.part_of_need, self.part_of_offer = joined[self.part_of_need], joined[self.part_of_offer]
        return again

    def find_parts(self) -> tuple[Array, Array]:
        """The connected part of each need and offer."""
        total = self.needs + self.offers
        edges = np.flatnonzero(self.active)
        part = _join(total, self.pairs.need[edges], self.needs + self.pairs.offer[edges])
        ours, theirs = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        for some in self.list_steps():
            one, other = part[self.pairs.need[some]], part[self.needs + self.pairs.offer[some]]
            apart = one != other
            ours.append(one[apart])
            theirs.append(other[apart])
        part = _join(total, np.concatenate(ours), np.concatenate(theirs))[part]
        return part[: self.needs], part[self.needs :]


def _join(count: int, one: Array, other: Array) -> Array:
    """A number for each of so many things, the same for those that the links join, directly or through others."""
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(count, count))
    return connected_components(links, directed=False)[1]


def _scatter(need: Array, offer: Array) -> Array:
    """A number from 0 to 1 for each pair, as if drawn, and always the same."""
    mixed = need.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) ^ offer.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed = (mixed ^ (mixed >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(40)) / float(1 << 24)
