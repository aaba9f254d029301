"""Two years of a small region, the same for the same seed: people who come, pause and help each other, and what is counted of them each month."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np

from buurtnet.network.rules.flows import WINDOW, Stream, find_streams
from buurtnet.network.rules.measured import Areas, Counts, Estimate, Measured
from buurtnet.network.rules.measures_shape import bridging
from buurtnet.network.rules.measures_spread import Z
from buurtnet.network.rules.measures_window import Cut
from buurtnet.network.rules.snapshot import Places
from buurtnet.network.schemas import WINDOWS, AreaKind, Measure

MONTHS = 24
START = 2024 * 12 + 11


class Region(msgspec.Struct, frozen=True):
    """Neighbourhoods in municipalities, and organisations' areas that overlap them."""

    ids: np.ndarray
    town: np.ndarray
    areas: Areas

    @property
    def places(self) -> Places:
        """All inhabited, all published; how many adults live there is not known."""
        many = len(self.ids)
        everywhere = np.ones(many, bool)
        return Places(self.ids, self.town, np.arange(int(self.town.max()) + 1), everywhere, np.full(many, np.nan), everywhere)


class Life(msgspec.Struct, frozen=True):
    """Who lives where, in which months they did something, and ties by month: both ends, who helped, whether first languages differ."""

    home: np.ndarray
    joined: np.ndarray
    lively: np.ndarray
    finds: np.ndarray
    a: np.ndarray
    b: np.ndarray
    month: np.ndarray
    across: np.ndarray


def lay_region(towns: list[int], areas: list[list[int]]) -> Region:
    """So many neighbourhoods in each municipality; areas by the places of their neighbourhoods."""
    many = sum(towns)
    inside = np.zeros((len(areas), many), bool)
    for row, members in enumerate(areas):
        inside[row, members] = True
    return Region(
        np.arange(100, 100 + many),
        np.repeat(np.arange(len(towns)), towns),
        Areas(np.arange(1, len(areas) + 1), inside, np.ones(len(areas), bool)),
    )


def live(region: Region, seed: int, sizes: Sequence[int] = ()) -> Life:
    """Neighbourhoods of a handful to some dozens of people; half of them came on the way, all now and then do something."""
    luck = np.random.default_rng(seed)
    sizes = sizes or luck.permutation(np.resize([4, 90, 8, 16, 60, 12, 30, 24, 45], len(region.ids))).tolist()
    home = np.repeat(np.arange(len(region.ids)), sizes)
    people = len(home)
    span = MONTHS + max(WINDOWS)
    joined = np.where(luck.random(people) < 0.5, 0, luck.integers(0, span, people))
    eager = luck.beta(1, 3, people)[:, None]
    lively = (luck.random((people, span)) < eager) & (np.arange(span) >= joined[:, None])
    month, person = np.nonzero(lively.T & (luck.random((span, people)) < 0.6))
    other = np.array([luck.choice(np.flatnonzero(lively[:, at])) for at in month])
    pairs = person != other
    person, other, month = person[pairs], other[pairs], month[pairs]
    tongue = luck.integers(0, 3, people)
    return Life(home, joined, lively, luck.random(people) < 0.6, person, other, month, tongue[person] != tongue[other])


def count_months(region: Region, life: Life) -> Iterator[tuple[int, dict[tuple[int, AreaKind], Measured]]]:
    """Each month's number and what is measured in it."""
    for step in range(MONTHS):
        until = step + max(WINDOWS)
        windows: dict[tuple[int, AreaKind], Measured] = {}
        for window in WINDOWS:
            own, ties = _count(region, life, until - window, until), count_between(region, life, until - window, until)
            windows[window, AreaKind.NEIGHBOURHOOD] = measure_plainly(own)
            towns = np.eye(int(region.town.max()) + 1)[region.town].T
            windows[window, AreaKind.MUNICIPALITY] = measure_plainly(add_up(own, ties, towns))
            windows[window, AreaKind.AREA] = measure_plainly(add_up(own, ties, region.areas.inside.astype(float)))
        yield START + step, windows


def count_ties(region: Region, life: Life) -> Mapping[tuple[int, int], np.ndarray]:
    """By window and month the ties between each two neighbourhoods, the lower one first, and within each."""
    ends = ((START + step, step + max(WINDOWS)) for step in range(MONTHS))
    return {(window, month): count_between(region, life, until - window, until) for month, until in ends for window in WINDOWS}


def list_streams(life: Life) -> Mapping[int, Sequence[Stream]]:
    """By month the help of a year from one neighbourhood to another."""
    return {
        START + step: find_streams(cut_life(life, step + max(WINDOWS) - WINDOW, step + max(WINDOWS)), life.home) for step in range(MONTHS)
    }


