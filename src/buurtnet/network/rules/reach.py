"""Reachability: who would find help, if they asked for what their neighbours ask for.

For each active resident and each theme that the area asks for: is there at least one open offer that is compatible as matching.md says: theme
equal, or one the other's parent; within the reach of both; a common language unless the theme needs no talking; a common time; another
author; the same organisation, or a partner's where both agreed to that? The share of residents who would find one, averaged over the themes
as often as they are asked there, is the measure: Σ_t p(t) · |{residents who find one for t}| / n, from 0 to 1. What depends on a person's
history (refusals, keeping away, a month that is full, a checked helper) is left out: it belongs to nobody's area.
"""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from buurtnet.network.rules.measures import Array

FIRST_LOOK = 16
"""How many offers are tried at once to begin with; most people find one among the first. Each next look is four times wider."""


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


class Finder:
    """Who would find an offer, by place and theme: looked up once, whatever the window and the demand.

    `allied[h, k]` says whether organisations h and k are partners.
    """

    def __init__(self, seekers: Seekers, offers: Offers, near: Near, themes: Mapping[int, Theme], *, allied: Array, areas: int) -> None:
        self._seekers, self._offers, self._near, self._themes, self._allied, self._areas = seekers, offers, near, themes, allied, areas
        self._own = _groups(seekers.place)
        self._begins = np.searchsorted(near.a, np.arange(areas + 1))
        self._sorted: dict[int, tuple[Array, Array]] = {}
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
            there = active[self._seekers.person[own]]
            total = sum(needs * int(np.count_nonzero(self.find(place, theme) & there)) for theme, needs in sorted(asked.items()))
            finding[place] = total / sum(asked.values())
        return finding

    def find(self, place: int, theme: int) -> Array:
        """Which residents of a place would find an offer for a theme, in the order of the seekers."""
        if (place, theme) not in self._found:
            if theme not in self._sorted:
                self._sorted[theme] = _sort_by_place(self._offers, fits_for(theme, self._themes), self._areas)
            here = slice(self._begins[place], self._begins[place + 1])
            nearest = np.argsort(self._near.level[here], kind="stable")
            some, levels = _gather(*self._sorted[theme], self._near.b[here][nearest], self._near.level[here][nearest])
            residents = _choose(self._seekers, self._own[place])
            self._found[place, theme] = find_lucky(
                residents, self._offers, some, levels, talk=self._themes[theme].talk, allied=self._allied
            )
        return self._found[place, theme]


def fits_for(theme: int, themes: Mapping[int, Theme]) -> list[int]:
    """The themes of offers that serve a need of the theme: itself, its parent, its children."""
    parent = themes[theme].parent
    return sorted({theme, *([parent] if parent is not None else []), *(one for one, about in themes.items() if about.parent == theme)})


def find_lucky(seekers: Seekers, offers: Offers, some: Array, levels: Array, *, talk: bool, allied: Array) -> Array:
    """Which of the seekers find at least one among the offers `some`, which lie at these levels."""
    within = levels <= offers.reach[some]
    some, levels = some[within], levels[within]
    found = np.zeros(len(seekers.person), bool)
    left, rows, start, width = seekers, np.arange(len(found)), 0, FIRST_LOOK
    while start < some.size:
        look, far = some[start : start + width], levels[start : start + width]
        fits = far <= left.reach[:, None]
        fits &= left.slots[:, None] & offers.slots[look] != 0
        fits &= left.person[:, None] != offers.person[look]
        fits &= _may_meet(left, offers, look, allied)
        if talk:
            fits &= left.tongues[:, None] & offers.tongues[look] != 0
        lucky = fits.any(axis=1)
        found[rows[lucky]] = True
        start, width = start + width, min(width * 4, 4096)
        if start >= some.size or lucky.all():
            break
        left, rows = _choose(left, ~lucky), rows[~lucky]
    return found


def _may_meet(seekers: Seekers, offers: Offers, look: Array, allied: Array) -> Array:
    """Whether two are of the same organisation, or of partners and both agreed to that."""
    same = seekers.house[:, None] == offers.house[look]
    shares = offers.shares[look]
    if not shares.any() or not seekers.shares.any():
        return same
    return same | (allied[seekers.house][:, offers.house[look]] & seekers.shares[:, None] & shares)


def _choose(seekers: Seekers, which: Array) -> Seekers:
    return Seekers(*(getattr(seekers, name)[which] for name in Seekers.__struct_fields__))


def _groups(place: Array) -> dict[int, Array]:
    """The positions of each area's residents."""
    order = np.argsort(place, kind="stable")
    places, starts = np.unique(place[order], return_index=True)
    return {int(one): rows for one, rows in zip(places, np.split(order, starts[1:]), strict=True) if one >= 0} if len(place) else {}


def _sort_by_place(offers: Offers, themes: Sequence[int], areas: int) -> tuple[Array, Array]:
    """The positions of the offers of these themes by place, and where each place begins among them."""
    some = np.flatnonzero(np.isin(offers.theme, themes) & (offers.place >= 0))
    some = some[np.argsort(offers.place[some], kind="stable")]
    return some, np.searchsorted(offers.place[some], np.arange(areas + 1))


def _gather(some: Array, begins: Array, places: Array, levels: Array) -> tuple[Array, Array]:
    """The offers, of those given by place, that lie in the places; and the level of each, in the order of the places."""
    starts = begins[places]
    counts = begins[places + 1] - starts
    shift = np.repeat(starts - np.cumsum(counts) + counts, counts)
    return some[shift + np.arange(len(shift))], np.repeat(levels, counts)
