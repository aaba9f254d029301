"""Which ties and which helps lie in a window, as far as it is known.

A tie tells its first and its last day, how often each helped the other in all its time, and its themes. Where all of it lies in the window that is
everything. Where it reaches over an edge, the completed matches in the window tell; where these are no longer kept, only what is certain counts: a help
on the first day or the last, given by whoever is the only one that ever helped.
"""

import msgspec
import numpy as np

from buurtnet.kit.arrays import find_places
from buurtnet.network.rules.measured import Array

EPOCH = np.datetime64("2000-01-01")
"""Day 0."""


class Ties(msgspec.Struct, frozen=True):
    """Pairs of residents who helped one another, over all time: persons by number, days by number; `themes` has a row for each tie, 0 for none."""

    a: Array
    b: Array
    first: Array
    last: Array
    a_gave: Array
    b_gave: Array
    themes: Array


class Helps(msgspec.Struct, frozen=True):
    """Completed matches in a window, of ties that reach over one of its edges; `tie` is the tie's row."""

    tie: Array
    day: Array
    by_a: Array
    theme: Array


class Pairs(msgspec.Struct, frozen=True):
    """Two who have a tie."""

    a: Array
    b: Array


class Cut(Pairs, frozen=True):
    """The ties with a help in the window: how often each helped the other in it, and whether they did in two separate months."""

    a_gave: Array
    b_gave: Array
    lasting: Array
    themes: Array


def over_edge(ties: Ties, since: int, until: int) -> Array:
    """Whether a tie lies partly in the window, and partly outside it."""
    return (ties.first <= until) & (ties.last >= since) & ((ties.first < since) | (ties.last > until))


def cut_ties(ties: Ties, helps: Helps, since: int, until: int) -> Cut:
    """The ties from day `since` to day `until`; a tie of which no help is certain to lie in the window is left out."""
    many = len(ties.a)
    edge = over_edge(ties, since, until)
    inside = (helps.day >= since) & (helps.day <= until) & edge[helps.tie]
    tie, by_a = helps.tie[inside], helps.by_a[inside]
    by_a_count, by_b_count = np.bincount(tie[by_a], minlength=many), np.bincount(tie[~by_a], minlength=many)
    told = by_a_count + by_b_count > 0
    certain = edge & ~told & ((ties.first >= since) | (ties.last <= until))
    kept = np.flatnonzero(((ties.first >= since) & (ties.last <= until)) | told | certain)
    told, certain = told[kept], certain[kept]
    a_gave, b_gave = ties.a_gave[kept], ties.b_gave[kept]
    lasting = np.where(told | certain, False, _month(ties.first[kept]) != _month(ties.last[kept]))
    lasting[told] = _in_two_months(tie, helps.day[inside], many)[kept][told]
    return Cut(
        a=ties.a[kept],
        b=ties.b[kept],
        a_gave=np.where(told, by_a_count[kept], np.where(certain, b_gave == 0, a_gave)).astype(np.int32),
        b_gave=np.where(told, by_b_count[kept], np.where(certain, a_gave == 0, b_gave)).astype(np.int32),
        lasting=lasting,
        themes=_themes_in(ties.themes, kept, told, tie, helps.theme[inside]),
    )


def list_across(cut: Cut, home: Array) -> Pairs:
    """The ties that are not between two of one neighbourhood: all that can lead out of areas that consist of neighbourhoods."""
    across = np.flatnonzero(home[cut.a] != home[cut.b])
    return Pairs(cut.a[across], cut.b[across])


def _month(day: Array) -> Array:
    """The month of each day, as a number, from a table: NumPy's calendar takes as long for one day as a look-up for twenty."""
    first = int(day.min(initial=0))
    days = np.arange(first, int(day.max(initial=0)) + 1)
    return (EPOCH + days.astype("timedelta64[D]")).astype("datetime64[M]").astype(np.int32)[day - first]


def _in_two_months(tie: Array, day: Array, many: int) -> Array:
    month = _month(day)
    least, most = np.full(many, 2**30, np.int32), np.full(many, -(2**30), np.int32)
    np.minimum.at(least, tie, month)
    np.maximum.at(most, tie, month)
    return most > least


def _themes_in(themes: Array, kept: Array, told: Array, tie: Array, theme: Array) -> Array:
    """The themes of the kept ties; of those whose helps are told, the themes of these helps, unless the tie never carried them."""
    found = themes[kept]
    rows = np.flatnonzero(told)
    own, at = found[rows], find_places(kept[rows], tie)
    stays = np.zeros(own.shape, bool)
    for column in range(themes.shape[1]):
        same = (own[at, column] == theme) & (theme > 0)
        stays[at[same], column] = True
    found[rows] = np.where(stays, own, 0)
    return found
