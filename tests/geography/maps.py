"""A small town whose map a publisher draws anew: ten squares in a row, then split, merged, renamed, recoded, exchanged and cut."""

from pathlib import Path

import shapely

from tests.geography.grounds import CORNER, square, write

SIDE = 500.0
CODES = [f"99001W{n}" for n in range(10)]


def strip(column: int, start: float, end: float) -> shapely.Polygon:
    """A part of a square, from one share of its width to another."""
    x, y = CORNER[0] + column * SIDE, CORNER[1]
    return shapely.box(x + start * SIDE, y, x + end * SIDE, y + SIDE)


def write_map(path: Path, areas: dict[str, tuple[shapely.Polygon, str]]) -> Path:
    """A file of the wijken with these outlines and names."""
    return write(
        path,
        [outline for outline, _ in areas.values()],
        geometry="Unknown",
        geoitem=list(areas),
        naam=[f"{name} (Aastad)" for _, name in areas.values()],
    )


def write_old(folder: Path) -> Path:
    """Ten squares: W0 … W9."""
    return write_map(folder / "old.gpkg", {code: (square(n, 0), f"Wijk {n}") for n, code in enumerate(CODES)})


NEW = {
    "99001W0": (square(0, 0), "Nieuwe wijk"),
    "99001W1": (square(1, 0), "Wijk 1"),
    "99001W20": (strip(2, 0, 0.6), "Wijk 20"),
    "99001W21": (strip(2, 0.6, 1), "Wijk 21"),
    "99001W34": (square(3, 0).union(square(4, 0)), "Wijk 34"),
    "99001W5": (square(6, 0), "Wijk 5"),
    "99001W6": (square(5, 0), "Wijk 6"),
    "99001W7": (strip(7, 0, 0.7), "Wijk 7"),
    "99001W70": (strip(7, 0.7, 1), "Wijk 70"),
    "99001W80": (square(8, 0), "Wijk 8"),
}
"""W0 has another name, W2 is two, W3 and W4 are one, W5 and W6 have each other's code, W7 gave three tenths away, W8 has another code, W9 is
not in the file."""


def write_new(folder: Path) -> Path:
    """The same town a year later."""
    return write_map(folder / "new.gpkg", NEW)
