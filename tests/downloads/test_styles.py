"""The styles in the GeoPackage: the map's own classes and marks, in the shape that QGIS 3 and SLD 1.1 ask for, in Dutch and in French."""

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from buurtnet.downloads.rules.columns import FLOW_COLUMNS, column_name, list_columns
from buurtnet.downloads.rules.sld import OGC, SE, SLD
from buurtnet.downloads.rules.styles import FAR, NAMED
from buurtnet.downloads.schemas import FLOWS, LAYERS, Edition, Part
from buurtnet.network.pages.view import KINDS, find_kind
from buurtnet.network.rules.style import PALETTES
from buurtnet.network.schemas import FIRST, HEADLINES, WINDOWS, Figure, Mark

COMPARED = {"PropertyIsEqualTo": "=", "PropertyIsGreaterThanOrEqualTo": ">=", "PropertyIsLessThan": "<"}


@pytest.fixture(scope="module")
def db(folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(folder / "buurtnet-2026-10.gpkg")) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


@pytest.fixture(scope="module")
def styles(db: sqlite3.Connection) -> list[sqlite3.Row]:
    """The styles of areas."""
    return db.execute("select * from layer_styles where f_table_name <> ? order by id", (FLOWS,)).fetchall()


@pytest.fixture(scope="module")
def arrows(db: sqlite3.Connection) -> sqlite3.Row:
    """The style of help between neighbourhoods."""
    return db.execute("select * from layer_styles where f_table_name = ?", (FLOWS,)).fetchone()


def rules_of(style: sqlite3.Row) -> list[Element]:
    """The rules under the heading of a QML."""
    return list(fromstring(style["styleQML"]).iterfind("renderer-v2/rules/rule/rule"))


def drawn(style: sqlite3.Row) -> str:
    """The column that a style draws."""
    found = re.search(r'"(\w+)_mark" = ', rules_of(style)[-1].attrib["filter"])
    assert found is not None
    return found[1]


def colours_of(style: sqlite3.Row, rule: Element) -> tuple[str, tuple[str, ...]]:
    """The fill of a rule's symbol as #RRGGBB, and the kinds of its layers."""
    symbol = fromstring(style["styleQML"]).find(f"renderer-v2/symbols/symbol[@name='{rule.attrib['symbol']}']")
    assert symbol is not None
    layers = symbol.findall("layer")
    fill = layers[0].find("Option/Option[@name='color']")
    assert fill is not None
    return "#" + "".join(f"{int(part):02X}" for part in fill.attrib["value"].split(",")[:3]), tuple(one.attrib["class"] for one in layers)


def test_every_layer_has_one_default_and_each_headline_in_both_languages(styles: list[sqlite3.Row], edition: Edition) -> None:
    for kind, layer in LAYERS.items():
        own = [one for one in styles if one["f_table_name"] == layer]
        assert [one["useAsDefault"] for one in own] == [1] + [0] * (len(own) - 1), kind
        assert drawn(own[0]) == column_name(FIRST, max(WINDOWS), Part.VALUE)
        wanted = [column_name(measure, window, Part.VALUE) for measure in HEADLINES for window in (12, 3) for _ in ("nl", "fr")]
        assert [drawn(one) for one in own[1:]] == wanted
        names = [one["styleName"] for one in own]
        assert len(set(names)) == len(names) and all(len(name) <= 60 for name in names)
        assert names[0].endswith("(nl/fr)") and all(name.endswith(("(nl)", "(fr)")) for name in names[1:])
        assert {(one["f_geometry_column"], one["f_table_catalog"], one["f_table_schema"]) for one in own} == {("geom", "", "")}


