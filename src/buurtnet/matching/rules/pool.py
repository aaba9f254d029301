"""Everything a round reads, as arrays: who asks, who offers, who they are to each other, where they live and what counts how much.

People, themes, places and organisations are rows of their tables here; posts, people and pairs refer to them by position. All arrays are sorted
(posts and people by id, pairs by key), so that the same town is the same pool, in whatever order it was written.
"""

from typing import NamedTuple

import numpy as np

from buurtnet.kit.arrays import Array, find_places
from buurtnet.people.schemas import EVERY_SLOT

NO_START, NO_END = -(2**31), 2**31 - 1
"""The days of a window that is open at one end."""


class Posts(NamedTuple):
    """Open posts of one kind by active authors, one row each, in the order of their ids. Needs without places and full offers are among them."""

    id: Array
    """S16, as the other ids."""
    author: Array
    """Row of `People`."""
    theme: Array
    """Row of `Themes`."""
    place: Array
    """Position in `Pool.places`."""
    organisation: Array
    """Position in `Pool.organisations`."""
    reach: Array
    """0 to 4."""
    slots: Array
    """28 bits; every one where the post names none, which counts the same in every rule."""
    named: Array
    """Whether the post names dayparts: what is said of a match, not whether it may be."""
    first: Array
    """First day, NO_START where it does not matter."""
    last: Array
    """Last day, NO_END where it does not matter."""
    tongues: Array
    """Languages as bits."""
    free: Array
    """How many more proposals it can take: a need by how many helpers it may ask at once, an offer within its capacity; of the post alone."""
    standing: Array
    """Proposals that wait for an answer."""
    again: Array
    """Whether the author prefers somebody they know."""
    urgent: Array
    waited: Array
    """Days since it was posted, with fractions."""


class People(NamedTuple):
    """The authors of the posts, one row each, in the order of their ids."""

    id: Array
    adult: Array
    checked: Array
    """Whether a worker has seen the helper's extract."""
    mediated: Array
    on_trial: Array
    shares: Array
    """Whether they agreed to be seen by partner organisations."""
    component: Array
    """A number for each component of the ties; -1 where the person has no tie yet, or a worker puts them first."""
    load: Array
    """Standing matches as a helper, agreed ones included."""
    capacity: Array
    """Of all their open offers together."""
    room: Array
    """How many more proposals as a helper they can get now, over all their offers: within their number for a month, none while they rest."""


class Themes(NamedTuple):
    """All themes, in the order of their ids."""

    id: Array
    parent: Array
    """Row of the parent; -1 for a root."""
    root: Array
    """Row of the root; its own for a root."""
    talk: Array
    halving: Array
    """Metres with which proximity is halved."""
    review: Array
    """Whether a worker looks first at each match."""
    guarded: Array
    """Whether only checked adults may help."""


class Near(NamedTuple):
    """How near the places are: those around place p stand at start[p] to start[p + 1], by level, then by place. It is in its own list."""

    start: Array
    place: Array
    metres: Array
    level: Array


class Pool(NamedTuple):
    """One moment of a town, or of one theme root of it."""

    today: int
    """Day number."""
    needs: Posts
    offers: Posts
    people: People
    themes: Themes
    places: Array
    """Ids of neighbourhoods, sorted."""
    organisations: Array
    """Ids, sorted."""
    near: Near
    partners: Array
    """[organisation, organisation] whether a partnership is in force; not so with itself."""
    known: Array
    """Keys (`people_key`) of two people joined by a tie, sorted."""
    apart: Array
    """Keys of two people who are not proposed to each other: keep-away and what is remembered, in either direction; sorted."""
    matched: Array
    """Keys (`post_key`) of a need and an offer that have a match which was not withdrawn, sorted."""
    weights: Array
    """[need, part] the weights of the area in which the need stands, shares of 1; in the order of `Parts`."""
    bonds: Array
    """[need, kind] what a bond is worth there; in the order of `Bonds`."""

    def people_key(self, one: Array, other: Array) -> Array:
        """A number for two people, the same whoever comes first."""
        return np.minimum(one, other).astype(np.int64) * len(self.people.id) + np.maximum(one, other)

    def post_key(self, need: Array, offer: Array) -> Array:
        """A number for a need and an offer; in the order of needs, then of offers."""
        return need.astype(np.int64) * len(self.offers.id) + offer


def holds(keys: Array, wanted: Array) -> Array:
    """Which of the wanted keys are among the sorted ones."""
    return find_places(keys, wanted) >= 0


def common_slots_of(pool: Pool, need: Array, offer: Array) -> tuple[Array, Array]:
    """The dayparts that suit both as bits, and whether either names any, for pairs given by position."""
    named = pool.needs.named[need] | pool.offers.named[offer]
    return pool.needs.slots[need] & pool.offers.slots[offer] & EVERY_SLOT, named
