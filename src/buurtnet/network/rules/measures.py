"""The measures of a network, from arrays, for any division into areas.

A person counts in the area where they live; a tie between two areas counts half in each. Persons are numbered from 0; an area is a number
from 0, -1 is outside all areas. Days are numbers. A tie is in the window where the last help between the two lies in it; whoever has such
a tie was active in it. Everything is computed for all areas at once; a figure that is not defined is NaN.
"""

from typing import Any

import msgspec
import numpy as np

Array = Any
"""A one-dimensional numpy array."""


class People(msgspec.Struct, frozen=True):
    """Residents. `seen` is the last day on which somebody posted, answered or completed, -1 for never."""

    tongue: Array
    """First language, as a number."""
    seen: Array


class Ties(msgspec.Struct, frozen=True):
    """Pairs of people who helped one another; -1 stands for somebody who is nowhere. `themes` has a row for each tie, 0 for none."""

    a: Array
    b: Array
    last: Array
    themes: Array


class Cells(msgspec.Struct, frozen=True, kw_only=True):
    """What the measures are made of, one number per area. The small-number rules judge these, never the rates."""

    active: Array
    """n: active residents."""
    ends: Array
    """2m: ties of the area's residents, counted at each resident."""
    touching: Array
    """Ties with at least one end in the area."""
    top: Array
    """The most ties that one person, of the area or not, has with the area."""
    without: Array
    """Active residents without any tie."""
    kinds: Array
    """Pairs of a tie and a theme, a tie between two areas half in each."""
    themes: Array
    """Effective number of themes."""
    across: Array
    """Ties between people of different first languages, at each resident."""
    people_across: Array
    """Residents with at least one such tie."""
    people_within: Array
    """Residents with at least one tie within their first language."""


def measure_cells(people: People, ties: Ties, place: Array, areas: int, *, since: int, until: int) -> Cells:
    """The cells of `areas` areas for the days from `since` to `until`; `place` is each person's area."""
    ties = _in_window(ties, since, until)
    home_a, home_b = _home(place, ties.a), _home(place, ties.b)
    degree = count_ties(ties, len(place))
    active = ((people.seen >= since) & (people.seen <= until)) | (degree > 0)
    crossing = _differs(people.tongue, ties)
    kinds = _kinds(ties, home_a, home_b, areas)
    return Cells(
        active=_count(place, active, areas),
        ends=_sum(place, degree, areas),
        touching=_sum(home_a, 1, areas) + _sum(np.where(home_a == home_b, -1, home_b), 1, areas),
        top=find_top(ties, home_a, home_b, areas),
        without=_count(place, active & (degree == 0), areas),
        kinds=kinds.sum(axis=1),
        themes=effective_themes(kinds),
        across=_sum(home_a, crossing, areas) + _sum(home_b, crossing, areas),
        people_across=_people_with(ties, crossing, place, areas),
        people_within=_people_with(ties, ~crossing, place, areas),
    )


def count_ties(ties: Ties, people: int) -> Array:
    """The degree of each person: with how many others they have a tie (Wasserman and Faust, Social Network Analysis, 1994, p. 100)."""
    return np.bincount(ties.a[ties.a >= 0], minlength=people) + np.bincount(ties.b[ties.b >= 0], minlength=people)


def mean_degree(ends: Array, active: Array) -> Array:
    """2m / n, ties per active person; from 0 to n - 1 where no tie leaves the area (Wasserman and Faust 1994, eq. 4.2)."""
    return _divide(ends, active)


def density(ends: Array, active: Array) -> Array:
    """2m / (n (n - 1)), the share of all possible ties that exist; from 0 to 1 where no tie leaves the area, and it falls with n by itself.

    Wasserman and Faust 1994, eq. 4.3. A tie to another area counts half here like everywhere.
    """
    return _divide(ends, active * (active - 1.0))


