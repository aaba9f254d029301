"""The columns of the layers, and the rows under them: the same in every format, so that one code book tells all of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from buurtnet.downloads.schemas import FLOWS, LAYERS, Cell, Column, Edition, Flow, Format, Layer, Part, Place, Row
from buurtnet.network.schemas import WINDOWS, AreaKind, Mark, Measure

EDITION = 4
"""Raised when the files come out otherwise than before: those of all months are then made anew."""
MEDIA_TYPES = {
    Format.GEOPACKAGE: "application/geopackage+sqlite3",
    Format.GEOJSON: "application/geo+json",
    Format.CSV: "text/csv; header=present",
    Format.SPREADSHEET: "text/csv; header=present",
    Format.CODE_BOOK: "text/csv; header=present",
}
ENDINGS = {
    Format.GEOPACKAGE: ".gpkg",
    Format.GEOJSON: ".geojson",
    Format.CSV: ".csv",
    Format.SPREADSHEET: "-spreadsheet.csv",
    Format.CODE_BOOK: "-codebook.csv",
}
NAME = re.compile(r"buurtnet-20\d\d-[01]\d[a-z-]*\.(gpkg|geojson|csv)\Z")
"""What every file name looks like."""
KEY = Column(name="id", kind="int")
"""What the area is called in tiles, in the OGC API and in the other layers; the key of its feature."""
NAMED = (Column(name="code", kind="text"), Column(name="name_nl", kind="text"), Column(name="name_fr", kind="text"))
SITUATED = (
    Column(name="municipality", kind="text"),
    Column(name="municipality_nl", kind="text"),
    Column(name="municipality_fr", kind="text"),
    Column(name="inhabited", kind="int"),
)
SHAPED = (Column(name="area_km2", kind="real"), Column(name="month", kind="text"), Column(name="as_of", kind="text"))
FLOW_COLUMNS = [
    KEY,
    *(
        Column(name=f"{end}_{name}", kind=kind)
        for end in ("from", "to")
        for name, kind in (("id", "int"), *((n, "text") for n in ("code", "name_nl", "name_fr")))
    ),
    Column(name="helps", kind="int"),
    Column(name="people", kind="int"),
    Column(name="window_months", kind="int"),
    Column(name="month", kind="text"),
    Column(name="as_of", kind="text"),
]
"""What the layer of help between neighbourhoods says of each line; a line that may not be told is not there."""
KINDS = {Part.VALUE: "real", Part.MARK: "text", Part.N: "int", Part.LOW: "real", Part.HIGH: "real"}


def file_name(as_of: date, form: Format, layer: str = "") -> str:
    """The name of a file, which says its month: `buurtnet-2026-10.gpkg`, `buurtnet-2026-10-neighbourhoods.geojson`."""
    return f"buurtnet-{as_of:%Y-%m}{f'-{layer}' if layer else ''}{ENDINGS[form]}"


def column_name(measure: Measure, window: int, part: Part) -> str:
    """The name of a measure's column: `mean_degree_12`, `mean_degree_12_mark`."""
    return f"{measure.value}_{window}" + ("" if part is Part.VALUE else f"_{part.value}")


def own_columns(kind: AreaKind) -> list[Column]:
    """What the layer says of the areas themselves."""
    return [KEY, *NAMED, *(SITUATED if kind is AreaKind.NEIGHBOURHOOD else ()), *SHAPED]


def measure_columns() -> list[Column]:
    """The columns of all measures, those of the longest window first."""
    return [
        Column(name=column_name(measure, window, part), kind=KINDS[part], measure=measure, window=window, part=part)
        for window in sorted(WINDOWS, reverse=True)
        for measure in Measure
        for part in Part
    ]


def list_columns(kind: AreaKind) -> list[Column]:
    """All columns of a layer."""
    return own_columns(kind) + measure_columns()


def list_tables(edition: Edition) -> dict[str, list[Column]]:
    """The columns of each layer of the files."""
    return {LAYERS[layer.kind]: list_columns(layer.kind) for layer in edition.layers} | {FLOWS: FLOW_COLUMNS}


def list_flow_rows(flows: Sequence[Flow], as_of: date) -> list[Row]:
    """A row for each line, in the order of FLOW_COLUMNS."""
    return [
        [
            *(flow.id, flow.from_id, flow.from_code, flow.from_names.get("nl"), flow.from_names.get("fr")),
            *(flow.to_id, flow.to_code, flow.to_names.get("nl"), flow.to_names.get("fr")),
            *(flow.helps, flow.people, flow.window, f"{as_of:%Y-%m}", as_of.isoformat()),
        ]
        for flow in flows
    ]


def by_place(layer: Layer) -> dict[tuple[int, Measure, int], Cell]:
    """The cells of a layer by area, measure and window."""
    return {(cell.area_id, cell.measure, cell.window): cell for cell in layer.cells}


def find_cell(cells: Mapping[tuple[int, Measure, int], Cell], place: Place, measure: Measure, window: int) -> Cell:
    """The figure of an area; where none is published, one that says why, without a value."""
    found = cells.get((place.id, measure, window))
    if found is not None:
        return found
    mark = Mark.UNPUBLISHED if place.inhabited else Mark.UNINHABITED
    return Cell(area_id=place.id, measure=measure, window=window, mark=mark)


def list_rows(layer: Layer, as_of: date) -> list[Row]:
    """A row for each area, in the order of `list_columns`."""
    cells = by_place(layer)
    return [_own_row(layer.kind, place, as_of) + _figures(cells, place) for place in layer.places]


def _own_row(kind: AreaKind, place: Place, as_of: date) -> Row:
    situated = [place.town_code, place.town_names.get("nl"), place.town_names.get("fr"), int(place.inhabited)]
    return [
        place.id,
        place.code,
        place.names.get("nl"),
        place.names.get("fr"),
        *(situated if kind is AreaKind.NEIGHBOURHOOD else []),
        round(place.area_m2 / 1e6, 4),
        f"{as_of:%Y-%m}",
        as_of.isoformat(),
    ]


def _figures(cells: Mapping[tuple[int, Measure, int], Cell], place: Place) -> Row:
    row: Row = []
    for window in sorted(WINDOWS, reverse=True):
        for measure in Measure:
            cell = find_cell(cells, place, measure, window)
            row += [cell.value, cell.mark.value, cell.n, cell.low, cell.high]
    return row
