"""A bounding box as it is asked for, and the ground that it covers."""

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from buurtnet.ogc.rules.crs import Crs

STEPS = 64
"""Pieces of each side: a side that is straight in one system is a curve in another one. Within a Belgium-wide box they differ by centimetres."""
Box = tuple[float, float, float, float]


def read_box(text: str, crs: Crs) -> list[Box] | None:
    """West, south, east and north of what the box covers, cut off where nothing of ours can lie: none, one, or two where it crosses the date
    line; None where it is no box of the system.

    Four numbers, or six with heights, which say nothing about outlines (Part 1, 7.15.3). Axes come as the system orders them (Part 2, 6.3).
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)) or any(not part.strip() for part in text.split(",")):
        return None
    middle = len(numbers) // 2
    low, high = numbers[:2], numbers[middle : middle + 2]
    if crs.north_first:
        low, high = low[::-1], high[::-1]
    (west, south), (east, north) = low, high
    if south > north or (middle == 3 and numbers[2] > numbers[5]):
        return None
    if not crs.degrees:
        return None if west > east else _cut([(west, south, east, north)], crs)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and south >= -90 and north <= 90):
        return None
    parts = [(west, south, east, north)] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]
    return _cut(parts, crs)


def _cut(boxes: Sequence[Box], crs: Crs) -> list[Box]:
    least, lowest, most, highest = crs.within
    cut = [(max(west, least), max(south, lowest), min(east, most), min(north, highest)) for west, south, east, north in boxes]
    return [box for box in cut if box[0] <= box[2] and box[1] <= box[3]]


def draw_box(box: Box) -> str:
    """The box as well-known text: a polygon with many points on each side; a line or a point where it is as narrow as that."""
    west, south, east, north = box
    if west == east and south == north:
        return f"POINT({west!r} {south!r})"
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    if west == east or south == north:
        return f"LINESTRING({', '.join(_along(corners[0], corners[2]))})"
    ring = [point for start, end in pairwise(corners) for point in [*_along(start, end)][:-1]]
    return f"POLYGON(({', '.join([*ring, ring[0]])}))"


def _along(start: tuple[float, float], end: tuple[float, float]) -> Iterator[str]:
    """The points from one to the other, both included."""
    for step in range(STEPS + 1):
        share = step / STEPS
        x, y = (a if share == 0 else b if share == 1 else a + (b - a) * share for a, b in zip(start, end, strict=True))
        yield f"{x!r} {y!r}"
