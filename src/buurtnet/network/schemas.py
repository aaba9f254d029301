"""What the network slice measures and how it is told."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from buurtnet.geography.schemas import Names
from buurtnet.kit.text import N_

WINDOWS = (3, 12)
"""Months over which is counted."""
STEPS = 5
"""Classes of the map."""


class Measure(StrEnum):
    """What is measured of an area. Formulas and sources stand in rules/measures.py and rules/reach.py."""

    ACTIVE = "active"
    ADULT_SHARE = "adult_share"
    MEAN_DEGREE = "mean_degree"
    DENSITY = "density"
    THEMES = "themes"
    ACROSS_LANGUAGES = "across_languages"
    REACH = "reach"
    FIRST_YES_HOURS = "first_yes_hours"
    WITHOUT_TIE = "without_tie"


class Mark(StrEnum):
    """Why a figure is there or not."""

    SHOWN = "shown"
    SUPPRESSED = "suppressed"
    UNINHABITED = "uninhabited"
    INACTIVE = "inactive"
    UNPUBLISHED = "unpublished"


class AreaKind(StrEnum):
    """What a figure is about."""

    NEIGHBOURHOOD = "neighbourhood"
    MUNICIPALITY = "municipality"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """How a measure is written: as a share (of 1), with so many digits, and in which steps its classes are."""

    measure: Measure
    label: str
    """A short name, a msgid; also the head of the column."""
    text: str
    """What the figure says, a msgid."""
    share: bool = False
    digits: int = 0
    step: float = 1
    beside: Measure | None = None
    """The measure that stands beside it in the table."""

    @property
    def unit(self) -> str:
        """The unit for programs."""
        units = {
            Measure.ACTIVE: "persons",
            Measure.MEAN_DEGREE: "ties per person",
            Measure.THEMES: "themes",
            Measure.FIRST_YES_HOURS: "hours",
        }
        return units.get(self.measure, "share")


ABOUT = {
    about.measure: about
    for about in (
        About(
            measure=Measure.ACTIVE,
            label=N_("Active people"),
            text=N_("People who asked, offered, answered or helped."),
            step=5,
            beside=Measure.ADULT_SHARE,
        ),
        About(
            measure=Measure.ADULT_SHARE,
            label=N_("Of all adults"),
            text=N_("Active people as a share of the adults who live there."),
            share=True,
            digits=3,
            step=0.001,
        ),
        About(
            measure=Measure.MEAN_DEGREE,
            label=N_("Contacts per person"),
            text=N_("How many people somebody helped, or was helped by, on average."),
            digits=1,
            step=0.1,
            beside=Measure.DENSITY,
        ),
        About(
            measure=Measure.DENSITY,
            label=N_("Of all possible contacts"),
            text=N_("Contacts as a share of all that could be. It falls by itself where more people take part."),
            share=True,
            digits=3,
            step=0.001,
        ),
        About(
            measure=Measure.THEMES,
            label=N_("Kinds of help"),
            text=N_("How many kinds of help go round. Rare kinds count less."),
            digits=1,
            step=0.1,
            beside=Measure.ACROSS_LANGUAGES,
        ),
        About(
            measure=Measure.ACROSS_LANGUAGES,
            label=N_("Across first languages"),
            text=N_("Contacts between people with different first languages."),
            share=True,
            digits=2,
            step=0.01,
        ),
        About(
            measure=Measure.REACH,
            label=N_("Would find an offer"),
            text=N_("How many would find a fitting offer, if they asked what people there ask."),
            share=True,
            digits=2,
            step=0.01,
            beside=Measure.FIRST_YES_HOURS,
        ),
        About(
            measure=Measure.FIRST_YES_HOURS,
            label=N_("Hours to the first yes"),
            text=N_("Half of the questions had a first yes within this time."),
        ),
        About(
            measure=Measure.WITHOUT_TIE,
            label=N_("Without contacts"),
            text=N_("Active people who have not helped anybody and were not helped yet."),
            share=True,
            digits=2,
            step=0.01,
        ),
    )
}
HEADLINES = {
    Measure.ACTIVE: N_("Size"),
    Measure.MEAN_DEGREE: N_("Density"),
    Measure.THEMES: N_("Variety"),
    Measure.REACH: N_("Reachability"),
    Measure.WITHOUT_TIE: N_("Without contacts"),
}
"""What the chooser of the map offers, and its words."""
FIRST = Measure.MEAN_DEGREE
"""What the map shows unless something else is asked."""
SHARES_OF_ACTIVE = (Measure.REACH, Measure.WITHOUT_TIE)
"""Shares of persons, told with an interval of 95 %."""


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One day's figures of all areas."""

    id: UUID
    kind: str
    as_of: date
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
    """What tiles are drawn from: the snapshot they show, when boundaries were last imported, and how many there are."""

    snapshot_id: UUID | None
    drawn_at: datetime
    drawn: int


class Month(msgspec.Struct, frozen=True, kw_only=True):
    """A published month."""

    month: str
    as_of: date
    published_at: datetime
