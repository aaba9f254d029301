"""Help between neighbourhoods, as it may be told: the small-number rules for what goes from one to another (decision 21).

A flow is told between two neighbourhoods whose number of ties is, from 10 persons and 10 ties on, where nobody has part in more than half of the ties
or the helps; rounded to 5. What the told flows leave has to hide the others: besides them a neighbourhood has room for ten ties within it and, where the
E-I index tells how many leave it, none or ten and more; and those that leave the others are twenty more than its own, so that any pair may have ten.
Flows are told over a year alone: four quarters add up to one, so a quarter that is not told could be had by subtraction.
"""

from collections.abc import Sequence

import msgspec
import numpy as np

from buurtnet.kit.counts import FLOOR, round_count
from buurtnet.network.rules.measured import Array
from buurtnet.network.rules.measures_window import Cut
from buurtnet.network.schemas import WINDOWS, Flow

WINDOW = max(WINDOWS)


class Stream(msgspec.Struct, frozen=True):
    """What goes from one neighbourhood (a number) to another."""

    source: int
    target: int
    ties: int
    helps: int
    people: int
    top_ties: int
    top_helps: int


class Ends(msgspec.Struct, frozen=True, kw_only=True):
    """The ties of neighbourhoods in a year, and whether everybody is told how many they are, and how many of them leave (the E-I index)."""

    inner: Array
    outer: Array
    counted: Array
    bridging: Array


def find_streams(cut: Cut, home: Array) -> list[Stream]:
    """Every stream of help between two neighbourhoods; `home` is each person's, -1 for none."""
    giver, taker = np.concatenate([cut.a, cut.b]), np.concatenate([cut.b, cut.a])
    helps = np.concatenate([cut.a_gave, cut.b_gave]).astype(np.int64)
    known = (giver >= 0) & (taker >= 0) & (helps > 0)
    giver, taker, helps = giver[known], taker[known], helps[known]
    across = (home[giver] != home[taker]) & (home[giver] >= 0) & (home[taker] >= 0)
    giver, taker, helps = giver[across], taker[across], helps[across]
    order = np.lexsort((home[taker], home[giver]))
    giver, taker, helps = giver[order], taker[order], helps[order]
    ends = np.stack([home[giver], home[taker]])
    starts = np.flatnonzero(np.r_[True, (ends[:, 1:] != ends[:, :-1]).any(axis=0)]) if len(giver) else np.zeros(0, int)
    return [
        _weigh(giver[some], taker[some], helps[some], home)
        for some in np.split(np.arange(len(giver)), starts[1:])
        if len(some) >= FLOOR  # fewer ties are never told
    ]


def tell_flows(streams: Sequence[Stream], ids: Array, ends: Ends) -> list[Flow]:
    """What of them may be told beside what is told of the ties at both ends."""
    told = sorted(
        (one for one in streams if is_told(one) and ends.counted[one.source] and ends.counted[one.target]),
        key=lambda one: (one.ties, one.helps),
    )
    while (weak := _find_weak(told, ends)) is not None:
        told.remove(weak)
    return [
        Flow(
            window_months=WINDOW,
            from_id=int(ids[one.source]),
            to_id=int(ids[one.target]),
            helps=round_count(one.helps),
            people=round_count(one.people),
        )
        for one in told
    ]


def is_told(stream: Stream) -> bool:
    """Whether a stream may be told, looked at alone."""
    enough = stream.people >= FLOOR and stream.ties >= FLOOR
    return enough and 2 * stream.top_ties <= stream.ties and 2 * stream.top_helps <= stream.helps


def _find_weak(told: Sequence[Stream], ends: Ends) -> Stream | None:
    """The smallest stream that leaves too little besides the told ones, at one of its ends or for all others.

    A tie with help both ways is in two streams: between the two neighbourhoods there are at least as many ties as in the larger one.
    """
    between: dict[tuple[int, int], int] = {}
    for stream in told:
        pair = min(stream.source, stream.target), max(stream.source, stream.target)
        between[pair] = max(between.get(pair, 0), stream.ties)
    left = ends.outer.astype(float)
    for side in (0, 1):
        left -= np.bincount([pair[side] for pair in between], weights=list(between.values()), minlength=len(left))
    bare = ends.bridging & (left > 0) & (left < FLOOR) | ends.counted & (left + 2 * ends.inner < 2 * FLOOR)
    held = set(np.flatnonzero(ends.bridging & (left.sum() - 2 * left < 2 * FLOOR)).tolist())
    return next((one for one in told if bare[one.source] or bare[one.target] or held - {one.source, one.target}), None)


def _weigh(giver: Array, taker: Array, helps: Array, home: Array) -> Stream:
    persons, place = np.unique(np.concatenate([giver, taker]), return_inverse=True)
    return Stream(
        source=int(home[giver[0]]),
        target=int(home[taker[0]]),
        ties=len(giver),
        helps=int(helps.sum()),
        people=len(persons),
        top_ties=int(np.bincount(place).max()),
        top_helps=int(np.bincount(place, weights=np.concatenate([helps, helps])).max()),
    )
