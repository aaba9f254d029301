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


def measure_reach(
    seekers: Seekers,
    offers: Offers,
    near: Near,
    demand: Mapping[int, Mapping[int, int]],
    themes: Mapping[int, Theme],
    *,
    allied: Array,
    areas: int,
) -> Array:
    """How many residents of each area would find an offer, averaged over its demand (place → theme → needs); NaN where nobody asks.

    `allied[h, k]` says whether organisations h and k are partners.
    """
    found = np.full(areas, np.nan)
    by_place = _groups(seekers.place)
    by_theme = {
        theme: _sorted_by_place(offers, fits_for(theme, themes)) for theme in {theme for asked in demand.values() for theme in asked}
    }
    for place, asked in demand.items():
        own = by_place.get(place)
        if own is None or not asked:
            continue
        here = slice(int(np.searchsorted(near.a, place)), int(np.searchsorted(near.a, place, side="right")))
        total = 0.0
        for theme, needs in sorted(asked.items()):
            some, levels = _gather(offers, by_theme[theme], near.b[here], near.level[here])
            total += needs * count_finding(seekers, own, offers, some, levels, talk=themes[theme].talk, allied=allied)
        found[place] = total / sum(asked.values())
    return found


def fits_for(theme: int, themes: Mapping[int, Theme]) -> list[int]:
    """The themes of offers that serve a need of the theme: itself, its parent, its children."""
    parent = themes[theme].parent
    return sorted({theme, *([parent] if parent is not None else []), *(one for one, about in themes.items() if about.parent == theme)})


def count_finding(seekers: Seekers, own: Array, offers: Offers, some: Array, levels: Array, *, talk: bool, allied: Array) -> int:
    """How many of the seekers `own` find at least one among the offers `some`, which lie at these levels."""
    within = levels <= offers.reach[some]
    some, levels = some[within], levels[within]
    left, found, start, width = own, 0, 0, FIRST_LOOK
    while left.size and start < some.size:
        look, far = some[start : start + width], levels[start : start + width]
        fits = far[None, :] <= seekers.reach[left][:, None]
        fits &= seekers.slots[left][:, None] & offers.slots[look][None, :] != 0
        fits &= seekers.person[left][:, None] != offers.person[look][None, :]
        partners = allied[seekers.house[left]][:, offers.house[look]] & seekers.shares[left][:, None] & offers.shares[look][None, :]
        fits &= partners | (seekers.house[left][:, None] == offers.house[look][None, :])
        if talk:
            fits &= seekers.tongues[left][:, None] & offers.tongues[look][None, :] != 0
        lucky = fits.any(axis=1)
        found += int(lucky.sum())
        left, start, width = left[~lucky], start + width, min(width * 4, 4096)
    return found


def _groups(place: Array) -> dict[int, Array]:
    """The positions of each area's residents."""
    order = np.argsort(place, kind="stable")
    places, starts = np.unique(place[order], return_index=True)
    return {int(one): rows for one, rows in zip(places, np.split(order, starts[1:]), strict=True) if one >= 0} if len(place) else {}


def _sorted_by_place(offers: Offers, themes: Sequence[int]) -> Array:
    """The positions of the offers of these themes, by place."""
    some = np.flatnonzero(np.isin(offers.theme, themes) & (offers.place >= 0))
    return some[np.argsort(offers.place[some], kind="stable")]


def _gather(offers: Offers, some: Array, places: Array, levels: Array) -> tuple[Array, Array]:
    """The offers, of those given by place, that lie in the places; and the level of each, nearest first."""
    nearest = np.argsort(levels, kind="stable")
    places, levels = places[nearest], levels[nearest]
    homes = offers.place[some]
    starts, ends = np.searchsorted(homes, places), np.searchsorted(homes, places, side="right")
    counts = ends - starts
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    return some[np.repeat(starts, counts) + within], np.repeat(levels, counts)
