"""The shape of the network within an area: what holds together, what closes, what leads elsewhere.

An area's own network has its active residents as nodes and the ties between two of them as edges; a tie to elsewhere is none of it, and counts fully in
the measure of bridges.
"""

from typing import Any

import msgspec
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from buurtnet.kit.arrays import find_places
from buurtnet.network.rules.measured import Array
from buurtnet.network.rules.measures import Lives, divide
from buurtnet.network.rules.measures_spread import Groups
from buurtnet.network.rules.measures_window import Cut, Pairs

BLOCK = 1 << 16
"""Rows multiplied at once: what a product of the whole would take is no concern of a laptop's memory."""
PART = 3
"""Residents that make a part."""


class Own(msgspec.Struct, frozen=True):
    """The own network of each neighbourhood, by person."""

    degree: Array
    """Ties within the neighbourhood."""
    part: Array
    """The number of the component that these make."""


class Shape(msgspec.Struct, frozen=True):
    """Counts of areas that do not add up over areas, and what each person has of them; the words are those of Counts."""

    inner: Array
    outer: Array
    people_inner: Array
    people_outer: Array
    largest: Array
    parts: Array
    people_parts: Array
    triples: Array
    triangles: Array
    people_triples: Array
    inner_degree: Array
    """By person, the ties within their area."""
    outer_degree: Array
    """By person, the ties to elsewhere."""
    corners: Array
    """By person, the triangles within their area that they are a corner of."""


def join_own(cut: Cut, home: Array) -> Own:
    """The own networks of neighbourhoods; `home` is each person's."""
    a, b = _within(cut, home)
    return Own(np.bincount(a, minlength=len(home)) + np.bincount(b, minlength=len(home)), _join(a, b, len(home)))


def measure_shape(own: Own, lives: Lives, across: Pairs, closed: Array, place: Array, areas: int) -> Shape:
    """The shape of the own networks of `areas` areas that consist of neighbourhoods; `place` is each person's area, `closed` comes from `list_triangles`.

    What joins people within a neighbourhood is looked at once; here only the ties `across` two of them.
    """
    a, b = _within(across, place)
    inner = np.bincount(a, minlength=len(place)) + np.bincount(b, minlength=len(place)) + np.where(place >= 0, own.degree, 0)
    part = _join(own.part[a], own.part[b], int(own.part.max(initial=-1)) + 1)[own.part]
    return _sum_up(lives, inner, part, closed, place, areas)


def _within(ties: Pairs, place: Array) -> tuple[Array, Array]:
    home = place[ties.a]
    within = (home == place[ties.b]) & (home >= 0)
    return ties.a[within], ties.b[within]


