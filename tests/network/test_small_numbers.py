"""The small-number rules: nothing that is shown comes from fewer than ten, and nothing stands beside what is suppressed."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.network.rules.measured import Counts, Estimate, Measured
from buurtnet.network.rules.small_numbers import NEEDS, RULES, Ground, Shown, decide_alone, there
from buurtnet.network.rules.telling import round_counts, round_hours, tell
from buurtnet.network.schemas import WINDOWS, Measure

COUNTS = Counts.__struct_fields__
TIES = set(NEEDS) - {Measure.ADULT_SHARE, Measure.REACH, Measure.TOP_SHARE, Measure.GINI}


@st.composite
def grounds(draw: st.DrawFn) -> Ground:
    """Neighbourhoods in two municipalities and an area across them, with counts around the floor."""
    many = draw(st.integers(2, 7))
    luck = np.random.default_rng(draw(st.integers(0, 2**32)))
    own: dict[int, Counts] = {}
    for window in WINDOWS:
        rows = {name: luck.choice([0, 3, 9, 10, 12, 40, 80], many).astype(float) for name in COUNTS}
        rows["active"] = luck.choice([0, 5, 9, 10, 25, 90, 300], many).astype(float)
        for name in ("without", "both", "largest", "finding"):
            rows[name] = np.minimum(rows[name], rows["active"])
        rows["adults"] = np.where(luck.random(many) < 0.5, np.nan, rows["active"] + luck.integers(0, 400, many))
        own[window] = Counts(**rows)
    area = np.concatenate([np.arange(many) % 2, np.full(many // 2, 2)])
    place = np.concatenate([np.arange(many), np.arange(many // 2)])
    above = {
        window: Counts(**{name: np.array([np.nansum(getattr(counts, name)[place[area == one]]) for one in range(3)]) for name in COUNTS})
        for window, counts in own.items()
    }
    published = np.broadcast_to(luck.random(many) < 0.8, (2, many))
    return Ground(ids=np.arange(many), own=own, above=above, inside=(area, place), published=published, open_above=np.ones((2, 3), bool))


def each(ground: Ground, shown: Shown):
    for decided, counts in ((shown.own, ground.own), (shown.above, ground.above)):
        for measure, rows in decided.items():
            for row, window in enumerate(WINDOWS):
                for area in np.flatnonzero(rows[row]):
                    yield measure, {name: getattr(counts[window], name)[area] for name in COUNTS}


@settings(max_examples=60)
@given(grounds())
def test_no_shown_figure_comes_from_fewer_than_ten_or_hides_fewer_than_ten(ground: Ground) -> None:
    shown = decide_alone(ground)
    for measure, cell in each(ground, shown):
        if measure is Measure.FIRST_YES_HOURS:
            assert cell["askers"] >= 10 and cell["answered"] >= 10 and 2 * cell["top_asker"] <= cell["answered"]
            continue
        if measure is Measure.NEWCOMER_WEEKS:
            assert cell["newcomers"] >= 10 and cell["arrived"] >= 10
            continue
        assert cell["active"] >= 10
        assert not cell["adults"] - cell["active"] < 10
        if measure in TIES - {Measure.ACTIVE}:
            assert cell["ends"] / 2 >= 10 and 2 * cell["top"] <= cell["touching"]
        for share, part in (
            (Measure.WITHOUT_TIE, "without"),
            (Measure.BOTH_WAYS, "both"),
            (Measure.LARGEST_PART, "largest"),
            (Measure.REACH, "finding"),
        ):
            if measure is share:
                assert cell[part] >= 10 and cell["active"] - cell[part] >= 10
        if measure in (Measure.GINI, Measure.TOP_SHARE):
            assert cell["givers"] >= 10 and 2 * cell["top_giver"] <= cell["helps"]
        if measure is Measure.TOP_SHARE:
            assert cell["active"] >= 200
    assert all(not (rows & ~ground.published).any() for rows in shown.own.values())


@settings(max_examples=60)
@given(grounds())
def test_nothing_stands_beside_what_would_tell_what_is_suppressed(ground: Ground) -> None:
    shown = decide_alone(ground)
    for decided in (shown.own, shown.above):
        for measure, needed in NEEDS.items():
            assert all(not (decided[measure] & ~decided[one]).any() for one in needed)
    for decided, counts in ((shown.own, ground.own), (shown.above, ground.above)):
        for row, window in enumerate(WINDOWS):
            both = decided[Measure.BOTH_WAYS][row] & decided[Measure.WITHOUT_TIE][row]
            left = counts[window].active - counts[window].without - counts[window].both
            assert (left[both] >= 10).all()


@settings(max_examples=60)
@given(grounds())
def test_no_neighbourhood_is_the_only_one_suppressed_in_an_area_that_is_shown(ground: Ground) -> None:
    shown = decide_alone(ground)
    area, place = ground.inside
    for measure in RULES:
        hidden = there(ground) & ~shown.own[measure]
        for row in range(len(WINDOWS)):
            alone = np.bincount(area, weights=hidden[row, place], minlength=3) == 1
            assert not (alone & shown.above[measure][row]).any()


def test_every_measure_has_a_rule() -> None:
    assert set(RULES) == set(Measure)


@settings(max_examples=60)
@given(grounds())
def test_published_values_follow_from_rounded_counts_alone(ground: Ground) -> None:
    """Two areas whose rounded counts agree get the same figures and intervals, whatever their true ones are."""
    counts = ground.own[12]
    half = {"ends", "across", "lasting"}
    near = Counts(
        **{name: 2 * round_counts(getattr(counts, name) / 2) if name in half else round_counts(getattr(counts, name)) for name in COUNTS}
    )
    near = msgspec.structs.replace(near, parts=counts.parts)
    plain = {measure: Estimate(*(np.full(len(counts.active), 2.0) for _ in range(4))) for measure in Measure}
    first, second = tell(Measured(counts, plain)), tell(Measured(near, plain))
    for measure in Measure:
        for name in Estimate.__struct_fields__:
            np.testing.assert_array_equal(getattr(first[measure], name), getattr(second[measure], name))
        assert (np.nan_to_num(first[measure].n) % 5 == 0).all()


def test_rounding() -> None:
    assert round_counts(np.array([0, 2, 3, 7, 8, 12.5])).tolist() == [0, 0, 5, 5, 10, 15]
    assert round_hours(np.array([0.4, 3.1, 23.9, 26, 95, 130])).tolist() == [0, 4, 24, 24, 96, 120]


@pytest.mark.parametrize(("top", "shown"), [(10, True), (11, False)])
def test_one_person_with_more_than_half_of_the_ties_hides_the_figure(top: int, shown: bool) -> None:
    blank = {name: np.array([0.0]) for name in COUNTS}
    some = {"active": 30, "ends": 40, "touching": 20, "top": top, "adults": np.nan}
    counts = Counts(**(blank | {name: np.array([value]) for name, value in some.items()}))
    assert bool(RULES[Measure.MEAN_DEGREE](counts)[0]) is shown
