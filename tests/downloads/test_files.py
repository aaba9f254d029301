"""What is in the files, read back by GDAL and by others: the published table cell by cell, and nothing else."""

import csv
import gzip
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyogrio
import pyogrio.raw
import pytest
import shapely

from buurtnet.downloads.actions.making import write_files
from buurtnet.downloads.rules.columns import FLOW_COLUMNS, column_name, list_columns, list_tables
from buurtnet.downloads.rules.formulas import FORMULAS
from buurtnet.downloads.rules.texts import write_spreadsheet
from buurtnet.downloads.schemas import FLOWS, LAYERS, Edition, Layer, Made, Part
from buurtnet.network.schemas import WINDOWS, AreaKind, Measure
from tests.downloads.conftest import SECRET, Key, Told, expect

NAMES = {
    *("buurtnet-2026-10.gpkg", "buurtnet-2026-10.csv", "buurtnet-2026-10-spreadsheet.csv", "buurtnet-2026-10-codebook.csv"),
    *("buurtnet-2026-10-neighbourhoods.geojson", "buurtnet-2026-10-municipalities.geojson", "buurtnet-2026-10-areas.geojson"),
    *("buurtnet-2026-10-flows.csv", "buurtnet-2026-10-flows.geojson"),
}
FACTS = ("month", "as_of", "windows", "suppression_rule", "licence", "attribution", "boundaries", "source", "code_book")
"""What every format says of itself."""
REAL = Path(__file__).parents[3] / "shared" / "geo" / "wijken-2025" / "ggw7.shp"


def plain(value: Any) -> Any:
    """A value as GDAL gives it, None where it is none."""
    return None if value is None or value != value else value.item() if isinstance(value, np.generic) else value


def read_layer(path: Path, layer: str | None = None) -> tuple[Any, list[dict[str, Any]]]:
    """The outlines and rows of a layer as GDAL reads them."""
    meta, _, outlines, columns = pyogrio.raw.read(path, layer=layer)
    rows = [dict(zip(meta["fields"], map(plain, row), strict=True)) for row in zip(*columns, strict=True)]
    return shapely.from_wkb(outlines), rows


def figures_of(row: Mapping[str, Any], measure: Measure, window: int) -> Told:
    """What a row of a wide format tells of a measure."""
    said = {part: row[column_name(measure, window, part)] for part in Part}
    return said[Part.MARK], said[Part.VALUE], said[Part.N], said[Part.LOW], said[Part.HIGH]


def check_rows(rows: Mapping[int, Mapping[str, Any]], layer: Layer, edition: Edition, table: Mapping[Key, Told]) -> None:
    """Every cell of the rows by area is that of the published table."""
    assert set(rows) == {place.id for place in layer.places}
    for place in layer.places:
        assert (rows[place.id]["name_nl"], rows[place.id]["code"]) == (place.names["nl"], place.code)
        for measure in Measure:
            for window in WINDOWS:
                wanted = expect(table, edition, layer.kind.value, place.id, measure, window)
                assert figures_of(rows[place.id], measure, window) == wanted, (place.id, measure, window)


def test_each_file_says_its_month_in_its_name(made: list[Made]) -> None:
    assert {one.name for one in made} == NAMES


def test_gdal_reads_the_published_table_from_the_geopackage(folder: Path, edition: Edition, table: Mapping[Key, Told]) -> None:
    path = folder / "buurtnet-2026-10.gpkg"
    assert [name for name, kind in pyogrio.list_layers(path) if kind] == [*LAYERS.values(), FLOWS]
    for layer in edition.layers:
        info = pyogrio.read_info(path, layer=LAYERS[layer.kind])
        assert (info["crs"], info["geometry_type"], info["fid_column"]) == ("EPSG:31370", "MultiPolygon", "id")
        assert list(info["fields"]) == [column.name for column in list_columns(layer.kind)][1:]
        meta, ids, outlines, columns = pyogrio.raw.read(path, layer=LAYERS[layer.kind], return_fids=True)
        found = [dict(zip(meta["fields"], map(plain, row), strict=True)) for row in zip(*columns, strict=True)]
        check_rows(dict(zip(ids.tolist(), found, strict=True)), layer, edition, table)
        shapes = shapely.from_wkb(outlines)
        assert shapely.is_valid(shapes).all()
        assert all(shapely.from_wkb(place.ground).equals(shape) for place, shape in zip(layer.places, shapes, strict=True))
        assert {row["month"] for row in found} == {"2026-10"} and {row["as_of"] for row in found} == {"2026-10-31"}


