"""For many needs at once: how many offers would fit each if one thing gave way. A pair that fails at two things counts for neither, and one that
nobody may know of counts nowhere."""

import numpy as np

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.buckets import Piece, list_pieces
from buurtnet.matching.rules.loosening import FARTHEST, Counts
from buurtnet.matching.rules.pairs import (
    are_allied,
    choose,
    has_place,
    is_safe,
    may_meet,
    share_days,
    share_time,
    speak_together,
)
from buurtnet.matching.rules.pool import Pool

DAYS, DAYPARTS = 7, 0b1111
FITS, FARTHER, DAY, DATES, HELPER_REACH, CHECK, LANGUAGE, FULL, COLUMNS = 0, 1, 6, 13, 14, 15, 16, 17, 18
"""Columns of the tally: one, one for each level, one for each day of the week, and one each."""


def count_loosenings(pool: Pool, needs: Array) -> list[Counts]:
    """The counts of these needs (rows of the pool), in their order. How many are known at all is counted where nothing else is."""
    tally = np.zeros(len(needs) * COLUMNS, np.int64)
    place = np.zeros(len(pool.needs.id), np.int64)
    place[needs] = np.arange(len(needs))
    offers = np.flatnonzero(pool.offers.last >= pool.today)
    for piece in list_pieces(pool, needs, offers, beyond=True):
        for kept, column in _list_single(pool, piece):
            tally += np.bincount(place[kept] * COLUMNS + column, minlength=len(tally))
    table = tally.reshape(-1, COLUMNS)
    known = _count_known(pool, needs, offers, np.flatnonzero(~table.any(1)))
    reach = pool.needs.reach[needs].tolist()
    return [_to_counts(*row) for row in zip(reach, table.tolist(), known.tolist(), strict=True)]


def _to_counts(reach: int, row: list[int], known: int) -> Counts:
    return Counts(
        reach=reach,
        fits=row[FITS],
        farther=row[FARTHER:DAY],
        days=row[DAY:DATES],
        dates=row[DATES],
        helper_reach=row[HELPER_REACH],
        check=row[CHECK],
        language=row[LANGUAGE],
        full=row[FULL],
        known=known,
    )


def _list_single(pool: Pool, piece: Piece) -> list[tuple[Array, Array]]:
    """The pairs that fail at nothing or at one thing: the need of each and the column in which it counts; in several for a day of the week."""
    need, offer, near = piece
    level, helper = pool.near.level[near], pool.offers.author[offer]
    fails = np.stack(
        [
            level > pool.needs.reach[need],
            level > pool.offers.reach[offer],
            ~share_time(pool, need, offer),
            ~share_days(pool, need, offer),
            ~speak_together(pool, need, offer),
            ~is_safe(pool, need, offer),
            ~has_place(pool, offer),
        ]
    )
    single = np.flatnonzero(fails.sum(0) <= 1)
    # A check makes no adult of anybody.
    single = single[~fails[5, single] | pool.people.adult[helper[single]]]
    kept = choose(piece, single)
    allowed = may_meet(pool, kept.need, kept.offer) & are_allied(pool, kept.need, kept.offer)
    single, kept = single[allowed], choose(kept, allowed)
    at, fails = fails[:, single].argmax(0), fails[:, single].any(0)
    columns = np.array([0, HELPER_REACH, 0, DATES, LANGUAGE, CHECK, FULL])
    column = np.where(fails, np.where(at == 0, FARTHER + pool.near.level[kept.near], columns[at]), FITS)
    timed = fails & (at == 2)
    found = [(kept.need[~timed], column[~timed])]
    slots = pool.offers.slots[kept.offer]
    for day in range(DAYS):
        free = timed & ((slots >> (4 * day)) & DAYPARTS != 0)
        found.append((kept.need[free], np.full(np.count_nonzero(free), DAY + day)))
    return found


def _count_known(pool: Pool, needs: Array, offers: Array, asked: Array) -> Array:
    """For the asked ones of the needs (by position), how many offers of its theme there are in the whole town, whatever is in the way."""
    known = np.zeros(len(needs), np.int64)
    place = np.zeros(len(pool.needs.id), np.int64)
    place[needs] = np.arange(len(needs))
    everywhere = pool._replace(needs=pool.needs._replace(reach=np.full(len(pool.needs.id), FARTHEST)))
    for piece in list_pieces(everywhere, needs[asked], offers, beyond=True):
        kept = piece.need[may_meet(pool, piece.need, piece.offer) & are_allied(pool, piece.need, piece.offer)]
        known += np.bincount(place[kept], minlength=len(needs))
    return known
