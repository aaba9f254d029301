"""What may be shown outside the desk: the small-number rules of privacy.md, over the cells that the measures are made of (decision 21).

1. No figure from fewer than 10 persons, nor where those on the other side of a share are fewer than 10 (the complement).
2. A measure of ties needs 10 persons and 10 ties, and no person with more than half of the ties. A measure without a rule is suppressed.
3. Counts are rounded to 5, rates are made from rounded counts.
4. In each area whose figure is shown at least two neighbourhoods are suppressed, or none.
5. Nothing by reckoning: for each suppressed number of 1 to 9 there is a town with the same published figures, in all areas, measures, windows
   and months, in which it is ten or more (rules/covers.py). Where there is none, what tells too much is suppressed too, smallest first.
6. Where what a share is part of is suppressed, the share is; shares with one denominator are judged by what remains between them.
7. The E-I index is told of neighbourhoods alone, where no one of them has nearly all ties to elsewhere: besides theirs, an area's index would tell
   how few ties there are between two of its neighbourhoods.
"""

from collections.abc import Callable, Mapping

import msgspec
import numpy as np

from buurtnet.kit.counts import FLOOR
from buurtnet.network.rules.measured import Array, Counts
from buurtnet.network.rules.measures_giving import TOP
from buurtnet.network.schemas import Measure

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
    both_sides = (c.across >= 2 * FLOOR) & (c.ends - c.across >= 2 * FLOOR)
    return _enough_ties(c) & both_sides & (c.people_across >= FLOOR) & (c.people_within >= FLOOR)


def _enough_lasting(c: Counts) -> Array:
    both_sides = (c.lasting >= 2 * FLOOR) & (c.ends - c.lasting >= 2 * FLOOR)
    return _enough_ties(c) & both_sides & (c.people_lasting >= FLOOR) & (c.people_passing >= FLOOR)


def _enough_without(c: Counts) -> Array:
    return _enough_ties(c) & (c.without >= FLOOR) & (c.active - c.without >= FLOOR)


def _enough_both(c: Counts) -> Array:
    return _enough_ties(c) & (c.both >= FLOOR) & (c.active - c.both >= FLOOR)


def _enough_largest(c: Counts) -> Array:
    return _enough_ties(c) & (c.largest >= FLOOR) & (c.active - c.largest >= FLOOR)


def _enough_parts(c: Counts) -> Array:
    """Ten people in them; where there are several, ten outside the largest one too."""
    return _enough_ties(c) & (c.people_parts >= FLOOR) & ((c.parts <= 1) | (c.people_parts - c.largest >= FLOOR))


def _enough_triples(c: Counts) -> Array:
    """Ten triangles, and ten pairs of ties that are closed by none; triangles are counted at each corner."""
    return _enough_ties(c) & (c.people_triples >= FLOOR) & (c.triangles >= 3 * FLOOR) & (c.triples - c.triangles >= FLOOR)


def _enough_bridges(c: Counts) -> Array:
    """Ten on both sides; and the ties that leave the others are twenty more, so that between any two of them there may be ten."""
    both_sides = (c.inner >= FLOOR) & (c.outer >= FLOOR) & (c.people_inner >= FLOOR) & (c.people_outer >= FLOOR)
    return _enough_ties(c) & both_sides & (c.outer.sum() - 2 * c.outer >= 2 * FLOOR)


def _enough_givers(c: Counts) -> Array:
    return (c.active >= FLOOR) & (c.givers >= FLOOR) & (c.helps >= FLOOR) & (2 * c.top_giver <= c.helps)


def _enough_top(c: Counts) -> Array:
    """The few who gave most must be ten themselves."""
    return _enough_givers(c) & (TOP * c.active >= FLOOR)


def _enough_finding(c: Counts) -> Array:
    finding = np.nan_to_num(c.finding, nan=-1)
    return (c.active >= FLOOR) & (finding >= FLOOR) & (c.active - finding >= FLOOR)


def _enough_answers(c: Counts) -> Array:
    return (c.askers >= FLOOR) & (c.answered >= FLOOR) & (2 * c.top_asker <= c.answered)


def _enough_newcomers(c: Counts) -> Array:
    return (c.newcomers >= FLOOR) & (c.arrived >= FLOOR)


