"""What goes into and comes out of geography."""

from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

import msgspec

Names = dict[str, str]
"""A name per language: {"nl": "Noordwijk", "fr": "Quartier Nord"}."""


class Level(IntEnum):
    """How far apart two neighbourhoods are, as residents are told and as they choose their reach."""

    SAME = 0
    NEXT = 1
    WALKING = 2
    CYCLING = 3
    TOWN = 4


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of a source whose field holds one of the values."""

    field: str
    values: list[str]


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text file with the population beside the boundaries, and its columns. What stands between them is what the first line has most."""

    code: list[str]
    population: list[str]


class Source(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A publisher's file of boundaries and how to read it (`geo/sources.toml`). Fields may be patterns ("CS0101*"), first fit wins."""

    title: str
    publisher: str
    licence: str
    attribution: str
    page: str = ""
    vintage: str
    """The year, unless the import is told another one."""
    schematic: bool = False
    """Whether the outlines are drawn rather than surveyed, so that screens say so."""
    layer: list[str] = []
    code: list[str]
    name: dict[str, list[str]]
    """The fields with the name, per language."""
    municipality_code: list[str] = []
    municipality_code_digits: int = 0
    """Without such a field: how many leading characters of the neighbourhood's code are the municipality's."""
    municipality_name: dict[str, list[str]] = {}
    municipality_in_brackets: bool = False
    """Whether the municipality's name stands in brackets at the end of the neighbourhood's."""
    population: list[str] = []
    adults: list[str] = []
    unknown_below: int = 0
    """Numbers under this one mean that the number is withheld."""
    table: Table | None = None
    uninhabited_codes: str = ""
    """Regular expression of the codes of parks, stations and works where nobody lives."""
    uninhabited: Where | None = None
    skip: Where | None = None
    """Rows that are no neighbourhood: open water, foreign ground."""


class Area(msgspec.Struct, kw_only=True):
    """A neighbourhood as it was read from a file, on its way into the database; the outline is a shapely geometry in EPSG:3035."""

    code: str
    names: Names
    town_code: str
    town_names: Names
    outline: Any
    population: int | None = None
    adults: int | None = None
    inhabited: bool = True
    codes: list[str] = []
    """The publisher's codes that it holds, its own first."""


class Count(msgspec.Struct, frozen=True):
    """The people who live under a code, and the adults among them where they are told."""

    people: int
    adults: int | None


class Merged(msgspec.Struct, frozen=True):
    """A neighbourhood with too few adults, and the one it became part of."""

    code: str
    into: str
    adults: int


class Overlap(msgspec.Struct, frozen=True):
    """Two neighbourhoods that both claim the same ground."""

    a: str
    b: str
    m2: int


class Fate(StrEnum):
    """What became of a neighbourhood in a newer map."""

    SPLIT = "split"
    """Its ground is in several."""
    MERGED = "merged"
    """Its ground is part of another one."""
    RECODED = "recoded"
    """The same ground has another code."""
    ELSEWHERE = "elsewhere"
    """Its code stands for other ground now."""
    RESHAPED = "reshaped"
    """It keeps code and most of its ground, within other borders."""


class Part(msgspec.Struct, frozen=True):
    """A neighbourhood of the newer map, with its share of the ground that an earlier one had."""

    code: str
    share: float


class Change(msgspec.Struct, frozen=True):
    """A neighbourhood of the earlier map that is not what it was: where its ground is, first where its people go."""

    code: str
    fate: Fate
    parts: list[Part]
    asked: bool
    """Whether the people there are asked where they live now."""


class Renamed(msgspec.Struct, frozen=True):
    """A neighbourhood that bears another name."""

    code: str
    before: Names
    after: Names


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did and what it found in the file."""

    source: str
    vintage: str
    neighbourhoods: int
    municipalities: int
    uninhabited: int
    pairs: int
    """Rows of nearness: each two neighbourhoods up to 10 km apart in both directions, and each with itself."""
    repaired: list[str]
    """Codes whose rings were invalid."""
    joined: list[str]
    """Codes that stood in several rows, now one neighbourhood each."""
    overlaps: list[Overlap]
    gaps: int
    gaps_m2: int
    merged: list[Merged]
    small: list[str]
    """Codes with too few adults and no neighbour to merge them with."""
    added: int
    """Codes that were not there before."""
    replaced: int
    """Neighbourhoods of earlier imports that the new ones took over."""
    changes: list[Change]
    renamed: list[Renamed]
    left: list[str]
    """Codes of the source that the file neither names nor covers; they stay."""
    unknown: int
    """Neighbourhoods where people live, of whom nobody told how many."""
    seconds: float


class Wrong(msgspec.Struct, frozen=True):
    """A row of a population file that cannot be counted; its code stays without a number."""

    row: int
    code: str
    value: str


class PopulationReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a population file told, and what in it was wrong."""

    source: str
    rows: int
    people: int
    adults: int | None
    """None where the file does not tell them."""
    neighbourhoods: int
    """Of the source's, how many have a number now."""
    summed: int
    """Codes that stand in several rows, as ages or sexes do: their sum counts."""
    unmatched: list[str]
    """Codes of the file that no neighbourhood of the source has."""
    unknown: list[str]
    """Neighbourhoods where people live, without a number."""
    doubles: list[str]
    """Codes with a row that stands twice: it counts once."""
    torn: list[str]
    """Codes of which two rows that are alike tell two numbers; they stay without one."""
    negative: list[Wrong]
    no_number: list[Wrong]
    too_many_adults: list[Wrong]
    merged: list[Merged]
    small: list[str]
    changes: list[Change]
    seconds: float


class Municipality(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality that has neighbourhoods."""

    id: int
    code: str
    names: Names
    neighbourhoods: int
    """How many of its neighbourhoods have residents."""
    schematic: bool
    attribution: str


class Neighbourhood(msgspec.Struct, frozen=True, kw_only=True):
    """A neighbourhood, without its geometry."""

    id: int
    code: str
    names: Names
    municipality_id: int
    municipality_names: Names
    inhabited: bool
    valid_to: date | None = None


class Sketch(msgspec.Struct, frozen=True, kw_only=True):
    """A neighbourhood's outline as the path of an SVG drawing, and where its number may stand."""

    id: int
    names: Names
    inhabited: bool
    path: str
    x: int
    y: int


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """The outline map of a municipality for SVG; one unit is ten metres, the origin is the upper left corner."""

    municipality_id: int
    width: int
    height: int
    areas: list[Sketch]
    schematic: bool
    attribution: str


class Option(msgspec.Struct, frozen=True):
    """A place to choose, by its name in the reader's language."""

    id: int
    name: str


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody chooses a neighbourhood from; without a drawing, the municipality comes first."""

    municipalities: list[Option]
    municipality_id: int | None = None
    neighbourhoods: list[Option] = []
    drawing: Drawing | None = None

    @property
    def numbers(self) -> dict[int, int]:
        """The number under which each neighbourhood stands in the list and on the map."""
        return {option.id: number for number, option in enumerate(self.neighbourhoods, 1)}
