"""The small-number rules: nothing that is shown, and no difference of what is shown, comes from fewer than ten."""

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.network.rules import small_numbers
from buurtnet.network.rules.small_numbers import Counts, decide_shown, public_values, round_count, round_hours
from buurtnet.network.schemas import Measure

SIZES = st.one_of(st.just(0), st.integers(0, 14), st.integers(10, 200))


@st.composite
def areas(draw: st.DrawFn):
    """Counts of neighbourhoods in one or two municipalities, and of the municipalities as their sums."""
    many = draw(st.integers(1, 9))
    inside = np.array([draw(st.integers(0, 1)) for _ in range(many)])
    rows = []
    for _ in range(many):
        active = draw(SIZES)
        ends = draw(st.integers(0, 3 * active)) if active else 0
        without = draw(st.integers(0, active))
        answered = draw(st.integers(0, 60))
        rows.append(
            {
                "active": active,
                "adults": draw(st.one_of(st.just(np.nan), st.integers(active, active + 400))),
                "ends": ends,
                "touching": ends // 2 + draw(st.integers(0, 5)),
                "top": draw(st.integers(0, 12)),
                "without": without,
                "kinds": draw(st.integers(0, ends + 1)) / 1.0,
                "across": draw(st.integers(0, ends)) if ends else 0,
                "people_across": draw(st.integers(0, active)),
                "people_within": draw(st.integers(0, active)),
                "finding": draw(st.one_of(st.just(np.nan), st.floats(0, active))) if active else np.nan,
                "answered": answered,
                "askers": draw(st.integers(0, answered)),
                "top_asker": draw(st.integers(0, answered)),
            }
        )
    own = Counts(**{name: np.array([row[name] for row in rows], float) for name in Counts.__struct_fields__})
    sums = {name: np.array([np.nansum(getattr(own, name)[inside == town]) for town in (0, 1)]) for name in Counts.__struct_fields__}
    sums["adults"] = np.array([own.adults[inside == town].sum() for town in (0, 1)])
    published = np.array([draw(st.sampled_from([True, True, True, False])) for _ in range(many)])
    whole = np.array([bool((inside == town).any() and published[inside == town].all()) for town in (0, 1)])
    return own, Counts(**sums), inside, published, whole


@settings(max_examples=300)
@given(areas())
def test_no_shown_figure_comes_from_fewer_than_ten_or_hides_fewer_than_ten(case) -> None:
    own, parent, inside, published, whole = case
    for measure, decided in decide_shown(own, parent, inside, published, whole).items():
        for counts, shown in ((own, decided[0]), (parent, decided[1])):
            for area in np.flatnonzero(shown):
                cell = {name: getattr(counts, name)[area] for name in Counts.__struct_fields__}
                if measure is Measure.FIRST_YES_HOURS:
                    assert cell["askers"] >= 10 and cell["answered"] >= 10 and 2 * cell["top_asker"] <= cell["answered"]
                    continue
                assert cell["active"] >= 10
                if cell["adults"] == cell["adults"]:
                    assert cell["adults"] - cell["active"] >= 10
                if measure in (Measure.MEAN_DEGREE, Measure.DENSITY, Measure.THEMES, Measure.ACROSS_LANGUAGES, Measure.WITHOUT_TIE):
                    assert cell["ends"] / 2 >= 10 and 2 * cell["top"] <= cell["touching"]
                if measure is Measure.WITHOUT_TIE:
                    assert cell["without"] >= 10 and cell["active"] - cell["without"] >= 10
                if measure is Measure.REACH:
                    assert cell["finding"] >= 10 and cell["active"] - cell["finding"] >= 10
                if measure is Measure.ACROSS_LANGUAGES:
                    assert cell["people_across"] >= 10 and cell["people_within"] >= 10
        assert not (decided[0] & ~published).any()
        assert not (decided[1] & ~whole).any()


