"""What may be shown outside the desk: the small-number rules of privacy.md, over the cells that the measures are made of.

1. No figure from fewer than 10 persons, nor where those on the other side of a share are fewer than 10 (the complement).
2. A measure of ties needs 10 persons and 10 ties, and no person with more than half of the ties.
3. Counts are rounded to 5, rates are made from rounded counts.
4. Nothing by subtraction: what the suppressed neighbourhoods of a municipality are together obeys rules 1 and 2 as well, and there are at
   least two of them; else the smallest of the shown ones is suppressed too, and at last the municipality.
5. Where the number of active people is suppressed, every other measure that tells it is suppressed as well.
"""

from collections.abc import Callable, Sequence

import numpy as np

from buurtnet.network.rules import measures
from buurtnet.network.rules.measured import Array, Counts
from buurtnet.network.schemas import Measure

FLOOR = 10
ROUND = 5


Rule = Callable[[Counts], Array]


def _enough_people(c: Counts) -> Array:
    known = ~np.isnan(c.adults)
    return (c.active >= FLOOR) & (~known | (np.nan_to_num(c.adults) - c.active >= FLOOR))


def _enough_adults(c: Counts) -> Array:
    return _enough_people(c) & ~np.isnan(c.adults)


def _enough_ties(c: Counts) -> Array:
    return (c.active >= FLOOR) & (c.ends >= 2 * FLOOR) & (2 * c.top <= c.touching)


def _enough_kinds(c: Counts) -> Array:
    return _enough_ties(c) & (c.kinds >= FLOOR)


def _enough_across(c: Counts) -> Array:
    return _enough_ties(c) & (c.people_across >= FLOOR) & (c.people_within >= FLOOR)


def _enough_without(c: Counts) -> Array:
    return _enough_ties(c) & (c.without >= FLOOR) & (c.active - c.without >= FLOOR)


def _enough_finding(c: Counts) -> Array:
    finding = np.nan_to_num(c.finding, nan=-1)
    return (c.active >= FLOOR) & (finding >= FLOOR) & (c.active - finding >= FLOOR)


def _enough_answers(c: Counts) -> Array:
    return (c.askers >= FLOOR) & (c.answered >= FLOOR) & (2 * c.top_asker <= c.answered)


RULES: dict[Measure, Rule] = {
    Measure.ACTIVE: _enough_people,
    Measure.ADULT_SHARE: _enough_adults,
    Measure.MEAN_DEGREE: _enough_ties,
    Measure.DENSITY: _enough_ties,
    Measure.THEMES: _enough_kinds,
    Measure.ACROSS_LANGUAGES: _enough_across,
    Measure.REACH: _enough_finding,
    Measure.FIRST_YES_HOURS: _enough_answers,
    Measure.WITHOUT_TIE: _enough_without,
}
TELLS_ACTIVE = tuple(measure for measure in RULES if measure is not Measure.FIRST_YES_HOURS)
"""Measures that are published together with the number of active people, or from which it could be had."""


def decide_shown(own: Counts, parent: Counts, inside: Array, published: Array, whole: Array) -> dict[Measure, tuple[Array, Array]]:
    """Which figures of areas, and of the parents they lie in, may be shown; by measure.

    `inside` is each area's parent, `published` says which areas decided to publish, `whole` which parents consist of published areas alone.
    """
    shown: dict[Measure, tuple[Array, Array]] = {}
    for measure, rule in RULES.items():
        area, above = published & rule(own), whole & rule(parent)
        if measure in TELLS_ACTIVE and measure is not Measure.ACTIVE:
            area, above = area & shown[Measure.ACTIVE][0], above & shown[Measure.ACTIVE][1]
        shown[measure] = _protect(rule, own, area, above, inside, published)
    return shown


def _protect(rule: Rule, own: Counts, area: Array, above: Array, inside: Array, published: Array) -> tuple[Array, Array]:
    """The same decisions after the second step of suppression, so that no difference says what is suppressed."""
    area, above = area.copy(), above.copy()
    there = published & ((own.active > 0) | (own.answered > 0))
    for town in np.unique(inside[there & ~area]):
        members: list[int] = np.flatnonzero(there & (inside == town)).tolist()
        hidden = [one for one in members if not area[one]]
        waiting = sorted((one for one in members if area[one]), key=lambda one: (own.active[one], one))
        while not _together_safe(rule, own, hidden, told=bool(above[town])) and waiting:
            hidden.append(waiting.pop(0))
            area[hidden[-1]] = False
        if not _together_safe(rule, own, hidden, told=bool(above[town])):
            above[town] = False
    return area, above


def _together_safe(rule: Rule, own: Counts, hidden: Sequence[int], *, told: bool) -> bool:
    """Whether what is hidden is at least two areas and, where the sum of all is told, obeys the rule together."""
    if len(hidden) < 2:
        return False
    return not told or bool(rule(add_up(own, hidden))[0])


def add_up(counts: Counts, which: Sequence[int]) -> Counts:
    """The counts of some areas together, as one row; a person with ties to several counts as the same one."""
    rows = np.asarray(which, dtype=np.int64)
    together = {name: np.array([getattr(counts, name)[rows].sum()]) for name in Counts.__struct_fields__}
    # Ties between the areas touch each of them: counted once, as the rule about one person's part needs it.
    together["touching"] = together["ends"] / 2
    together["finding"] = np.array([np.nansum(counts.finding[rows])])
    return Counts(**together)


def round_count(count: Array) -> Array:
    """Counts rounded to the next multiple of 5, halves up."""
    return np.floor(np.asarray(count, float) / ROUND + 0.5) * ROUND


def round_hours(hours: float) -> float:
    """Hours to the next 2 within a day, to the next 6 within four days, else to whole days: a median may not point to one question."""
    step = 2 if hours < 24 else 6 if hours < 96 else 24
    return float(round(hours / step) * step)


def public_values(counts: Counts, themes: Array, hours: Array) -> dict[Measure, tuple[Array, Array]]:
    """The figures as they may leave the desk, and the number behind each: from rounded counts alone."""
    n, ends = round_count(counts.active), 2 * round_count(counts.ends / 2)
    return {
        Measure.ACTIVE: (n, n),
        Measure.ADULT_SHARE: (_rate(n, round_count(counts.adults)), n),
        Measure.MEAN_DEGREE: (measures.mean_degree(ends, n), n),
        Measure.DENSITY: (measures.density(ends, n), n),
        Measure.THEMES: (themes, n),
        Measure.ACROSS_LANGUAGES: (_rate(round_count(counts.across / 2), ends / 2), n),
        Measure.REACH: (_rate(round_count(counts.finding), n), n),
        Measure.FIRST_YES_HOURS: (
            np.array([round_hours(value) if value == value else np.nan for value in hours]),
            round_count(counts.answered),
        ),
        Measure.WITHOUT_TIE: (_rate(round_count(counts.without), n), n),
    }


def _rate(over: Array, under: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, np.minimum(over / under, 1.0), np.nan)
