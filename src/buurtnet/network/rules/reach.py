"""Reachability: who would find help, if they asked for what their neighbours ask for.

For each active resident and each theme that the area asks for: is there at least one open offer that is compatible as matching.md says: theme
equal, or one the other's parent; within the reach of both; a common language unless the theme needs no talking; a common time; another
author; the same organisation, or a partner's where both agreed to that? The share of residents who would find one, averaged over the themes
as often as they are asked there, is the measure: Σ_t p(t) · |{residents who find one for t}| / n, from 0 to 1. What depends on a person's
history (refusals, keeping away, a month that is full, a checked helper) is left out: it belongs to nobody's area.
"""

from collections.abc import Iterable, Mapping, Sequence
from threading import Lock

import msgspec
import numpy as np

from buurtnet.kit.arrays import find_distinct
from buurtnet.network.rules.bits import TABLE, pack, share, share_bytes
from buurtnet.network.rules.measures import Array

WORD, ALL, ONE = 64, np.uint64(2**64 - 1), np.uint64(1)
LAST_LOOK = 64
"""Words of offers that are looked at together at most: first one, as most people find an offer among the nearest, then up to four times as many each time."""
ROOM = 1 << 19
"""Residents, offers and entries of tables held at once."""


class Seekers(msgspec.Struct, frozen=True):
    """Residents by number, who could each ask."""

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
    """Open offers with room; `person` is the author's number among the residents, any other number for somebody who is none."""

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


class Own(msgspec.Struct, frozen=True):
    """What residents who offer something themselves meet of their own: the pair, and the place of the offer in the list of what is asked."""

    pair: Array
    at: Array


