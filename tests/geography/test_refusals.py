"""Files that are refused, each with its sentence, and nothing changed."""

from collections.abc import Callable
from pathlib import Path
from shutil import copyfile

import pytest
import shapely

from buurtnet.geography import actions
from buurtnet.geography.rules import attributes, coverage
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Refusal
from tests.geography.grounds import grid, square, write

STATE = """
select (select json_agg(n order by id)::text from (select id, code, vintage, names, valid_to, ST_AsText(outline) from neighbourhood) n) as hoods,
       (select count(*) from municipality) as towns, (select sum(a * 31 + b * 17 + metres) from neighbourhood_near) as near,
       (select json_agg(i)::text from (select source, imported_at from boundary_import) i) as imports, (select count(*) from outbox) as told
"""


def good(folder: Path, name: str = "good.gpkg", count: int = 40) -> Path:
    cells = grid(count, 1)
    return write(
        folder / name,
        [cell.outline for cell in cells],
        geoitem=[f"99001W{n}" for n in range(count)],
        naam=[f"Wijk {n} (Aastad)" for n in range(count)],
    )


def cut(path: Path, share: float) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def no_such_file(folder: Path) -> Path:
    return folder / "nothing.shp"


def a_folder(folder: Path) -> Path:
    return folder


def another_kind(folder: Path) -> Path:
    path = folder / "list.csv"
    path.write_text("geoitem,naam\n1,A\n")
    return path


def nonsense(folder: Path) -> Path:
    path = folder / "nonsense.shp"
    path.write_bytes(bytes(range(256)) * 20)
    return path


def no_bytes(folder: Path) -> Path:
    path = folder / "empty.geojson"
    path.write_bytes(b"")
    return path


def nothing_in_it(folder: Path) -> Path:
    path = folder / "none.geojson"
    path.write_text('{"type": "FeatureCollection", "features": []}')
    return path


def empty_layer(folder: Path) -> Path:
    return write(folder / "none.gpkg", [], geoitem=[], naam=[])


def all_water(folder: Path) -> Path:
    return write(folder / "water.gpkg", [square(0, 0)], buurtcode=["BU1"], buurtnaam=["Plas"], gemeentecode=["GM1"], water=["JA"])


def no_fields(folder: Path) -> Path:
    return write(folder / "fields.gpkg", [square(0, 0)], code=["1"], name=["A"])


def no_dbf(folder: Path) -> Path:
    path = good(folder, "bare.shp")
    path.with_suffix(".dbf").unlink()
    return path


def no_code(folder: Path) -> Path:
    return write(folder / "codes.gpkg", [square(0, 0), square(1, 0)], geoitem=["99001W1", None], naam=["A (Aastad)", "B (Aastad)"])


def no_system(folder: Path) -> Path:
    path = good(folder, "system.shp")
    path.with_suffix(".prj").unlink()
    return path


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def no_system_in_geopackage(folder: Path) -> Path:
    return write(folder / "system.gpkg", [square(0, 0)], crs=None, geoitem=["99001W1"], naam=["A (Aastad)"])


def points(folder: Path) -> Path:
    return write(folder / "points.gpkg", [square(0, 0).centroid], geometry="Point", geoitem=["99001W1"], naam=["A (Aastad)"])


def lines(folder: Path) -> Path:
    return write(folder / "lines.gpkg", [square(0, 0).exterior], geometry="LineString", geoitem=["99001W1"], naam=["A (Aastad)"])


def areas_and_points(folder: Path) -> Path:
    mixed = [square(0, 0), square(1, 0).centroid]
    return write(folder / "mixed.gpkg", mixed, geometry="Unknown", geoitem=["99001W1", "99001W2"], naam=["A (Aastad)", "B (Aastad)"])


def no_outline(folder: Path) -> Path:
    return write(folder / "bare.gpkg", [square(0, 0), None], geoitem=["99001W1", "99001W2"], naam=["A (Aastad)", "B (Aastad)"])


def swapped(folder: Path) -> Path:
    """Latitude first: Brussels becomes a place off Somalia."""
    outline = shapely.box(50.85, 4.35, 50.86, 4.36)
    return write(folder / "swapped.geojson", [outline], crs="EPSG:4326", geoitem=["99001W1"], naam=["A (Aastad)"])


