"""The sparse assignment problem behind a round. Whoever is fewer, needs or places, has the rows, each with a dummy column for going without: a row
that finds nothing looks everywhere first, so the other way round would take ten times as long where helpers are few."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.buckets import cut, unfold

WORTH, DEAR = float(2**50), float(2**51)
"""More than any pair is worth (10¹⁵ and a little), and twice that; well below 2⁵³, so costs are positive whole numbers whose sums are exact."""
ROWS = 400
"""Small parts are solved together up to so many needs: each by itself costs a call, all at once the square of their number."""


class Limits(NamedTuple):
    """What offers and helpers can take."""

    places: Array
    """[offer] free places, never more than the helper's room."""
    helper: Array
    """[offer] row of the author."""
    room: Array
    """[person] how many more proposals over all offers."""
    bound: Array
    """[person] whether that room must be watched: where it is not, no solution has exceeded it."""


class Edges(NamedTuple):
    """Pairs that a solver looks at, in the order of their needs."""

    need: Array
    offer: Array
    worth: Array
    """Whole numbers as float64, above 0 and below WORTH."""


def solve_parts(edges: Edges, part: Array, limits: Limits) -> Array:
    """The positions of the edges of a best assignment; `part` is the connected part of each edge, and edges of two parts share no need, offer or
    bound helper."""
    order = np.argsort(part, kind="stable")
    sizes = np.unique(part, return_counts=True)[1]
    rows = np.add.reduceat(_is_first(edges.need[order]), np.cumsum(sizes) - sizes) if len(sizes) else sizes
    ends = np.cumsum(sizes)
    chosen = [np.zeros(0, np.int64)]
    for first, last in cut(rows, ROWS):
        some = order[ends[first] - sizes[first] : ends[last - 1]]
        chosen.append(some[_solve(Edges(*(column[some] for column in edges)), limits)])
    return np.sort(np.concatenate(chosen))


def _is_first(values: Array) -> Array:
    """Which values differ from the one before, as numbers to add up."""
    return np.r_[np.ones(min(len(values), 1), np.int64), (values[1:] != values[:-1]).astype(np.int64)]


class Entries(NamedTuple):
    """Some entries of a cost matrix."""

    row: Array
    column: Array
    cost: Array


def _solve(edges: Edges, limits: Limits) -> Array:
    """The positions of the edges of a best assignment, all in one problem."""
    needs, need = np.unique(edges.need, return_inverse=True)
    offers, offer, degree = np.unique(edges.offer, return_inverse=True, return_counts=True)
    copies = np.minimum(limits.places[offers], degree)
    edge, copy = unfold(copies[offer])
    place = (np.cumsum(copies) - copies)[offer[edge]] + copy
    owner = np.repeat(np.arange(len(offers)), copies)
    blocked = list(_list_blocked(limits.helper[offers[owner]], limits))
    match = _match_needs if len(needs) <= len(owner) else _match_places
    has, taken = match(need[edge], place, edges.worth[edge], len(needs), len(owner), blocked)
    # Inside a need no offer comes twice: one number names each edge.
    keys = need * len(offers) + offer
    by_key = np.argsort(keys)
    return by_key[np.searchsorted(keys[by_key], has * len(offers) + owner[taken])]


def _list_blocked(helper: Array, limits: Limits) -> Iterator[tuple[int, Array]]:
    """For each bound helper with more places than room: how many of them must stay empty, and which they are; `helper` is whose each place is."""
    order = np.argsort(helper, kind="stable")
    helpers, total = np.unique(helper, return_counts=True)
    ends = np.cumsum(total)
    for one in np.flatnonzero(limits.bound[helpers] & (total > limits.room[helpers])):
        yield int(total[one] - limits.room[helpers[one]]), order[ends[one] - total[one] : ends[one]]


def _match_needs(need: Array, place: Array, worth: Array, needs: int, places: int, blocked: list[tuple[int, Array]]) -> tuple[Array, Array]:
    """Needs and the places they get. A row for each place that must stay empty takes one of those it is about: a person's room is exact."""
    entries = [Entries(need, place, DEAR - worth), _list_diagonal(needs, places)]
    height = needs
    for count, own in blocked:
        row = np.repeat(np.arange(height, height + count), len(own))
        entries.append(Entries(row, np.tile(own, count), np.full(len(row), DEAR)))
        height += count
    row, column = _match_rows(entries, (height, places + needs))
    kept = (row < needs) & (column < places)
    return row[kept], column[kept]


def _match_places(
    need: Array, place: Array, worth: Array, needs: int, places: int, blocked: list[tuple[int, Array]]
) -> tuple[Array, Array]:
    """The same from the side of the places. A column for each one that must stay empty, worth more than any need, is always taken."""
    entries = [Entries(place, need, DEAR - worth), _list_diagonal(places, needs)]
    width = needs + places
    for count, own in blocked:
        column = np.repeat(np.arange(width, width + count), len(own))
        entries.append(Entries(np.tile(own, count), column, np.full(len(column), DEAR - WORTH)))
        width += count
    row, column = _match_rows(entries, (places, width))
    kept = column < needs
    return column[kept], row[kept]


def _list_diagonal(rows: int, after: int) -> Entries:
    """A dummy for each row, in columns of its own."""
    return Entries(np.arange(rows), after + np.arange(rows), np.full(rows, DEAR))


def _match_rows(entries: list[Entries], shape: tuple[int, int]) -> tuple[Array, Array]:
    """Every row with its column, at the least cost."""
    row, column, cost = (np.concatenate(values) for values in zip(*entries, strict=True))
    return min_weight_full_bipartite_matching(csr_array((cost, (row, column)), shape=shape))