def test_each_area_has_exactly_the_class_or_mark_of_the_map(styles: list[sqlite3.Row], db: sqlite3.Connection, edition: Edition) -> None:
    breaks = {LAYERS[layer.kind]: layer.breaks for layer in edition.layers}
    seen: set[str] = set()
    for style in styles:
        column = drawn(style)
        measure, window = next((m, w) for m in HEADLINES for w in WINDOWS if column_name(m, w, Part.VALUE) == column)
        edges = breaks[style["f_table_name"]][measure, window]
        for area in db.execute(f"select id, {column} as value, {column}_mark as mark from {style['f_table_name']}"):
            fitting = [
                rule
                for rule in rules_of(style)
                if db.execute(
                    f"select count(*) from {style['f_table_name']} where id = ? and {rule.attrib['filter']}", (area["id"],)
                ).fetchone()[0]
            ]
            assert len(fitting) == 1
            figure = Figure(area_id=area["id"], code="", names={}, municipality_id=1, mark=Mark(area["mark"]), value=area["value"])
            kind = find_kind(figure, edges)
            seen.add(kind)
            fill, layers = colours_of(style, fitting[0])
            if kind.startswith("class-"):
                assert (fill, layers) == (PALETTES["light"].classes[int(kind[-1]) - 1], ("SimpleFill",))
            else:
                pattern = {"few": ("LinePatternFill",), "inactive": ("PointPatternFill",)}.get(kind, ())
                assert layers == ("SimpleFill", *pattern)
    assert seen >= {f"class-{number}" for number in range(1, 6)} | set(KINDS.values())


def test_qml_has_the_shape_that_qgis_reads(styles: list[sqlite3.Row]) -> None:
    for style in styles:
        assert style["styleQML"].startswith("<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n<qgis ")
        root = fromstring(style["styleQML"])
        renderer = root.find("renderer-v2")
        assert root.attrib["version"].startswith("3.") and renderer is not None and renderer.attrib["type"] == "RuleRenderer"
        [heading] = renderer.findall("rules/rule")
        assert "symbol" not in heading.attrib and "2026" in heading.attrib["label"]
        rules = rules_of(style)
        assert [rule.attrib["symbol"] for rule in rules] == [one.attrib["name"] for one in renderer.findall("symbols/symbol")]
        assert len(rules) == 9 and all(rule.attrib["label"] and rule.attrib["key"].startswith("{") for rule in rules)
        for layer in renderer.iter("layer"):
            options = {one.attrib["name"]: one.attrib["value"] for one in layer.findall("Option[@type='Map']/Option")}
            assert options and all(re.fullmatch(r"(\d+,){3}255", text) for name, text in options.items() if name.endswith("color"))
        for pattern in ("LinePatternFill", "PointPatternFill"):
            inner = renderer.find(f"symbols/symbol/layer[@class='{pattern}']/symbol")
            assert inner is not None and re.fullmatch(r"@\d@1", inner.attrib["name"])


def test_names_stand_in_areas_from_near_and_borders_only_where_there_is_room(styles: list[sqlite3.Row]) -> None:
    """As QGIS 3.22 draws it: its `scaleMax` is the farthest scale, and a layer of a symbol takes expressions for its colours and widths."""
    for style in styles:
        kind = next(kind for kind, layer in LAYERS.items() if layer == style["f_table_name"])
        root = fromstring(style["styleQML"])
        assert "Labeling" in root.attrib["styleCategories"].split("|")
        settings = root.find("labeling[@type='simple']/settings")
        text, rendering = settings.find("text-style"), settings.find("rendering")
        first, second = ("name_fr", "name_nl") if style["styleName"].endswith("(fr)") else ("name_nl", "name_fr")
        assert text.attrib["isExpression"] == "1" and text.attrib["fieldName"].index(first) < text.attrib["fieldName"].index(second)
        assert (rendering.attrib["scaleMin"], rendering.attrib["scaleMax"]) == ("0", str(NAMED[kind]))
        for symbol in root.iterfind("renderer-v2/symbols/symbol"):
            options = "layer[@class='SimpleFill']/data_defined_properties/Option/Option[@name='properties']/Option"
            told = {one.attrib["name"]: one.find("Option[@name='expression']").attrib["value"] for one in symbol.iterfind(options)}
            fill = symbol.find("layer/Option/Option[@name='color']").attrib["value"]
            assert told["outlineColor"].startswith(f"if(@map_scale > {FAR[kind]}, '{fill}', ") and set(told) == {
                "outlineColor",
                "outlineWidth",
            }