def count_between(region: Region, life: Life, since: int, until: int) -> np.ndarray:
    """The ties between each two neighbourhoods, the lower one first, and within each."""
    cut = cut_life(life, since, until)
    one, other = life.home[cut.a], life.home[cut.b]
    ties = np.zeros((len(region.ids),) * 2)
    np.add.at(ties, (np.minimum(one, other), np.maximum(one, other)), 1)
    return ties


def cut_life(life: Life, since: int, until: int) -> Cut:
    """The ties with a help in these months, and how often each helped the other."""
    in_window = (life.month >= since) & (life.month < until)
    a, b, many = life.a[in_window], life.b[in_window], len(life.home)
    pairs, tie = np.unique(np.minimum(a, b) * many + np.maximum(a, b), return_inverse=True)
    gave, took = (np.bincount(tie[side], minlength=len(pairs)) for side in (a < b, a > b))
    nothing = np.zeros(len(pairs), bool)
    return Cut(a=pairs // many, b=pairs % many, a_gave=gave, b_gave=took, lasting=nothing, themes=nothing[:, None].astype(int))


def _count(region: Region, life: Life, since: int, until: int) -> Counts:
    many, people = len(region.ids), len(life.home)
    in_window = (life.month >= since) & (life.month < until)
    a, b, month = life.a[in_window], life.b[in_window], life.month[in_window]
    low, high = np.minimum(a, b), np.maximum(a, b)
    pairs, first = np.unique(low * people + high, return_index=True)
    low, high = pairs // people, pairs % people
    months = {}
    for pair, at in zip((np.minimum(a, b) * people + np.maximum(a, b)).tolist(), month.tolist(), strict=True):
        months.setdefault(pair, set()).add(at)
    lasting = np.array([len(months[pair]) > 1 for pair in pairs.tolist()], bool)
    crossing = life.across[in_window][first]
    degree = np.bincount(np.concatenate([low, high]), minlength=people)
    active = life.lively[:, since:until].any(axis=1) | (degree > 0)
    gave, had = np.bincount(a, minlength=people) > 0, np.bincount(b, minlength=people) > 0

    def at_home(which: np.ndarray) -> np.ndarray:
        return np.bincount(life.home[which], minlength=many).astype(float)

    def at_ends(which: np.ndarray) -> np.ndarray:
        return np.bincount(life.home[np.concatenate([low[which], high[which]])], minlength=many).astype(float)

    def with_one(which: np.ndarray) -> np.ndarray:
        return at_home(np.isin(np.arange(people), np.concatenate([low[which], high[which]])))

    inner = life.home[low] == life.home[high]
    zero = np.zeros(many)
    everything = np.ones(len(pairs), bool)
    counts = {
        "active": at_home(active),
        "adults": np.full(many, np.nan),
        "ends": at_ends(everything),
        "touching": at_ends(everything),
        "top": zero,
        "without": at_home(active & (degree == 0)),
        "kinds": at_ends(everything),
        "across": at_ends(crossing),
        "people_across": with_one(crossing),
        "people_within": with_one(~crossing),
        "finding": at_home(active & life.finds),
        "answered": at_ends(everything) // 2,
        "askers": at_ends(everything) // 2,
        "top_asker": zero,
        "both": at_home(gave & had),
        "inner": at_ends(inner) / 2,
        "outer": at_ends(~inner),
        "people_inner": with_one(inner),
        "people_outer": with_one(~inner),
        "newcomers": at_home((life.joined >= since) & (life.joined < until)),
        "arrived": at_home((life.joined >= since) & (life.joined < until)),
        "lasting": at_ends(lasting),
        "people_lasting": with_one(lasting),
        "people_passing": with_one(~lasting),
    }
    return Counts(**{name: counts.get(name, zero) for name in Counts.__struct_fields__})


def add_up(own: Counts, ties: np.ndarray, inside: np.ndarray) -> Counts:
    """The counts of areas: what lies between two of their neighbourhoods lies within them."""
    summed = {name: inside @ getattr(own, name) for name in Counts.__struct_fields__}
    inner = np.einsum("ai,ij,aj->a", inside, ties, inside)
    return Counts(**summed | {"inner": inner, "outer": summed["ends"] - 2 * inner})


def measure_plainly(counts: Counts) -> Measured:
    """Counts as they are; of figures only the E-I index, with its interval, for the others are not what is attacked."""
    nothing = np.full(len(counts.active), np.nan)
    plain = {measure: Estimate(np.ones(len(nothing)), counts.active, nothing, nothing) for measure in Measure}
    with np.errstate(divide="ignore", invalid="ignore"):
        index = bridging(counts.inner, counts.outer)
        far = Z * np.sqrt((1 - index**2) / (counts.inner + counts.outer))
    return Measured(counts, plain | {Measure.BRIDGING: Estimate(index, counts.active, index - far, index + far)})
