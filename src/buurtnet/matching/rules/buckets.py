"""Where pairs can be: offers in buckets (a theme in a neighbourhood, of an organisation), and for each need the buckets within reach, so that
pairs come in pieces of bounded size and most of what can never fit is not looked at."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from buurtnet.kit.arrays import Array, find_distinct
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
    """The offers by theme and seat; inside a bucket those with the widest reach first, then by id."""

    at: Array
    """The bucket of each theme in each seat; -1 where nothing is offered."""
    start: Array
    offer: Array
    """Rows of the offers, bucket after bucket."""
    wide: Array
    """[bucket, level] how many of its offers reach that level."""


class Seats(NamedTuple):
    """Where posts stand: a seat is an organisation in a place. Those that can serve seat s (its own organisation or a partner, with their distance)
    stand at start[s] to start[s] + within[s, 4], by level."""

    need: Array
    """The seat of each need."""
    offer: Array
    """The seat of each offer."""
    start: Array
    within: Array
    """[seat, level] how many are at most so far from it."""
    around: Array
    near: Array
    """Position in the lists of `Near`."""


class Lists(NamedTuple):
    """A short list for each row, one after the other: that of row r stands at start[r] to start[r] + size[r]."""

    start: Array
    size: Array
    values: Array


def list_pieces(pool: Pool, needs: Array, offers: Array) -> Iterator[Piece]:
    """All pairs of these needs and offers whose themes are of one family and whose organisations are one or partners, near enough for both. At most
    PIECE pairs at a time and one bucket more."""
    seats, families = list_seats(pool), list_families(pool)
    buckets = fill_buckets(pool, seats, offers)
    widths = seats.within[seats.need[needs], pool.needs.reach[needs]]
    ranges = families.size[pool.needs.theme[needs]] * widths
    for first, last in cut(ranges, RANGES):
        need, inner = unfold(ranges[first:last])
        family, inner = np.divmod(inner, widths[first:last][need])
        need = needs[first:last][need]
        found = seats.start[seats.need[need]] + inner
        theme = families.values[families.start[pool.needs.theme[need]] + family]
        bucket = buckets.at[bucket_key(seats, theme, seats.around[found])]
        some = bucket >= 0
        need, near, bucket = need[some], seats.near[found[some]], bucket[some]
        yield from _list_pairs(need, near, buckets, bucket, buckets.wide[bucket, pool.near.level[near]])


def _list_pairs(need: Array, near: Array, buckets: Buckets, bucket: Array, count: Array) -> Iterator[Piece]:
    """The pairs of needs with the first so many offers of a bucket."""
    for first, last in cut(count, PIECE):
        row, inner = unfold(count[first:last])
        row += first
        yield Piece(need[row], buckets.offer[buckets.start[bucket[row]] + inner], near[row])


def fill_buckets(pool: Pool, seats: Seats, offers: Array) -> Buckets:
    """These offers in buckets."""
    posts = pool.offers
    keys = bucket_key(seats, posts.theme[offers], seats.offer[offers])
    order = np.lexsort((offers, -posts.reach[offers].astype(np.int64), keys))
    key, start, size = np.unique(keys[order], return_index=True, return_counts=True)
    offer = offers[order]
    bucket = np.repeat(np.arange(len(key)), size)
    at = np.full(len(pool.themes.id) * len(seats.start), -1, np.int32)
    at[key] = np.arange(len(key))
    return Buckets(at, start, offer, _count_up(bucket, posts.reach[offer], len(key), down=True))


def bucket_key(seats: Seats, theme: Array, seat: Array) -> Array:
    """A number for each theme in each seat."""
    return theme.astype(np.int64) * len(seats.start) + seat


def list_seats(pool: Pool) -> Seats:
    """The seats in which a need or an offer stands, and what is around them."""
    near, width = pool.near, max(len(pool.organisations), 1)
    keys = [posts.place.astype(np.int64) * width + posts.organisation for posts in (pool.needs, pool.offers)]
    known = find_distinct(np.concatenate(keys))
    place, organisation = np.divmod(known, width)
    here = np.bincount(place, minlength=len(pool.places))
    seat, inner = unfold(np.diff(near.start)[place])
    found = near.start[place[seat]] + inner
    row, inner = unfold(here[near.place[found]])
    seat, found = seat[row], found[row]
    around = (np.cumsum(here) - here)[near.place[found]] + inner
    allied = (organisation[seat] == organisation[around]) | pool.partners[organisation[seat], organisation[around]]
    seat, found, around = seat[allied], found[allied], around[allied]
    within = _count_up(seat, near.level[found], len(known))
    need, offer = (np.searchsorted(known, key) for key in keys)
    return Seats(need, offer, np.cumsum(within[:, -1]) - within[:, -1], within, around, found)


def _count_up(row: Array, level: Array, rows: int, *, down: bool = False) -> Array:
    """[row, level] how many there are up to each level, or from each level on."""
    exact = np.bincount(row * LEVELS + level, minlength=rows * LEVELS).reshape(-1, LEVELS)
    return exact[:, ::-1].cumsum(1)[:, ::-1] if down else exact.cumsum(1)


def list_families(pool: Pool) -> Lists:
    """For each theme the themes whose offers can serve it: itself, its parent, its children."""
    parent = pool.themes.parent
    row = np.arange(len(parent))
    child = parent >= 0
    return gather_lists(len(parent), np.r_[row, row[child], parent[child]], np.r_[row, parent[child], row[child]])


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
