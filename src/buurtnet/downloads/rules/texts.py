"""The files of text: CSV for programs, a table for spreadsheets, the code book, GeoJSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import numpy as np
import shapely

from buurtnet.downloads.rules.columns import (
    FLOW_COLUMNS,
    by_place,
    find_cell,
    list_columns,
    list_flow_rows,
    list_rows,
    measure_columns,
    own_columns,
)
from buurtnet.downloads.schemas import FLOWS, LAYERS, Column, Flow, Layer, Part
from buurtnet.network.schemas import ABOUT, WINDOWS, AreaKind, Mark, Measure

DIGITS = 6
"""Of a degree: 11 cm, as RFC 7946 advises; with so many, outlines stay valid and neighbours keep their common border."""
LONG = (
    *("month", "as_of", "area_kind", "id", "code", "name_nl", "name_fr", "municipality", "measure", "window_months", "value", "mark"),
    *("n", "low", "high", "unit", "licence", "rule"),
)
"""The columns of the CSV for programs: one row for each area, measure and window."""


class Words(msgspec.Struct, frozen=True):
    """What the table for spreadsheets says in words: heads by column, kinds and marks, and what stands in every row under its own head."""

    kind: str
    heads: Mapping[str, str]
    kinds: Mapping[AreaKind, str]
    marks: Mapping[Mark, str]
    facts: Mapping[str, str]


def write_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as RFC 4180 has them: UTF-8 without a mark, commas, points, lines that end in CR LF."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def write_spreadsheet(rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as Excel in Belgium opens them with two clicks: a byte order mark, semicolons, commas for decimals."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows([_in_commas(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _in_commas(value: Any) -> Any:
    """A number with a comma; words that a spreadsheet would take for a formula begin with an apostrophe (OWASP, CSV injection)."""
    if isinstance(value, float):
        return repr(value).replace(".", ",")
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def list_long(layers: Sequence[Layer], as_of: date, *, licence: str, rule: str) -> Iterable[Sequence[Any]]:
    """The rows of the CSV for programs, after its head."""
    yield LONG
    for layer in layers:
        cells = by_place(layer)
        for place in layer.places:
            who = (f"{as_of:%Y-%m}", as_of.isoformat(), layer.kind.value, place.id, place.code)
            names = (place.names.get("nl"), place.names.get("fr"), place.town_code or None)
            for measure in Measure:
                for window in WINDOWS:
                    cell = find_cell(cells, place, measure, window)
                    told = (cell.value, cell.mark.value, cell.n, cell.low, cell.high)
                    yield *who, *names, measure.value, window, *told, ABOUT[measure].unit, licence, rule


def list_wide(layers: Sequence[Layer], as_of: date, words: Words) -> Iterable[Sequence[Any]]:
    """The rows of the table for spreadsheets, after its head: where there is no figure, its cell says why."""
    told = [column for column in measure_columns() if column.part is not Part.MARK]
    own = own_columns(AreaKind.NEIGHBOURHOOD)
    yield [words.kind, *(words.heads[column.name] for column in (*own, *told)), *words.facts]
    for layer in layers:
        columns = [column.name for column in list_columns(layer.kind)]
        for row in list_rows(layer, as_of):
            values = dict(zip(columns, row, strict=True))
            figures = [_value_or_mark(values, column, words.marks) for column in told]
            yield [words.kinds[layer.kind], *(values.get(column.name) for column in own), *figures, *words.facts.values()]


def _value_or_mark(values: Mapping[str, Any], column: Column, marks: Mapping[Mark, str]) -> Any:
    value = values[column.name]
    if value is None and column.part is Part.VALUE:
        return marks[Mark(values[f"{column.name}_{Part.MARK.value}"])]
    return value


def write_geojson(layer: Layer, as_of: date, members: Mapping[str, Any]) -> bytes:
    """The layer as RFC 7946 has it: WGS84, longitude first, outer rings against the clock, what the file says of itself as further members."""
    outlines = shapely.orient_polygons(_on_the_globe([place.globe for place in layer.places]), exterior_cw=False)
    return _write_features(LAYERS[layer.kind], list_columns(layer.kind), outlines, list_rows(layer, as_of), members)


def write_flows(flows: Sequence[Flow], as_of: date, members: Mapping[str, Any]) -> bytes:
    """Help between neighbourhoods as RFC 7946 has it, a line each."""
    lines = _on_the_globe([flow.globe for flow in flows])
    return _write_features(FLOWS, FLOW_COLUMNS, lines, list_flow_rows(flows, as_of), members)


def list_flow_lines(flows: Sequence[Flow], as_of: date, *, licence: str, rule: str) -> Iterable[Sequence[Any]]:
    """The rows of the CSV of help between neighbourhoods, after its head."""
    yield [*(column.name for column in FLOW_COLUMNS), "licence", "rule"]
    for row in list_flow_rows(flows, as_of):
        yield *row, licence, rule


def _write_features(
    name: str, columns: Sequence[Column], outlines: Any, rows: Sequence[Sequence[Any]], members: Mapping[str, Any]
) -> bytes:
    """The features, each with the first column as its id."""
    names = [column.name for column in columns]
    shapes = shapely.to_geojson(outlines) if len(outlines) else []
    boxes = np.round(shapely.bounds(outlines), DIGITS).tolist() if len(outlines) else []
    head = {"type": "FeatureCollection", "name": name, **members}
    if boxes:
        head["bbox"] = np.round(shapely.total_bounds(outlines), DIGITS).tolist()
    features = [
        f'{{"type":"Feature","id":{row[0]},"bbox":{json.dumps(box)},"geometry":{shape},"properties":'
        + json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, separators=(",", ":"))
        + "}"
        for shape, box, row in zip(shapes, boxes, rows, strict=True)
    ]
    return (json.dumps(head, ensure_ascii=False)[:-1] + ', "features": [\n' + ",\n".join(features) + "\n]}\n").encode()


def _on_the_globe(shapes: Sequence[bytes]) -> Any:
    return shapely.transform(shapely.from_wkb(np.array(shapes, dtype=object)), lambda points: np.round(points, DIGITS))
