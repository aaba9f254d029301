"""Places keep the forms they had: outlines, names and codes of a day."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio.raw
import shapely

from buurtnet.geography import actions
from buurtnet.geography.rules.telling import tell_report
from buurtnet.geography.schemas import Fate
from buurtnet.kit import clock
from buurtnet.kit.db import Db
from tests.geography.grounds import CORNER, square
from tests.geography.maps import CODES, NEW, write_map, write_new, write_old

FORMS = """
select code, names->>'nl' as name, ST_Area(outline)::int as m2, vintage, valid_from, valid_to, id
  from neighbourhood_on($1::date) where code like '99001%' order by code
"""
OUTLINES = "select id, md5(ST_AsBinary(outline)) as outline, names::text as names, code, vintage from neighbourhood_on($1::date)"
TOWNS = "select code, ST_Area(outline)::int from municipality_on($1::date) where code like '9900%' order by code"


def today() -> date:
    return clock.now().date()


async def forms(db: Db, day: date) -> dict[str, tuple[Any, ...]]:
    return {row["code"]: tuple(row)[1:4] for row in await db.fetch(FORMS, day)}


async def test_a_day_has_the_outlines_names_and_codes_of_its_map(places: Db, tmp_path: Path) -> None:
    await actions.import_geography(places, write_old(tmp_path), "wijken-2025", vintage="2024")
    before = await forms(places, today())
    report = await actions.import_geography(places, write_new(tmp_path), "wijken-2025")
    yesterday = await forms(places, today() - timedelta(1))
    assert yesterday == before == {f"99001W{n}": (f"Wijk {n}", 250_000, "2024") for n in range(10)}
    assert await forms(places, date(1999, 1, 1)) == before  # As far back as anybody knows.
    now = await forms(places, today())
    assert now == {code: (name, round(outline.area), "2025") for code, (outline, name) in NEW.items()} | {"99001W9": before["99001W9"]}
    assert (report.added, report.replaced, report.left) == (5, 4, ["99001W9"])
    assert [(one.code, one.before, one.after) for one in report.renamed] == [("99001W0", {"nl": "Wijk 0"}, {"nl": "Nieuwe wijk"})]
    told = " ".join(tell_report(report))
    for words in (
        "Split: 99001W2 → 99001W20 60% + 99001W21 40%",
        "99001W3 → 99001W34 100%",
        "The people of 6 of these",
        "Wijk 0 → Nieuwe wijk",
        "they stay: 99001W9",
    ):
        assert words in told
    kept = await places.fetchval("select report from boundary_import where source = 'wijken-2025' and vintage = '2025'")
    assert kept["changes"][0] == {
        "code": "99001W2",
        "fate": "split",
        "parts": [{"code": "99001W20", "share": 0.6}, {"code": "99001W21", "share": 0.4}],
        "asked": True,
    }
    assert kept["left"] == ["99001W9"]


async def test_a_day_of_an_id_is_one_form_whatever_was_imported(places: Db, tmp_path: Path) -> None:
    """Old, new, old, new on one day and then a year apart: never two forms of an id, never a form without a day."""
    old, new = write_old(tmp_path), write_new(tmp_path)
    await actions.import_geography(places, old, "wijken-2025", vintage="2024")
    for path in (new, old, new, new, old):
        await actions.import_geography(places, path, "wijken-2025")
    for back in (0, 400):
        await places.execute("update neighbourhood set valid_from = valid_from - $1::int, valid_to = valid_to - $1::int", back)
        await places.execute("update earlier_neighbourhood set valid_from = valid_from - $1::int, valid_to = valid_to - $1::int", back)
        await actions.import_geography(places, new, "wijken-2025", vintage=f"2026-{back}")
        assert await places.fetchval("select count(*) from earlier_neighbourhood where valid_from >= valid_to") == 0
        for day in (today() - timedelta(500), today() - timedelta(400), today() - timedelta(1), today()):
            rows = await places.fetch("select id from neighbourhood_on($1::date) group by id having count(*) > 1", day)
            assert rows == [], day
    first = {code: form[0] for code, form in (await forms(places, today() - timedelta(500))).items()}
    assert first == {code: f"Wijk {n}" for n, code in enumerate(CODES)}
    assert (await forms(places, today() - timedelta(1))).keys() == NEW.keys() | {"99001W9"}
    ids = {row["code"]: row["id"] for row in await places.fetch(FORMS, today() - timedelta(1))}
    assert {row["code"]: row["id"] for row in await places.fetch(FORMS, today()) if row["code"] in ids}.items() <= ids.items()


async def test_surveyed_borders_take_the_place_of_a_drawing_for_all_days(places: Db, tmp_path: Path) -> None:
    """The sample is for trying out: months that are reckoned afterwards stand on the real map."""
    outline = shapely.from_wkb(await places.fetchval("select ST_AsBinary(outline) from neighbourhood where code = '21015W21'"))
    half = shapely.box(*outline.bounds[:2], shapely.point_on_surface(outline).x, outline.bounds[3]).intersection(outline)
    await actions.import_geography(places, write_map(tmp_path / "one.gpkg", {"21015W21": (half, "Noord")}), "wijken-2025")
    assert await places.fetchval("select count(*) from earlier_neighbourhood") == 0
    assert await places.fetchval("select names->>'nl' from neighbourhood_on('2020-01-01') where code = '21015W21'") == "Noord"


async def test_municipalities_have_days_too(places: Db, tmp_path: Path) -> None:
    """A town becomes part of a wider one under another code: each stands on its days alone."""
    squares = {f"9900{town}W1": square(town, 0) for town in (1, 2)}
    await actions.import_geography(
        places, write_map(tmp_path / "a.gpkg", {"99001W1": (squares["99001W1"], "Een")}), "wijken-2025", vintage="2024"
    )
    assert [tuple(row) for row in await places.fetch(TOWNS, today())] == [("99001", 250_000)]
    wide = squares["99001W1"].union(squares["99002W1"])
    await actions.import_geography(places, write_map(tmp_path / "b.gpkg", {"99002W9": (wide, "Samen")}), "wijken-2025")
    assert [tuple(row) for row in await places.fetch(TOWNS, today() - timedelta(1))] == [("99001", 250_000)]
    assert [tuple(row) for row in await places.fetch(TOWNS, today())] == [("99002", 500_000)]


async def test_places_of_a_day_are_found_by_index(places: Db) -> None:
    """The planner puts the function in: what is asked of it reaches the index of the outlines."""
    await places.execute("set local enable_seqscan = off")
    box = f"ST_MakeEnvelope({CORNER[0]}, {CORNER[1]}, {CORNER[0] + 1}, {CORNER[1] + 1}, 3035)"
    plan = await places.fetch(f"explain select id from neighbourhood_on($1::date) n where n.outline && {box}", today())
    said = " ".join(row[0] for row in plan)
    assert "ix_neighbourhood_outline" in said
    assert "ix_earlier_neighbourhood_outline" in said
    assert "Function Scan" not in said


def read_real(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The outlines and the names of the real file by code, in its own coordinates."""
    meta, _, shapes, columns = pyogrio.raw.read(path)
    fields = dict(zip(meta["fields"], columns, strict=True))
    codes = [str(code) for code in fields["geoitem"]]
    return dict(zip(codes, shapely.from_wkb(shapes), strict=True)), dict(zip(codes, map(str, fields["naam"]), strict=True))


