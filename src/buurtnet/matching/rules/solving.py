"""One part of a round, from what was read to what is to be written: pure, and meant for a process of its own."""

from collections import Counter
from uuid import UUID

import numpy as np

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.assignment import Assignment, assign, take_turns
from buurtnet.matching.rules.buckets import Lists, list_families, list_pieces, list_seats
from buurtnet.matching.rules.pairs import (
    PAIR_BYTES,
    Pairs,
    are_allied,
    find_first_pairs,
    has_place,
    is_safe,
    list_wanting,
    may_meet,
    share_days,
    share_time,
    speak_together,
)
from buurtnet.matching.rules.pool import Pool
from buurtnet.matching.rules.rounds import Count, Outcome, Proposal, Solved

NAMES = list(Outcome)
ASKED, TAKEN, FULL, UNFIT, NOBODY, LATER = range(len(NAMES))
FITS = (share_time, speak_together, share_days, may_meet, are_allied, is_safe)
"""The hard constraints beside theme, nearness and free places."""


def solve_part(pool: Pool, most_bytes: int) -> Solved:
    """The best assignment of the pool, and what becomes of each need. Where so many bytes do not suffice for all, it is the best one of the needs that
    come first, and the others wait for the next round; MemoryError where they suffice for none."""
    wanting = list_wanting(pool)
    first, pairs = find_first_pairs(pool, take_turns(pool, wanting), most_bytes // PAIR_BYTES)
    if len(wanting) and not len(first):
        raise MemoryError(f"{most_bytes >> 20} MiB do not hold the pairs of one need.")
    best = assign(pool, pairs)
    offers = np.flatnonzero(has_place(pool, np.arange(len(pool.offers.id))) & (pool.offers.last >= pool.today))
    outcomes = _find_outcomes(pool, first, pairs, best)
    outcomes[np.setdiff1d(wanting, first, assume_unique=True)] = LATER
    counts = _count_outcomes(pool, wanting, outcomes)
    return Solved(len(wanting), len(offers), len(pairs.need), _list_proposals(pool, best), counts)


def _list_proposals(pool: Pool, best: Assignment) -> list[Proposal]:
    tongues = pool.needs.tongues[best.need] & pool.offers.tongues[best.offer]
    columns = zip(
        ids_of(pool.needs.id[best.need]),
        ids_of(pool.offers.id[best.offer]),
        best.score.tolist(),
        map(tuple, best.parts.tolist()),
        best.metres.tolist(),
        best.level.tolist(),
        tongues.tolist(),
        (bits if named else None for bits, named in zip(best.slots.tolist(), best.named.tolist(), strict=True)),
        best.review.tolist(),
        strict=True,
    )
    return [Proposal(*one) for one in columns]


def ids_of(column: Array) -> list[UUID]:
    """The ids as they are outside arrays, which cut off zeros at the end."""
    return [UUID(bytes=bytes(one).ljust(16, b"\0")) for one in column]


# --- what becomes of the needs ---------------------------------------------------------------------------------------------------


def _find_outcomes(pool: Pool, wanting: Array, pairs: Pairs, best: Assignment) -> Array:
    """For each need a position in NAMES; right for the wanting ones."""
    outcome = np.full(len(pool.needs.id), NOBODY)
    outcome[pairs.need] = TAKEN
    outcome[best.need] = ASKED
    left = wanting[outcome[wanting] == NOBODY]
    outcome[left[_is_offered(pool, left)]] = UNFIT
    left = left[outcome[left] == UNFIT]
    outcome[_find_full(pool, left)] = FULL
    return outcome


def _find_full(pool: Pool, needs: Array) -> Array:
    """Those of the needs that somebody fits who has no room."""
    busy = np.flatnonzero(~has_place(pool, np.arange(len(pool.offers.id))) & (pool.offers.last >= pool.today))
    found = np.zeros(len(pool.needs.id), bool)
    for piece in list_pieces(pool, needs, busy) if len(needs) and len(busy) else ():
        fits = np.ones(len(piece.need), bool)
        for holds_for in FITS:
            fits &= holds_for(pool, piece.need, piece.offer)
        found[piece.need[fits]] = True
    return np.flatnonzero(found)


def _is_offered(pool: Pool, needs: Array) -> Array:
    """Whether anything of the need's theme is offered in its town, by its organisation or a partner, whatever else stands between."""
    seats = list_seats(pool)
    offered = np.zeros((len(pool.themes.id), len(seats.start)), bool)
    offered[pool.offers.theme, seats.offer] = True
    somewhere = np.flatnonzero(seats.within[:, -1])
    town = np.zeros_like(offered)
    # One by one: all at once would take a byte for each theme in each seat around each seat.
    for theme in range(len(offered)) if len(somewhere) else ():
        town[theme, somewhere] = np.logical_or.reduceat(offered[theme, seats.around], seats.start[somewhere])
    return spread(list_families(pool), town)[pool.needs.theme[needs], seats.need[needs]]


def spread(lists: Lists, marked: Array) -> Array:
    """For each row what is marked in any row of its list."""
    found = np.zeros_like(marked)
    for row, (start, size) in enumerate(zip(lists.start.tolist(), lists.size.tolist(), strict=True)):
        found[row] = marked[lists.values[start : start + size]].any(0)
    return found


def _count_outcomes(pool: Pool, wanting: Array, outcome: Array) -> list[Count]:
    """The wanting needs counted by organisation, place, theme and what becomes of them."""
    posts = pool.needs
    keys = zip(*(column[wanting].tolist() for column in (posts.organisation, posts.place, posts.theme, outcome)), strict=True)
    organisations = ids_of(pool.organisations)
    return [
        Count(organisations[organisation], int(pool.places[place]), int(pool.themes.id[theme]), NAMES[which].value, count)
        for (organisation, place, theme, which), count in sorted(Counter(keys).items())
    ]