class Finder:
    """Who would find an offer, by place and theme: looked up once, whatever the window and the demand.

    Residents of a place who speak the same, have the same times, reach and organisation find the same: they are one kind. Only somebody who offers what
    is asked is looked at apart, for they may have nobody but themselves. `allied[h, k]` says whether organisations h and k are partners.
    """

    def __init__(self, seekers: Seekers, offers: Offers, near: Near, themes: Mapping[int, Theme], *, allied: Array, areas: int) -> None:
        sides, side = np.unique(seekers.house * 2 + seekers.shares, return_inverse=True)
        self._kind, first = _sort_out(seekers.place, side, seekers.reach, seekers.tongues, seekers.slots)
        self._begins = np.searchsorted(seekers.place[first], np.arange(areas + 1))
        self._side, self._reach = side[first], seekers.reach[first]
        self._houses, self._sharing, self._allied = sides // 2, sides % 2 == 1, allied
        resident = (offers.person >= 0) & (offers.person < len(seekers.place))
        self._lives = np.full(len(offers.person), -1)
        self._lives[resident] = seekers.place[offers.person[resident]]
        # The last offer is nobody's and never: it fills lists that are short.
        self._offers = Offers(*(np.append(getattr(offers, name), np.zeros(1, bool)) for name in Offers.__struct_fields__))
        self._slots, self._offered_slots = share_bytes(seekers.slots[first], self._offers.slots)
        self._tongues, self._offered_tongues = share_bytes(seekers.tongues[first], self._offers.tongues)
        nearest = np.lexsort((near.level, near.a))
        self._near = Near(near.a[nearest], near.b[nearest], near.level[nearest])
        self._areas, self._around = areas, np.searchsorted(self._near.a, np.arange(areas + 1))
        self._row = {theme: row for row, theme in enumerate(themes)}
        self._talk = np.array([about.talk for about in themes.values()], bool)
        self._serving, self._bounds = _sort_by_place(offers, [fits_for(theme, themes) for theme in themes], areas)
        self._looking = Lock()
        self._number: dict[tuple[int, int], int] = {}
        self._lucky: list[Array] = []
        self._alone: list[tuple[Array, Array]] = []

    def measure_reach(self, active: Array, demand: Mapping[int, Mapping[int, int]]) -> Array:
        """How many active residents of each area would find an offer, averaged over its demand (place → theme → needs); NaN where nobody asks.

        `active` is by person.
        """
        self.look_up((place, theme) for place, asked in demand.items() for theme in asked)
        there = np.bincount(self._kind[active], minlength=len(self._reach))
        asked_for, alone = (np.concatenate(column) for column in zip((np.zeros(0, int),) * 2, *self._alone, strict=True))
        less = np.bincount(asked_for, weights=active[alone], minlength=len(self._lucky))
        finding = np.full(self._areas, np.nan)
        for place, asked in demand.items():
            own = slice(self._begins[place], self._begins[place + 1])
            if asked and own.start < own.stop:
                numbers = [self._number[place, theme] for theme in asked]
                lucky = np.array([self._lucky[number] for number in numbers]) @ there[own] - less[numbers]
                finding[place] = lucky @ np.array([*asked.values()]) / sum(asked.values())
        return finding

    def look_up(self, asked: Iterable[tuple[int, int]]) -> None:
        """Keeps which kinds of residents of a place would find an offer for a theme, for each of these pairs that is not known yet, and who would but for
        what they offer themselves. Several windows may ask at the same time."""
        with self._looking:
            self._look_up(asked)

    def _look_up(self, asked: Iterable[tuple[int, int]]) -> None:
        fresh = [one for one in dict.fromkeys(asked) if one not in self._number]
        if not fresh:
            return
        self._number |= {one: number for number, one in enumerate(fresh, len(self._lucky))}
        place, row = np.array([one for one, _ in fresh]), np.array([self._row[theme] for _, theme in fresh])
        taken = np.cumsum(self._begins[place + 1] - self._begins[place] + self._count_near()[row, place] + TABLE)
        for some in np.split(np.arange(len(fresh)), np.flatnonzero(np.diff(taken // ROOM)) + 1):
            here = self._list_offers(place[some], row[some])
            many = self._begins[here.place + 1] - self._begins[here.place]
            pairs = Pairs(_spread(self._begins[here.place], many), np.repeat(np.arange(len(some)), many))
            begins, lucky = np.append(0, np.cumsum(many)), self._find_lucky(here, pairs)
            which, alone = self._find_alone(here, begins, lucky)
            self._alone.append((which + len(self._lucky), alone))
            self._lucky += np.split(lucky, begins[1:-1])

    def _find_alone(self, asked: Asked, begins: Array, lucky: Array) -> tuple[Array, Array]:
        """Who is of a kind that finds an offer and finds none but their own: for each the position of what is asked, and the person."""
        which = np.repeat(np.arange(len(asked.place)), np.diff(asked.begins))
        own = np.flatnonzero(self._lives[asked.offer] == asked.place[which])
        which, person = which[own], self._offers.person[asked.offer[own]]
        kind = self._kind[person]
        met = lucky[begins[which] + kind - self._begins[asked.place[which]]]
        own, which, person, kind = own[met], which[met], person[met], kind[met]
        names = which * len(self._kind) + person
        pairs = find_distinct(names)
        at = np.searchsorted(pairs, names)
        kinds, asks = np.zeros((2, len(pairs)), int)
        kinds[at], asks[at] = kind, which
        alone = ~self._find_lucky(asked, Pairs(kinds, asks), Own(at, own - asked.begins[which]))
        return asks[alone], pairs[alone] % max(len(self._kind), 1)

    def _count_near(self) -> Array:
        """How many offers there are near each place that may serve each theme."""
        return np.stack([np.diff(np.append(0, np.cumsum(np.diff(own)[self._near.b]))[self._around]) for own in self._bounds])

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

    def _find_lucky(self, asked: Asked, pairs: Pairs, own: Own | None = None) -> Array:
        """Which kinds of the pairs find at least one offer for what is asked, beside their own.

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
            if own is not None:
                _leave_own(fitting, still, own, start)
            found[still] = fitting.any(axis=1)
            start, width = start + width, min(width * 4, LAST_LOOK)
        return found

    def _compare(self, kind: Array, words: Array, offer: Array, level: Array, talk: Array) -> Array:
        """Which offers of each of its words suit each kind, as bits, [kind, word]."""
        fitting = share(self._slots, kind, words, self._offered_slots[:, offer])
        if talk.any():
            fitting &= np.where(talk[words], share(self._tongues, kind, words, self._offered_tongues[:, offer]), ALL)
        reach, side = self._reach[kind, None], self._side[kind, None]
        fitting &= pack(level <= np.arange(reach.max() + 1)[:, None, None])[reach, words]
        sides = np.flatnonzero(np.bincount(side.ravel()))
        house, shares = self._houses[sides, None, None], self._sharing[sides, None, None]
        theirs = self._offers.house[offer]
        meeting = pack((house == theirs) | (self._allied[house, theirs] & shares & self._offers.shares[offer]))
        fitting &= meeting[np.searchsorted(sides, side), words]
        return fitting


def _leave_own(fitting: Array, still: Array, own: Own, start: int) -> None:
    """Takes from each pair its own among the offers that are looked at, from word `start` on."""
    word, at = own.at // WORD - start, np.minimum(np.searchsorted(still, own.pair), len(still) - 1)
    here = (word >= 0) & (word < fitting.shape[1]) & (still[at] == own.pair)
    np.bitwise_and.at(fitting, (at[here], word[here]), ~(ONE << (own.at[here] % WORD).astype(np.uint64)))


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
