"""Which needs and offers fit, and how well, for all at once: what `fit` says of one pair, `sql/candidates.sql` says of one need.

Each hard constraint is one function over arrays of rows; `find_pairs` asks for all of them; `sql/why_not.sql`
for all but one.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from buurtnet.kit.arrays import Array
from buurtnet.matching.rules.buckets import Piece, list_pieces, unfold
from buurtnet.matching.rules.fit import AGAIN, EXACT, GENERAL_OFFER, SPECIFIC_OFFER
from buurtnet.matching.rules.pool import Pool, holds

PAIR_BYTES = 140
"""What a pair takes in all, from here to the flow that is sought over it."""


class Pairs(NamedTuple):
    """Compatible pairs, in the order of their needs; equal for equal pools."""

    need: Array
    """int32, row of `Pool.needs`."""
    offer: Array
    """int32, row of `Pool.offers`."""
    near: Array
    """int32, position in `Pool.near`: metres and level."""
    score: Array
    """float64, 0 to 1."""


def list_wanting(pool: Pool) -> Array:
    """The rows of the needs with room for a question."""
    return np.flatnonzero((pool.needs.free > 0) & (pool.needs.last >= pool.today))


def find_pairs(pool: Pool, *, needs: Array | None = None) -> Pairs:
    """Every need with room for a question, or each of these, and offer that may be proposed to each other now, with the score."""
    return find_first_pairs(pool, list_wanting(pool) if needs is None else needs)[1]


def find_first_pairs(pool: Pool, needs: Array, most: int | None = None) -> tuple[Array, Pairs]:
    """As many of these needs, in their order, as have at most so many pairs together, and their pairs. PAIR_BYTES for each are wanted, and some
    100 MB of work space. What comes after them is not looked at: a town can have fifty times as many pairs as the memory holds."""
    offers = np.flatnonzero(has_place(pool, np.arange(len(pool.offers.id))) & (pool.offers.last >= pool.today))
    columns: list[list[Array]] = [[np.zeros(0, np.int32)], [np.zeros(0, np.int32)], [np.zeros(0, np.int32)], [np.zeros(0)]]
    found = 0
    for piece in list_pieces(pool, needs, offers):
        kept = choose(piece, share_time(pool, piece.need, piece.offer) & speak_together(pool, piece.need, piece.offer))
        kept = choose(kept, share_days(pool, kept.need, kept.offer) & may_meet(pool, kept.need, kept.offer))
        kept = choose(kept, are_allied(pool, kept.need, kept.offer) & is_safe(pool, kept.need, kept.offer))
        for column, values in zip(columns, (*(rows.astype(np.int32) for rows in kept), rate(pool, *kept)), strict=True):
            column.append(values)
        found += len(kept.need)
        if most is not None and found > most:
            break
    return _keep_first(needs, [np.concatenate(columns.pop(0)) for _ in range(4)], most)


def _keep_first(needs: Array, columns: list[Array], most: int | None) -> tuple[Array, Pairs]:
    """The first of these needs whose pairs are at most so many, by their rows, and of the columns, which follow the needs, theirs."""
    counts = np.bincount(columns[0], minlength=int(needs.max(initial=-1)) + 1)
    ends = np.cumsum(counts[needs])
    first = needs if most is None else needs[ends <= most]
    order = np.argsort(first)
    row, inner = unfold(counts[first[order]])
    place = (ends - counts[needs])[order][row] + inner
    return first[order], Pairs(*(columns.pop(0)[place] for _ in range(4)))


def choose(piece: Piece, kept: Array) -> Piece:
    """Those pairs alone."""
    return Piece(*(column[kept] for column in piece))


# --- the hard constraints --------------------------------------------------------------------------------------------------------


def share_time(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether a daypart suits both."""
    return (pool.needs.slots[need] & pool.offers.slots[offer]) != 0