@settings(max_examples=300)
@given(areas())
def test_subtracting_the_shown_siblings_from_their_municipality_gives_nothing_below_ten(case) -> None:
    own, parent, inside, published, whole = case
    for measure, (area, above) in decide_shown(own, parent, inside, published, whole).items():
        for town in np.flatnonzero(above):
            hidden = (inside == town) & published & ~area
            rest = {name: float(np.nansum(getattr(own, name)[hidden])) for name in Counts.__struct_fields__}
            if measure is Measure.FIRST_YES_HOURS:
                assert rest["answered"] == 0 or rest["askers"] >= 10
                continue
            assert rest["active"] == 0 or rest["active"] >= 10
            if measure in (Measure.MEAN_DEGREE, Measure.DENSITY) and rest["active"]:
                assert rest["ends"] / 2 >= 10
            if measure is Measure.WITHOUT_TIE and rest["active"]:
                assert rest["without"] >= 10 and rest["active"] - rest["without"] >= 10
            if measure is Measure.REACH and rest["active"]:
                assert rest["finding"] >= 10 and rest["active"] - rest["finding"] >= 10


@settings(max_examples=200)
@given(areas())
def test_no_neighbourhood_is_the_only_one_suppressed_where_others_could_be(case) -> None:
    own, parent, inside, published, whole = case
    for area, _ in decide_shown(own, parent, inside, published, whole).values():
        for town in (0, 1):
            members = (inside == town) & published & ((own.active > 0) | (own.answered > 0))
            hidden = members & ~area
            assert hidden.sum() != 1 or members.sum() == 1


@settings(max_examples=200)
@given(areas())
def test_the_number_of_active_people_stands_beside_no_other_figure_where_it_is_suppressed(case) -> None:
    shown = decide_shown(*case)
    for measure in small_numbers.TELLS_ACTIVE:
        for kind in (0, 1):
            assert not (shown[measure][kind] & ~shown[Measure.ACTIVE][kind]).any()
    assert (shown[Measure.MEAN_DEGREE][0] == shown[Measure.DENSITY][0]).all()


@settings(max_examples=200)
@given(areas(), st.integers(0, 3))
def test_published_values_follow_from_rounded_counts_alone(case, shift: int) -> None:
    """Two areas whose rounded counts agree get the same figures, whatever their true ones are."""
    own, _, _, _, _ = case
    themes, hours = np.full(len(own.active), 2.0), np.full(len(own.active), 7.0)
    near = msgspec.structs.replace(
        own, active=round_count(own.active), without=round_count(own.without), ends=2 * round_count(own.ends / 2)
    )
    first, second = public_values(own, themes, hours), public_values(near, themes, hours)
    for measure in (Measure.ACTIVE, Measure.MEAN_DEGREE, Measure.DENSITY, Measure.WITHOUT_TIE):
        np.testing.assert_array_equal(first[measure][0], second[measure][0])
        assert (first[measure][1] % 5 == 0).all()


def test_rounding() -> None:
    assert round_count(np.array([0, 2, 3, 7, 8, 12.5])).tolist() == [0, 0, 5, 5, 10, 15]
    assert [round_hours(value) for value in (0.4, 3.1, 23.9, 26, 95, 130)] == [0, 4, 24, 24, 96, 120]


def test_one_person_with_more_than_half_of_the_ties_hides_the_figure() -> None:
    blank = {name: np.array([0.0]) for name in Counts.__struct_fields__}
    some = {
        "active": np.array([30]),
        "ends": np.array([40]),
        "touching": np.array([20]),
        "top": np.array([11]),
        "adults": np.array([np.nan]),
    }
    counts = Counts(**(blank | some))
    assert not small_numbers.RULES[Measure.MEAN_DEGREE](counts)[0]
    assert small_numbers.RULES[Measure.MEAN_DEGREE](msgspec.structs.replace(counts, top=np.array([10])))[0]
