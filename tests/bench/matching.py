"""How many needs a round reaches, how well, how fast: against the optimum, first come first served, best score first and the CiviCRM rule.

Towns: `_city`, with 0.7, 1.0 and 1.6 offers for each need, on a synthetic city that grows with the number of needs and on the neighbourhoods of
Brussels. Methods: `_methods`. Each method works in a process of its own, as a worker's round does (`kit.apart`), from a town in memory to
pairs of posts; `seconds` is the time until its answer is back, the start of the process not counted, `peak_mib` the most memory of that process,
imports included. Nothing is written, and no database is asked.

`ours` is what a round does: everything at once up to WHOLE needs, else the theme roots in two processes, where a helper's room is settled as they end
(`actions/parts`), so that what was too much for a helper waits for the next round; `seconds` is then until the last part is done, `peak_mib` the sum of
both. `ours-at-once` is the same solver over everything in one process: the optimum. `optimum` comes from elsewhere: `reached` is the maximum flow, its
score the linear programme by HiGHS where that fits. The benchmark fails where `ours-at-once` (or `ours` up to WHOLE) reaches fewer
needs than the maximum flow, or where its objective is not that of the linear programme, and where any plan breaks a hard constraint.

Beside the keys of all benchmarks: `coverage` of the needs with nobody who is being asked, `mean_score`, `load_gini` and
`helpers_idle_while_others_full_share` (`Worth`), `stability`: of the pairs whose two posts still stand after 5 % of all posts were withdrawn and as many
came, how many are found again, starting from nothing (a real round keeps standing questions anyway).
"""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tests.bench import _city, _methods
from tests.bench._methods import Plan, Worth

from buurtnet.kit.apart import Apart
from buurtnet.kit.arrays import Array
from buurtnet.matching.actions.rounds import WHOLE
from buurtnet.matching.rules.assignment import Assignment, solve_root
from buurtnet.matching.rules.pairs import find_pairs
from buurtnet.matching.rules.pool import Pool

SUPPLIES = {"scarce": 0.7, "balanced": 1.0, "plentiful": 1.6}
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000), (1_000,)
BRUSSELS_SIZES, QUICK_BRUSSELS_SIZES = (20_000, 100_000), (2_000,)
"""About a hundred open needs for each neighbourhood, and five times as many."""
CHANGED = 0.05
SEED = 1030
MOST_MIB = 1_500
"""Of each of two processes."""
PROGRAMME_PAIRS = 50_000
"""Up to so many pairs the linear programme is solved too."""
EXACT = 1e-3
"""Floating point solves the linear programme to some billionths of a score; an assignment that is not the best would be worse by far more than this."""
OTHERS = {"first-come": _methods.take_first_come, "best-first": _methods.take_best_first, "civicrm": _methods.take_as_civicrm}


class Ran(NamedTuple):
    """What a method did."""

    plan: Plan
    seconds: float
    peak_mib: int


