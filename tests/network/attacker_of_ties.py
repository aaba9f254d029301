"""Somebody who reckons with all that tells of the ties between neighbourhoods: contacts per person, the E-I index with its interval, and help from one
neighbourhood to another, at every level, in both windows of every month.

What they seek are the ties between two neighbourhoods, within one, out of one or out of an area, and what is left of these besides the told flows.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement

import numpy as np

from buurtnet.network.rules.flows import WINDOW
from buurtnet.network.rules.protection import Protected
from buurtnet.network.schemas import ABOUT, WINDOWS, AreaKind, Flow, Measure
from tests.network.attacker import KINDS, Hidden, Program, Spot, list_members, list_unions, read_count
from tests.network.history import Region

Pair = tuple[int, int]
Terms = list[tuple[Spot, float]]


class TieAttack(Program):
    """The program over the ties between each two neighbourhoods and within each. Nobody is known to have ties to anywhere else."""

    def __init__(self, region: Region, months: Mapping[int, Protected], flows: Mapping[int, Sequence[Flow]]) -> None:
        self.pairs: list[Pair] = list(combinations_with_replacement(range(len(region.ids)), 2))
        super().__init__(("ties", at, w, t) for at in range(len(self.pairs)) for w in WINDOWS for t in months)
        self.region = region
        self.flowing: set[tuple[Pair, int]] = set()
        for month, protected in months.items():
            for window in WINDOWS:
                for kind in AreaKind:
                    for area, members in enumerate(list_members(region, kind)):
                        self._read_area(protected.told[window, kind], area, members, window, month)
            self._read_flows(flows[month], month)
        for whole in ((w, t) for w in WINDOWS for t in months):
            for parts in list_unions(whole, months, covering=True):
                for at in range(len(self.pairs)):
                    self.say([(("ties", at, *whole), -1.0), *((("ties", at, *part), 1.0) for part in parts)], 0, np.inf)

    def list_terms(self, members: Sequence[int], ends: int, window: int, month: int) -> Terms:
        """The pairs with so many ends in these neighbourhoods."""
        return [
            (("ties", at, window, month), 1.0)
            for at, (one, other) in enumerate(self.pairs)
            if (one in members) + (other in members) == ends
        ]

    def _read_area(self, measures: Mapping[Measure, object], area: int, members: list[int], window: int, month: int) -> None:
        mean, index = measures[Measure.MEAN_DEGREE], measures[Measure.BRIDGING]
        if not mean.shown[area]:
            assert not index.shown[area]
            return
        inner, outer = (self.list_terms(members, ends, window, month) for ends in (2, 1))
        value = round(float(mean.estimate.value[area]), ABOUT[Measure.MEAN_DEGREE].digits)
        low, high = read_count(KINDS["ties"], value, float(mean.estimate.n[area]))
        self.say([*inner, *((spot, 0.5) for spot, _ in outer)], low, high)
        if index.shown[area]:
            (least_in, most_in), (least_out, most_out) = read_index(float(index.estimate.value[area]), low, high)
            self.say(inner, least_in, most_in)
            self.say(outer, least_out, most_out)
            for edge, side in ((index.estimate.low[area], 1.0), (index.estimate.high[area], -1.0)):
                self.say([*((spot, side * (1 - edge)) for spot, _ in outer), *((spot, side * (-1 - edge)) for spot, _ in inner)], 0, np.inf)

    def _read_flows(self, flows: Sequence[Flow], month: int) -> None:
        """Each tie joins two people and has a help; a tie with help both ways is in two flows."""
        places = {int(number): at for at, number in enumerate(self.region.ids)}
        told: dict[Pair, list[Flow]] = {}
        for flow in flows:
            one, other = sorted((places[flow.from_id], places[flow.to_id]))
            told.setdefault((one, other), []).append(flow)
        for pair, both in told.items():
            self.flowing.add((pair, month))
            at = self.spots["ties", self.pairs.index(pair), WINDOW, month]
            self.least[at] = max(10, *((flow.people - 2) / 2 for flow in both))
            if len(both) == 2:
                self.most[at] = sum(flow.helps + 2 for flow in both)

    def list_hidden(self, truth: Mapping[tuple[int, int], np.ndarray], months: Sequence[int]) -> Iterator[Hidden]:
        """Every number of ties from 1 to 9: of pairs, within and out of neighbourhoods and areas, and of what the told flows leave of these."""
        for window in WINDOWS:
            for month in months:
                ties = truth[window, month]
                sought = [(pair, [(("ties", at, window, month), 1.0)]) for at, pair in enumerate(self.pairs)]
                for kind in AreaKind:
                    for area, members in enumerate(list_members(self.region, kind)):
                        for ends in (1, 2):
                            terms = self.list_terms(members, ends, window, month)
                            sought += [((kind, area, ends), some) for some in (terms, self._leave(terms, window, month))]
                found: set[tuple[Spot, ...]] = set()
                for number, (name, terms) in enumerate(sought):
                    spots = tuple(spot for spot, _ in terms)
                    if spots not in found and 0 < sum(ties[self.pairs[spot[1]]] for spot, _ in terms) < 10:
                        found.add(spots)
                        yield terms, (str(name), number, window, month)

    def _leave(self, terms: Terms, window: int, month: int) -> Terms:
        return [(spot, factor) for spot, factor in terms if window != WINDOW or (self.pairs[spot[1]], month) not in self.flowing]

    def together(self, hidden: Hidden) -> object:
        """What each window of a month hides, in a few parts."""
        return hidden[1][1] % 6

    def check(self, truth: Mapping[tuple[int, int], np.ndarray]) -> None:
        """What is reckoned with is true."""
        true = np.array([truth[w, t][self.pairs[at]] for _, at, w, t in self.spots])
        assert ((true >= self.least) & (true <= self.most)).all()
        for terms, low, high in self.rows:
            assert low - 1e-6 <= sum(true[at] * factor for at, factor in terms) <= high + 1e-6


def read_index(index: float, low: float, high: float) -> tuple[tuple[int, int], tuple[int, int]]:
    """From where to where the ties within and to elsewhere may be of which this index is published, where ties are from `low` to `high`."""
    digits = ABOUT[Measure.BRIDGING].digits
    fives = [
        (inner, outer)
        for inner in range(10, int(high) + 6, 5)
        for outer in range(10, 2 * int(high) + 11, 5)
        if round((outer - inner) / (outer + inner), digits) == round(index, digits)
        and low <= inner + 2 + (outer + 2) / 2
        and max(inner - 2, 10) + max(outer - 2, 10) / 2 <= high
    ]
    least, most = (np.array(some) for some in (np.min(fives, axis=0), np.max(fives, axis=0)))
    return tuple((max(int(one) - 2, 10), int(other) + 2) for one, other in zip(least, most, strict=True))