def test_gdal_reads_the_published_table_from_geojson(folder: Path, edition: Edition, table: Mapping[Key, Told]) -> None:
    for layer in edition.layers:
        path = folder / f"buurtnet-2026-10-{LAYERS[layer.kind]}.geojson"
        info = pyogrio.read_info(path)
        assert (info["crs"], info["features"], info["layer_name"]) == ("EPSG:4326", len(layer.places), LAYERS[layer.kind])
        outlines, rows = read_layer(path)
        check_rows({row["id"]: row for row in rows}, layer, edition, table)
        assert shapely.is_valid(outlines).all()
        west, south, east, north = shapely.total_bounds(outlines)
        assert 4.3 < west < east < 4.5 and 50.8 < south < north < 50.9


def test_geojson_is_as_rfc_7946_has_it(folder: Path) -> None:
    for layer in LAYERS.values():
        whole = json.loads((folder / f"buurtnet-2026-10-{layer}.geojson").read_text())
        assert whole["type"] == "FeatureCollection" and "crs" not in whole
        for feature in whole["features"]:
            assert set(feature) == {"type", "id", "bbox", "geometry", "properties"} and feature["geometry"]["type"] == "MultiPolygon"
            outline = shapely.geometry.shape(feature["geometry"])
            assert np.allclose(feature["bbox"], outline.bounds)
            for polygon in feature["geometry"]["coordinates"]:
                rings = [np.array(ring) for ring in polygon]
                assert all((ring[0] == ring[-1]).all() and len(ring) >= 4 for ring in rings)
                assert [shapely.is_ccw(shapely.linearrings(ring)) for ring in rings] == [True] + [False] * (len(rings) - 1)
                assert all((np.round(ring, 6) == ring).all() for ring in rings)
        columns = whole["columns"]
        assert set(whole["features"][0]["properties"]) <= set(columns)
        assert all(set(said["label"]) == {"nl", "fr", "en"} for said in columns.values())


def test_programs_read_the_published_table_from_csv(folder: Path, edition: Edition, table: Mapping[Key, Told]) -> None:
    content = (folder / "buurtnet-2026-10.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf") and content.count(b"\r\n") == content.count(b"\n")
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert len(rows) == sum(len(layer.places) for layer in edition.layers) * len(Measure) * len(WINDOWS)
    for row in rows:
        measure, window = Measure(row["measure"]), int(row["window_months"])
        said = [None if row[name] == "" else float(row[name]) for name in ("value", "n", "low", "high")]
        assert (row["mark"], *said) == expect(table, edition, row["area_kind"], int(row["id"]), measure, window)
        assert (row["month"], row["as_of"], row["licence"]) == ("2026-10", "2026-10-31", "CC-BY-4.0") and "10 persons" in row["rule"]


