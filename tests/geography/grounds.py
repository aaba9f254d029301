"""Small made-up grounds to measure and to import: squares of a grid near Brussels, in EPSG:3035."""

from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from buurtnet.geography.schemas import Area

CORNER = (3_925_000.0, 3_095_000.0)


def square(column: int, row: int, side: float = 500.0) -> shapely.Polygon:
    """One cell of a grid."""
    x, y = CORNER[0] + column * side, CORNER[1] + row * side
    return shapely.box(x, y, x + side, y + side)


def area(code: str, outline: Any, town: str = "1", **values: Any) -> Area:
    """A neighbourhood with names made from its code."""
    given = {"names": {"nl": f"Wijk {code}"}, "town_code": town, "town_names": {"nl": f"Stad {town}"}}
    return Area(code=code, outline=outline, **(given | values))


def grid(columns: int, rows: int, side: float = 500.0, **values: Any) -> list[Area]:
    """So many cells side by side, row by row."""
    return [area(f"{row:02}{column:02}", square(column, row, side), **values) for row in range(rows) for column in range(columns)]


def write(path: Path, outlines: list[Any], *, crs: str | None = "EPSG:3035", geometry: str = "Polygon", **fields: list[Any]) -> Path:
    """A boundary file with the fields, in the format of its ending."""
    columns = [np.array(values, dtype=object) for values in fields.values()]
    pyogrio.raw.write(path, shapely.to_wkb(np.array(outlines, dtype=object)), columns, list(fields), crs=crs, geometry_type=geometry)
    return path
