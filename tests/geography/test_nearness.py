"""Metres and levels between neighbourhoods."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.geography.rules.nearness import LIMITS, TOUCHING_LIMIT, measure_nearness
from buurtnet.geography.schemas import Level
from tests.geography.grounds import CORNER, grid, square


def rows_of(outlines: list) -> dict[tuple[int, int], tuple[int, int]]:
    """Metres and level by pair."""
    array = np.array(outlines, dtype=object)
    near = measure_nearness(array, shapely.point_on_surface(array))
    rows = list(zip(near.a.tolist(), near.b.tolist(), near.metres.tolist(), near.level.tolist(), strict=True))
    assert len({row[:2] for row in rows}) == len(rows)
    return {(a, b): (metres, level) for a, b, metres, level in rows}


def level_of(metres: int, *, touching: bool = False) -> Level | None:
    """The same for one pair, in plain words: the level of two neighbourhoods so many metres apart, None where they are out of reach."""
    if touching and metres <= TOUCHING_LIMIT:
        return Level.NEXT
    return next((level for level, limit in LIMITS.items() if metres <= limit), None)


@pytest.mark.parametrize(
    ("metres", "touching", "level"),
    [
        (0, False, Level.NEXT),
        (800, False, Level.NEXT),
        (801, False, Level.WALKING),
        (801, True, Level.NEXT),
        (1500, True, Level.NEXT),
        (1501, True, Level.CYCLING),
        (1500, False, Level.WALKING),
        (4000, False, Level.CYCLING),
        (4001, False, Level.TOWN),
        (10_000, False, Level.TOWN),
        (10_001, True, None),
    ],
)
def test_level_of_a_distance(metres: int, touching: bool, level: Level | None) -> None:
    assert level_of(metres, touching=touching) == level


def test_grid_of_squares() -> None:
    """500 m cells: next to each other touch, the third in a row is 1,000 m away and does not."""
    rows = rows_of([cell.outline for cell in grid(25, 1)])
    assert rows[0, 0] == (260, 0)
    assert rows[0, 1] == (500, 1)
    assert rows[0, 2] == (1000, 2)
    assert rows[0, 4] == (2000, 3)
    assert rows[0, 20] == (10_000, 4)
    assert (0, 21) not in rows


def test_touching_counts_only_near_by() -> None:
    """Country areas of 2 km touch and are still not next door; of 1,200 m they are."""
    assert rows_of([square(0, 0, 2000), square(1, 0, 2000)])[0, 1] == (2000, 3)
    assert rows_of([square(0, 0, 1200), square(1, 0, 1200)])[0, 1] == (1200, 1)
    assert rows_of([square(0, 0, 400), square(3, 0, 400)])[0, 1] == (1200, 2)


def test_own_distance_never_beyond_the_nearest_other() -> None:
    """A large area around a small one: two people in the large one are not shown as farther apart than the people next door."""
    small = shapely.box(CORNER[0] + 2400, CORNER[1] + 2400, CORNER[0] + 2600, CORNER[1] + 2600)
    large = shapely.box(*CORNER, CORNER[0] + 5000, CORNER[1] + 5000).difference(small)
    rows = rows_of([large, small])
    assert rows[0, 0][0] <= rows[0, 1][0]
    assert rows[1, 1] == (104, 0)


def test_one_neighbourhood_alone() -> None:
    assert rows_of([square(0, 0)]) == {(0, 0): (260, 0)}


boxes = st.lists(
    st.tuples(st.integers(0, 25_000), st.integers(0, 25_000), st.integers(50, 4_000), st.integers(50, 4_000)), min_size=1, max_size=18
).map(lambda found: [shapely.box(CORNER[0] + x, CORNER[1] + y, CORNER[0] + x + w, CORNER[1] + y + h) for x, y, w, h in found])


@settings(max_examples=120, deadline=None)
@given(boxes)
def test_properties_of_nearness(outlines: list) -> None:
    """Symmetric; oneself at level 0 and nearest of all; levels never fall with distance unless areas touch; nobody in reach is left out."""
    rows = rows_of(outlines)
    points = shapely.point_on_surface(np.array(outlines, dtype=object))
    for (a, b), (metres, level) in rows.items():
        assert rows[b, a] == (metres, level)
        assert (level == 0) == (a == b)
        assert metres >= 0
        if a != b:
            assert rows[a, a][0] <= metres
            assert metres == pytest.approx(points[a].distance(points[b]), abs=0.51)
            touching = outlines[a].distance(outlines[b]) <= 1.0
            assert level == level_of(metres, touching=touching)
    for a in range(len(outlines)):
        assert (a, a) in rows
        for b in range(len(outlines)):
            assert ((a, b) in rows) or points[a].distance(points[b]) > LIMITS[Level.TOWN]


@given(st.integers(0, 12_000), st.integers(0, 12_000), st.booleans())
def test_levels_grow_with_distance(one: int, other: int, touching: bool) -> None:
    near, far = sorted((one, other))
    first, second = level_of(near, touching=touching), level_of(far, touching=touching)
    assert second is None or (first is not None and first <= second)
    assert (level_of(near, touching=True) or 9) <= (level_of(near) or 9)
