"""What snapshots hold, and what is told of them."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from buurtnet.geography.schemas import Names
from buurtnet.network.schemas.measures import AreaKind, Mark, Measure


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One day's figures of all areas."""

    id: UUID
    kind: str
    as_of: date
    places_on: date
    """The day on whose places it stands."""
    made_at: datetime
    published_at: datetime | None = None
    seconds: float = 0

    @property
    def month(self) -> str:
        """The month as `2026-10`."""
        return f"{self.as_of:%Y-%m}"


class Figure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One measure of one area: the value where it is shown, persons (or questions) it comes from, the interval of a share."""

    area_id: int
    code: str
    names: Names
    municipality_id: int
    mark: Mark
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `network_measure`, on its way into the database."""

    area_kind: AreaKind
    area_id: int
    window_months: int
    measure: Measure
    mark: Mark
    value: float | None = None
    n: int | None = None
    low: float | None = None
    high: float | None = None


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A municipality that can be chosen on the map; `shown` counts its neighbourhoods with a figure."""

    id: int
    code: str
    names: Names
    shown: int
    west: float
    south: float
    east: float
    north: float


class AreaDecision(msgspec.Struct, frozen=True, kw_only=True):
    """An area of an organisation, and whether and how it was decided to publish its map."""

    id: UUID
    names: Names
    neighbourhoods: list[int]
    map_published_on: date | None = None
    decided_how: str | None = None


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Published figures for programs."""

    month: str | None
    """None while no month is published."""
    as_of: date | None
    measure: Measure
    unit: str
    window: int
    area_kind: AreaKind
    breaks: list[float]
    rule: str
    attribution: list[str]
    items: list[Figure]
    next: str | None = None


class TileState(msgspec.Struct, frozen=True, kw_only=True):
    """What tiles are drawn from: the snapshot they show, the day of its places, when boundaries were last imported, and how many there are."""

    snapshot_id: UUID | None
    places_on: date
    drawn_at: datetime
    drawn: int

    @property
    def word(self) -> str:
        """Changes when what is drawn does."""
        return f"{self.snapshot_id.hex if self.snapshot_id else '0'}-{self.places_on:%Y%m%d}-{self.drawn_at.timestamp():.0f}-{self.drawn}"


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A published month."""

    month: str
    as_of: date
    published_at: datetime


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """Help that people of one neighbourhood gave to people of another; rounded counts of helps, and of the people on both sides."""

    window_months: int
    from_id: int
    to_id: int
    helps: int
    people: int
