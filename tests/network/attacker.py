"""Somebody who has every published figure of two years and reckons: a linear program over all of them, by HiGHS.

They know the rules, the boundaries, which areas lie in which, and what windows say of one another. A number is recovered when the largest value that
agrees with everything is below ten.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from buurtnet.network.rules.protection import Protected
from buurtnet.network.schemas import ABOUT, WINDOWS, AreaKind, Measure
from tests.network.history import Region

TEN = 10 - 1e-6
Spot = tuple[str, int, int, int]
"""A kind of count, a neighbourhood, a window, a month."""
Hidden = tuple[Sequence[tuple[Spot, float]], Spot]
"""What is sought, as a sum, and where."""


class Kind(msgspec.Struct, frozen=True):
    """A count that some measure tells: alone, as a share of what is told as n, or as a mean; `part_of` another."""

    name: str
    measure: Measure
    part_of: str | None = None
    unit: str = "n"
    half: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind("active", Measure.ACTIVE),
        Kind("without", Measure.WITHOUT_TIE, "active", "share"),
        Kind("both", Measure.BOTH_WAYS, "active", "share"),
        Kind("finding", Measure.REACH, "active", "share"),
        Kind("ties", Measure.MEAN_DEGREE, None, "mean", half=True),
        Kind("across", Measure.ACROSS_LANGUAGES, "ties", "share", half=True),
        Kind("lasting", Measure.LASTING, "ties", "share", half=True),
        Kind("answered", Measure.FIRST_YES_HOURS),
        Kind("newcomers", Measure.NEWCOMER_WEEKS),
    )
}
CHAINS = (("active", "without", "both"), ("active", "finding"), ("ties", "across"), ("ties", "lasting"), ("answered",), ("newcomers",))
"""Kinds that say something of one another."""
COVERING = {"active", "ties", "across", "answered", "newcomers"}
"""What is in a window is in one of the windows that together hold it; of the others only that the year holds each of its quarters."""


def read_count(kind: Kind, value: float, n: float) -> tuple[float, float]:
    """From where to where a count may be of which this is published."""
    if kind.unit == "n":
        fives = [n]
    elif kind.unit == "share":
        fives = [five for five in range(0, int(n) + 5, 5) if round(min(five / n, 1), ABOUT[kind.measure].digits) == value]
    else:
        fives = [five for five in range(0, int(n * (value + 1)), 5) if round(2 * five / n, ABOUT[kind.measure].digits) == value]
    assert fives, (kind.name, value, n)
    return max(min(fives) - 2 - kind.half * 0.5, 10), max(fives) + 2 + (0.5 if kind.name == "finding" else 0)


class Program:
    """Numbers with what is known of each alone, and of sums of them."""

    def __init__(self, spots: Iterable[Spot]) -> None:
        self.spots = {spot: at for at, spot in enumerate(spots)}
        self.least, self.most = np.zeros(len(self.spots)), np.full(len(self.spots), np.inf)
        self.rows: list[tuple[list[tuple[int, float]], float, float]] = []

    def say(self, terms: Sequence[tuple[Spot, float]], low: float, high: float) -> None:
        """A sum lies between these."""
        self.rows.append(([(self.spots[spot], factor) for spot, factor in terms], low, high))

    def recover(self, hidden: Sequence[Hidden]) -> list[Spot]:
        """Which hidden numbers are found to be below ten. Many are tried together first: what can be ten together can be alone."""
        left: list[Hidden] = []
        for group in {self.together(one) for one in hidden}:
            some = [one for one in hidden if self.together(one) == group]
            left += [one for one, reached in zip(some, self._push(some), strict=True) if reached < TEN]
        return [spot for terms, spot in left if self._push([(terms, spot)])[0] < TEN]

    def together(self, hidden: Hidden) -> object:
        """Counts apart from remainders, and few neighbourhoods at once."""
        terms, (_, number, _, _) = hidden
        return len(terms), number % 6

    def _push(self, targets: Sequence[Hidden]) -> list[float]:
        """How high these can be brought together, each as far as ten."""
        many = len(self.spots)
        extra = [
            ([(self.spots[spot], factor) for spot, factor in terms] + [(many + at, -1.0)], 0.0, np.inf)
            for at, (terms, _) in enumerate(targets)
        ]
        rows = self.rows + extra
        at = [(row, column, factor) for row, (terms, _, _) in enumerate(rows) for column, factor in terms]
        row, column, factor = zip(*at, strict=True)
        matrix = coo_array((factor, (row, column)), shape=(len(rows), many + len(targets))).tocsr()
        limits = LinearConstraint(matrix, np.array([one[1] for one in rows]), np.array([one[2] for one in rows]))
        bounds = Bounds(np.concatenate([self.least, np.zeros(len(targets))]), np.concatenate([self.most, np.full(len(targets), 10.0)]))
        found = milp(np.concatenate([np.zeros(many), -np.ones(len(targets))]), constraints=limits, bounds=bounds)
        assert found.x is not None, found.message
        return found.x[many:].tolist()


class Attack(Program):
    """The program over some kinds: all neighbourhoods, both windows, all months."""

    def __init__(self, region: Region, months: Mapping[int, Protected], chain: Sequence[str]) -> None:
        super().__init__((k, i, w, t) for k in chain for i in range(len(region.ids)) for w in WINDOWS for t in months)
        self.region, self.months, self.chain = region, months, chain
        self.shown: dict[tuple[AreaKind, str, int, int, int], tuple[float, float]] = {}
        for month, protected in months.items():
            self._read(month, protected)
        self._relate_kinds()
        for name in chain:
            self._relate_windows(name)

    def _read(self, month: int, protected: Protected) -> None:
        for (window, area_kind), measures in protected.told.items():
            members = list_members(self.region, area_kind)
            for name in self.chain:
                kind = KINDS[name]
                public = measures[kind.measure]
                for area in np.flatnonzero(public.shown).tolist():
                    value = round(float(public.estimate.value[area]), ABOUT[kind.measure].digits)
                    low, high = read_count(kind, value, float(public.estimate.n[area]))
                    self.shown[area_kind, name, area, window, month] = low, high
                    self.say([((name, i, window, month), 1.0) for i in members[area]], low, high)
                    if kind.part_of:
                        rest = [((kind.part_of, i, window, month), 1.0) for i in members[area]]
                        self.say([*rest, *(((name, i, window, month), -1.0) for i in members[area])], 10, np.inf)

    def zeros(self, spots: Iterable[tuple[int, int, int]]) -> None:
        """What is marked as not active is zero."""
        for i, window, month in spots:
            for name in self.chain:
                self.most[self.spots[name, i, window, month]] = 0

    def some(self, spots: Iterable[tuple[int, int, int]]) -> None:
        """Somebody is active where the number of those who are is suppressed."""
        if "active" in self.chain:
            for i, window, month in spots:
                self.least[self.spots["active", i, window, month]] = 1

    def _relate_kinds(self) -> None:
        for name in self.chain:
            whole = KINDS[name].part_of
            if whole in self.chain:
                for i, w, t in self._all():
                    self.say([((whole, i, w, t), 1.0), ((name, i, w, t), -1.0)], 0, np.inf)
        if "both" in self.chain:
            for i, w, t in self._all():
                self.say([(("active", i, w, t), 1.0), (("without", i, w, t), -1.0), (("both", i, w, t), -1.0)], 0, np.inf)

    def _all(self) -> Iterable[tuple[int, int, int]]:
        return ((i, w, t) for i in range(len(self.region.ids)) for w in WINDOWS for t in self.months)

    def _relate_windows(self, name: str) -> None:
        if name == "finding":
            return

        def terms(i: int, w: int, t: int, factor: float) -> list[tuple[Spot, float]]:
            """Not who has no tie, but who has one, is in a window as in its parts."""
            if name == "without":
                return [(("active", i, w, t), factor), (("without", i, w, t), -factor)]
            return [((name, i, w, t), factor)]

        covering = name in COVERING or name == "without"
        for whole in ((w, t) for w in WINDOWS for t in self.months):
            for parts in list_unions(whole, self.months, covering):
                for i in range(len(self.region.ids)):
                    told = all((AreaKind.NEIGHBOURHOOD, name, i, *window) in self.shown for window in (whole, *parts))
                    if not told:
                        self.say([*terms(i, *whole, -1.0), *(term for part in parts for term in terms(i, *part, 1.0))], 0, np.inf)


def list_members(region: Region, kind: AreaKind) -> list[list[int]]:
    """The neighbourhoods of each area of a kind."""
    inside = {
        AreaKind.NEIGHBOURHOOD: np.eye(len(region.ids), dtype=bool),
        AreaKind.MUNICIPALITY: region.town == np.arange(int(region.town.max()) + 1)[:, None],
        AreaKind.AREA: region.areas.inside,
    }[kind]
    return [np.flatnonzero(row).tolist() for row in inside]


def list_unions(whole: tuple[int, int], months: Iterable[int], covering: bool) -> list[list[tuple[int, int]]]:
    """Windows that hold a window; pairs, one after the other, that together do; and the quarters of a year."""
    width, end = whole
    need = set(range(end - width + 1, end + 1))
    windows = [(w, t) for w in WINDOWS for t in months if (w, t) != whole and need & set(range(t - w + 1, t + 1))]
    held = {one: need & set(range(one[1] - one[0] + 1, one[1] + 1)) for one in windows}
    found = [[one] for one in windows if held[one] == need]
    if covering:
        early = [one for one in windows if end - width + 1 in held[one] and end not in held[one]]
        found += [[one, other] for one in early for other in windows if other[1] - other[0] == one[1] and end in held[other]]
        quarters = [(3, end), (3, end - 3), (3, end - 6), (3, end - 9)]
        if width == 12 and all(one in held for one in quarters):
            found.append(quarters)
    return found
