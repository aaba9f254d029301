"""Mending outlines, and merging neighbourhoods with too few adults."""

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.geography.rules import coverage
from buurtnet.geography.schemas import Area, Merged
from tests.geography.grounds import CORNER, area, grid, square


def bow_tie() -> shapely.Polygon:
    x, y = CORNER
    return shapely.Polygon([(x, y), (x + 100, y + 100), (x + 100, y), (x, y + 100)])


def test_crossed_ring_is_mended_and_reported() -> None:
    areas = [area("A", bow_tie()), area("B", square(1, 0))]
    assert coverage.repair_outlines(areas) == ["A"]
    assert areas[0].outline.is_valid
    assert areas[0].outline.area == pytest.approx(5000)


def test_ring_without_ground_is_refused() -> None:
    x, y = CORNER
    with pytest.raises(coverage.OutlinesMissing):
        coverage.repair_outlines([area("A", shapely.Polygon([(x, y), (x + 100, y), (x, y)]))])


def test_rows_of_one_code_become_one() -> None:
    areas, joined = coverage.join_rows([area("A", square(0, 0), inhabited=False), area("B", square(5, 0)), area("A", square(1, 0))])
    assert [one.code for one in areas] == ["A", "B"]
    assert joined == ["A"]
    assert areas[0].outline.area == pytest.approx(500_000)
    assert areas[0].inhabited


def test_overlaps_and_gaps() -> None:
    clean = grid(3, 3)
    assert coverage.find_overlaps(clean) == []
    assert coverage.find_gaps(clean) == (0, 0)
    holed = [one for one in clean if one.code != "0101"]
    assert coverage.find_gaps(holed) == (1, 250_000)
    moved = [area("A", square(0, 0)), area("B", shapely.transform(square(1, 0), lambda xy: xy - [100, 0]))]
    assert [(found.a, found.b, found.m2) for found in coverage.find_overlaps(moved)] == [("A", "B", 50_000)]


def test_small_area_joins_the_neighbour_with_the_longest_border() -> None:
    wide = shapely.box(CORNER[0], CORNER[1] - 500, CORNER[0] + 500, CORNER[1])
    short = shapely.box(CORNER[0] + 500, CORNER[1], CORNER[0] + 1000, CORNER[1] + 100)
    areas = [area("small", square(0, 0), adults=20), area("short", short, adults=500), area("wide", wide, adults=80)]
    left, merged, alone = coverage.merge_small(areas)
    assert merged == [Merged("small", "wide", 20)]
    assert alone == []
    assert {one.code: one.adults for one in left} == {"short": 500, "wide": 100}


def test_own_municipality_goes_first() -> None:
    areas = [
        area("small", square(1, 0), "1", adults=20),
        area("other", shapely.union(square(2, 0), square(2, 1)), "2", adults=500),
        area("own", shapely.box(CORNER[0] + 400, CORNER[1] + 400, CORNER[0] + 500, CORNER[1] + 600), "1", adults=60),
    ]
    assert coverage.merge_small(areas)[1] == [Merged("small", "own", 20)]


def test_island_stays_and_is_reported() -> None:
    left, merged, alone = coverage.merge_small([area("A", square(0, 0), adults=10), area("B", square(5, 5), adults=400)])
    assert (len(left), merged, alone) == (2, [], ["A"])


def test_unknown_and_uninhabited_areas_are_left_alone() -> None:
    areas = [area("A", square(0, 0)), area("park", square(1, 0), inhabited=False, adults=0), area("C", square(2, 0), population=60)]
    left, merged, alone = coverage.merge_small(areas)
    assert len(left) == 3
    assert merged == []
    assert alone == ["C"], "60 people are some 45 adults, and a park is no neighbour to merge with"


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.booleans(), st.sampled_from("12")), min_size=12, max_size=12))
def test_merging_loses_nobody_and_no_ground(people: list[tuple[int, bool, str]]) -> None:
    areas: list[Area] = grid(4, 3)
    for one, (adults, known, town) in zip(areas, people, strict=True):
        one.adults, one.town_code, one.inhabited = (adults if known else None), town, adults > 0
    before, ground = sum(one.adults or 0 for one in areas), shapely.area(coverage.unite(coverage.as_array(areas)))
    unknown = any(one.adults is None for one in areas)
    left, merged, alone = coverage.merge_small(areas)
    assert sum(one.outline.area for one in left) == pytest.approx(ground)
    assert len(left) + len(merged) == 12
    assert {one.code for one in left}.isdisjoint(one.code for one in merged)
    assert [one.code for one in left if coverage.is_small(one)] == [one.code for one in left if one.code in alone]
    if not unknown:
        assert sum(one.adults or 0 for one in left) == before
    assert coverage.find_overlaps(left) == []


def test_municipalities_are_dissolved() -> None:
    cells = grid(4, 2)
    for one in cells[:4]:
        one.town_code = "2"
    towns = coverage.dissolve_towns(cells)
    assert list(towns) == ["1", "2"]
    assert all(town.geom_type == "MultiPolygon" and town.area == pytest.approx(1_000_000) for town in towns.values())


def test_sketches_share_their_borders() -> None:
    x, y = CORNER
    wavy = [(x + 500 + (20 if step % 2 else 0), y + 10 * step) for step in range(51)]
    left = area("A", shapely.Polygon([(x, y), *wavy, (x, y + 500)]))
    right = area("B", shapely.Polygon([*wavy, (x + 1000, y + 500), (x + 1000, y)]))
    sketches = coverage.sketch_outlines([left, right])
    assert shapely.get_num_coordinates(sketches).sum() < 20
    assert shapely.coverage_is_valid([sketches[0].geoms[0], sketches[1].geoms[0]])
