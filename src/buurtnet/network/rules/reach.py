"""Reachability: who would find help, if they asked for what their neighbours ask for.

For each active resident and each theme that the area asks for: is there at least one open offer that is compatible as matching.md says: theme
equal, or one the other's parent; within the reach of both; a common language unless the theme needs no talking; a common time; another
author; the same organisation, or a partner's where both agreed to that? The share of residents who would find one, averaged over the themes
as often as they are asked there, is the measure: Σ_t p(t) · |{residents who find one for t}| / n, from 0 to 1. What depends on a person's
history (refusals, keeping away, a month that is full, a checked helper) is left out: it belongs to nobody's area.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec
import numpy as np

from buurtnet.kit.arrays import find_places
from buurtnet.network.rules.measures import Array

AT_ONCE = 16
"""How many themes of a place are looked up together."""
WORD, ALL, ONE = 64, np.uint64(2**64 - 1), np.uint64(1)
LAST_LOOK = 64
"""Words of offers that are looked at together at most: first one, as most people find an offer among the nearest, then four times as many each time."""
ROOM = 1 << 20
"""Words held at once."""


class Seekers(msgspec.Struct, frozen=True):
    """Active residents, who could each ask."""

    person: Array
    place: Array
    house: Array
    """Organisation, as a number."""
    shares: Array
    """Whether they agreed to meet people of partner organisations."""
    reach: Array
    tongues: Array
    """Languages as bits."""
    slots: Array
    """Times as bits."""


class Offers(msgspec.Struct, frozen=True):
    """Open offers with room; `person` is the author's number, -1 for somebody who is no resident."""

    person: Array
    place: Array
    theme: Array
    house: Array
    shares: Array
    reach: Array
    tongues: Array
    slots: Array


Rows = TypeVar("Rows", Seekers, Offers)


class Near(msgspec.Struct, frozen=True):
    """Which areas are how near to which, sorted by `a`, each with itself."""

    a: Array
    b: Array
    level: Array


class Theme(msgspec.Struct, frozen=True):
    """What matching knows of a theme."""

    parent: int | None
    talk: bool


class Lists(msgspec.Struct, frozen=True):
    """For each of some themes the offers that may serve it, nearest first: one list after another, each from its entry in `begins` to the next."""

    offer: Array
    level: Array
    begins: Array
    talk: Array
    """Whether two have to understand each other for the theme."""


class Finder:
    """Who would find an offer, by place and theme: looked up once, whatever the window and the demand.

    `allied[h, k]` says whether organisations h and k are partners.
    """

    def __init__(self, seekers: Seekers, offers: Offers, near: Near, themes: Mapping[int, Theme], *, allied: Array, areas: int) -> None:
        self._seekers, self._allied, self._areas = seekers, allied, areas
        # The last offer is nobody's and never: it fills lists that are short.
        self._offers = Offers(*(np.append(getattr(offers, name), np.zeros(1, bool)) for name in Offers.__struct_fields__))
        nearest = np.lexsort((near.level, near.a))
        self._near = Near(near.a[nearest], near.b[nearest], near.level[nearest])
        self._begins = np.searchsorted(self._near.a, np.arange(areas + 1))
        self._own = _groups(seekers.place)
        self._row = {theme: row for row, theme in enumerate(themes)}
        self._talk = np.array([about.talk for about in themes.values()], bool)
        self._serving, self._bounds = _sort_by_place(offers, [fits_for(theme, themes) for theme in themes], areas)
        self._found: dict[tuple[int, int], Array] = {}

    def measure_reach(self, active: Array, demand: Mapping[int, Mapping[int, int]]) -> Array:
        """How many active residents of each area would find an offer, averaged over its demand (place → theme → needs); NaN where nobody asks.

        `active` is by person.
        """
        finding = np.full(self._areas, np.nan)
        for place, asked in demand.items():
            own = self._own.get(place)
            if own is None or not asked:
                continue
            self._look_up(place, asked)
            there = active[self._seekers.person[own]]
            total = sum(needs * int(np.count_nonzero(self._found[place, theme] & there)) for theme, needs in asked.items())
            finding[place] = total / sum(asked.values())
        return finding

    def _look_up(self, place: int, asked: Iterable[int]) -> None:
        """Keeps which residents of a place would find an offer for each theme, in the order of the seekers."""
        themes = [theme for theme in asked if (place, theme) not in self._found]
        residents = _choose(self._seekers, self._own[place])
        for start in range(0, len(themes), AT_ONCE):
            some = themes[start : start + AT_ONCE]
            lists = self._list_offers(place, np.array([self._row[theme] for theme in some]))
            for theme, found in zip(some, find_lucky(residents, self._offers, lists, self._allied).T, strict=True):
                self._found[place, theme] = found

    def _list_offers(self, place: int, rows: Array) -> Lists:
        """The offers near a place that may serve the themes of these rows, within the reach of who offers."""
        here = slice(self._begins[place], self._begins[place + 1])
        bounds, areas = self._bounds[rows], self._near.b[here]
        starts = bounds[:, areas].ravel()
        counts = bounds[:, areas + 1].ravel() - starts
        ends = np.cumsum(counts)
        offer = self._serving[np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)]
        level = np.repeat(np.tile(self._near.level[here], len(rows)), counts)
        within = level <= self._offers.reach[offer]
        kept = np.append(0, np.cumsum(within))
        begins = kept[np.append(0, ends)[:: max(len(areas), 1)]] if len(areas) else np.zeros(len(rows) + 1, int)
        return Lists(offer[within], level[within], begins, self._talk[rows])