def _sum_up(lives: Lives, inner: Array, part: Array, closed: Array, place: Array, areas: int) -> Shape:
    outer = np.where(place >= 0, lives.degree - inner, 0)
    corner = place[closed[0]]
    one_area = closed[:, (corner == place[closed[1]]) & (corner == place[closed[2]]) & (corner >= 0)]
    corners = np.bincount(one_area.ravel(), minlength=len(place))
    largest, parts, people_parts = _measure_parts(part, place, inner, areas)
    active = np.bincount(place[lives.active & (place >= 0)], minlength=areas)
    return Shape(
        inner=_sum(place, inner, areas) // 2,
        outer=_sum(place, outer, areas),
        people_inner=_sum(place, inner > 0, areas),
        people_outer=_sum(place, outer > 0, areas),
        largest=np.maximum(largest, np.minimum(active, 1)),
        parts=parts,
        people_parts=people_parts,
        triples=_sum(place, inner * (inner - 1) // 2, areas),
        triangles=_sum(place, corners, areas),
        people_triples=_sum(place, inner > 1, areas),
        inner_degree=inner,
        outer_degree=outer,
        corners=corners,
    )


def largest_part(largest: Array, active: Array) -> Array:
    """The share of active residents in the largest component of the area's own network; from 1/n to 1 (Wasserman and Faust 1994, 4.3.3)."""
    return divide(largest, active)


def separate_groups(parts: Array, active: Array) -> Array:
    """Components of three or more residents in the area's own network, a whole number; from 0 to n / 3 (Wasserman and Faust 1994, 4.3.3)."""
    return np.where(active > 0, parts, np.nan)


def transitivity(triangles: Array, triples: Array) -> Array:
    """3 · triangles / connected triples of the area's own network; from 0 to 1, not defined where nobody has two ties there.

    Newman, Watts and Strogatz, Random graph models of social networks, PNAS 99, 2002; `triangles` are counted at each corner already.
    """
    return divide(triangles, triples)


def bridging(inner: Array, outer: Array) -> Array:
    """(external − internal) / (external + internal) ties, the E-I index; from −1, all ties within, to 1, all to elsewhere.

    Krackhardt and Stern, Informal networks and organizational crises, Social Psychology Quarterly 51, 1988. A tie to elsewhere counts fully.
    """
    return divide(outer - inner, outer + inner)


def ties_statistic(groups: Groups, weights: Array) -> Array:
    """Mean degree, density and bridging, for groups by inner and outer degree."""
    inner, outer = groups.numbers
    n = groups.total(weights)
    within, beyond = groups.total(weights * inner) / 2, groups.total(weights * outer)
    people = groups.total(groups.count[None, :].astype(float))
    mean = divide(2 * within + beyond, n)
    return np.stack([mean, divide(mean, people - 1.0), bridging(within, beyond)])


def triples_statistic(groups: Groups, weights: Array) -> Array:
    """Transitivity, for groups by inner degree and corners."""
    inner, corners = groups.numbers
    return transitivity(groups.total(weights * corners), groups.total(weights * (inner * (inner - 1) // 2)))[None]


def list_triangles(cut: Cut, people: int) -> Array:
    """All triangles of the ties, each once, as three rows of persons (Chiba and Nishizeki, SIAM Journal on Computing 14, 1985).

    Each tie points from the end with fewer ties to the one with more; a tie from u to w closes a triangle over v where u → v → w. A product of sparse
    matrices tells which ties do, and only for these the v are looked up.
    """
    degree = np.bincount(cut.a, minlength=people) + np.bincount(cut.b, minlength=people)
    order = np.argsort(degree, kind="stable")
    rank = np.empty(people, np.int32)
    rank[order] = np.arange(people, dtype=np.int32)
    one, other = rank[cut.a], rank[cut.b]
    low, high = np.minimum(one, other), np.maximum(one, other)
    points: Any = csr_array((np.ones(len(low), np.int32), (low, high)), shape=(people, people))
    points.sort_indices()
    known = np.repeat(np.arange(people, dtype=np.int64), np.diff(points.indptr)) * people + points.indices
    found = [_close(points, known, start, min(start + BLOCK, people)) for start in range(0, people, BLOCK)]
    return order[np.concatenate(found, axis=1)] if found else np.zeros((3, 0), np.int64)


def _close(points: Any, known: Array, start: int, stop: int) -> Array:
    """The triangles whose lowest corner is one of these rows; `known` holds all ties as sorted numbers."""
    rows = points[start:stop]
    closing = (rows @ points).multiply(rows).tocoo()
    u, w = closing.coords[0] + start, closing.coords[1]
    width = points.indptr[u + 1] - points.indptr[u]
    u, w, first = np.repeat(u, width), np.repeat(w, width), np.repeat(points.indptr[u] - np.cumsum(width) + width, width)
    v = points.indices[first + np.arange(len(u))]
    closes = find_places(known, v.astype(np.int64) * points.shape[0] + w) >= 0
    return np.stack([u[closes], v[closes], w[closes]])


def _join(a: Array, b: Array, many: int) -> Array:
    """The number of each one's component, of `many` that are joined by these ties."""
    return connected_components(csr_array((np.ones(len(a), np.int8), (a, b)), shape=(many, many)), directed=False)[1]


def _measure_parts(part: Array, place: Array, inner: Array, areas: int) -> tuple[Array, Array, Array]:
    """Residents of the largest component, components of three or more and the residents in these, by area."""
    largest, many = np.zeros(areas, np.int64), int(part.max(initial=-1)) + 1
    joined = np.flatnonzero(inner)
    size = np.bincount(part[joined], minlength=many)
    area = np.zeros(many, np.int64)
    area[part[joined]] = place[joined]
    some = np.flatnonzero(size)
    np.maximum.at(largest, area[some], size[some])
    large = some[size[some] >= PART]
    return (
        largest,
        np.bincount(area[large], minlength=areas),
        np.bincount(area[large], weights=size[large], minlength=areas).astype(np.int64),
    )


def _sum(place: Array, weights: Array, areas: int) -> Array:
    known = place >= 0
    return np.bincount(place[known], weights=weights[known], minlength=areas).astype(np.int64)