RULES: Mapping[Measure, Rule] = {
    Measure.ACTIVE: _enough_people,
    Measure.ADULT_SHARE: _enough_adults,
    Measure.MEAN_DEGREE: _enough_ties,
    Measure.DENSITY: _enough_ties,
    Measure.THEMES: _enough_kinds,
    Measure.ACROSS_LANGUAGES: _enough_across,
    Measure.REACH: _enough_finding,
    Measure.FIRST_YES_HOURS: _enough_answers,
    Measure.WITHOUT_TIE: _enough_without,
    Measure.BOTH_WAYS: _enough_both,
    Measure.LARGEST_PART: _enough_largest,
    Measure.PARTS: _enough_parts,
    Measure.TRANSITIVITY: _enough_triples,
    Measure.BRIDGING: _enough_bridges,
    Measure.TOP_SHARE: _enough_top,
    Measure.GINI: _enough_givers,
    Measure.NEWCOMER_WEEKS: _enough_newcomers,
    Measure.LASTING: _enough_lasting,
}
OWN = (Measure.ACTIVE, Measure.FIRST_YES_HOURS, Measure.NEWCOMER_WEEKS)
"""Measures whose number behind them is not that of active people."""
NEVER_ABOVE = (Measure.BRIDGING,)
"""Measures that are not told of areas above neighbourhoods (rule 7)."""
NEEDS: Mapping[Measure, tuple[Measure, ...]] = {
    **{measure: (Measure.ACTIVE,) for measure in Measure if measure not in OWN},
    Measure.DENSITY: (Measure.ACTIVE, Measure.MEAN_DEGREE),
    Measure.ACROSS_LANGUAGES: (Measure.ACTIVE, Measure.MEAN_DEGREE),
    Measure.LASTING: (Measure.ACTIVE, Measure.MEAN_DEGREE),
    Measure.BRIDGING: (Measure.ACTIVE, Measure.MEAN_DEGREE),
}
"""What is told with a measure, or could be had from it: where that is suppressed the measure is too."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged: the counts by window of the neighbourhoods and of the areas in which they lie (municipalities, then organisations' areas).
    What is `published` at all is said for each window (the rows): of a month long ago one of them may be gone."""

    ids: Array
    own: Mapping[int, Counts]
    above: Mapping[int, Counts]
    inside: tuple[Array, Array]
    """Pairs of an area and a neighbourhood in it."""
    published: Array
    open_above: Array


class Shown(msgspec.Struct, frozen=True):
    """Which figures are shown so far, by measure; rows are windows. `veiled` are zeros that are not told."""

    own: dict[Measure, Array]
    above: dict[Measure, Array]
    veiled: Array


def decide_alone(ground: Ground) -> Shown:
    """What each area may show by itself, by rules 1, 2 and 7."""
    rows = sorted(ground.own)
    own = {measure: ground.published & np.stack([rule(ground.own[row]) for row in rows]) for measure, rule in RULES.items()}
    above = {measure: ground.open_above & np.stack([rule(ground.above[row]) for row in rows]) for measure, rule in RULES.items()}
    for measure in NEVER_ABOVE:
        above[measure][:] = False
    shown = Shown(own, above, np.zeros((len(rows), len(ground.ids)), bool))
    settle(ground, shown)
    return shown


def settle(ground: Ground, shown: Shown) -> None:
    """Takes back what may not stand beside what is suppressed, by rules 4 and 6, until nothing is left to take."""
    before = -1
    while before != (before := count_shown(shown)):
        for decided, counts in ((shown.own, ground.own), (shown.above, ground.above)):
            _keep_together(decided, counts)
        for measure in RULES:
            _hide_siblings(ground, shown, measure)


def count_shown(shown: Shown) -> int:
    """How many figures are shown; a zero that is told is one."""
    return sum(int(part.sum()) for side in (shown.own, shown.above) for part in side.values()) - int(shown.veiled.sum())


def there(ground: Ground) -> Array:
    """Where something happened, by window and neighbourhood: everywhere else the zero is told."""
    return ground.published & np.stack([(ground.own[row].active > 0) | (ground.own[row].answered > 0) for row in sorted(ground.own)])


def _keep_together(decided: dict[Measure, Array], counts: Mapping[int, Counts]) -> None:
    for measure, needed in NEEDS.items():
        for one in needed:
            decided[measure] &= decided[one]
    decided[Measure.MEAN_DEGREE] &= decided[Measure.DENSITY]
    # Beside the share without a tie, a share among those with one tells how many of them are not in it.
    for measure, part in ((Measure.BOTH_WAYS, "both"), (Measure.LARGEST_PART, "largest")):
        left = np.stack([counts[row].active - counts[row].without - getattr(counts[row], part) for row in sorted(counts)])
        decided[measure] &= ~decided[Measure.WITHOUT_TIE] | (left >= FLOOR)
    decided[Measure.PARTS] &= decided[Measure.LARGEST_PART]


def _hide_siblings(ground: Ground, shown: Shown, measure: Measure) -> None:
    """Rule 4: a neighbourhood that would be suppressed alone takes the smallest of the others with it, or the area if there is none."""
    lively = there(ground)
    for row, window in enumerate(sorted(ground.own)):
        hidden = lively[row] & ~shown.own[measure][row]
        area_of, place = ground.inside
        alone = shown.above[measure][row] & (np.bincount(area_of, weights=hidden[place], minlength=ground.open_above.shape[1]) == 1)
        for area in np.flatnonzero(alone).tolist():
            inside = place[area_of == area]
            if (lively[row, inside] & ~shown.own[measure][row, inside]).sum() == 1:
                waiting = inside[shown.own[measure][row, inside]].tolist()
                if waiting:
                    size = ground.own[window].active
                    shown.own[measure][row, min(waiting, key=lambda one: (size[one], one))] = False
                else:
                    shown.above[measure][row, area] = False
