"""How uncertain a figure is: intervals of 95 %.

The people who are active are read as a sample of those who could be: the interval says how much a figure would move if others like them had come.
Shares have the interval of Wilson; medians that of their order statistics; coefficients are computed again with other weights of the people.
"""

import math
from collections.abc import Callable

import numpy as np

from buurtnet.network.rules.measured import Array

Z = 1.959964
"""The 97.5th percentile of the normal distribution."""
DRAWS = 200
ROOM = 1_000_000
"""Weights drawn at once."""
SPARSE = 4
"""Groups that there could be for each resident, up to which they are counted rather than sorted."""


def wilson(share: Array, n: Array) -> tuple[Array, Array]:
    """The interval of a share of n (Wilson, Journal of the American Statistical Association 22, 1927); within 0 and 1, NaN where the share is NaN."""
    share, n = np.asarray(share, float), np.asarray(n, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = share + Z * Z / (2 * n)
        spread = Z * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
        whole = 1 + Z * Z / n
        low, high = np.clip((middle - spread) / whole, 0, 1), np.clip((middle + spread) / whole, 0, 1)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def median_by(place: Array, values: Array, areas: int) -> tuple[Array, Array, Array]:
    """The median of the values of each area, and its interval by order statistics (David and Nagaraja, Order Statistics, 2003, 7.1); NaN where there is none.

    The interval goes from the value of rank n/2 − z√n/2 to that of rank 1 + n/2 + z√n/2, at most from the least to the largest.
    """
    known = place >= 0
    place, values = place[known], values[known]
    order = np.lexsort((values, place))
    place, values = place[order], values[order]
    n = np.bincount(place, minlength=areas)
    some = n > 0
    start, n = np.searchsorted(place, np.arange(areas))[some], n[some]
    reach = Z * np.sqrt(n) / 2
    least = np.maximum(np.floor(n / 2 - reach).astype(int) - 1, 0)
    most = np.minimum(np.ceil(n / 2 + reach).astype(int), n - 1)
    found = np.full((3, areas), np.nan)
    found[:, some] = (values[start + (n - 1) // 2] + values[start + n // 2]) / 2, values[start + least], values[start + most]
    return found[0], found[1], found[2]


class Groups:
    """Residents who are alike in some whole numbers, by area: how many they are, and what the numbers are.

    Areas of one division follow one another; within an area the groups are ordered by their first number, then the next.
    """

    def __init__(self, place: Array, areas: int, *numbers: Array) -> None:
        known = place >= 0
        key = place[known].astype(np.int64)
        sizes = [int(one.max(initial=0)) + 1 for one in numbers]
        for one, size in zip(numbers, sizes, strict=True):
            key = key * size + one[known]
        counted = np.bincount(key) if areas * math.prod(sizes) <= SPARSE * len(key) else None
        key, self.count = np.unique(key, return_counts=True) if counted is None else (np.flatnonzero(counted), counted[counted > 0])
        self.numbers: list[Array] = []
        for size in reversed(sizes):
            self.numbers.insert(0, key % size)
            key //= size
        self.area, self.areas = key, areas
        self.filled, self.start = np.unique(key, return_index=True)

    def total(self, weights: Array) -> Array:
        """The sums by filled area, of each row of weights."""
        return np.add.reduceat(weights, self.start, axis=1) if len(self.start) else np.zeros((len(weights), 0))

    def below(self, weights: Array) -> Array:
        """What the groups before each group of the same area weigh together."""
        running = np.cumsum(weights, axis=1)
        before = running - weights
        return before - np.repeat(before[:, self.start], np.diff(np.append(self.start, weights.shape[1])), axis=1)

    def spread(self, values: Array) -> Array:
        """Values of filled areas, as values of all: NaN for those without anybody."""
        all_areas = np.full((len(values), self.areas), np.nan)
        all_areas[:, self.filled] = values
        return all_areas


def resample(groups: Groups, statistic: Callable[[Groups, Array], Array], seed: tuple[int, ...]) -> Array:
    """The interval of each statistic for each area, `[statistic, low and high, area]`, by the Bayesian bootstrap (Rubin, Annals of Statistics 9, 1981).

    Each resident gets an exponential weight, so a group of k alike gets one of the gamma distribution with shape k: the same, with fewer draws. `statistic`
    takes groups and rows of weights and gives `[statistic, row, filled area]`. The same seed gives the same interval.
    """
    luck = np.random.default_rng(seed)
    rows = max(1, min(DRAWS, ROOM // max(len(groups.count), 1)))
    shape = groups.count.astype(np.float32)
    drawn: list[Array] = []
    for start in range(0, DRAWS, rows):
        many = min(rows, DRAWS - start)
        weights = luck.standard_gamma(np.broadcast_to(shape, (many, len(shape))), dtype=np.float32).astype(np.float64)
        drawn.append(statistic(groups, weights))
    all_drawn = np.concatenate(drawn, axis=1)
    ends = np.quantile(all_drawn, (0.025, 0.975), axis=1)
    return np.stack([groups.spread(ends[:, one]) for one in range(all_drawn.shape[0])])
