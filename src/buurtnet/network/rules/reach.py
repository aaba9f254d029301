"""Reachability: who would find help, if they asked for what their neighbours ask for.

For each active resident and each theme that the area asks for: is there at least one open offer that is compatible as matching.md says: theme
equal, or one the other's parent; within the reach of both; a common language unless the theme needs no talking; a common time; another
author; the same organisation, or a partner's where both agreed to that? The share of residents who would find one, averaged over the themes
as often as they are asked there, is the measure: Σ_t p(t) · |{residents who find one for t}| / n, from 0 to 1. What depends on a person's
history (refusals, keeping away, a month that is full, a checked helper) is left out: it belongs to nobody's area.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np

from buurtnet.kit.arrays import find_distinct
from buurtnet.network.rules.measures import Array

WORD, ALL, ONE = 64, np.uint64(2**64 - 1), np.uint64(1)
LAST_LOOK = 64
"""Words of offers that are looked at together at most: first one, as most people find an offer among the nearest, then up to four times as many each time."""
TABLE = 256
ROOM = 1 << 19
"""Residents, offers and entries of tables held at once."""


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


class Near(msgspec.Struct, frozen=True):
    """Which areas are how near to which, sorted by `a`, each with itself."""

    a: Array
    b: Array
    level: Array


class Theme(msgspec.Struct, frozen=True):
    """What matching knows of a theme."""

    parent: int | None
    talk: bool


class Asked(msgspec.Struct, frozen=True):
    """Some pairs of a place and a theme that is asked there: for each the place, the row of the theme, and the offers that may serve it, nearest first: one
    list after another, each from its entry in `begins` to the next."""

    place: Array
    row: Array
    offer: Array
    level: Array
    begins: Array


class Pairs(msgspec.Struct, frozen=True):
    """Kinds of residents and what is asked where they live: for each pair the number of the kind, and the position of what is asked."""

    kind: Array
    asked: Array
    begins: Array
    """Where the kinds of each begin among the pairs."""


class Finder:
    """Who would find an offer, by place and theme: looked up once, whatever the window and the demand.

    Residents of a place who speak the same, have the same times, reach and organisation, and offer nothing themselves, find the same: they are one kind.
    `allied[h, k]` says whether organisations h and k are partners.
    """

    def __init__(self, seekers: Seekers, offers: Offers, near: Near, themes: Mapping[int, Theme], *, allied: Array, areas: int) -> None:
        sides, side = np.unique(seekers.house * 2 + seekers.shares, return_inverse=True)
        author = np.where(np.isin(seekers.person, offers.person), seekers.person, -1)
        self._kind, first = _sort_out(seekers.place, side, seekers.reach, seekers.tongues, seekers.slots, author)
        self._person, self._begins = seekers.person, np.searchsorted(seekers.place[first], np.arange(areas + 1))
        self._side, self._reach = side[first], seekers.reach[first]
        self._houses, self._sharing, self._allied = sides // 2, sides % 2 == 1, allied
        # The last offer is nobody's and never: it fills lists that are short.
        self._offers = Offers(*(np.append(getattr(offers, name), np.zeros(1, bool)) for name in Offers.__struct_fields__))
        self._author = np.append(_find_authors(author[first], offers.person), -1)
        self._slots, self._offered_slots = _share_bytes(seekers.slots[first], self._offers.slots)
        self._tongues, self._offered_tongues = _share_bytes(seekers.tongues[first], self._offers.tongues)
        nearest = np.lexsort((near.level, near.a))
        self._near = Near(near.a[nearest], near.b[nearest], near.level[nearest])
        self._areas, self._around = areas, np.searchsorted(self._near.a, np.arange(areas + 1))
        self._row = {theme: row for row, theme in enumerate(themes)}
        self._talk = np.array([about.talk for about in themes.values()], bool)
        self._serving, self._bounds = _sort_by_place(offers, [fits_for(theme, themes) for theme in themes], areas)
        self._found: dict[tuple[int, int], Array] = {}

    def measure_reach(self, active: Array, demand: Mapping[int, Mapping[int, int]]) -> Array:
        """How many active residents of each area would find an offer, averaged over its demand (place → theme → needs); NaN where nobody asks.

        `active` is by person.
        """
        self.look_up((place, theme) for place, asked in demand.items() for theme in asked)
        there = np.bincount(self._kind[active[self._person]], minlength=len(self._reach))
        finding = np.full(self._areas, np.nan)
        for place, asked in demand.items():
            own = slice(self._begins[place], self._begins[place + 1])
            if asked and own.start < own.stop:
                lucky = np.array([self._found[place, theme] for theme in asked]) @ there[own]
                finding[place] = lucky @ np.array([*asked.values()]) / sum(asked.values())
        return finding

    def look_up(self, asked: Iterable[tuple[int, int]]) -> None:
        """Keeps which residents of a place would find an offer for a theme, for each of these pairs that is not known yet."""
        fresh = [one for one in dict.fromkeys(asked) if one not in self._found]
        if not fresh:
            return
        place, row = np.array([one for one, _ in fresh]), np.array([self._row[theme] for _, theme in fresh])
        taken = np.cumsum(self._begins[place + 1] - self._begins[place] + self._count_near()[row, place] + TABLE)
        for some in np.split(np.arange(len(fresh)), np.flatnonzero(np.diff(taken // ROOM)) + 1):
            pairs = self._pair(place[some])
            found, begins = self._find_lucky(self._list_offers(place[some], row[some]), pairs), pairs.begins.tolist()
            for number, one in enumerate(some.tolist()):
                self._found[fresh[one]] = found[begins[number] : begins[number + 1]]

    def _count_near(self) -> Array:
        """How many offers there are near each place that may serve each theme."""
        return np.stack([np.diff(np.append(0, np.cumsum(np.diff(own)[self._near.b]))[self._around]) for own in self._bounds])

    def _pair(self, place: Array) -> Pairs:
        many = self._begins[place + 1] - self._begins[place]
        return Pairs(_spread(self._begins[place], many), np.repeat(np.arange(len(place)), many), np.append(0, np.cumsum(many)))

    def _list_offers(self, place: Array, row: Array) -> Asked:
        """The offers near each place that may serve the theme of this row, within the reach of who offers."""
        around = self._around[place + 1] - self._around[place]
        near = _spread(self._around[place], around)
        theme, area = np.repeat(row, around), self._near.b[near]
        starts = self._bounds[theme, area]
        counts = self._bounds[theme, area + 1] - starts
        offer, level = self._serving[_spread(starts, counts)], np.repeat(self._near.level[near], counts)
        within = level <= self._offers.reach[offer]
        kept, ends = np.append(0, np.cumsum(within)), np.append(0, np.cumsum(counts))
        return Asked(place, row, offer[within], level[within], kept[ends[np.append(0, np.cumsum(around))]])

    def _find_lucky(self, asked: Asked, pairs: Pairs) -> Array:
        """Which kinds of the pairs find at least one offer for what is asked.

        Sixty-four offers are one number, a bit for each: what suits a resident of them is the numbers of what they speak, have time for and reach, cut.
        """
        found, many = np.zeros(len(pairs.kind), bool), np.diff(asked.begins)
        start, width = 0, 1
        while len(still := np.flatnonzero(~found & (many > start * WORD)[pairs.asked])):
            width = max(min(width, ROOM // len(still)), 1)
            these = np.flatnonzero(np.bincount(pairs.asked[still]))
            at = np.zeros(len(many), int)
            at[these] = np.arange(len(these)) * width
            words = at[pairs.asked[still], None] + np.arange(width)
            offer, level = _read_on(asked, these, start, width, len(self._offers.slots) - 1)
            fitting = self._compare(pairs.kind[still], words, offer, level, np.repeat(self._talk[asked.row[these]], width))
            self._leave_own(fitting, still, pairs, np.repeat(these, width), offer, asked.place)
            found[still] = fitting.any(axis=1)
            start, width = start + width, min(width * 4, LAST_LOOK)
        return found

    def _compare(self, kind: Array, words: Array, offer: Array, level: Array, talk: Array) -> Array:
        """Which offers of each of its words suit each kind, as bits, [kind, word]."""
        fitting = _share(self._slots, kind, words, self._offered_slots[:, offer])
        if talk.any():
            fitting &= np.where(talk[words], _share(self._tongues, kind, words, self._offered_tongues[:, offer]), ALL)
        reach, side = self._reach[kind, None], self._side[kind, None]
        fitting &= _pack(level <= np.arange(reach.max() + 1)[:, None, None])[reach, words]
        sides = np.flatnonzero(np.bincount(side.ravel()))
        house, shares = self._houses[sides, None, None], self._sharing[sides, None, None]
        theirs = self._offers.house[offer]
        meeting = _pack((house == theirs) | (self._allied[house, theirs] & shares & self._offers.shares[offer]))
        fitting &= meeting[np.searchsorted(sides, side), words]
        return fitting

    def _leave_own(self, fitting: Array, still: Array, pairs: Pairs, asked: Array, offer: Array, place: Array) -> None:
        """Takes from each resident what they offer themselves; `asked` is what each word of offers is for."""
        author, first = self._author[offer], self._begins[place[asked], None]
        word, bit = np.nonzero((author >= first) & (author < self._begins[place[asked] + 1, None]))
        pair = pairs.begins[asked[word]] + author[word, bit] - first[word, 0]
        at = np.minimum(np.searchsorted(still, pair), len(still) - 1)
        there = still[at] == pair
        word, bit, at = word[there], bit[there], at[there]
        np.bitwise_and.at(fitting, (at, word % fitting.shape[1]), ~(ONE << bit.astype(np.uint64)))


def fits_for(theme: int, themes: Mapping[int, Theme]) -> list[int]:
    """The themes of offers that serve a need of the theme: itself, its parent, its children."""
    parent = themes[theme].parent
    return sorted({theme, *([parent] if parent is not None else []), *(one for one, about in themes.items() if about.parent == theme)})


def _read_on(asked: Asked, these: Array, start: int, width: int, nobody: int) -> tuple[Array, Array]:
    """The next offers of these lists, a row for each word, and at what level they are; `nobody` where a list has come to its end."""
    at = asked.begins[these, None] + np.arange(start * WORD, (start + width) * WORD)
    there = at < asked.begins[these + 1, None]
    at = np.where(there, at, 0)
    return np.where(there, asked.offer[at], nobody).reshape(-1, WORD), asked.level[at].reshape(-1, WORD)


def _share_bytes(own: Array, theirs: Array) -> tuple[Array, Array]:
    """Numbers of bits byte by byte, `[byte, number]`, with the bits alone that both sides have."""
    both = int(np.bitwise_or.reduce(own, initial=0)) & int(np.bitwise_or.reduce(theirs, initial=0))
    used = [bit for bit in range(both.bit_length()) if both >> bit & 1]
    return _gather_bits(own, used), _gather_bits(theirs, used)


def _gather_bits(numbers: Array, used: Sequence[int]) -> Array:
    gathered = np.zeros((max(-(-len(used) // 8), 1), len(numbers)), np.uint8)
    for place, bit in enumerate(used):
        gathered[place // 8] |= ((numbers >> bit & 1) << place % 8).astype(np.uint8)
    return gathered


def _share(own: Array, kind: Array, words: Array, theirs: Array) -> Array:
    """Which numbers of its words have a bit in common with each kind's, as bits: looked up byte by byte."""
    common = np.zeros(words.shape, np.uint64)
    rows = words * TABLE
    for byte, offered in zip(own, theirs, strict=True):
        having = _pack(np.unpackbits(offered[..., None], axis=-1, bitorder="little").transpose(2, 0, 1))
        table = np.zeros((offered.shape[0], TABLE), np.uint64)
        for bit in range(8):
            np.bitwise_or(table[:, : 1 << bit], having[bit, :, None], out=table[:, 1 << bit : 2 << bit])
        common |= table.ravel().take(rows + byte[kind, None])
    return common