def speak_together(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether they have a language in common, or both themes need no talking."""
    talk = pool.themes.talk[pool.needs.theme[need]] | pool.themes.talk[pool.offers.theme[offer]]
    return ~talk | ((pool.needs.tongues[need] & pool.offers.tongues[offer]) != 0)


def share_days(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether some day from today on lies in both date windows."""
    first = np.maximum(np.maximum(pool.needs.first[need], pool.offers.first[offer]), pool.today)
    return first <= np.minimum(pool.needs.last[need], pool.offers.last[offer])


def has_place(pool: Pool, offer: Array) -> Array:
    """Whether the offer has a free place, and its author may be asked once more this month."""
    return (pool.offers.free[offer] > 0) & (pool.people.room[pool.offers.author[offer]] > 0)


def are_allied(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether both are of one organisation, or of partners and both agreed to be seen by partners."""
    ours, theirs = pool.needs.organisation[need], pool.offers.organisation[offer]
    shared = pool.people.shares[pool.needs.author[need]] & pool.people.shares[pool.offers.author[offer]]
    return (ours == theirs) | (pool.partners[ours, theirs] & shared)


def is_safe(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether the safeguards of both themes hold: a checked, adult helper."""
    helper = pool.offers.author[offer]
    return ~is_guarded(pool, need, offer) | (pool.people.adult[helper] & pool.people.checked[helper])


def is_guarded(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether one of the themes asks for a checked, adult helper."""
    return pool.themes.guarded[pool.needs.theme[need]] | pool.themes.guarded[pool.offers.theme[offer]]


def may_meet(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether they are two people, neither keeps the other away or has said no, and the two posts have no match yet. What is hidden so counts nowhere."""
    asker, helper = pool.needs.author[need], pool.offers.author[offer]
    free = asker != helper
    shy = np.zeros(len(pool.people.id), bool)
    shy[pool.apart // max(len(shy), 1)] = shy[pool.apart % max(len(shy), 1)] = True
    some = np.flatnonzero(shy[asker] & shy[helper])
    free[some] &= ~holds(pool.apart, pool.people_key(asker[some], helper[some]))
    met = np.zeros(len(pool.needs.id), bool)
    met[pool.matched // max(len(pool.offers.id), 1)] = True
    some = np.flatnonzero(met[need])
    free[some] &= ~holds(pool.matched, pool.post_key(need[some], offer[some]))
    return free


# --- how well they fit -----------------------------------------------------------------------------------------------------------


def rate(pool: Pool, need: Array, offer: Array, near: Array) -> Array:
    """The score of each pair: the parts by the weights of the need's area."""
    whole = np.zeros(len(need))
    for number, part in enumerate(_list_parts(pool, need, offer, near)):
        whole += pool.weights[need, number] * part
    return whole


def compute_parts(pool: Pool, need: Array, offer: Array, near: Array) -> Array:
    """[pair, part] the parts of the score, in the order of `Parts`."""
    return np.stack(list(_list_parts(pool, need, offer, near)), axis=1)


def _list_parts(pool: Pool, need: Array, offer: Array, near: Array) -> Iterator[Array]:
    yield rate_nearness(pool, need, near)
    yield rate_theme(pool, need, offer)
    yield rate_time(pool, need, offer)
    yield rate_room(pool)[pool.offers.author[offer]]
    yield rate_bond(pool, need, offer)


def rate_nearness(pool: Pool, need: Array, near: Array) -> Array:
    """Halved with each halving distance of the need's theme."""
    return np.exp2(-pool.near.metres[near] / pool.themes.halving[pool.needs.theme[need]])


def rate_theme(pool: Pool, need: Array, offer: Array) -> Array:
    """The same theme, a general offer for a specific need, or a specific offer for a general need."""
    wanted, given = pool.needs.theme[need], pool.offers.theme[offer]
    return np.where(wanted == given, EXACT, np.where(pool.themes.parent[wanted] == given, GENERAL_OFFER, SPECIFIC_OFFER))


def rate_time(pool: Pool, need: Array, offer: Array) -> Array:
    """Common slots over those of the need, of which four are enough."""
    wanted = pool.needs.slots[need]
    common = np.bitwise_count(wanted & pool.offers.slots[offer])
    return np.minimum(common / np.clip(np.bitwise_count(wanted), 1, 4), 1.0)


def rate_room(pool: Pool) -> Array:
    """The free share of each person's capacity as a helper."""
    people = pool.people
    return np.where(people.load > 0, np.maximum(0.0, 1.0 - people.load / np.maximum(people.capacity, 1)), 1.0)


def rate_bond(pool: Pool, need: Array, offer: Array) -> Array:
    """What a bond of this kind is worth in the need's area; the most where they know each other and one prefers the same person again."""
    asker, helper = pool.needs.author[need], pool.offers.author[offer]
    ours, theirs = pool.people.component[asker], pool.people.component[helper]
    first, bridging, present, known = (pool.bonds[:, kind][need] for kind in range(4))
    bond = np.where((ours < 0) | (theirs < 0), first, np.where(ours == theirs, present, bridging))
    again = pool.needs.again[need] | pool.offers.again[offer]
    # A tie is looked up only where it changes the part.
    some = np.flatnonzero(again | (bond != known))
    tied = some[holds(pool.known, pool.people_key(asker[some], helper[some]))]
    bond[tied] = np.where(again[tied], AGAIN, known[tied])
    return bond


def must_review(pool: Pool, need: Array, offer: Array) -> Array:
    """Whether a facilitator looks first: because of a theme or of a person."""
    people, themes = pool.people, pool.themes
    careful = people.mediated | people.on_trial | ~people.adult
    sensitive = themes.review[pool.needs.theme[need]] | themes.review[pool.offers.theme[offer]]
    return sensitive | careful[pool.needs.author[need]] | careful[pool.offers.author[offer]]