def effective_themes(kinds: Array) -> Array:
    """exp(-Σ p ln p): how many equally frequent themes would vary as much; from 1 to the number of themes.

    Shannon entropy as an effective number (Hill, Diversity and evenness, Ecology 54, 1973, order 1). `kinds` has a row per area and a
    column per theme; each theme of a tie counts once, half where the tie leaves the area.
    """
    total = kinds.sum(axis=1)
    share = _divide(kinds, total[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(share > 0, share * np.log(share), 0).sum(axis=1)
    return np.where(total > 0, np.exp(entropy), np.nan)


def find_top(ties: Ties, home_a: Array, home_b: Array, areas: int) -> Array:
    """The most ties with one area that any one person has, wherever that person lives: whether one person makes the whole figure."""
    leaves = home_a != home_b
    homes = np.concatenate([home_a, home_a, home_b[leaves], home_b[leaves]])
    persons = np.concatenate([ties.a, ties.b, ties.a[leaves], ties.b[leaves]])
    known = (homes >= 0) & (persons >= 0)
    top = np.zeros(areas, np.int64)
    if known.any():
        width = int(persons.max()) + 1
        pairs, counts = np.unique(homes[known].astype(np.int64) * width + persons[known], return_counts=True)
        np.maximum.at(top, pairs // width, counts)
    return top


def median_by(place: Array, values: Array, areas: int) -> Array:
    """The median of the values of each area; NaN where there is none."""
    known = place >= 0
    place, values = place[known], values[known]
    order = np.lexsort((values, place))
    place, values = place[order], values[order]
    starts = np.searchsorted(place, np.arange(areas))
    counts = np.bincount(place, minlength=areas)
    middle = np.full(areas, np.nan)
    some = counts > 0
    low, high = starts[some] + (counts[some] - 1) // 2, starts[some] + counts[some] // 2
    middle[some] = (values[low] + values[high]) / 2
    return middle


def count_by(place: Array, person: Array, areas: int) -> tuple[Array, Array, Array]:
    """For rows of persons in areas: how many rows, how many different persons, and the most rows of one person, by area."""
    known = place >= 0
    rows = np.bincount(place[known], minlength=areas)
    persons, top = np.zeros(areas, np.int64), np.zeros(areas, np.int64)
    if known.any():
        width = int(person.max()) + 1
        pairs, counts = np.unique(place[known].astype(np.int64) * width + person[known], return_counts=True)
        persons = np.bincount(pairs // width, minlength=areas)
        np.maximum.at(top, pairs // width, counts)
    return rows, persons, top


def wilson(share: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The interval of 95 % of a share of n (Wilson, Journal of the American Statistical Association 22, 1927); within 0 and 1."""
    if n <= 0:
        return 0.0, 1.0
    middle = share + z * z / (2 * n)
    spread = z * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, (middle - spread) / (1 + z * z / n)), min(1.0, (middle + spread) / (1 + z * z / n))


def _in_window(ties: Ties, since: int, until: int) -> Ties:
    inside = (ties.last >= since) & (ties.last <= until)
    return Ties(ties.a[inside], ties.b[inside], ties.last[inside], ties.themes[inside])


def _home(place: Array, person: Array) -> Array:
    """The area of each end of a tie, -1 where the person is nowhere."""
    return np.where(person >= 0, place[person], -1) if len(place) else np.full(len(person), -1)


def _differs(tongue: Array, ties: Ties) -> Array:
    """Whether both ends are known and their first languages differ."""
    known = (ties.a >= 0) & (ties.b >= 0)
    return known & (tongue[ties.a] != tongue[ties.b]) if len(tongue) else known


def _kinds(ties: Ties, home_a: Array, home_b: Array, areas: int) -> Array:
    """Half a count for each end of a tie in an area, by area and theme."""
    width = int(ties.themes.max(initial=0)) + 1
    counted = np.zeros(areas * width)
    for column in range(ties.themes.shape[1]):
        theme = ties.themes[:, column].astype(np.int64)
        for home in (home_a, home_b):
            some = (theme > 0) & (home >= 0)
            counted += 0.5 * np.bincount(home[some] * width + theme[some], minlength=areas * width)
    return counted.reshape(areas, width)


def _people_with(ties: Ties, which: Array, place: Array, areas: int) -> Array:
    """How many residents of each area have at least one of these ties."""
    has = np.zeros(len(place), bool)
    for end in (ties.a[which], ties.b[which]):
        has[end[end >= 0]] = True
    return _count(place, has, areas)


def _count(place: Array, which: Array, areas: int) -> Array:
    return np.bincount(place[which & (place >= 0)], minlength=areas)


def _sum(place: Array, weights: Array | int, areas: int) -> Array:
    known = place >= 0
    weight = None if np.isscalar(weights) else np.asarray(weights)[known]
    return np.bincount(place[known], weights=weight, minlength=areas)


def _divide(over: Array, under: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)
