"""How many needs a round reaches, how well, how fast: against the optimum, first come first served, best score first and the CiviCRM rule.

Towns: `_city`, with 0.7, 1.0 and 1.6 offers for each need, on a synthetic city that grows with the number of needs and on the neighbourhoods of
Brussels, there also five times as dense. Methods: `_methods`. Each method works in a process of its own, as a worker's round does (`kit.apart`), from a
town in memory to pairs of posts; `seconds` is the time until its answer is back, the start of the process not counted, `cpu_seconds` what it took of
one core (the rest is the way there and back, and other programs), `peak_mib` the most memory that it had, imports included. Nothing is written, and no
database is asked. Up to a hundred thousand needs a round looks at all themes at once (`rounds.WHOLE`), and so does `ours` here.

`optimum` comes from elsewhere: `reached` is the maximum flow, and where it fits the score is that of the linear programme, solved by HiGHS. The benchmark fails
where ours reaches fewer needs than the maximum flow, where its objective is not that of the linear programme, where the proof that no plan is
better does not hold (at any size), and where any plan breaks a hard constraint.

Beside the keys of all benchmarks: `coverage` of the needs with nobody who is being asked, `mean_score`, `load_gini` and
`helpers_idle_while_others_full_share` (`Worth`); `more_than_first_come`: needs reached over those of `first-come`, less one, with what the maximum flow
has there beside it (`best_possible_more_than_first_come`: no way of matching has more in that town); `stability`: of the pairs whose two posts still
stand after 5 % of all posts were withdrawn and as many came, how many are found again, starting from nothing (a real round keeps standing questions
anyway).
"""

import asyncio
import os
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tests.bench import _city, _methods
from tests.bench._methods import Plan, Worth

from buurtnet.kit.apart import Apart
from buurtnet.matching.rules.pairs import find_pairs
from buurtnet.matching.rules.pool import Pool

SUPPLIES = {"scarce": 0.7, "balanced": 1.0, "plentiful": 1.6}
SIZES, QUICK_SIZES = (1_000, 10_000, 100_000), (1_000,)
BRUSSELS_SIZES, QUICK_BRUSSELS_SIZES = (20_000, 100_000), (2_000,)
"""About a hundred open needs for each neighbourhood, and five times as many."""
CHANGED = 0.05
SEED = 1030
MOST_MIB = 3_072
"""What a round is given unless the operator says otherwise."""
PROGRAMME_PAIRS = 50_000
"""Up to so many pairs the linear programme is solved too."""
EXACT = 1e-3
"""Floating point solves the linear programme to some billionths of a score; an assignment that is not the best would be worse by far more than this."""


class Ran(NamedTuple):
    """What a method did."""

    plan: Plan
    seconds: float
    cpu_seconds: float
    peak_mib: int