def test_fields_have_aliases_in_the_language_of_the_style(styles: list[sqlite3.Row], db: sqlite3.Connection, edition: Edition) -> None:
    words = {"(nl)": "Contacten per persoon", "(fr)": "Contacts par personne"}
    for style in styles:
        layer = next(one for one in edition.layers if LAYERS[one.kind] == style["f_table_name"])
        aliases = {one.attrib["field"]: one.attrib["name"] for one in fromstring(style["styleQML"]).iterfind("aliases/alias")}
        assert list(aliases) == [column.name for column in list_columns(layer.kind)] and len(set(aliases.values())) == len(aliases)
        for ending, word in words.items():
            wanted = style["styleName"].endswith(ending) or style["useAsDefault"]
            assert (word in aliases["mean_degree_12"]) is bool(wanted)
    for row in db.execute("select * from gpkg_data_columns where column_name = 'mean_degree_12'"):
        assert (
            all(word in row["name"] for word in words.values()) and row["title"].startswith("Contacten per persoon") and row["description"]
        )
    marks = {row["value"] for row in db.execute("select value from gpkg_data_column_constraints where constraint_name = 'mark'")}
    held = {row["column_name"] for row in db.execute("select column_name from gpkg_data_columns where constraint_name = 'mark'")}
    assert marks == {mark.value for mark in Mark} and held == {
        column.name for column in list_columns(layer.kind) if column.part is Part.MARK
    }


def test_help_between_neighbourhoods_is_drawn_as_arrows_each_in_one_class(db: sqlite3.Connection, arrows: sqlite3.Row) -> None:
    assert (arrows["useAsDefault"], arrows["f_geometry_column"]) == (1, "geom") and len(arrows["styleName"]) <= 60
    root = fromstring(arrows["styleQML"])
    rules = rules_of(arrows)
    for rule in rules:
        symbol = root.find(f"renderer-v2/symbols/symbol[@name='{rule.attrib['symbol']}']")
        assert symbol is not None and symbol.attrib["type"] == "line"
        [arrow] = symbol.findall("layer")
        inside = arrow.find("symbol[@type='fill']/layer[@class='SimpleFill']/Option/Option[@name='color']")
        assert arrow.attrib["class"] == "ArrowLine" and inside is not None
        # The colour of flows on the map, which no class of areas has.
        assert bytes(int(part) for part in inside.attrib["value"].split(",")[:3]).hex() == PALETTES["light"].flow[1:].lower()
    widths = [float(one.attrib["value"]) for one in root.iterfind("renderer-v2/symbols/symbol/layer/Option/Option[@name='arrow_width']")]
    assert len(widths) == len(rules) and widths == sorted(set(widths))
    for line in db.execute(f"select id from {FLOWS}"):
        wanted = [f"select count(*) from {FLOWS} where id = ? and {rule.attrib['filter'] or 'true'}" for rule in rules]
        assert sum(db.execute(one, (line["id"],)).fetchone()[0] for one in wanted) == 1
    aliases = {one.attrib["field"]: one.attrib["name"] for one in root.iterfind("aliases/alias")}
    assert list(aliases) == [column.name for column in FLOW_COLUMNS] and len(set(aliases.values())) == len(aliases)
    assert (
        "from_name_nl" in (root.findtext("mapTip") or "") and fromstring(arrows["styleSLD"]).find(f".//{{{SE}}}LineSymbolizer") is not None
    )


SEQUENCE = {
    f"{{{SLD}}}StyledLayerDescriptor": [f"{{{SLD}}}NamedLayer"],
    f"{{{SLD}}}NamedLayer": [f"{{{SE}}}Name", f"{{{SLD}}}UserStyle"],
    f"{{{SLD}}}UserStyle": [f"{{{SE}}}Name", f"{{{SE}}}Description", f"{{{SLD}}}IsDefault", f"{{{SE}}}FeatureTypeStyle"],
    f"{{{SE}}}FeatureTypeStyle": [f"{{{SE}}}Rule"],
    f"{{{SE}}}Rule": [
        *(f"{{{SE}}}{name}" for name in ("Name", "Description")),
        f"{{{OGC}}}Filter",
        f"{{{SE}}}PolygonSymbolizer",
        f"{{{SE}}}LineSymbolizer",
    ],
    f"{{{SE}}}LineSymbolizer": [f"{{{SE}}}Stroke", f"{{{SE}}}PerpendicularOffset"],
    f"{{{SE}}}PolygonSymbolizer": [f"{{{SE}}}Fill", f"{{{SE}}}Stroke"],
    f"{{{SE}}}Graphic": [f"{{{SE}}}Mark", f"{{{SE}}}Size"],
    f"{{{SE}}}Mark": [f"{{{SE}}}WellKnownName", f"{{{SE}}}Fill", f"{{{SE}}}Stroke"],
}
"""The order in which the schemas of SLD 1.1 and SE 1.1 have the elements that are used here."""


