"""For many needs at once: how many offers would fit each if one thing gave way. A pair that fails at two things counts for neither, and one that
nobody may know of counts nowhere."""

from collections.abc import Iterator

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


def has_room(pool: Pool, _need: Array, offer: Array) -> Array:
    """Whether the offer has a place for anybody."""
    return has_place(pool, offer)


TESTS = ((share_time, DAY), (speak_together, LANGUAGE), (has_room, FULL), (is_safe, CHECK), (share_days, DATES))
"""What may be in the way, and where it counts; what is most often in the way first."""


def count_loosenings(pool: Pool, needs: Array) -> list[Counts]:
    """The counts of these needs (rows of the pool), in their order; where somebody fits, that alone, and how many are known only where nothing else
    is to be said."""
    place = np.zeros(len(pool.needs.id), np.int64)
    place[needs] = np.arange(len(needs))
    offers = np.flatnonzero(pool.offers.last >= pool.today)
    table = np.zeros((len(needs), COLUMNS), np.int64)
    for need in _list_fitting(pool, needs, offers):
        table[:, FITS] += np.bincount(place[need], minlength=len(needs))
    lonely = needs[table[:, FITS] == 0]
    for piece in list_pieces(pool, lonely, offers, beyond=True):
        for need, column in _list_single(pool, piece):
            table += np.bincount(place[need] * COLUMNS + column, minlength=table.size).reshape(table.shape)
    known = np.zeros(len(needs), np.int64)
    for need in _list_known(pool, needs[~table.any(1)], offers):
        known += np.bincount(place[need], minlength=len(needs))
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


def _list_fitting(pool: Pool, needs: Array, offers: Array) -> Iterator[Array]:
    """The needs of the pairs that fit, each need as often as offers fit it."""
    for piece in list_pieces(pool, needs, offers[has_place(pool, offers)], beyond=False):
        for fits, _ in TESTS:
            piece = choose(piece, fits(pool, piece.need, piece.offer))
        yield piece.need[may_meet(pool, piece.need, piece.offer) & are_allied(pool, piece.need, piece.offer)]


def _list_single(pool: Pool, piece: Piece) -> Iterator[tuple[Array, Array]]:
    """The pairs that fail at nothing or at one thing: the need of each and the column in which it counts; in several for the days of a week."""
    level = pool.near.level[piece.near]
    # Nearness is never in the way on both sides: such pairs are not handed out.
    column = np.where(level > pool.needs.reach[piece.need], FARTHER + level, FITS).astype(np.int8)
    column[level > pool.offers.reach[piece.offer]] = HELPER_REACH
    for fits, failed in TESTS:
        fails = ~fits(pool, piece.need, piece.offer)
        single = np.flatnonzero(~fails | (column == FITS))
        column = np.where(fails, failed, column)[single].astype(np.int8)
        piece = choose(piece, single)
    # A check makes no adult of anybody.
    hopeful = (column != CHECK) | pool.people.adult[pool.offers.author[piece.offer]]
    allowed = hopeful & may_meet(pool, piece.need, piece.offer) & are_allied(pool, piece.need, piece.offer)
    column, piece = column[allowed], choose(piece, allowed)
    timed = column == DAY
    yield piece.need[~timed], column[~timed]
    need, slots = piece.need[timed], pool.offers.slots[piece.offer[timed]]
    for day in range(DAYS):
        free = (slots >> (4 * day)) & DAYPARTS != 0
        yield need[free], np.full(np.count_nonzero(free), DAY + day)


def _list_known(pool: Pool, needs: Array, offers: Array) -> Iterator[Array]:
    """The needs as often as there are offers of their themes in the whole town, whatever is in the way."""
    everywhere = pool._replace(needs=pool.needs._replace(reach=np.full(len(pool.needs.id), FARTHEST)))
    for piece in list_pieces(everywhere, needs, offers, beyond=True):
        yield piece.need[may_meet(pool, piece.need, piece.offer) & are_allied(pool, piece.need, piece.offer)]