class Verdict(NamedTuple):
    """What all methods brought."""

    pairs: int
    reachable: int
    worths: dict[str, Worth]
    optimum: Worth | None
    """Of the linear programme."""


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each method in each town."""
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH")]))
    for ground, needs, supply in list_cases(quick):
        if ground is None:
            yield {"bench": "matching", "case": "Brussels", "skipped": f"{_city.REAL} is not there"}
        else:
            yield from asyncio.run(measure_town(ground, needs, supply))


def list_cases(quick: bool) -> Iterator[tuple[_city.Ground | None, int, str]]:
    """The ground, the needs and the supply of each case; no ground where the publisher's file is not there."""
    for needs in QUICK_SIZES if quick else SIZES:
        ground = _city.spread_ground(max(needs // _city.NEEDS_A_PLACE, 1), SEED)
        yield from ((ground, needs, supply) for supply in SUPPLIES)
    brussels = _city.read_brussels()
    for needs in QUICK_BRUSSELS_SIZES if quick else BRUSSELS_SIZES:
        yield brussels, needs, "balanced"


async def measure_town(ground: _city.Ground, needs: int, supply: str) -> list[dict[str, object]]:
    """A line for each method in this town."""
    more = 1 + CHANGED
    town = _city.draw_town(ground, round(needs * more), round(needs * SUPPLIES[supply] * more), SEED)
    needs_before, offers_before, needs_after, offers_after = _city.change_posts(town, CHANGED, SEED)
    before = _city.choose_posts(town, needs_before, offers_before)
    after = _city.choose_posts(town, needs_after, offers_after)
    ran: dict[str, Ran] = {}
    stability: dict[str, float] = {}
    for method in list_methods(needs):
        ran[method] = await run_method(method, before)
        again = await run_method(method, after)
        stability[method] = compare_plans(before, ran[method].plan, after, again.plan)
    verdict = await judge_apart(before, {method: one.plan for method, one in ran.items()})
    whole = "ours-at-once" if "ours-at-once" in ran else "ours"
    assert verdict.worths[whole].reached == verdict.reachable, f"{verdict.worths[whole].reached} reached of {verdict.reachable}"
    head = {
        "bench": "matching",
        "case": f"{ground.name}, {needs} needs, {supply}",
        "needs": len(before.needs.id),
        "offers": len(before.offers.id),
        "neighbourhoods": len(ground.points),
        "pairs": verdict.pairs,
    }
    lines = [
        head
        | {"method": method, **tell_worth(verdict.worths[method]), "stability": round(stability[method], 4)}
        | {"seconds": round(one.seconds, 3), "peak_mib": one.peak_mib}
        for method, one in ran.items()
    ]
    optimum = tell_worth(verdict.optimum) if verdict.optimum else {"reached": verdict.reachable}
    return [lines[0], head | {"method": "optimum", **optimum}, *lines[1:]]


def tell_worth(worth: Worth) -> dict[str, object]:
    """The figures of a plan as they are printed."""
    return {name: value if isinstance(value, int) else round(float(value), 4) for name, value in worth._asdict().items()}


def list_methods(needs: int) -> list[str]:
    """Ours first; the optimum by itself only where a round does not solve everything at once."""
    return ["ours", *(["ours-at-once"] if needs > WHOLE else []), *OTHERS]


async def run_method(method: str, pool: Pool) -> Ran:
    """What the method does with this town, in a process of its own, or in two."""
    if method == "ours" and len(pool.needs.id) > WHOLE:
        return await run_parts(pool)
    async with Apart(most_mib=2 * MOST_MIB) as apart:
        await apart.do(warm_up)
        began = time.perf_counter()
        if method.startswith("ours"):
            done = await apart.do(solve_root, pool)
            plan = Plan(done.answer.need, done.answer.offer)
        else:
            done = await apart.do(make_plan, method, pool)
            plan = done.answer
        return Ran(plan, time.perf_counter() - began, done.peak_mib)


def warm_up() -> None:
    """Nothing: what this module imports is there then."""


def make_plan(method: str, pool: Pool) -> Plan:
    """The plan of one of the others, from a town to pairs of posts."""
    return OTHERS[method](pool, find_pairs(pool))


# --- the themes of a round in two processes ----------------------------------------------------------------------------------------


class Parts:
    """The theme roots of a town, taken by whoever is free, and the plan that grows of them."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.waiting = pool, _city.split_roots(pool)
        self.given = np.zeros(len(pool.people.id), np.int64)
        self.chosen: list[Plan] = []

    async def work(self, apart: Apart) -> int:
        """Does one part after the other; the most memory that the process had."""
        peak = 0
        while self.waiting:
            part, needs, offers = self.waiting.pop(0)
            done = await apart.do(solve_root, self._with_room(part, offers))
            self._write(done.answer, needs, offers)
            peak = done.peak_mib
        return peak

    def _with_room(self, part: Pool, offers: Array) -> Pool:
        """The part as it would be read now: what other parts have written is known."""
        load, room = part.people.load.copy(), part.people.room.copy()
        given = self.given[self.pool.offers.author[offers]]
        load[part.offers.author] = part.people.load[part.offers.author] + given
        room[part.offers.author] = part.people.room[part.offers.author] - given
        return part._replace(people=part.people._replace(load=load, room=room))

    def _write(self, best: Assignment, needs: Array, offers: Array) -> None:
        """Keeps the best of each helper as far as their room reaches now."""
        need, offer = needs[best.need], offers[best.offer]
        helper = self.pool.offers.author[offer]
        order = np.lexsort((offer, need, -best.score, helper))
        nth = np.arange(len(order)) - np.searchsorted(helper[order], helper[order])
        kept = np.sort(order[nth < (self.pool.people.room - self.given)[helper[order]]])
        np.add.at(self.given, helper[kept], 1)
        self.chosen.append(Plan(need[kept], offer[kept]))

    def plan(self) -> Plan:
        need, offer = (np.concatenate(column) for column in zip(*self.chosen, strict=True))
        order = np.argsort(need)
        return Plan(need[order], offer[order])


async def run_parts(pool: Pool) -> Ran:
    """A round of a large town: two processes, the largest theme first."""
    parts = Parts(pool)
    async with Apart(most_mib=MOST_MIB) as one, Apart(most_mib=MOST_MIB) as other:
        await asyncio.gather(one.do(warm_up), other.do(warm_up))
        began = time.perf_counter()
        peaks = await asyncio.gather(parts.work(one), parts.work(other))
        return Ran(parts.plan(), time.perf_counter() - began, sum(peaks))


# --- the verdict -------------------------------------------------------------------------------------------------------------------


async def judge_apart(pool: Pool, plans: dict[str, Plan]) -> Verdict:
    async with Apart(most_mib=32_000) as apart:
        return (await apart.do(judge_plans, pool, plans)).answer


def judge_plans(pool: Pool, plans: dict[str, Plan]) -> Verdict:
    """What the plans brought, each of them checked, and what any could bring."""
    pairs = find_pairs(pool)
    for plan in plans.values():
        _methods.check_plan(pool, pairs, plan)
    worths = {method: _methods.measure_plan(pool, pairs, plan) for method, plan in plans.items()}
    optimum = None
    if len(pairs.need) <= PROGRAMME_PAIRS:
        best, gap = _methods.solve_programme(pool, pairs)
        _methods.check_plan(pool, pairs, best)
        less = _methods.value_plan(pool, pairs, plans["ours"]) - _methods.value_plan(pool, pairs, best)
        assert abs(gap) < EXACT, f"The linear programme may be off by {gap}."
        assert 0 <= less < EXACT * _methods.UNIT, f"Ours is not the optimum by {less} billionths."
        optimum = _methods.measure_plan(pool, pairs, best)
    return Verdict(len(pairs.need), _methods.count_reachable(pool, pairs), worths, optimum)


def compare_plans(before: Pool, plan: Plan, after: Pool, again: Plan) -> float:
    """Of the pairs whose two posts still stand, the share that is in the second plan too."""
    standing = np.isin(before.needs.id[plan.need], after.needs.id) & np.isin(before.offers.id[plan.offer], after.offers.id)
    ours = np.char.add(before.needs.id[plan.need[standing]].astype("S16"), before.offers.id[plan.offer[standing]])
    theirs = np.char.add(after.needs.id[again.need], after.offers.id[again.offer])
    return float(np.isin(ours, theirs).mean()) if len(ours) else 1.0
