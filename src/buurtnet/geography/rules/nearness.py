"""How near neighbourhoods are to one another: metres, and the level that residents are shown."""

from typing import Any, NamedTuple

import numpy as np
import shapely
from scipy.spatial import KDTree

from buurtnet.geography.schemas import Level

LIMITS = {Level.NEXT: 800, Level.WALKING: 1_500, Level.CYCLING: 4_000, Level.TOWN: 10_000}
"""The largest distance of each level, in metres."""
TOUCHING_LIMIT = 1_500
"""Touching makes neighbours of two neighbourhoods only up to here: outside cities they are often farther apart than anybody walks."""
MEAN_INSIDE = 0.52
"""Mean distance between two random points of a square, over the square root of its area (0.5214)."""
SEAM = 1.0
"""Outlines that come within this many metres of each other touch, so that rounding in a file separates nobody."""


class Nearness(NamedTuple):
    """Rows of nearness as four arrays of one length: positions of the two neighbourhoods, metres, level."""

    a: Any
    b: Any
    metres: Any
    level: Any


def measure_nearness(outlines: Any, points: Any) -> Nearness:
    """Each two neighbourhoods up to 10 km apart in both directions, and each with itself, ordered by a and b.

    Different neighbourhoods: metres between their points. The same: 0.52·√area, and never more than to the nearest other one, so that
    nobody outside is ever shown as nearer than the next door.
    """
    count = len(outlines)
    places = shapely.get_coordinates(points)
    tree = KDTree(places)
    pairs = tree.query_pairs(LIMITS[Level.TOWN] + 1.0, output_type="ndarray").reshape(-1, 2)
    metres = np.rint(np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)).astype(np.int32)
    kept = metres <= LIMITS[Level.TOWN]
    pairs, metres = pairs[kept], metres[kept]
    level = np.searchsorted(list(LIMITS.values()), metres).astype(np.int16) + Level.NEXT
    level[(metres <= TOUCHING_LIMIT) & _touch(outlines, pairs)] = Level.NEXT
    own = np.arange(count)
    a = np.concatenate([pairs[:, 0], pairs[:, 1], own]).astype(np.int64)
    b = np.concatenate([pairs[:, 1], pairs[:, 0], own]).astype(np.int64)
    inside = _measure_inside(outlines, tree, places)
    order = np.lexsort((b, a))
    return Nearness(
        a[order],
        b[order],
        np.concatenate([metres, metres, inside])[order].astype(np.int32),
        np.concatenate([level, level, np.zeros(count, np.int16)])[order].astype(np.int16),
    )


def _touch(outlines: Any, pairs: Any) -> Any:
    """For each pair of positions, whether the outlines touch."""
    a, b = shapely.STRtree(outlines).query(outlines, predicate="dwithin", distance=SEAM)
    keys = np.minimum(a, b) * len(outlines) + np.maximum(a, b)
    return np.isin(np.minimum(pairs[:, 0], pairs[:, 1]) * len(outlines) + np.maximum(pairs[:, 0], pairs[:, 1]), keys)


def _measure_inside(outlines: Any, tree: KDTree, places: Any) -> Any:
    """For each neighbourhood, the metres between two people who both live in it."""
    inside = MEAN_INSIDE * np.sqrt(shapely.area(outlines))
    if len(outlines) > 1:
        inside = np.minimum(inside, tree.query(places, k=2)[0][:, 1])
    return np.rint(inside).astype(np.int32)
