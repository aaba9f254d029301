"""Mending and measuring outlines that together cover the ground: rings, overlaps, gaps, small areas, municipalities, sketches.

All outlines are shapely polygons in EPSG:3035, so lengths are metres and areas square metres.
"""

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import Any

import numpy as np
import shapely

from buurtnet.geography.schemas import Area, Merged, Overlap
from buurtnet.kit.errors import Invalid
from buurtnet.kit.text import N_

ADULTS = 50
"""The least number of adults in a neighbourhood, where it is known: with fewer, a neighbourhood would point to a household."""
ADULT_SHARE = 0.75
"""Adults in a population of which only the total is known. In Belgium four in five; fewer are assumed, to be on the safe side."""
SLIVER = 1.0
"""Overlaps up to this many square metres are rounding."""
SEAM = 0.5
"""Borders run together where they are closer than this many metres."""
SKETCH = 30.0
"""How coarse a sketch is: corners that stand out less than a triangle of 30 m × 30 m go. A phone knows its place no better."""
EUROPE = (900_000, 900_000, 7_400_000, 7_400_000)
"""Where EPSG:3035 holds, islands included."""
POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7


class NotAreas(Invalid):
    """Points or lines where outlines should be."""

    text = N_("The file holds points or lines. Neighbourhoods need outlines (areas).")


class OutlinesMissing(Invalid):
    """Rows without an outline, as a truncated file leaves them."""

    text = N_("%(count)s of %(total)s areas have no outline. The file is incomplete. First one: %(code)s.")


class OutsideEurope(Invalid):
    """Coordinates that cannot be right."""

    text = N_("The areas are not in Europe. The coordinate system in the file is probably wrong.")


def check_outlines(areas: Sequence[Area]) -> None:
    """Refuses rows without an outline, points and lines instead of areas, and places out of Europe."""
    outlines = as_array(areas)
    bare = np.flatnonzero(shapely.is_missing(outlines) | shapely.is_empty(outlines))
    if bare.size:
        raise OutlinesMissing(count=int(bare.size), total=len(areas), code=areas[bare[0]].code)
    if not np.isin(shapely.get_type_id(outlines), (POLYGON, MULTIPOLYGON)).all():
        raise NotAreas
    bounds = shapely.bounds(outlines)
    inside = (bounds[:, :2] >= EUROPE[:2]).all(axis=1) & (bounds[:, 2:] <= EUROPE[2:]).all(axis=1)
    if not inside.all():  # Also for coordinates that are no numbers.
        raise OutsideEurope


def repair_outlines(areas: Sequence[Area]) -> list[str]:
    """Mends invalid rings in place; returns the codes. Refuses an outline of which no ground is left."""
    repaired: list[str] = []
    outlines = as_array(areas)
    for position in np.flatnonzero(~shapely.is_valid(outlines)).tolist():
        mended = shapely.make_valid(outlines[position], method="structure", keep_collapsed=False)
        if shapely.get_type_id(mended) == COLLECTION:
            mended = shapely.union_all([part for part in mended.geoms if shapely.get_type_id(part) in (POLYGON, MULTIPOLYGON)])
        areas[position].outline = mended
        repaired.append(areas[position].code)
    flat = [area.code for area in areas if shapely.area(area.outline) < SLIVER]
    if flat:
        raise OutlinesMissing(count=len(flat), total=len(areas), code=flat[0])
    return repaired


def join_rows(areas: Sequence[Area]) -> tuple[list[Area], list[str]]:
    """One neighbourhood for each code, rows of the same code joined; and the codes that stood in several rows."""
    rows: dict[str, list[Area]] = {}
    for area in areas:
        rows.setdefault(area.code, []).append(area)
    for same in rows.values():
        if len(same) > 1:
            same[0].outline = shapely.union_all([area.outline for area in same])
            same[0].inhabited = any(area.inhabited for area in same)
    return [same[0] for same in rows.values()], sorted(code for code, same in rows.items() if len(same) > 1)


def find_overlaps(areas: Sequence[Area]) -> list[Overlap]:
    """The pairs of neighbourhoods that share ground, largest first."""
    outlines = as_array(areas)
    if shapely.coverage_is_valid(outlines):
        return []
    a, b = shapely.STRtree(outlines).query(outlines, predicate="intersects")
    a, b = a[a < b], b[a < b]
    shared = shapely.area(shapely.intersection(outlines[a], outlines[b]))
    found = [Overlap(areas[i].code, areas[j].code, round(float(m2))) for i, j, m2 in zip(a, b, shared, strict=True) if m2 > SLIVER]
    return sorted(found, key=lambda overlap: (-overlap.m2, overlap.a, overlap.b))


