"""The files of a month, and what is in them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from buurtnet.geography.schemas import Names
from buurtnet.network.schemas import AreaKind, Mark, Measure


class Format(StrEnum):
    """What a file is made for."""

    GEOPACKAGE = "geopackage"
    GEOJSON = "geojson"
    CSV = "csv"
    SPREADSHEET = "spreadsheet"
    CODE_BOOK = "code_book"


LAYERS = {AreaKind.NEIGHBOURHOOD: "neighbourhoods", AreaKind.MUNICIPALITY: "municipalities", AreaKind.AREA: "areas"}
"""The name of each kind's layer, in file names too."""

FLOWS = "flows"
"""The name of the layer of help between neighbourhoods."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An area as it was on the snapshot's day: its outline in EPSG:31370 (`ground`) and in WGS84 (`globe`), both as WKB."""

    id: int
    code: str
    names: Names
    town_code: str = ""
    town_names: Names = {}
    inhabited: bool = True
    area_m2: float = 0
    ground: bytes
    globe: bytes


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One published figure of an area; a value only where the mark is `shown`."""

    area_id: int
    measure: Measure
    window: int
    mark: Mark
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """Help from one neighbourhood to another that may be told: a line between their points, in EPSG:31370 and in WGS84, both as WKB."""

    id: int
    from_id: int
    from_code: str
    from_names: Names
    to_id: int
    to_code: str
    to_names: Names
    window: int
    helps: int
    people: int
    ground: bytes
    globe: bytes


class Part(StrEnum):
    """What a column says of a measure."""

    VALUE = "value"
    MARK = "mark"
    N = "n"
    LOW = "low"
    HIGH = "high"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A column of the layers: its name, and of which measure, window and part it is; a column about the area itself has none."""

    name: str
    kind: str
    """`text`, `int` or `real`."""
    measure: Measure | None = None
    window: int = 0
    part: Part | None = None


class Layer(msgspec.Struct, frozen=True, kw_only=True):
    """The areas of one kind with their figures; `breaks` are the frozen classes of the map by measure and window."""

    kind: AreaKind
    places: list[Place]
    cells: list[Cell]
    breaks: dict[tuple[Measure, int], list[float]]


class Boundaries(msgspec.Struct, frozen=True, kw_only=True):
    """Who drew the outlines, and under which licence they may be used."""

    title: str
    licence: str
    attribution: str


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the files of a published month say; `address` is that of the installation."""

    snapshot_id: UUID
    as_of: date
    places_on: date
    """On which day the places were as they are drawn."""
    published_at: datetime
    address: str
    boundaries: list[Boundaries]
    layers: list[Layer]
    flows: list[Flow]

    @property
    def month(self) -> str:
        """The month as `2026-10`."""
        return f"{self.as_of:%Y-%m}"


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it came out of the process apart: gzipped, with its size and SHA-256 as it is unpacked."""

    name: str
    format: Format
    size: int
    digest: str
    packed: bytes


class File(msgspec.Struct, frozen=True, kw_only=True):
    """A file that can be sent; sizes in bytes, as it is and as it travels."""

    id: UUID
    name: str
    format: Format
    size: int
    packed_size: int
    digest: str
    as_of: date
    made_at: datetime


Said = dict[str, str]
"""A text by language: nl, fr and en."""
Row = list[Any]
"""The values of an area, in the order of the columns; None where there is none."""
