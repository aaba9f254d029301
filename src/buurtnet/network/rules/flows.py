"""Help between neighbourhoods, as it may be told: the small-number rules for what goes from one to another (decision 21).

A flow is told between two neighbourhoods whose size is, from 10 persons and 10 ties on, where nobody has part in more than half of the ties or the
helps; rounded to 5. Where it is told how many ties leave a neighbourhood or an area above it, or lie between the neighbourhoods of such an area,
what the told flows leave of them is nothing or 10 and more. Flows are told over a year alone: four quarters add up to one, so a quarter that is
not told could be had by subtraction.
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


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of ties that hold those of several streams; rows of `inside` are sums, columns neighbourhoods."""

    inside: Array
    """Which neighbourhoods a sum is about."""
    crossing: Array
    """Whether it has the ties between these and all others, or those between two of these."""
    ties: Array
    told: Array
    """Whether it is told, or can be had from what is."""


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


def tell_flows(streams: Sequence[Stream], ids: Array, sized: Array, sums: Sums) -> list[Flow]:
    """What of them may be told. `sized` says whose size is told, `sums` what else is told of ties between neighbourhoods."""
    told = sorted(
        (one for one in streams if is_told(one) and sized[one.source] and sized[one.target]), key=lambda one: (one.ties, one.helps)
    )
    while (weak := _find_weak(told, sums)) is not None:
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


def sum_ties(inside: Array, *, own: tuple[Array, Array], own_told: Array, above: tuple[Array, Array], above_told: Array) -> Sums:
    """What the E-I indices tell of ties between neighbourhoods: how many leave each, how many leave each area above (`inside`: area, neighbourhood),
    and, as the ties within it less those within its neighbourhoods, how many are between these.

    `own` and `above` are ties within and to elsewhere, of neighbourhoods and of areas.
    """
    alone = np.eye(inside.shape[1], dtype=bool)
    return Sums(
        inside=np.concatenate([alone, inside, inside]),
        crossing=np.repeat([True, True, False], [len(alone), len(inside), len(inside)]),
        ties=np.concatenate([own[1], above[1], above[0] - inside @ own[0]]),
        told=np.concatenate([own_told, above_told, above_told]),
    )


def is_told(stream: Stream) -> bool:
    """Whether a stream may be told, looked at alone."""
    enough = stream.people >= FLOOR and stream.ties >= FLOOR
    return enough and 2 * stream.top_ties <= stream.ties and 2 * stream.top_helps <= stream.helps


def _find_weak(told: Sequence[Stream], sums: Sums) -> Stream | None:
    """The smallest stream in a sum of which less than ten is left besides the told ones.

    A tie with help both ways is in two streams: between the two neighbourhoods there are at least as many ties as in the larger one.
    """
    between: dict[tuple[int, int], int] = {}
    for stream in told:
        pair = min(stream.source, stream.target), max(stream.source, stream.target)
        between[pair] = max(between.get(pair, 0), stream.ties)
    one, other = (sums.inside[:, [pair[end] for pair in between]] for end in (0, 1))
    holds = np.where(sums.crossing[:, None], one ^ other, one & other)
    left = sums.ties - holds @ np.array(list(between.values()), dtype=np.int64)
    weak = holds[sums.told & (left > 0) & (left < FLOOR)].any(axis=0)
    of = dict(zip(between, weak.tolist(), strict=True))
    return next((stream for stream in told if of[min(stream.source, stream.target), max(stream.source, stream.target)]), None)


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
