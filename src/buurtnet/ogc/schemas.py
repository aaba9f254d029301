"""What goes into and comes out of the collections."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from buurtnet.geography.schemas import Names
from buurtnet.network.schemas import Mark, Measure


class Collection(StrEnum):
    """What is offered."""

    NEIGHBOURHOODS = "neighbourhoods"
    MEASURES = "measures"


class Slice(msgspec.Struct, frozen=True):
    """A published month and a window over which was counted."""

    snapshot_id: UUID
    as_of: date
    window: int


class State(msgspec.Struct, frozen=True):
    """What all answers come from: it changes whenever one of them may."""

    months: int
    published_at: datetime | None
    made_at: datetime | None
    drawn_at: datetime | None
    places: int
    earlier: int
    lived_in: int
    today: date


class Extent(msgspec.Struct, frozen=True):
    """The edges of what there is in WGS 84, and the first and the last day of the published months; None where there is nothing."""

    west: float | None
    south: float | None
    east: float | None
    north: float | None
    first_day: date | None
    last_day: date | None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A form of a neighbourhood, with its outline as GeoJSON in the system that was asked for."""

    area_id: int
    code: str
    names: Names
    town_code: str
    town_names: Names
    area_m2: float
    inhabited: bool
    schematic: bool
    valid_from: date | None
    valid_to: date | None
    newest: bool
    until: date
    """Its last day for the order of a list; the end of time while it lasts."""
    geometry: str


class Told(msgspec.Struct, frozen=True, array_like=True):
    """One measure of a neighbourhood as it was published."""

    mark: Mark
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A neighbourhood in a slice, with every measure that was published of it."""

    area_id: int
    code: str
    names: Names
    town_code: str
    town_names: Names
    schematic: bool
    inhabited: bool
    as_of: date
    month: str
    window: int
    mark: Mark
    filled: int
    """How many of its measures are shown: those with most come first, so that a program sees the kind of each column at once."""
    figures: dict[Measure, Told]
    geometry: str


class Feature(msgspec.Struct, frozen=True, kw_only=True):
    """One GeoJSON feature; the outline is the text that the database wrote."""

    type: str = "Feature"
    id: str
    geometry: msgspec.Raw
    properties: dict[str, Any]
    links: Sequence[Any] | msgspec.UnsetType = msgspec.UNSET


class Link(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A link as the standard writes it (RFC 8288 in JSON)."""

    href: str
    rel: str
    type: str
    title: str = ""
    hreflang: str = ""


class FeatureCollection(msgspec.Struct, frozen=True, kw_only=True):
    """A page of features."""

    type: str = "FeatureCollection"
    features: list[Feature]
    links: list[Link]
    numberMatched: int
    numberReturned: int
    timeStamp: str