def alter(outlines: dict[str, Any], names: dict[str, str]) -> dict[str, list[str]]:
    """Draws the real map anew, in place: splits a quarter, merges two neighbours, renames one, exchanges two codes, shifts a border; returns who."""
    split, moved = "21015W23", "21004W21"
    west, south, east, north = outlines[split].bounds
    cut = shapely.box(west, south, west + (east - west) * 0.45, north)
    outlines["21015W923"] = shapely.difference(outlines[split], cut)
    outlines["21015W924"] = shapely.intersection(outlines.pop(split), cut)
    names |= {"21015W923": "Oost (Schaarbeek)", "21015W924": "West (Schaarbeek)"}
    del names[split]
    ghent = [code for code in outlines if code.startswith("44021")]
    one = ghent[0]
    other = max(ghent[1:], key=lambda code: shapely.length(shapely.intersection(outlines[one], outlines[code])))
    outlines["44021W999"] = shapely.union_all([outlines.pop(one), outlines.pop(other)])
    names["44021W999"] = "Samen (Gent)"
    del names[one], names[other]
    antwerp = [code for code in outlines if code.startswith("11002")][:3]
    outlines[antwerp[0]], outlines[antwerp[1]] = outlines[antwerp[1]], outlines[antwerp[0]]
    names[antwerp[2]] = "Anders genoemd (Antwerpen)"
    west, south, east, north = outlines[moved].bounds
    strip = shapely.intersection(outlines[moved], shapely.box(west, south, west + (east - west) * 0.2, north))
    near = max(
        (code for code in outlines if code.startswith("21") and code != moved),
        key=lambda code: shapely.area(shapely.intersection(shapely.buffer(strip, 20), outlines[code])),
    )
    outlines[moved], outlines[near] = shapely.difference(outlines[moved], strip), shapely.union(outlines[near], strip)
    return {"split": [split], "merged": [one, other], "exchanged": antwerp[:2], "renamed": antwerp[2:], "border": [moved, near]}


