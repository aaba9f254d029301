"""Draws schaarbeek.geojson from quarters.csv: cells around one point of each quarter, within a rounded hull. `python geo/sample/draw.py`.

The quarters, their names and the points are plain facts. The borders are invented: schematic, good enough to try Buurtnet with.
"""

import csv
import json
import math
from pathlib import Path

import shapely

HERE = Path(__file__).parent
MUNICIPALITY = {"municipality_code": "21015", "municipality_nl": "Schaarbeek", "municipality_fr": "Schaerbeek"}
METRES = 111_320.0
"""Metres in a degree of latitude."""
MARGIN = 420.0
CORNER = 60.0
"""Corners of cells that stand out less than this many metres go."""


def draw_quarters(rows: list[dict[str, str]]) -> list[shapely.Polygon]:
    """A cell for each row, in longitude and latitude; together they leave no gap and share their borders exactly."""
    shrink = math.cos(math.radians(sum(float(row["latitude"]) for row in rows) / len(rows)))
    points = [shapely.Point(float(row["longitude"]) * METRES * shrink, float(row["latitude"]) * METRES) for row in rows]
    hull = shapely.buffer(shapely.concave_hull(shapely.MultiPoint(points), ratio=0.6), MARGIN, quad_segs=3)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=hull, ordered=True)
    clipped = [shapely.intersection(cell, hull) for cell in cells.geoms]
    simple = shapely.coverage_simplify(clipped, CORNER)
    return [
        shapely.orient_polygons(shapely.transform(cell, lambda xy: (xy / [METRES * shrink, METRES]).round(5)), exterior_cw=False)
        for cell in simple
    ]


def write_map() -> str:
    """The GeoJSON text, one quarter a line so that changes can be read."""
    with (HERE / "quarters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": f"{MUNICIPALITY['municipality_code']}W{row['number']}",
                "name_nl": row["name_nl"],
                "name_fr": row["name_fr"],
                "kind": row["kind"],
                **MUNICIPALITY,
            },
            "geometry": shapely.geometry.mapping(cell),
        }
        for row, cell in zip(rows, draw_quarters(rows), strict=True)
    ]
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "name": "schaarbeek", "schematic": true, "features": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    (HERE / "schaarbeek.geojson").write_text(write_map(), encoding="utf-8")