def test_sld_has_the_shape_of_its_schema_and_says_the_same(styles: list[sqlite3.Row], arrows: sqlite3.Row) -> None:
    for style in (*styles, arrows):
        root = fromstring(style["styleSLD"])
        assert root.tag == f"{{{SLD}}}StyledLayerDescriptor" and root.attrib["version"] == "1.1.0"
        for element in root.iter():
            if element.tag in SEQUENCE:
                places = [SEQUENCE[element.tag].index(child.tag) for child in element]
                assert places == sorted(places), element.tag
        told = []
        for rule in root.iter(f"{{{SE}}}Rule"):
            conditions = [
                f'"{one.findtext(f"{{{OGC}}}PropertyName")}" {COMPARED[one.tag.partition("}")[2]]} {one.findtext(f"{{{OGC}}}Literal")}'
                for one in rule.iterfind(f"{{{OGC}}}Filter//*")
                if one.tag.partition("}")[2] in COMPARED
            ]
            told.append((rule.findtext(f"{{{SE}}}Name"), " AND ".join(conditions)))
        assert told == [(rule.attrib["label"], rule.attrib["filter"].replace("'", "")) for rule in rules_of(style)]


def test_qgis_finds_what_it_shows_of_a_layer(db: sqlite3.Connection) -> None:
    rows = db.execute(
        "select r.table_name, m.metadata from gpkg_metadata m join gpkg_metadata_reference r on r.md_file_id = m.id"
        " where m.md_standard_uri = 'http://mrcc.com/qgis.dtd' and r.reference_scope = 'table'"
    ).fetchall()
    assert [row["table_name"] for row in rows] == [*LAYERS.values(), FLOWS]
    for row in rows:
        root = fromstring(row["metadata"])
        licences = [one.text for one in root.findall("license")]
        assert licences[0] is not None and licences[0].startswith("CC-BY-4.0") and licences[1:] == ["EUPL-1.2"]
        assert "2026" in (root.findtext("title") or "") and "10" in (root.findtext("abstract") or "")


def test_every_table_is_registered_as_the_standard_asks(db: sqlite3.Connection) -> None:
    contents = {row["table_name"]: row["data_type"] for row in db.execute("select table_name, data_type from gpkg_contents")}
    assert contents == {**dict.fromkeys([*LAYERS.values(), FLOWS], "features"), "code_book": "attributes", "layer_styles": "attributes"}
    extensions = {(row["table_name"], row["extension_name"]) for row in db.execute("select * from gpkg_extensions")}
    needed = {("gpkg_metadata", "gpkg_metadata"), ("gpkg_metadata_reference", "gpkg_metadata"), ("gpkg_data_columns", "gpkg_schema")}
    assert needed | {("gpkg_data_column_constraints", "gpkg_schema")} <= extensions
    assert db.execute("pragma integrity_check").fetchone()[0] == "ok" and not db.execute("pragma foreign_key_check").fetchall()
    assert db.execute("select count(*) from code_book where \"column\" = 'mean_degree_12'").fetchone()[0] == 1


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="needs ogrinfo (Debian: gdal-bin)")
def test_ogrinfo_opens_it_without_a_word_of_warning(folder: Path, edition: Edition) -> None:
    asked = ["ogrinfo", "-ro", "-so", "-al", str(folder / "buurtnet-2026-10.gpkg")]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert "Warning" not in done.stderr + done.stdout and "ERROR" not in done.stderr
    for layer in edition.layers:
        assert re.search(rf"Layer name: {LAYERS[layer.kind]}\n.*?Feature Count: {len(layer.places)}\n", done.stdout, re.DOTALL)
