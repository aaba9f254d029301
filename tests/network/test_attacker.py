"""Two years of published figures, and somebody who reckons with all of them: no number below ten comes out."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import pytest

from buurtnet.network.rules import flows, programs, protection, small_numbers
from buurtnet.network.rules.flows import Stream
from buurtnet.network.rules.measured import Counts
from buurtnet.network.rules.protection import Protected, Public, Trace, Windows, protect
from buurtnet.network.rules.snapshot_rows import flow_rows
from buurtnet.network.schemas import WINDOWS, AreaKind, Measure
from tests.network.attacker import CHAINS, KINDS, Attack, Spot
from tests.network.attacker_of_ties import TieAttack
from tests.network.history import START, Region, add_up, count_months, count_ties, lay_region, list_streams, live, measure_plainly

REGION = lay_region([4, 3, 2], [[0, 1, 2], [2, 3, 4, 5], [4, 5, 6, 7]])
THREE = lay_region([3], [])
FOUR = lay_region([2, 2], [[0, 1, 2]])
LIVELY = live(FOUR, seed=4, sizes=[60, 80, 30, 20])
"""Two small towns in which there is much help between neighbourhoods."""
COUNTS: dict[str, Callable[[Counts], np.ndarray]] = {
    "active": lambda c: c.active,
    "without": lambda c: c.without,
    "both": lambda c: c.both,
    "finding": lambda c: c.finding,
    "ties": lambda c: c.ends / 2,
    "across": lambda c: c.across / 2,
    "lasting": lambda c: c.lasting / 2,
    "answered": lambda c: c.answered,
    "newcomers": lambda c: c.newcomers,
}


@pytest.fixture(scope="module")
def history() -> dict[int, Windows]:
    return dict(count_months(REGION, live(REGION, seed=3)))


def publish(history: dict[int, Windows], *, region: Region = REGION, remember: bool = True) -> dict[int, Protected]:
    past: list[Trace] = []
    months: dict[int, Protected] = {}
    for month, windows in history.items():
        months[month] = protect(
            region.ids,
            region.town,
            region.areas,
            windows,
            published=np.ones(len(region.ids), bool),
            whole=np.ones(int(region.town.max()) + 1, bool),
            month=month,
            past=past,
        )
        past += months[month].traces if remember else []
    return months


def attack(history: dict[int, Windows], months: dict[int, Protected], chain: tuple[str, ...], *, region: Region = REGION) -> list[Spot]:
    """What comes out by all that is published of the kinds of one chain: numbers of the last kind, and what remains besides them."""
    program = Attack(region, months, chain)
    program.zeros(list_quiet(history, months, zero=True))
    program.some(list_quiet(history, months, zero=False))
    name = chain[-1]
    return program.recover(list(list_hidden(history, months, name)))


def list_quiet(history: dict[int, Windows], months: dict[int, Protected], *, zero: bool) -> Iterator[tuple[int, int, int]]:
    """Where everybody is told that nobody is active; or that somebody is, but not how many."""
    for month, windows in history.items():
        for window in WINDOWS:
            counts = windows[window, AreaKind.NEIGHBOURHOOD].counts
            public = months[month].told[window, AreaKind.NEIGHBOURHOOD][KINDS["active"].measure]
            some = (counts.active > 0) | (counts.answered > 0)
            for i in np.flatnonzero(~some & ~public.veiled if zero else some & ~public.shown).tolist():
                yield i, window, month


def list_hidden(history: dict[int, Windows], months: dict[int, Protected], name: str) -> Iterator[tuple[list[tuple[Spot, float]], Spot]]:
    """Every number from 1 to 9 that is not published, and everything from 1 to 9 that remains besides one."""
    kind = KINDS[name]
    for month, windows in history.items():
        for window in WINDOWS:
            counts = windows[window, AreaKind.NEIGHBOURHOOD].counts
            shown = months[month].told[window, AreaKind.NEIGHBOURHOOD][kind.measure].shown
            true = COUNTS[name](counts)
            for i in np.flatnonzero(~shown & (true > 0) & (true < 10)).tolist():
                yield [((name, i, window, month), 1.0)], (name, i, window, month)
            if kind.part_of:
                rest = COUNTS[kind.part_of](counts) - true
                for i in np.flatnonzero(~shown & (rest > 0) & (rest < 10)).tolist():
                    yield [((kind.part_of, i, window, month), 1.0), ((name, i, window, month), -1.0)], (name, i, window, month)


@pytest.fixture(scope="module")
def months(history: dict[int, Windows]) -> dict[int, Protected]:
    return publish(history)


@pytest.mark.parametrize("chain", [("active",), ("active", "without"), ("ties",), *CHAINS], ids="-".join)
def test_no_number_below_ten_comes_out(history: dict[int, Windows], months: dict[int, Protected], chain: tuple[str, ...]) -> None:
    assert len(list(list_hidden(history, months, chain[-1]))) > 20
    assert attack(history, months, chain) == []


def test_without_suppressing_others_too_numbers_come_out(history: dict[int, Windows], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protection, "_cover_all", lambda ground, shown, month, past: {})
    assert len(attack(history, publish(history, remember=False), ("active",))) > 20


def test_where_months_do_not_agree_numbers_come_out() -> None:
    """Last month nobody was active in the first of three neighbourhoods, so the second's 18 were told; now the first has 4, and both are suppressed."""
    history = {START: count_active([0, 18, 40]), START + 1: count_active([4, 18, 40])}
    alone = publish(history, region=THREE, remember=False)
    assert alone[START + 1].told[12, AreaKind.MUNICIPALITY][Measure.ACTIVE].shown[0]
    assert ("active", 0, 12, START + 1) in attack(history, alone, ("active",), region=THREE)
    assert attack(history, publish(history, region=THREE), ("active",), region=THREE) == []


