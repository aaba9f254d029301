"""The measures of a network, from arrays, for any division into areas.

A person counts in the area where they live; a tie between two areas counts half in each. Persons are numbered from 0; an area is a number
from 0, -1 is outside all areas. Days are numbers. Whoever has a tie in the window was active in it. Everything is computed for all areas at once;
a figure that is not defined is NaN.
"""

import msgspec
import numpy as np

from buurtnet.network.rules.measured import Array
from buurtnet.network.rules.measures_window import Cut, Pairs, list_across


class People(msgspec.Struct, frozen=True):
    """Residents: first language as a number, the last day on which somebody posted, answered or completed (-1 for never), the day they joined."""

    tongue: Array
    seen: Array
    joined: Array


class Lives(msgspec.Struct, frozen=True):
    """What each person did in the window, whatever the division into areas."""

    active: Array
    degree: Array
    """With how many others they have a tie."""
    gave: Array
    """How often they helped."""
    took: Array
    """How often they were helped."""
    across: Array
    """Ties with somebody of another first language."""
    lasting: Array
    """Ties with help in two separate months."""


class Cells(msgspec.Struct, frozen=True):
    """Counts of areas that add up over areas; the words are those of Counts."""

    active: Array
    ends: Array
    touching: Array
    busiest: Array
    """The most ties that somebody who lives there has."""
    top: Array
    without: Array
    kinds: Array
    across: Array
    people_across: Array
    people_within: Array
    both: Array
    helps: Array
    givers: Array
    top_giver: Array
    lasting: Array
    people_lasting: Array
    people_passing: Array


def gather_lives(people: People, cut: Cut, *, since: int, until: int) -> Lives:
    """What the people did from day `since` to day `until`; `cut` holds the ties of these days."""
    degree = _at_ends(people, cut, 1, 1)
    crossing = people.tongue[cut.a] != people.tongue[cut.b]
    return Lives(
        active=((people.seen >= since) & (people.seen <= until)) | (degree > 0),
        degree=degree,
        gave=_at_ends(people, cut, cut.a_gave, cut.b_gave),
        took=_at_ends(people, cut, cut.b_gave, cut.a_gave),
        across=_at_ends(people, cut, crossing, crossing),
        lasting=_at_ends(people, cut, cut.lasting, cut.lasting),
    )


def measure_cells(lives: Lives, cut: Cut, place: Array, areas: int, kinds: Array) -> Cells:
    """The counts of `areas` areas; `place` is each person's area, `kinds` comes from `count_kinds`."""
    home_a, home_b = place[cut.a], place[cut.b]
    busiest = _most(place, lives.degree, areas)
    return Cells(
        active=_count(place, lives.active, areas),
        ends=_sum(place, lives.degree, areas),
        touching=_count(home_a, home_a >= 0, areas) + _count(home_b, home_b != home_a, areas),
        busiest=busiest,
        top=find_top(busiest, lives, list_across(cut, place), place),
        without=_count(place, lives.active & (lives.degree == 0), areas),
        kinds=kinds.sum(axis=1),
        across=_sum(place, lives.across, areas),
        people_across=_count(place, lives.across > 0, areas),
        people_within=_count(place, lives.across < lives.degree, areas),
        both=_count(place, (lives.gave > 0) & (lives.took > 0), areas),
        helps=_sum(place, lives.gave, areas),
        givers=_count(place, lives.gave > 0, areas),
        top_giver=_most(place, lives.gave, areas),
        lasting=_sum(place, lives.lasting, areas),
        people_lasting=_count(place, lives.lasting > 0, areas),
        people_passing=_count(place, lives.lasting < lives.degree, areas),
    )


def lift_cells(own: Cells, above: Array, areas: int, lives: Lives, across: Pairs, place: Array) -> Cells:
    """The counts of areas that consist of those counted: `above` is the area of each of these, -1 for none, and `place` that of each person.

    What adds up is added up, for a country has far fewer neighbourhoods than people; of the ties only those `across` two neighbourhoods are looked at.
    """
    inside = above >= 0
    within = above[inside]
    summed = {name: getattr(own, name) for name in Cells.__struct_fields__ if name not in ("touching", "busiest", "top", "top_giver")}
    added = {name: np.bincount(within, one[inside], minlength=areas).astype(one.dtype) for name, one in summed.items()}
    touching = np.bincount(within, own.touching[inside], minlength=areas).astype(np.int64)
    home, busiest = place[across.a], _most(above, own.busiest, areas)
    return Cells(
        **added,
        touching=touching - _count(home, home == place[across.b], areas),  # They were counted in both neighbourhoods.
        busiest=busiest,
        top=find_top(busiest, lives, across, place),
        top_giver=_most(above, own.top_giver, areas),
    )


def lift_kinds(kinds: Array, above: Array, areas: int) -> Array:
    """The counts of `count_kinds` for areas that consist of those counted."""
    lifted = np.zeros((areas, kinds.shape[1]))
    np.add.at(lifted, above[above >= 0], kinds[above >= 0])
    return lifted


def adult_share(active: Array, adults: Array) -> Array:
    """n / A, the share of the adults who live there that is active; from 0 to 1, NaN where their number is not known. A is the official count."""
    return np.minimum(divide(active, adults), 1)


def mean_degree(ends: Array, active: Array) -> Array:
    """2m / n, ties per active person; from 0 to n - 1 where no tie leaves the area (Wasserman and Faust, Social Network Analysis, 1994, eq. 4.2)."""
    return divide(ends, active)