def find_gaps(areas: Sequence[Area]) -> tuple[int, int]:
    """How many holes the neighbourhoods leave between them, and their square metres."""
    whole = unite(as_array(areas))
    holes = [hole for part in shapely.get_parts(whole) for hole in part.interiors]
    return len(holes), round(float(shapely.area(shapely.polygons(holes)).sum())) if holes else 0


def unite(outlines: Any) -> Any:
    """The ground of all outlines together: fast where they fit together, exact where they do not."""
    if shapely.coverage_is_valid(outlines):
        return shapely.coverage_union_all(outlines)
    return shapely.union_all(outlines)


def count_adults(area: Area) -> int | None:
    """The adults of a neighbourhood as far as they are known."""
    if area.adults is not None:
        return area.adults
    return None if area.population is None else int(area.population * ADULT_SHARE)


def is_small(area: Area) -> bool:
    """Whether people live there and fewer adults than a neighbourhood may have."""
    adults = count_adults(area)
    return area.inhabited and adults is not None and adults < ADULTS


def merge_small(areas: Sequence[Area]) -> tuple[list[Area], list[Merged], list[str]]:
    """Merges each neighbourhood with too few adults, the smallest first, with the inhabited neighbour that shares the longest border.

    A neighbour in the same municipality goes first. Returns what remains, what was merged, and the codes for which there is no neighbour.
    """
    waiting = [(count_adults(area) or 0, area.code, position) for position, area in enumerate(areas) if is_small(area)]
    if not waiting:
        return list(areas), [], []
    heapify(waiting)
    borders, parts = _Borders(areas), {position: [position] for position in range(len(areas))}
    merged: list[Merged] = []
    alone: list[str] = []
    while waiting:
        adults, code, position = heappop(waiting)
        area = areas[position]
        if position not in parts or not is_small(area) or count_adults(area) != adults:
            continue  # It was merged, or has grown, after it began to wait.
        into = borders.find_neighbour(position, parts)
        if into is None:
            alone.append(code)
            continue
        other = areas[into]
        merged.append(Merged(code, other.code, adults))
        other.population, other.adults = _add(other.population, area.population), _add(other.adults, area.adults)
        other.codes = [*other.codes, *area.codes]
        parts[into] += parts.pop(position)
        if is_small(other):
            heappush(waiting, (count_adults(other) or 0, other.code, into))
    for position, together in parts.items():
        if len(together) > 1:
            areas[position].outline = unite(borders.outlines[together])
    return [areas[position] for position in sorted(parts)], merged, sorted(alone)


def _add(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


class _Borders:
    """Who borders on whom, and along how many metres: measured when asked."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self.areas, self.outlines = areas, as_array(areas)
        self._tree = shapely.STRtree(self.outlines)

    def find_neighbour(self, position: int, parts: dict[int, list[int]]) -> int | None:
        """The inhabited area with the longest border with this one, its own municipality first; both consist of the given parts."""
        whole = {part: owner for owner, together in parts.items() for part in together}
        shared: dict[int, float] = {}
        for part in parts[position]:
            for near in self._tree.query(self.outlines[part], predicate="dwithin", distance=SEAM).tolist():
                if (owner := whole[near]) != position and self.areas[owner].inhabited:
                    shared[owner] = shared.get(owner, 0.0) + self._measure(part, near)
        town = self.areas[position].town_code
        ranked = sorted(shared, key=lambda one: (self.areas[one].town_code != town, -shared[one], self.areas[one].code))
        return ranked[0] if ranked else None

    def _measure(self, one: int, other: int) -> float:
        """Metres of border of one outline along the other."""
        return float(shapely.length(shapely.intersection(shapely.boundary(self.outlines[one]), shapely.buffer(self.outlines[other], SEAM))))


def dissolve_towns(areas: Sequence[Area]) -> dict[str, Any]:
    """The outline of each municipality by its code, all inner borders gone."""
    outlines = as_array(areas)
    towns: dict[str, list[int]] = {}
    for position, area in enumerate(areas):
        towns.setdefault(area.town_code, []).append(position)
    return {code: as_multipolygon(unite(outlines[positions])) for code, positions in sorted(towns.items())}


def sketch_outlines(areas: Sequence[Area]) -> Any:
    """The outlines with few points, borders that are shared still the same on both sides."""
    return np.array([as_multipolygon(outline) for outline in shapely.coverage_simplify(as_array(areas), SKETCH)], dtype=object)


def as_array(areas: Sequence[Area]) -> Any:
    """The outlines as an array."""
    outlines = np.empty(len(areas), dtype=object)
    outlines[:] = [area.outline for area in areas]
    return outlines


def as_multipolygon(outline: Any) -> Any:
    """The outline as a multipolygon, whatever it was."""
    return shapely.multipolygons([outline]) if shapely.get_type_id(outline) == POLYGON else outline