async def test_an_altered_copy_of_the_real_file(places: Db, tmp_path: Path, real_file: Path) -> None:
    """All of Flanders and Brussels with a few things changed: ids stay with codes, old outlines with their days, and the report tells it all."""
    await actions.import_geography(places, real_file, "wijken-2025")
    before = {row["id"]: tuple(row) for row in await places.fetch(OUTLINES, today())}
    ids = {row[3]: key for key, row in before.items()}
    outlines, names = read_real(real_file)
    who = alter(outlines, names)
    path = tmp_path / "altered.gpkg"
    shapes = shapely.to_wkb(np.array([shapely.multipolygons(shapely.get_parts(one)) for one in outlines.values()], dtype=object))
    columns = [np.array(list(outlines), dtype=object), np.array([names[code] for code in outlines], dtype=object)]
    pyogrio.raw.write(path, shapes, columns, ["geoitem", "naam"], crs="EPSG:31370", geometry_type="MultiPolygon")
    report = await actions.import_geography(places, path, "wijken-2025", vintage="2026")
    assert (report.neighbourhoods, report.added, report.replaced, report.left) == (2767, 3, 3, [])
    assert {row["id"]: tuple(row) for row in await places.fetch(OUTLINES, today() - timedelta(1))} == before
    after = {row["code"]: row["id"] for row in await places.fetch(OUTLINES, today())}
    assert {code: after[code] for code in ids if code in after} == {code: ids[code] for code in ids if code in after}
    fates = {change.code: change for change in report.changes}
    assert fates.keys() == {code for key, codes in who.items() if key != "renamed" for code in codes}
    assert fates[who["split"][0]].fate is Fate.SPLIT
    assert {part.code for part in fates[who["split"][0]].parts} == {"21015W923", "21015W924"}
    assert all(fates[code].fate is Fate.MERGED and fates[code].parts[0].code == "44021W999" for code in who["merged"])
    assert all(fates[code].fate is Fate.ELSEWHERE and fates[code].asked for code in who["exchanged"])
    assert not any(fates[code].asked for code in who["border"])
    assert [one.code for one in report.renamed] == who["renamed"]


async def test_importing_the_same_again_keeps_no_second_form(places: Db, tmp_path: Path) -> None:
    path = write_old(tmp_path)
    for _ in range(2):
        report = await actions.import_geography(places, path, "wijken-2025")
    assert (report.added, report.replaced, report.changes, report.renamed) == (0, 0, [], [])
    assert await places.fetchval("select count(*) from earlier_neighbourhood") == 0
