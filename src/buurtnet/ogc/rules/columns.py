"""The columns of each collection: names that stay, kinds, and what they say. Measures come from the list of measures itself."""

from collections.abc import Iterator

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.text import N_
from buurtnet.network.schemas import ABOUT, About, Mark, Measure
from buurtnet.ogc.schemas import Collection, Measured, Place, Told


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One property of every feature: JSON Schema's kind and format, and a sentence (a msgid) about it."""

    name: str
    kind: str
    text: str
    format: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    end: str = ""
    """For columns that every measure has: what stands behind the name of the measure."""


def _text(name: str, text: str, format: str = "") -> Column:
    return Column(name=name, kind="string", text=text, format=format)


PLACE = (
    Column(
        name="area_id", kind="integer", text=N_("The number of the neighbourhood, the same in the tiles and in the figures for programs.")
    ),
    _text("code", N_("The code of the neighbourhood, as its publisher writes it.")),
    _text("name", N_("The name of the neighbourhood, in Dutch where it has one.")),
    _text("name_nl", N_("The Dutch name.")),
    _text("name_fr", N_("The French name.")),
    _text("municipality", N_("The code of the municipality.")),
    _text("municipality_nl", N_("The Dutch name of the municipality.")),
    _text("municipality_fr", N_("The French name of the municipality.")),
    Column(name="schematic", kind="boolean", text=N_("Whether the outline is a drawing instead of the real border.")),
)
MARKS = tuple(mark.value for mark in Mark)
NEIGHBOURHOOD = (
    *PLACE,
    Column(name="inhabited", kind="boolean", text=N_("Whether people live there.")),
    Column(name="area_m2", kind="number", text=N_("The area in square metres, measured in EPSG:3035."), unit="m2"),
    _text("valid_from", N_("The first day of this outline; nothing where nobody knows an earlier one."), format="date"),
    _text("valid_to", N_("The day from which it holds no more; nothing while it holds."), format="date"),
)
MARK_SAYS = N_("Why a figure is there or not: shown, suppressed (too few people), uninhabited, inactive, unpublished.")
SLICED = (
    *PLACE,
    _text("month", N_("The month, as 2026-10.")),
    _text("as_of", N_("The day through which was counted."), format="date"),
    Column(name="window", kind="integer", text=N_("Months over which was counted."), unit="months"),
    Column(
        name="mark",
        kind="string",
        text=N_("The mark of the number of active people: whether the neighbourhood has figures."),
        choices=MARKS,
    ),
)
N_SAYS = N_("From how many people, ties or questions the figure comes, rounded to 5.")
LOW_SAYS, HIGH_SAYS = N_("The lower end of its interval, right in 95 of 100 cases."), N_("The upper end of its interval.")


def is_whole(about: About) -> bool:
    """Whether the measure counts in whole numbers."""
    return about.digits == 0 and not about.share


def _measure_columns() -> Iterator[Column]:
    """Five for each measure: the value, from how many it comes, its interval, its mark."""
    for measure, about in ABOUT.items():
        kind = "integer" if is_whole(about) else "number"
        yield Column(name=measure.value, kind=kind, text=about.text, unit=about.unit)
        yield Column(name=f"{measure.value}_n", kind="integer", text=N_SAYS, end="_n")
        yield Column(name=f"{measure.value}_low", kind="number", text=LOW_SAYS, unit=about.unit, end="_low")
        yield Column(name=f"{measure.value}_high", kind="number", text=HIGH_SAYS, unit=about.unit, end="_high")
        yield Column(name=f"{measure.value}_mark", kind="string", text=MARK_SAYS, choices=MARKS, end="_mark")


COLUMNS = {Collection.NEIGHBOURHOODS: NEIGHBOURHOOD, Collection.MEASURES: (*SLICED, *_measure_columns())}


def name_id(row: Place | Measured) -> str:
    """The id of the feature: of a neighbourhood, of an earlier form of it with the day on which that ended, of one in a slice with month and window."""
    if isinstance(row, Measured):
        return f"{row.area_id}-{row.month}-{row.window}"
    return f"{row.area_id}" if row.newest else f"{row.area_id}-{row.valid_to}"


def name_place(place: Place | Measured) -> dict[str, object]:
    """The columns that say which place it is."""
    names, town = place.names, place.town_names
    return {
        "area_id": place.area_id,
        "code": place.code,
        "name": names.get("nl") or name_in(names, "fr") or place.code,
        "name_nl": names.get("nl"),
        "name_fr": names.get("fr"),
        "municipality": place.town_code,
        "municipality_nl": town.get("nl"),
        "municipality_fr": town.get("fr"),
        "schematic": place.schematic,
    }


def fill_place(place: Place) -> dict[str, object]:
    """The properties of a neighbourhood."""
    return name_place(place) | {
        "inhabited": place.inhabited,
        "area_m2": round(place.area_m2, 1),
        "valid_from": place.valid_from,
        "valid_to": place.valid_to,
    }


def fill_measured(measured: Measured) -> dict[str, object]:
    """The properties of a neighbourhood in a slice; a measure that was not published of it has its mark and no value."""
    filled = name_place(measured) | {"month": measured.month, "as_of": measured.as_of, "window": measured.window, "mark": measured.mark}
    nothing = Told(Mark.UNPUBLISHED if measured.inhabited else Mark.UNINHABITED)
    for measure in Measure:
        told = measured.figures.get(measure, nothing)
        value = told.value
        if value is not None and is_whole(ABOUT[measure]):
            value = round(value)
        name = measure.value
        filled |= {name: value, f"{name}_n": told.n, f"{name}_low": told.low, f"{name}_high": told.high, f"{name}_mark": told.mark}
    return filled
