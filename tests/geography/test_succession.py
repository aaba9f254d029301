"""Who takes whose ground: by largest overlap, held to counting cells."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.geography.rules.succession import Heir, find_succession, is_asked, tell_changes
from buurtnet.geography.schemas import Area, Fate
from tests.geography.grounds import area, square
from tests.geography.maps import NEW, strip

SIDE = 4
"""Cells of a side of the ground that is drawn twice."""


def succeed(earlier: dict[str, shapely.Geometry], areas: list[Area]) -> dict[str, list[Heir]]:
    outlines = np.array([one.outline for one in areas], dtype=object)
    shapes = {one.code: one.outline for one in areas}
    same = [code in shapes and shapes[code].equals(outline) for code, outline in earlier.items()]
    found = find_succession(list(earlier), np.array(list(earlier.values()), dtype=object), areas, outlines, same)
    return {list(earlier)[position]: heirs for position, heirs in found.heirs.items()}


def unite(cells: list[int]) -> shapely.Geometry:
    return shapely.union_all([square(cell % SIDE, cell // SIDE) for cell in cells])


@given(
    st.lists(st.integers(0, 3), min_size=SIDE * SIDE, max_size=SIDE * SIDE),
    st.lists(st.integers(0, 3), min_size=SIDE * SIDE, max_size=SIDE * SIDE),
)
@settings(max_examples=40, deadline=None)
def test_the_largest_overlap_is_the_most_cells(before: list[int], after: list[int]) -> None:
    """Two maps of sixteen cells, under codes that have nothing in common."""
    old = {f"a{name}": [cell for cell, of in enumerate(before) if of == name] for name in sorted(set(before))}
    new = {f"b{name}": [cell for cell, of in enumerate(after) if of == name] for name in sorted(set(after))}
    areas = [area(code, unite(cells)) for code, cells in new.items()]
    found = succeed({code: unite(cells) for code, cells in old.items()}, areas)
    assert found.keys() == old.keys()
    for code, heirs in found.items():
        shared = {name: len({*cells} & {*old[code]}) for name, cells in new.items()}
        said = {areas[heir.position].code: round(heir.share * len(old[code])) for heir in heirs}
        assert said == {name: cells for name, cells in shared.items() if cells}
        assert shared[areas[heirs[0].position].code] == max(shared.values())
        assert sum(heir.share for heir in heirs) == 1 or abs(sum(heir.share for heir in heirs) - 1) < 1e-9
        for heir in heirs:
            name = areas[heir.position].code
            assert abs(heir.filled - shared[name] / len(new[name])) < 1e-9


def test_people_go_where_people_live() -> None:
    """Most of the ground is a park now; nobody can live there."""
    areas = [area("park", strip(0, 0, 0.7), inhabited=False), area("homes", strip(0, 0.7, 1))]
    assert [areas[heir.position].code for heir in succeed({"old": square(0, 0)}, areas)["old"]] == ["homes", "park"]


def test_ground_that_the_map_does_not_cover_stays() -> None:
    outlines = np.array([strip(0, 0, 0.4)], dtype=object)
    found = find_succession(["old"], np.array([square(0, 0)], dtype=object), [area("new", outlines[0])], outlines, [False])
    assert (found.heirs, found.left) == ({}, [0])


def test_borders_drawn_anew_move_nobody() -> None:
    """A hundredth of the ground on the other side of a border: neither followed nor told as a split."""
    areas = [area("a", strip(0, 0, 0.992)), area("b", strip(0, 0.992, 1).union(square(1, 0)))]
    assert succeed({"a": square(0, 0), "b": square(1, 0)}, areas) == {}


def test_a_code_that_keeps_half_of_its_ground_asks_nobody() -> None:
    for kept, asked in ((0.5, False), (0.49, True)):
        areas = [area("a", strip(0, 0, kept)), area("b", strip(0, kept, 1))]
        heirs = succeed({"a": square(0, 0)}, areas)["a"]
        assert is_asked("a", areas, heirs) is asked
        assert areas[heirs[0].position].code == ("b" if asked else "a")


def test_each_fate_has_its_word() -> None:
    earlier = {f"99001W{n}": square(n, 0) for n in range(10)}
    areas = [area(code, outline) for code, (outline, _) in NEW.items()]
    outlines = np.array([one.outline for one in areas], dtype=object)
    shapes = {one.code: one.outline for one in areas}
    same = [code in shapes and shapes[code].equals(outline) for code, outline in earlier.items()]
    found = find_succession(list(earlier), np.array(list(earlier.values()), dtype=object), areas, outlines, same)
    said = {
        change.code[5:]: (change.fate, [(part.code[5:], part.share) for part in change.parts], change.asked)
        for change in tell_changes(list(earlier), areas, found)
    }
    assert said == {
        "W2": (Fate.SPLIT, [("W20", 0.6), ("W21", 0.4)], True),
        "W3": (Fate.MERGED, [("W34", 1.0)], True),
        "W4": (Fate.MERGED, [("W34", 1.0)], True),
        "W5": (Fate.ELSEWHERE, [("W6", 1.0)], True),
        "W6": (Fate.ELSEWHERE, [("W5", 1.0)], True),
        "W7": (Fate.SPLIT, [("W7", 0.7), ("W70", 0.3)], False),
        "W8": (Fate.RECODED, [("W80", 1.0)], True),
    }
    assert [list(earlier)[position] for position in found.left] == ["99001W9"]