def fits_for(theme: int, themes: Mapping[int, Theme]) -> list[int]:
    """The themes of offers that serve a need of the theme: itself, its parent, its children."""
    parent = themes[theme].parent
    return sorted({theme, *([parent] if parent is not None else []), *(one for one, about in themes.items() if about.parent == theme)})


def find_lucky(residents: Seekers, offers: Offers, lists: Lists, allied: Array) -> Array:
    """Which of the residents (rows) find at least one offer for which theme (columns); the last of `offers` fits nobody.

    Sixty-four offers are one number, a bit for each: what suits a resident of them is the numbers of what they speak, have time for and reach, cut.
    """
    found = np.zeros((len(residents.person), len(lists.talk)), bool)
    start, width = 0, 1
    while True:
        themes = np.flatnonzero((np.diff(lists.begins) > start * WORD) & ~found.all(axis=0))
        rows = np.flatnonzero(~found[:, themes].all(axis=1))
        if not len(rows):
            return found
        look, level = _read_on(lists, themes, start * WORD, width * WORD, len(offers.slots) - 1)
        talk = np.repeat(lists.talk[themes], width)
        for some in np.split(rows, range(max(ROOM // len(look), 1), len(rows), max(ROOM // len(look), 1))):
            fitting = _compare(_choose(residents, some), _choose(offers, look), level, talk, allied)
            found[np.ix_(some, themes)] |= fitting.reshape(len(some), len(themes), width).any(axis=2)
        start, width = start + width, min(width * 4, LAST_LOOK)


def _read_on(lists: Lists, themes: Array, start: int, width: int, nobody: int) -> tuple[Array, Array]:
    """The next offers of the lists of these themes, a row for each word, and at what level they are; `nobody` where a list has come to its end."""
    at = lists.begins[themes, None] + np.arange(start, start + width)
    there = at < lists.begins[themes + 1, None]
    at = np.where(there, at, 0)
    return np.where(there, lists.offer[at], nobody).reshape(-1, WORD), lists.level[at].reshape(-1, WORD)


def _compare(residents: Seekers, offers: Offers, level: Array, talk: Array, allied: Array) -> Array:
    """Which offers of each word suit each resident, as bits, [resident, word]."""
    fitting = _share(residents.slots, offers.slots)
    fitting &= np.where(talk, _share(residents.tongues, offers.tongues), ALL)
    fitting &= _pack(level <= np.arange(residents.reach.max() + 1)[:, None, None]).take(residents.reach, axis=0)
    sides, side = np.unique(residents.house * 2 + residents.shares, return_inverse=True)
    house, shares = sides[:, None, None] // 2, sides[:, None, None] % 2 == 1
    fitting &= _pack((house == offers.house) | (allied[house, offers.house] & shares & offers.shares)).take(side, axis=0)
    author = find_places(residents.person, offers.person)
    word, bit = np.nonzero(author >= 0)
    np.bitwise_and.at(fitting, (author[word, bit], word), ~(ONE << bit.astype(np.uint64)))
    return fitting


def _share(own: Array, theirs: Array) -> Array:
    """Which numbers of each word have a bit in common with each own number, as bits: looked up byte by byte."""
    own, theirs = (np.ascontiguousarray(one, "<i8")[..., None].view(np.uint8) for one in (own, theirs))
    used = np.flatnonzero(np.bitwise_or.reduce(own, axis=0))
    having = _pack(np.unpackbits(theirs[..., used, None], axis=-1, bitorder="little").transpose(2, 3, 0, 1))
    table = np.zeros((len(used), 256, len(theirs)), np.uint64)
    for bit in range(8):
        np.bitwise_or(table[:, : 1 << bit], having[:, bit, None], out=table[:, 1 << bit : 2 << bit])
    common = np.zeros((len(own), len(theirs)), np.uint64)
    for place, byte in enumerate(used.tolist()):
        common |= table[place].take(own[:, byte], axis=0)
    return common


def _pack(bits: Array) -> Array:
    """Rows of 64 bits as numbers."""
    return np.packbits(np.ascontiguousarray(bits), bitorder="little").view("<u8").reshape(bits.shape[:-1])


def _choose(rows: Rows, which: Array) -> Rows:
    return type(rows)(*(getattr(rows, name)[which] for name in rows.__struct_fields__))


def _groups(place: Array) -> dict[int, Array]:
    """The positions of each area's residents."""
    order = np.argsort(place, kind="stable")
    places, starts = np.unique(place[order], return_index=True)
    return {int(one): rows for one, rows in zip(places, np.split(order, starts[1:]), strict=True) if one >= 0} if len(place) else {}


def _sort_by_place(offers: Offers, serving: Sequence[Sequence[int]], areas: int) -> tuple[Array, Array]:
    """The positions of the offers that serve each theme, by place, one theme after another; and where each theme and place begins among them."""
    known = np.flatnonzero(offers.place >= 0)
    order = known[np.lexsort((offers.place[known], offers.theme[known]))]
    themes = offers.theme[order]
    some: list[Array] = [np.zeros(0, order.dtype)]
    bounds, held = np.zeros((len(serving), areas + 1), np.int64), 0
    for row, own in enumerate(serving):
        mine = np.concatenate([order[slice(*np.searchsorted(themes, (one, one + 1)))] for one in own])
        mine = mine[np.argsort(offers.place[mine], kind="stable")]
        bounds[row] = held + np.searchsorted(offers.place[mine], np.arange(areas + 1))
        some.append(mine)
        held += len(mine)
    return np.concatenate(some), bounds