def test_a_spreadsheet_in_belgium_shows_the_published_table(folder: Path, edition: Edition, table: Mapping[Key, Told]) -> None:
    content = (folder / "buurtnet-2026-10-spreadsheet.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    places = [(layer.kind.value, place.id) for layer in edition.layers for place in layer.places]
    own = 1 + len(list_columns(AreaKind.NEIGHBOURHOOD)) - len(Measure) * len(WINDOWS) * len(Part)
    assert len(set(head)) == len(head) and head[own].startswith("Actieve mensen") and "Personnes actives" in head[own]
    words = {
        "suppressed": "Te weinig mensen om te tonen",
        "unpublished": "Niet gepubliceerd",
        "inactive": "Nog geen",
        "uninhabited": "Niemand",
    }
    for (kind, area_id), row in zip(places, rows, strict=True):
        figures = iter(row[own:])
        for window in sorted(WINDOWS, reverse=True):
            for measure in Measure:
                mark, *wanted = expect(table, edition, kind, area_id, measure, window)
                said = [next(figures) for _ in range(4)]
                if mark == "shown":
                    assert [float(one.replace(",", ".")) if one else None for one in said] == wanted and "." not in "".join(said)
                else:
                    assert said[0].startswith(words[mark]) and said[1:] == ["", "", ""]


def test_no_spreadsheet_takes_a_name_for_a_formula(folder: Path) -> None:
    assert write_spreadsheet([["=1+1", "@SUM(A1)", -2.5, "-1", "Noord"]]).decode("utf-8-sig") == "'=1+1;'@SUM(A1);-2,5;'-1;Noord\r\n"
    assert b";'=Noord;" in (folder / "buurtnet-2026-10-spreadsheet.csv").read_bytes()


def test_the_code_book_tells_every_column_of_every_file(folder: Path, edition: Edition) -> None:
    text = (folder / "buurtnet-2026-10-codebook.csv").read_text("utf-8-sig")
    told = {row["column"]: row for row in csv.DictReader(io.StringIO(text), delimiter=";")}
    with (folder / "buurtnet-2026-10.csv").open() as file:
        named = set(next(csv.reader(file)))
    named |= {column.name for columns in list_tables(edition).values() for column in columns}
    assert named <= set(told)
    assert all(told[name][f"label_{code}"] for name in named for code in ("nl", "fr", "en"))
    assert {f"about:{name}" for name in FACTS} | {f"mark:{mark}" for mark in ("shown", "suppressed", "inactive")} <= set(told)
    value = told["bridging_12"]
    assert (value["least"], value["most"], value["window_months"]) == ("-1,0", "1", "12") or float(value["least"].replace(",", ".")) == -1
    assert value["formula"] == FORMULAS[Measure.BRIDGING]
    assert set(FORMULAS) == set(Measure)


def test_help_between_neighbourhoods_is_the_same_lines_in_every_format(folder: Path, edition: Edition) -> None:
    [hoods] = [layer.places for layer in edition.layers if layer.kind is AreaKind.NEIGHBOURHOOD]
    names = {place.id: (place.code, place.names["nl"], place.names["fr"]) for place in hoods}
    wanted = {(flow.from_code, flow.to_code): (flow.helps, flow.people) for flow in edition.flows}
    assert sorted(wanted.values()) == [(15, 10), (40, 20), (120, 35)]
    package, globe = folder / "buurtnet-2026-10.gpkg", folder / "buurtnet-2026-10-flows.geojson"
    info = pyogrio.read_info(package, layer=FLOWS)
    assert (info["crs"], info["geometry_type"], info["fid_column"], info["features"]) == ("EPSG:31370", "LineString", "id", 3)
    assert list(info["fields"]) == [column.name for column in FLOW_COLUMNS][1:]
    with (folder / "buurtnet-2026-10-flows.csv").open(newline="") as file:
        in_csv = list(csv.DictReader(file))
    for lines, rows in (read_layer(package, FLOWS), read_layer(globe), (None, in_csv)):
        assert {(row["from_code"], row["to_code"]): (int(row["helps"]), int(row["people"])) for row in rows} == wanted
        for at, row in enumerate(rows):
            for end in ("from", "to"):
                assert (row[f"{end}_code"], row[f"{end}_name_nl"], row[f"{end}_name_fr"]) == names[int(row[f"{end}_id"])]
            assert (int(row["window_months"]), row["month"], str(row["as_of"])) == (12, "2026-10", "2026-10-31")
            if lines is not None:
                assert lines[at].geom_type == "LineString" and shapely.get_num_points(lines[at]) == 2
    ground = {place.id: shapely.from_wkb(place.ground) for place in hoods}
    lines, rows = read_layer(package, FLOWS)
    for line, row in zip(lines, rows, strict=True):
        assert ground[row["from_id"]].covers(shapely.Point(line.coords[0])) and ground[row["to_id"]].covers(shapely.Point(line.coords[-1]))
    assert {row["licence"] for row in in_csv} == {"CC-BY-4.0"} and all("10 persons" in row["rule"] for row in in_csv)


def test_a_month_that_tells_no_line_has_an_empty_layer(edition: Edition, tmp_path: Path) -> None:
    for one in write_files(msgspec.structs.replace(edition, flows=[])):
        (tmp_path / one.name).write_bytes(gzip.decompress(one.packed))
    info = pyogrio.read_info(tmp_path / "buurtnet-2026-10.gpkg", layer=FLOWS)
    assert (info["geometry_type"], info["features"]) == ("LineString", 0)
    assert json.loads((tmp_path / "buurtnet-2026-10-flows.geojson").read_text())["features"] == []


def test_every_format_says_what_it_is_of_and_what_may_be_done_with_it(folder: Path) -> None:
    of_gdal = pyogrio.read_info(folder / "buurtnet-2026-10.gpkg", layer="neighbourhoods")["dataset_metadata"]
    of_geojson = json.loads((folder / "buurtnet-2026-10-neighbourhoods.geojson").read_text())
    assert set(FACTS) <= set(of_gdal) and set(FACTS) <= set(of_geojson)
    assert (of_gdal["licence"], of_geojson["licence"]) == ("CC-BY-4.0", "CC-BY-4.0")
    assert "EUPL-1.2" in of_gdal["boundaries"] and of_gdal["attribution"] == "Buurtnet, https://buurtnet.example/map, 2026-10"
    assert "10" in of_geojson["suppression_rule"]["nl"] and "5" in of_geojson["suppression_rule"]["fr"]


@pytest.mark.parametrize("secret", [str(SECRET), str(SECRET).replace(".", ","), repr(np.float64(SECRET).tobytes())[2:-1]])
def test_nothing_suppressed_and_nothing_of_the_draft_is_in_any_file(folder: Path, secret: str) -> None:
    wanted = secret.encode() if secret[0] == "7" else np.float64(SECRET).tobytes()
    for path in folder.iterdir():
        assert wanted not in path.read_bytes() and wanted[::-1] not in path.read_bytes(), path.name


def test_the_same_month_gives_the_same_bytes(edition: Edition, made: list[Made]) -> None:
    assert [(one.name, one.digest, one.packed) for one in write_files(edition)] == [(one.name, one.digest, one.packed) for one in made]


async def test_outlines_lie_on_the_publishers_own(connection: Any) -> None:
    """The way from Belgian Lambert to EPSG:3035 at import and back here moves nothing by a millimetre."""
    if not REAL.exists():
        pytest.skip("needs the real boundaries of ../shared/geo")
    warped = (
        f'<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name="ggw7"><SrcDataSource>{REAL}</SrcDataSource></OGRVRTLayer>'
        "<TargetSRS>EPSG:3035</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    ).encode()
    own, stored = (shapely.from_wkb(pyogrio.raw.read(path, max_features=40)[2]) for path in (REAL, warped))
    statement = "select ST_AsBinary(ST_Transform(ST_GeomFromWKB(one, 3035), 31370)) from unnest($1::bytea[]) with ordinality as u(one, at) order by at"
    back = shapely.from_wkb([row[0] for row in await connection.fetch(statement, list(shapely.to_wkb(stored)))])
    assert np.abs(shapely.get_coordinates(own) - shapely.get_coordinates(back)).max() < 0.001
