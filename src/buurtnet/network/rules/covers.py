"""Towns that look the same from outside: what may be told is what leaves, for each small number, a town in which it is not small.

A *cover* is an amount for each neighbourhood and window that agrees with everything that everybody is told: with each figure that is shown,
with the sums over municipalities and organisation areas, with the other kinds of counts and with the months around it. Each neighbourhood has a turn; in
the cover of its turn its hidden numbers are ten or more. So nobody can conclude from what is published that one of them is below ten
(the dual of an attack by linear programming: Fischetti and Salazar, Models and algorithms for the 2-dimensional cell suppression problem,
1999). Where there is no such cover something that is told has to go: the cover says what.
"""

import msgspec
import numpy as np

from buurtnet.network.rules import windows
from buurtnet.network.rules.measures import Array

TURNS = 6
"""How many covers there are of each kind of count: neighbourhoods with the same turn are lifted together."""
NEAR = 1e-6
DEAR = 20_000.0
"""What is lost with a zero that is told: it is told to the last."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of count. The last two dimensions are the window (short, long) and the neighbourhood, or the area in which it lies (`inside`: pairs of
    area and neighbourhood); what differs from turn to turn has the turn before these."""

    true: Array
    told: Array
    least: Array
    """The least each may be in the cover: for what is told by its rounding, for what is hidden by its turn."""
    most: Array
    totals_told: Array
    totals_least: Array
    totals_most: Array
    inside: tuple[Array, Array]
    bounds: windows.Bounds
    nested: bool
    """Whether the long window holds all of the short one."""
    lowers: bool
    """Whether numbers are brought down by their turn rather than up: where other months are against it the turn goes first."""
    dear: Array
    """How much is lost with each neighbourhood's figure: the smallest go first."""


class Covers(msgspec.Struct, frozen=True):
    """A town for each turn that looks the same, as far as there is one; `broken` are the cells and totals that stand against it."""

    amounts: Array
    broken: Array
    broken_totals: Array


def find_covers(question: Question, before: Array | None = None) -> Covers:
    """The covers nearest to the truth, or those of `before` where they still hold.

    Only what hangs together with a number that has to move is reckoned; all else stays as it is.
    """
    least, most = np.maximum(question.least, question.bounds.least), np.minimum(question.most, question.bounds.most)
    amounts = np.broadcast_to(question.true if before is None else before, least.shape).copy()
    covers = Covers(amounts, np.zeros(question.told.shape, bool), np.zeros(question.totals_told.shape, bool))
    used = _reach_out(question, _find_moved(question, amounts, least, most))
    if used.any():
        # Imported where there is something to hide: SciPy takes half a second.
        from buurtnet.network.rules.programs import solve_programs

        box = (np.minimum(least, most), most) if question.lowers else (least, np.maximum(least, most))
        solve_programs(question, used, *box, covers)
        covers.broken[:] |= ((least > most + NEAR) & used[:, None]).any(axis=0)
        covers.broken_totals[:] |= question.totals_told & (question.totals_least > question.totals_most + NEAR).any(axis=0)
    return covers


def _find_moved(question: Question, amounts: Array, least: Array, most: Array) -> Array:
    """Which neighbourhoods cannot stay as they are, by turn."""
    moved = ((amounts < least - NEAR) | (amounts > most + NEAR)).any(axis=1)
    gap = amounts[:, 1] - amounts[:, 0]
    moved |= question.nested & (gap < -NEAR) & ~question.told.all(axis=0) | (gap > question.bounds.above + NEAR)
    area, place = question.inside
    for row in (0, 1):
        sums = np.zeros((len(amounts), question.totals_told.shape[1]))
        np.add.at(sums.T, area, amounts[:, row, place].T)
        off = (sums < question.totals_least[:, row] - NEAR) | (sums > question.totals_most[:, row] + NEAR)
        turn, pair = np.nonzero((off & question.totals_told[row])[:, area])
        moved[turn, place[pair]] = True
    return moved


def _reach_out(question: Question, moved: Array) -> Array:
    """The neighbourhoods that hang together with those that have to move, through totals that are told."""
    bound = question.totals_told.any(axis=0)[question.inside[0]]
    area, place = question.inside[0][bound], question.inside[1][bound]
    while True:
        lines = np.zeros((len(moved), question.totals_told.shape[1]), bool)
        turn, pair = np.nonzero(moved[:, place])
        lines[turn, area[pair]] = True
        wider = moved.copy()
        turn, pair = np.nonzero(lines[:, area])
        wider[turn, place[pair]] = True
        if (wider == moved).all():
            return moved
        moved = wider