class Verdict(NamedTuple):
    """What all methods brought."""

    pairs: int
    reachable: int
    worths: dict[str, Worth]
    optimum: Worth | None
    """Of the linear programme."""


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each method in each town; one that says so where the file of Brussels is not there."""
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
    if brussels is None:
        yield None, 0, ""
    else:
        yield from ((brussels, needs, "balanced") for needs in (QUICK_BRUSSELS_SIZES if quick else BRUSSELS_SIZES))


async def measure_town(ground: _city.Ground, needs: int, supply: str) -> list[dict[str, object]]:
    """A line for each method in this town."""
    drawn = needs * (1 + CHANGED)
    town = _city.draw_town(ground, round(drawn), round(drawn * SUPPLIES[supply]), SEED)
    needs_before, offers_before, needs_after, offers_after = _city.change_posts(town, CHANGED, SEED)
    before = _city.choose_posts(town, needs_before, offers_before)
    after = _city.choose_posts(town, needs_after, offers_after)
    ran, stability = await run_methods(before, after)
    verdict = await judge_apart(before, {method: one.plan for method, one in ran.items()})
    worths = verdict.worths
    assert worths["ours"].reached == verdict.reachable, f"{worths['ours'].reached} reached of {verdict.reachable}"
    head = {
        "bench": "matching",
        "case": f"{ground.name}, {needs} needs, {supply}",
        "needs": len(before.needs.id),
        "offers": len(before.offers.id),
        "neighbourhoods": len(ground.points),
        "pairs": verdict.pairs,
    }
    best = {"best_possible_more_than_first_come": compare_reached(verdict.reachable, worths)}
    optimum = tell_worth(verdict.optimum) if verdict.optimum else {"reached": verdict.reachable}
    lines = [head | {"method": "optimum", **optimum, **best}]
    for method, one in ran.items():
        more = {"more_than_first_come": compare_reached(worths[method].reached, worths), **best, "stability": stability[method]}
        lines.append(head | {"method": method, **tell_worth(worths[method]), **more, **tell_effort(one)})
    return lines


def compare_reached(reached: int, worths: dict[str, Worth]) -> float:
    """How many more needs are reached than by whoever comes first, as a share of those."""
    return round(reached / worths["first-come"].reached - 1, 4)


def tell_effort(ran: Ran) -> dict[str, object]:
    """What the plan took, as it is printed."""
    return {"seconds": round(ran.seconds, 3), "cpu_seconds": round(ran.cpu_seconds, 3), "peak_mib": ran.peak_mib}


def tell_worth(worth: Worth) -> dict[str, object]:
    """The figures of a plan as they are printed."""
    return {name: value if isinstance(value, int) else round(float(value), 4) for name, value in worth._asdict().items()}


async def run_methods(before: Pool, after: Pool) -> tuple[dict[str, Ran], dict[str, float]]:
    """What each method does with this town, measured one after the other, and how much of it holds in the town as it is later."""
    ran: dict[str, Ran] = {}
    stability: dict[str, float] = {}
    async with AsyncExitStack() as stack:
        processes = {method: await stack.enter_async_context(Apart(most_mib=MOST_MIB)) for method in _methods.METHODS}
        await asyncio.gather(*(process.do(_methods.warm_up) for process in processes.values()))
        for method, process in processes.items():
            began = time.perf_counter()
            (plan, cpu), peak = await process.do(_methods.make_plan, method, MOST_MIB, before)
            ran[method] = Ran(plan, time.perf_counter() - began, cpu, peak)
            (again, _), _ = await process.do(_methods.make_plan, method, MOST_MIB, after)
            stability[method] = compare_plans(before, plan, after, again)
    return ran, stability


async def judge_apart(pool: Pool, plans: dict[str, Plan]) -> Verdict:
    """What the plans brought, found in a process of its own."""
    async with Apart(most_mib=16 * MOST_MIB) as apart:
        return (await apart.do(judge_plans, pool, plans)).answer


def judge_plans(pool: Pool, plans: dict[str, Plan]) -> Verdict:
    """What the plans brought, each of them checked, and what any could bring; fails where ours is not the best."""
    pairs = find_pairs(pool)
    for plan in plans.values():
        _methods.check_plan(pool, pairs, plan)
    _methods.prove_best(pool, pairs, plans["ours"])
    worths = {method: _methods.measure_plan(pool, pairs, plan) for method, plan in plans.items()}
    optimum = None
    if len(pairs.need) <= PROGRAMME_PAIRS:
        best = _methods.solve_programme(pool, pairs)
        _methods.check_plan(pool, pairs, best)
        less = (_methods.value_plan(pool, pairs, best) - _methods.value_plan(pool, pairs, plans["ours"])) / _methods.UNIT
        assert abs(less) < _methods.EXACT, f"The linear programme says that {less} is missing."
        optimum = _methods.measure_plan(pool, pairs, best)
    return Verdict(len(pairs.need), _methods.count_reachable(pool, pairs), worths, optimum)


def compare_plans(before: Pool, plan: Plan, after: Pool, again: Plan) -> float:
    """Of the pairs whose two posts still stand, the share that is in the second plan too."""
    standing = np.isin(before.needs.id[plan.need], after.needs.id) & np.isin(before.offers.id[plan.offer], after.offers.id)
    ours = np.char.add(before.needs.id[plan.need[standing]].astype("S16"), before.offers.id[plan.offer[standing]])
    theirs = np.char.add(after.needs.id[again.need], after.offers.id[again.offer])
    return round(float(np.isin(ours, theirs).mean()), 4) if len(ours) else 1.0