def _pack(bits: Array) -> Array:
    """Rows of 64 bits as numbers."""
    return np.packbits(np.ascontiguousarray(bits), bitorder="little").view("<u8").reshape(bits.shape[:-1])


def _spread(starts: Array, counts: Array) -> Array:
    """The numbers from each start on, as many as are counted, one after another."""
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def _sort_out(*columns: Array) -> tuple[Array, Array]:
    """The number of each row's kind, of rows that are equal in all columns, in the order of the first; and the first row of each kind."""
    kind = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        known = find_distinct(column)
        kind = kind * len(known) + np.searchsorted(known, column)
        if column is not columns[0]:  # What is counted anew stays small enough to be multiplied.
            kind = np.searchsorted(find_distinct(kind), kind)
    first = np.zeros(int(kind.max(initial=-1)) + 1, np.int64)
    first[kind] = np.arange(len(kind))
    return kind, first


def _find_authors(kinds: Array, authors: Array) -> Array:
    """The number of each author's kind, of which nobody else is; -1 for somebody who is no resident. `kinds` says whose each is, -1 for nobody's."""
    place = np.full(max(int(kinds.max(initial=-1)), int(authors.max(initial=-1))) + 2, -1, np.int32)
    place[kinds] = np.arange(len(kinds))
    place[-1] = -1
    return place[authors]


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
