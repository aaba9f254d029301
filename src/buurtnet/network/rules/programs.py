"""The linear programs behind the covers (covers.py): the town nearest to the truth that looks as everybody is told, and what stands against it.

What does not hang together is reckoned apart, in programs of some thousand numbers, each with a bound on its steps. Where one comes to its bound
all that is told in it is suppressed: silence is always an answer.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize
from scipy.sparse import coo_array, csr_array, eye_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from buurtnet.network.rules.covers import NEAR, Covers, Question
from buurtnet.network.rules.measured import Array

solve: Any = optimize.linprog
"""It comes without types, and to find them out takes as long as every tenth file of ours."""
MOVE, BEND, BREAK = 1.0, 3.0, 1000.0
"""What it costs to move a hidden number by one, one that is told within its rounding, and anything beyond what is told."""
SIZE = 2_000
"""Neighbourhoods, in any of the turns, whose programs are put into one."""
STEPS = 100_000
"""Steps of the simplex method after which a program is given up: fifty times what one of all of Flanders takes."""
AT_ONCE = 2
"""Programs that are solved at the same time: HiGHS lets go of the interpreter."""


def solve_programs(question: Question, used: Array, least: Array, most: Array, covers: Covers) -> None:
    """Writes the covers of what is used (by turn and neighbourhood) between `least` and `most`."""
    parts = list(split_parts(question, used))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        solved = pool.map(lambda part: _solve(question, part, least, most), parts)
        for part, found in zip(parts, solved, strict=True):
            if found is None:
                _give_up(question, part, least, most, covers)
            else:
                _write(part, found, covers)


def split_parts(question: Question, used: Array) -> Iterator[Array]:
    """What is used in parts that have no told total in common; small ones together."""
    turns, many, areas = *used.shape, question.totals_told.shape[1]
    told = question.totals_told.any(axis=0)[question.inside[0]]
    area, place = question.inside[0][told], question.inside[1][told]
    turn, pair = np.nonzero(used[:, place])
    ends = turn * many + place[pair], used.size + turn * areas + area[pair]
    size = used.size + turns * areas
    name = connected_components(coo_array((np.ones(len(turn), bool), ends), shape=(size, size)), directed=False)[1][: used.size]
    flat = np.flatnonzero(used)
    order = flat[np.argsort(name[flat], kind="stable")]
    starts = np.flatnonzero(np.append(True, name[order][1:] != name[order][:-1]))
    begin = 0
    for end in [*starts[1:].tolist(), len(order)]:
        if end - begin >= SIZE or end == len(order):
            part = np.zeros(used.size, bool)
            part[order[begin:end]] = True
            yield part.reshape(used.shape)
            begin = end


class Solved(NamedTuple):
    """The covers of a part: the amounts of what is used, which of them are bent beyond what is told, and the told totals that do not hold."""

    amounts: Array
    bent: Array
    lost: tuple[Array, Array]


def _solve(question: Question, used: Array, least: Array, most: Array) -> Solved | None:
    """One linear program whose cost is steep beyond what is told. None where it is given up."""
    cell = np.broadcast_to(used[:, None], least.shape)
    number = np.full(least.shape, -1)
    number[cell] = np.arange(int(cell.sum()))
    low, high = least[cell], most[cell]
    start = np.clip(np.broadcast_to(question.true, least.shape)[cell], low, high)
    sums, lines = _rows_of_sums(question, number)
    between, room = _rows_between(question, number)
    told = np.broadcast_to(question.told, least.shape)[cell]
    dear = np.broadcast_to(question.dear, least.shape)[cell]
    move, lost = np.where(told, BEND, MOVE), np.where(told, BREAK + dear, 100 * BREAK)
    loose: Any = eye_array(len(lines[0]), format="csr")
    tight: Any = csr_array((len(room), len(lines[0])))
    wide: Any = hstack([sums, sums, -sums, -sums, loose, -loose])
    rows = vstack([wide, -wide, hstack([between, between, -between, -between, tight, tight])])
    offset = sums @ start
    upper = np.maximum(question.totals_least, question.totals_most)[lines] - offset
    limits = np.concatenate([upper, offset - question.totals_least[lines], room - between @ start])
    bound = np.isfinite(limits)
    tops = np.concatenate([high - start, np.full(len(start), np.inf), start - low, low, np.full(2 * len(lines[0]), np.inf)])
    cost = np.concatenate([move, lost, move, lost, np.full(2 * len(lines[0]), 2 * BREAK)])
    found: Any = solve(
        cost,
        A_ub=csr_array(rows)[bound],
        b_ub=limits[bound],
        bounds=np.stack([np.zeros(len(tops)), tops], axis=1),
        method="highs",
        options={"maxiter": STEPS, "presolve": False},  # It takes longer than it saves.
    )
    if found.status != 0:
        return None
    up, over, down, under = found.x[: 4 * len(start)].reshape(4, len(start))
    slack = found.x[4 * len(start) :].reshape(2, -1).sum(axis=0) > NEAR
    return Solved(np.round(start + up + over - down - under, 4), over + under > NEAR, (lines[1][slack], lines[2][slack]))


def _write(used: Array, found: Solved, covers: Covers) -> None:
    cell = np.broadcast_to(used[:, None], covers.amounts.shape)
    covers.amounts[cell] = found.amounts
    bent = np.zeros(covers.amounts.shape, bool)
    bent[cell] = found.bent
    covers.broken[:] |= bent.any(axis=0)
    covers.broken_totals[found.lost] = True


def _give_up(question: Question, used: Array, least: Array, most: Array, covers: Covers) -> None:
    """Suppresses whatever is told of a part, its neighbourhoods and the areas in which they lie."""
    cell = np.broadcast_to(used[:, None], least.shape)
    covers.amounts[cell] = np.clip(np.broadcast_to(question.true, least.shape), least, most)[cell]
    covers.broken[:] |= question.told & used.any(axis=0)
    area, place = question.inside
    touched = np.bincount(area, weights=used.any(axis=0)[place], minlength=question.totals_told.shape[1]) > 0
    covers.broken_totals[:] |= question.totals_told & touched


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