def metres_said_to_be_degrees(folder: Path) -> Path:
    path = good(folder, "metres.geojson")
    text = path.read_text()
    start = text.index('"crs"')
    path.write_text(text[:start] + text[text.index("\n", start) + 1 :])
    return path


def cut_outlines(folder: Path) -> Path:
    path = good(folder, "cut.shp")
    cut(path, 0.6)
    return path


def cut_index(folder: Path) -> Path:
    path = good(folder, "cut.shp")
    cut(path.with_suffix(".shx"), 0.5)
    return path


def cut_table(folder: Path) -> Path:
    path = good(folder, "cut.shp")
    cut(path.with_suffix(".dbf"), 0.5)
    return path


def cut_geopackage(folder: Path) -> Path:
    return cut(good(folder), 0.7)


def cut_geojson(folder: Path) -> Path:
    return cut(good(folder, "cut.geojson"), 0.7)


CASES: list[tuple[Callable[[Path], Path], str, type[Refusal]]] = [
    (no_such_file, "wijken-2025", actions.NoSuchFile),
    (a_folder, "wijken-2025", actions.NoSuchFile),
    (good, "atlantis", actions.SourceUnknown),
    (another_kind, "wijken-2025", actions.NotAMap),
    (nonsense, "wijken-2025", actions.NotAMap),
    (no_bytes, "wijken-2025", actions.NotAMap),
    (nothing_in_it, "wijken-2025", attributes.NothingInIt),
    (empty_layer, "wijken-2025", attributes.NothingInIt),
    (all_water, "cbs-buurten", attributes.NothingInIt),
    (no_fields, "wijken-2025", attributes.FieldsMissing),
    (no_dbf, "wijken-2025", attributes.FieldsMissing),
    (good, "statbel-sectors-2025", attributes.FieldsMissing),
    (no_code, "wijken-2025", attributes.CodeMissing),
    (no_system, "wijken-2025", actions.CoordinatesUnknown),
    (no_system_in_geopackage, "wijken-2025", actions.CoordinatesUnknown),
    (points, "wijken-2025", coverage.NotAreas),
    (lines, "wijken-2025", coverage.NotAreas),
    (areas_and_points, "wijken-2025", coverage.NotAreas),
    (no_outline, "wijken-2025", coverage.OutlinesMissing),
    (swapped, "wijken-2025", coverage.OutsideEurope),
    (metres_said_to_be_degrees, "wijken-2025", coverage.OutsideEurope),
    (cut_outlines, "wijken-2025", coverage.OutlinesMissing),
    (cut_index, "wijken-2025", actions.NotAMap),
    (cut_table, "wijken-2025", actions.NotAMap),
    (cut_geopackage, "wijken-2025", actions.NotAMap),
    (cut_geojson, "wijken-2025", actions.NotAMap),
]


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
@pytest.mark.parametrize(("make", "source", "refusal"), CASES, ids=[f"{make.__name__}-{source}" for make, source, _ in CASES])
async def test_refused_and_nothing_changed(
    places: Db, tmp_path: Path, make: Callable[[Path], Path], source: str, refusal: type[Refusal]
) -> None:
    before = await places.fetchrow(STATE)
    with pytest.raises(refusal) as refused:
        await actions.import_geography(places, make(tmp_path), source)
    said = refused.value.text % refused.value.values
    assert said.endswith((".", ")")) or ":" in said
    assert "%" not in said
    assert await places.fetchrow(STATE) == before


async def test_the_good_file_is_good(places: Db, tmp_path: Path) -> None:
    """So that the refusals above are refused for what they are."""
    assert (await actions.import_geography(places, good(tmp_path), "wijken-2025")).neighbourhoods == 40


@pytest.mark.parametrize("share", [0.05, 0.3, 0.55, 0.8, 0.97, 0.999])
async def test_real_file_cut_anywhere(places: Db, tmp_path: Path, real_file: Path, share: float) -> None:
    for part in real_file.parent.glob("ggw7.*"):
        copyfile(part, tmp_path / part.name)
    cut(tmp_path / "ggw7.shp", share)
    with pytest.raises((coverage.OutlinesMissing, actions.NotAMap)):
        await actions.import_geography(places, tmp_path / "ggw7.shp", "wijken-2025")
