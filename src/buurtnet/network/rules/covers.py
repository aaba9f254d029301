"""Towns that look the same from outside: what may be told is what leaves, for each small number, a town in which it is not small.

A *cover* is an amount for each neighbourhood and window that agrees with everything that everybody is told: with each figure that is shown,
with the sums over municipalities and organisation areas, with the other kinds of counts and with the months around it. Each neighbourhood has a turn; in
the cover of its turn its hidden numbers are ten or more. So nobody can conclude from what is published that one of them is below ten
(the dual of an attack by linear programming: Fischetti and Salazar, Models and algorithms for the 2-dimensional cell suppression problem,
1999). Where there is no such cover something that is told has to go: the cover says what.
"""

from typing import Any

import msgspec
import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from buurtnet.network.rules import windows
from buurtnet.network.rules.measures import Array

TURNS = 6
"""How many covers there are of each kind of count: neighbourhoods with the same turn are lifted together."""
NEAR = 1e-6
MOVE, BEND, BREAK, DEAR = 1.0, 3.0, 1000.0, 20_000.0
"""What it costs to move a hidden number by one, one that is told within its rounding, and anything beyond what is told; a zero is told to the last."""


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


def find_covers(question: Question) -> Covers:
    """The covers nearest to the truth. Only what hangs together with a number that has to move is reckoned; all else stays as it is."""
    least, most = np.maximum(question.least, question.bounds.least), np.minimum(question.most, question.bounds.most)
    amounts = np.broadcast_to(question.true, least.shape).copy()
    covers = Covers(amounts, np.zeros(question.told.shape, bool), np.zeros(question.totals_told.shape, bool))
    used = _reach_out(question, _find_moved(question, least, most))
    if used.any():
        if question.lowers:
            _solve(question, used, np.minimum(least, most), most, covers)
        else:
            _solve(question, used, least, np.maximum(least, most), covers)
        covers.broken[:] |= ((least > most + NEAR) & used[:, None]).any(axis=0)
        covers.broken_totals[:] |= question.totals_told & (question.totals_least > question.totals_most + NEAR).any(axis=0)
    return covers


def _find_moved(question: Question, least: Array, most: Array) -> Array:
    """Which neighbourhoods cannot stay as they are, by turn."""
    moved = ((question.true < least - NEAR) | (question.true > most + NEAR)).any(axis=1)
    gap = question.true[1] - question.true[0]
    moved |= question.nested & (gap < -NEAR) & ~question.told.all(axis=0) | (gap > question.bounds.above + NEAR)
    area, place = question.inside
    for row in (0, 1):
        sums = np.bincount(area, weights=question.true[row, place], minlength=question.totals_told.shape[1])
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


def _solve(question: Question, used: Array, least: Array, most: Array, covers: Covers) -> None:
    """Writes the covers of what is used: one linear program for all turns, whose cost is steep beyond what is told."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # Half a second that a draft, which hides nothing, need not wait for.

    cell = np.broadcast_to(used[:, None], least.shape)
    number = np.full(least.shape, -1)
    number[cell] = np.arange(int(cell.sum()))
    low, high = least[cell], most[cell]
    start = np.clip(np.broadcast_to(question.true, least.shape)[cell], low, high)
    sums, lines = _rows_of_sums(question, number)
    between, room = _rows_between(question, number)
    loose = csr_array(np.vstack([np.eye(len(lines[0])), np.zeros((len(room), len(lines[0])))]))
    matrix = csr_array(vstack([sums, between]))
    told = np.broadcast_to(question.told, least.shape)[cell]
    dear = np.broadcast_to(question.dear, least.shape)[cell]
    move, lost = np.where(told, BEND, MOVE), np.where(told, BREAK + dear, 100 * BREAK)
    offset = matrix @ start
    lower: Any = np.concatenate([question.totals_least[lines], np.full(len(room), -np.inf)]) - offset
    upper: Any = np.concatenate([np.maximum(question.totals_least, question.totals_most)[lines], room]) - offset
    rows = LinearConstraint(hstack([matrix, matrix, -matrix, -matrix, loose, -loose]), lower, upper)
    endless, spare = np.full(len(start), np.inf), np.full(2 * len(lines[0]), np.inf)
    tops: Any = np.concatenate([high - start, endless, start - low, low, spare])
    cost = np.concatenate([move, lost, move, lost, np.full(len(spare), 2 * BREAK)])
    found: Any = milp(cost, constraints=rows, bounds=Bounds(0, tops))
    if found.x is None:
        raise ArithmeticError(found.message)
    up, over, down, under = found.x[: 4 * len(start)].reshape(4, len(start))
    covers.amounts[cell] = np.round(start + up + over - down - under, 4)
    bent = np.zeros(least.shape, bool)
    bent[cell] = over + under > NEAR
    covers.broken[:] = bent.any(axis=0)
    slack = found.x[4 * len(start) :].reshape(2, -1).sum(axis=0) > NEAR
    covers.broken_totals[lines[1][slack], lines[2][slack]] = True


def _rows_of_sums(question: Question, number: Array) -> tuple[csr_array, tuple[Array, Array, Array]]:
    """The sums over told areas that hold what is used: the matrix, and of which turn, window and area each row is. Through these all of an area is used."""
    area, place = question.inside
    turn, row, pair = np.nonzero((number[:, :, place] >= 0) & question.totals_told[:, area])
    shape = (len(number), 2, question.totals_told.shape[1])
    lines, at = np.unique(np.ravel_multi_index((turn, row, area[pair]), shape), return_inverse=True)
    matrix = csr_array((np.ones(len(at)), (at, number[turn, row, place[pair]])), shape=(len(lines), int(number.max()) + 1))
    found = np.unravel_index(lines, shape)
    return matrix, (found[0], found[1], found[2])


def _rows_between(question: Question, number: Array) -> tuple[csr_array, Array]:
    """The short window lies in the long one, and the long one not too far above it."""
    used = number[:, 0] >= 0
    inner = np.nonzero(used & question.nested & ~question.told.all(axis=0))
    far = np.nonzero(used & np.isfinite(question.bounds.above))
    turn, place = (np.concatenate([one, other]) for one, other in zip(inner, far, strict=True))
    sign = np.concatenate([np.ones(len(inner[0])), -np.ones(len(far[0]))])
    rows = np.arange(len(sign))
    columns = np.concatenate([number[turn, 0, place], number[turn, 1, place]])
    matrix = csr_array((np.concatenate([sign, -sign]), (np.concatenate([rows, rows]), columns)), shape=(len(rows), int(number.max()) + 1))
    return matrix, np.concatenate([np.zeros(len(inner[0])), question.bounds.above[far]])