def density(ends: Array, active: Array) -> Array:
    """2m / (n (n - 1)), the share of all possible ties that exist; from 0 to 1 where no tie leaves the area, and it falls with n by itself.

    Wasserman and Faust 1994, eq. 4.3. A tie to another area counts half here like everywhere.
    """
    return divide(ends, active * (active - 1.0))


def across_languages(across: Array, ends: Array) -> Array:
    """The share of ties between people whose first languages differ, a tie between two areas half in each; from 0 to 1.

    External ties over all ties, with language as the group (Krackhardt and Stern, Social Psychology Quarterly 51, 1988).
    """
    return divide(across, ends)


def without_tie(without: Array, active: Array) -> Array:
    """i / n, the share of active residents who are isolates, with no tie at all; from 0 to 1 (Wasserman and Faust 1994, chapter 4)."""
    return divide(without, active)


def both_ways(both: Array, active: Array) -> Array:
    """b / n, the share of active residents who both helped and were helped, by anybody; from 0 to 1.

    Reciprocity of roles, not of pairs: nobody has to give back to who gave (Gouldner, The norm of reciprocity, American Sociological Review 25, 1960).
    """
    return divide(both, active)


def lasting(kept: Array, ends: Array) -> Array:
    """The share of ties with help in two separate calendar months of the window, a tie between two areas half in each; from 0 to 1.

    Durability as persistence of a tie over periods (Burt, Decay functions, Social Networks 22, 2000).
    """
    return divide(kept, ends)


def effective_themes(kinds: Array) -> Array:
    """exp(-Σ p ln p): how many equally frequent themes would vary as much; from 1 to the number of themes.

    Shannon entropy as an effective number (Hill, Diversity and evenness, Ecology 54, 1973, order 1). `kinds` has a row per area and a
    column per theme; each theme of a tie counts once, half where the tie leaves the area.
    """
    total = kinds.sum(axis=1)
    share = divide(kinds, total[:, None])
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.where(share > 0, share * np.log(share), 0).sum(axis=1)
    return np.where(total > 0, np.exp(entropy), np.nan)


def count_kinds(cut: Cut, place: Array, areas: int) -> Array:
    """Half a count for each end of a tie in an area, by area and theme."""
    width = int(cut.themes.max(initial=0)) + 1
    counted = np.zeros(areas * width)
    homes = place[cut.a].astype(np.int64), place[cut.b].astype(np.int64)
    for column in range(cut.themes.shape[1]):
        some = np.flatnonzero(cut.themes[:, column] > 0)
        for home in homes:
            lived = some[home[some] >= 0]
            counted += 0.5 * np.bincount(home[lived] * width + cut.themes[lived, column], minlength=areas * width)
    return counted.reshape(areas, width)


def find_top(busiest: Array, lives: Lives, across: Pairs, place: Array) -> Array:
    """The most ties with one area that any one person has, wherever that person lives: whether one person makes the whole figure.

    From elsewhere only somebody with more ties than anybody there can have more with the area, by ties that lead out of one: these are among `across`.
    """
    home_a, home_b = place[across.a], place[across.b]
    busy_a, busy_b = (np.append(busiest, 0)[home] < lives.degree[person] for home, person in ((home_b, across.a), (home_a, across.b)))
    leaves = home_a != home_b
    from_a, from_b = leaves & busy_a, leaves & busy_b
    homes, persons = np.concatenate([home_b[from_a], home_a[from_b]]), np.concatenate([across.a[from_a], across.b[from_b]])
    return np.maximum(busiest, count_by(homes, persons, len(busiest))[2])


def count_by(place: Array, person: Array, areas: int) -> tuple[Array, Array, Array]:
    """For rows of persons in areas: how many rows, how many different persons, and the most rows of one person, by area."""
    known = place >= 0
    rows = np.bincount(place[known], minlength=areas)
    persons, top = np.zeros(areas, np.int64), np.zeros(areas, np.int64)
    if known.any():
        width = int(person.max()) + 1
        pairs = np.sort(place[known].astype(np.int64) * width + person[known])
        starts = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1]))
        own = pairs[starts] // width
        persons = np.bincount(own, minlength=areas)
        np.maximum.at(top, own, np.diff(np.append(starts, len(pairs))))
    return rows, persons, top


def divide(over: Array, under: Array) -> Array:
    """The quotient; NaN where nothing is divided by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)


def _at_ends(people: People, cut: Cut, of_a: Array | int, of_b: Array | int) -> Array:
    """By person, the sum over their ties of a number for each end."""
    many = len(people.tongue)
    counted = np.zeros(many, np.int32)
    for end, number in ((cut.a, of_a), (cut.b, of_b)):
        weights = None if np.isscalar(number) else number
        counted += np.bincount(end, weights=weights, minlength=many).astype(np.int32)
    return counted


def _count(place: Array, which: Array, areas: int) -> Array:
    return np.bincount(place[which & (place >= 0)], minlength=areas)


def _sum(place: Array, weights: Array, areas: int) -> Array:
    known = place >= 0
    return np.bincount(place[known], weights=weights[known], minlength=areas).astype(np.int64)


def _most(place: Array, number: Array, areas: int) -> Array:
    most = np.zeros(areas, np.int64)
    known = place >= 0
    np.maximum.at(most, place[known], number[known])
    return most
