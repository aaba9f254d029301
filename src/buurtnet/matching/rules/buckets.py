"""Where pairs can be: offers in buckets (a theme in a neighbourhood, of an organisation), and for each need the buckets within reach, so that
pairs come in pieces of bounded size and most of what can never fit is not looked at."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from buurtnet.kit.arrays import Array, find_places
from buurtnet.matching.rules.pool import Pool

LEVELS = 5
RANGES, PIECE = 1 << 19, 1 << 19
"""Buckets looked up and pairs handed out at a time: some 60 MB of work space."""


class Piece(NamedTuple):
    """Some pairs, in the order of their needs."""

    need: Array
    offer: Array
    near: Array
    """Position in the lists of `Near`: how far they live from each other."""


class Buckets(NamedTuple):
    """The offers by theme, organisation and place; inside a bucket those with the widest reach first, then by id."""

    key: Array
    """Sorted."""
    start: Array
    size: Array
    offer: Array
    """Rows of the offers, bucket after bucket."""
    wide: Array
    """[bucket, level] how many of its offers reach that level."""


class Lists(NamedTuple):
    """A short list for each row, one after the other: that of row r stands at start[r] to start[r] + size[r]."""

    start: Array
    size: Array
    values: Array


def list_pieces(pool: Pool, needs: Array, offers: Array) -> Iterator[Piece]:
    """All pairs of these needs and offers whose themes are of one family and whose organisations are one or partners, near enough for both. At most
    PIECE pairs at a time and one bucket more."""
    buckets = fill_buckets(pool, offers)
    families, allies = list_families(pool), list_allies(pool)
    posts = pool.needs
    near_to = count_near(pool)
    around = near_to[posts.place[needs], posts.reach[needs]]
    ranges = families.size[posts.theme[needs]] * allies.size[posts.organisation[needs]] * around
    for first, last in cut(ranges, RANGES):
        need, inner = unfold(ranges[first:last])
        width = around[first:last][need]
        need = needs[first:last][need]
        inner, near = np.divmod(inner, np.maximum(width, 1))
        ally, family = np.divmod(inner, families.size[posts.theme[need]])
        theme = families.values[families.start[posts.theme[need]] + family]
        organisation = allies.values[allies.start[posts.organisation[need]] + ally]
        near = pool.near.start[posts.place[need]] + near
        bucket = find_places(buckets.key, bucket_key(pool, theme, organisation, pool.near.place[near]))
        found = bucket >= 0
        need, near, bucket = need[found], near[found], bucket[found]
        yield from _list_pairs(need, near, buckets, bucket, buckets.wide[bucket, pool.near.level[near]])


def _list_pairs(need: Array, near: Array, buckets: Buckets, bucket: Array, count: Array) -> Iterator[Piece]:
    """The pairs of needs with the first so many offers of a bucket."""
    for first, last in cut(count, PIECE):
        row, inner = unfold(count[first:last])
        row += first
        yield Piece(need[row], buckets.offer[buckets.start[bucket[row]] + inner], near[row])


def fill_buckets(pool: Pool, offers: Array) -> Buckets:
    """These offers in buckets."""
    posts = pool.offers
    keys = bucket_key(pool, posts.theme[offers], posts.organisation[offers], posts.place[offers])
    order = np.lexsort((offers, -posts.reach[offers].astype(np.int64), keys))
    key, start, size = np.unique(keys[order], return_index=True, return_counts=True)
    offer = offers[order]
    bucket = np.repeat(np.arange(len(key)), size)
    exact = np.bincount(bucket * LEVELS + posts.reach[offer], minlength=len(key) * LEVELS).reshape(-1, LEVELS)
    return Buckets(key, start, size, offer, exact[:, ::-1].cumsum(1)[:, ::-1])


def bucket_key(pool: Pool, theme: Array, organisation: Array, place: Array) -> Array:
    """A number for each theme in each place of each organisation."""
    return (theme.astype(np.int64) * len(pool.organisations) + organisation) * len(pool.places) + place


def count_near(pool: Pool) -> Array:
    """[place, level] how many places are at most so far from it, itself included."""
    near = pool.near
    place = np.repeat(np.arange(len(pool.places)), np.diff(near.start))
    exact = np.bincount(place * LEVELS + near.level, minlength=len(pool.places) * LEVELS).reshape(-1, LEVELS)
    return exact.cumsum(1)


def list_families(pool: Pool) -> Lists:
    """For each theme the themes whose offers can serve it: itself, its parent, its children."""
    parent = pool.themes.parent
    row = np.arange(len(parent))
    child = parent >= 0
    return gather_lists(len(parent), np.r_[row, row[child], parent[child]], np.r_[row, parent[child], row[child]])


def list_allies(pool: Pool) -> Lists:
    """For each organisation itself and its partners."""
    row = np.arange(len(pool.organisations))
    one, other = np.nonzero(pool.partners)
    return gather_lists(len(row), np.r_[row, one], np.r_[row, other])


def gather_lists(rows: int, row: Array, value: Array) -> Lists:
    """The values by row, each list sorted."""
    order = np.lexsort((value, row))
    size = np.bincount(row, minlength=rows)
    return Lists(np.cumsum(size) - size, size, value[order])


def unfold(counts: Array) -> tuple[Array, Array]:
    """For counts 2, 0, 1: the rows 0, 0, 2 and the places inside them 0, 1, 0."""
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)


def cut(counts: Array, most: int) -> Iterator[tuple[int, int]]:
    """Neighbouring rows, from and up to, so that each piece counts at most so many, or is one row; pieces that count nothing are left out."""
    ends = np.cumsum(counts)
    first, done = 0, 0
    while first < len(ends):
        last = max(int(np.searchsorted(ends, done + most, "right")), first + 1)
        if ends[last - 1] > done:
            yield first, last
        first, done = last, int(ends[last - 1])
