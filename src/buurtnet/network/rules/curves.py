"""Curves between places: each bends to the right of its way, so that there and back lie apart."""

from collections.abc import Sequence
from math import asinh, atan, degrees, radians, sinh, tan

Point = tuple[float, float]
BEND = 0.18
"""How far a curve stands out from the straight line, as a share of its length."""
STEPS = 12


def bend(start: Point, end: Point, *, up: bool = False) -> Point:
    """The point towards which the quadratic curve from start to end bends; `up` where y grows upwards."""
    (x0, y0), (x1, y1) = start, end
    turn = BEND * 2 * (1 if up else -1)
    return (x0 + x1) / 2 + (y1 - y0) * turn, (y0 + y1) / 2 - (x1 - x0) * turn


def draw_curve(start: Point, end: Point) -> Sequence[Point]:
    """The curve as points, the first and the last of them being start and end; y grows upwards."""
    over = bend(start, end, up=True)
    points: list[Point] = []
    for step in range(STEPS + 1):
        t = step / STEPS
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        points.append((a * start[0] + b * over[0] + c * end[0], a * start[1] + b * over[1] + c * end[1]))
    return points


def draw_on_globe(start: Point, end: Point) -> list[list[float]]:
    """The curve between two places in WGS84 as it bends on a web map, with five digits (one metre)."""
    flat = [(longitude, degrees(asinh(tan(radians(latitude))))) for longitude, latitude in (start, end)]
    return [[round(x, 5), round(degrees(atan(sinh(radians(y)))), 5)] for x, y in draw_curve(*flat)]