def test_where_a_program_is_given_up_nothing_comes_out_and_less_is_told(
    history: dict[int, Windows], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {month: history[month] for month in list(history)[-2:]}
    as_ever = publish(few)
    monkeypatch.setattr(programs, "STEPS", 0)
    silent = publish(few)
    assert attack(few, silent, ("active",)) == []
    told = [sum(int(public.shown.sum()) for public in _all_told(months)) for months in (silent, as_ever)]
    assert told[0] < told[1]


def _all_told(months: dict[int, Protected]) -> Iterator[Public]:
    for month in months.values():
        for measures in month.told.values():
            yield from measures.values()


@pytest.fixture(scope="module")
def lively() -> dict[int, Windows]:
    return dict(count_months(FOUR, LIVELY))


def attack_ties(
    history: dict[int, Windows], region: Region, truth: Mapping[tuple[int, int], np.ndarray], streams: Mapping[int, Sequence[Stream]]
) -> tuple[list[Spot], int, int]:
    """What comes out of the ties between neighbourhoods; how many flows and how many E-I indices were told."""
    months = publish(history, region=region)
    told = {month: flow_rows(region.places, windows, months[month].told, streams[month]) for month, windows in history.items()}
    program = TieAttack(region, months, told)
    program.check(truth)
    hidden = list(program.list_hidden(truth, list(history)))
    assert hidden
    indices = sum(int(measures[Measure.BRIDGING].shown.sum()) for month in months.values() for measures in month.told.values())
    return program.recover(hidden), sum(map(len, told.values())), indices


def test_no_number_of_ties_between_neighbourhoods_below_ten_comes_out(lively: dict[int, Windows]) -> None:
    recovered, told, indices = attack_ties(lively, FOUR, count_ties(FOUR, LIVELY), list_streams(LIVELY))
    assert recovered == []
    assert told > 20
    assert indices > 10


def count_ties_of(ties: list[list[int]], region: Region) -> Windows:
    """A month with so many ties between each two neighbourhoods, each between other people, the same in a quarter as in a year."""
    above = np.array(ties, float)
    inner = np.diag(above)
    outer = above.sum(axis=0) + above.sum(axis=1) - 2 * inner
    own = Counts(**dict.fromkeys(Counts.__struct_fields__, np.zeros(len(inner))))
    many = {
        "active": np.full(len(inner), 60.0),
        "adults": np.full(len(inner), np.nan),
        "ends": 2 * inner + outer,
        "touching": inner + outer,
    }
    own = msgspec.structs.replace(own, **many, inner=inner, outer=outer, people_inner=2 * inner, people_outer=outer)
    towns = np.eye(int(region.town.max()) + 1)[region.town].T
    kinds = {
        AreaKind.NEIGHBOURHOOD: own,
        AreaKind.MUNICIPALITY: add_up(own, above, towns),
        AreaKind.AREA: add_up(own, above, region.areas.inside.astype(float)),
    }
    return {(window, kind): measure_plainly(counts) for window in WINDOWS for kind, counts in kinds.items()}


BESIDE_FLOWS = [[40, 40, 5, 0], [0, 40, 40, 30], [0, 0, 40, 40], [0, 0, 0, 40]]
"""Of the 45 ties that leave the first, 40 are a flow."""
ALL_TO_ONE = [[60, 50, 50], [0, 60, 1], [0, 0, 60]]
"""The second and the third have hardly anything to do with each other."""
WITHIN_A_TOWN = [[58, 1, 40, 40], [0, 58, 40, 40], [0, 0, 58, 40], [0, 0, 0, 58]]
STREAM = Stream(source=0, target=1, ties=40, helps=40, people=80, top_ties=1, top_helps=1)


@pytest.mark.parametrize(
    ("ties", "region", "rule", "without"),
    [
        (BESIDE_FLOWS, FOUR, (flows, "_find_weak"), lambda told, ends: None),
        (ALL_TO_ONE, THREE, (small_numbers.RULES, Measure.BRIDGING), lambda c: (c.inner >= 10) & (c.outer >= 10)),
        (WITHIN_A_TOWN, FOUR, (small_numbers, "NEVER_ABOVE"), ()),
    ],
    ids=["besides flows", "all to one", "within a town"],
)
def test_without_one_of_the_rules_of_ties_a_number_comes_out(
    monkeypatch: pytest.MonkeyPatch, ties: list[list[int]], region: Region, rule: tuple[object, object], without: object
) -> None:
    month = {START: count_ties_of(ties, region)}
    truth = {(window, START): np.array(ties) for window in WINDOWS}
    streams = {START: [STREAM] if ties is BESIDE_FLOWS else []}
    assert attack_ties(month, region, truth, streams)[0] == []
    place, name = rule
    (monkeypatch.setitem if isinstance(place, dict) else monkeypatch.setattr)(place, name, without)
    assert attack_ties(month, region, truth, streams)[0]


def count_active(numbers: list[int]) -> Windows:
    """A month in which so many are active, the same in a quarter as in a year."""
    zero = np.zeros(len(numbers))
    own = Counts(**dict.fromkeys(Counts.__struct_fields__, zero))
    own = msgspec.structs.replace(own, active=np.array(numbers, float), adults=zero + np.nan)
    town = Counts(**{name: np.array([getattr(own, name).sum()]) for name in Counts.__struct_fields__})
    none = Counts(**{name: np.zeros(0) for name in Counts.__struct_fields__})
    kinds = {AreaKind.NEIGHBOURHOOD: own, AreaKind.MUNICIPALITY: town, AreaKind.AREA: none}
    return {(window, kind): measure_plainly(counts) for window in WINDOWS for kind, counts in kinds.items()}
