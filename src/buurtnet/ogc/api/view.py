"""What the pages for people show of features: tables in the reader's language."""

from collections.abc import Sequence
from datetime import date

import msgspec
from babel.dates import format_date
from markupsafe import Markup

from buurtnet.geography.rules.naming import name_in
from buurtnet.network.pages.view import mark_text, say_month, say_value
from buurtnet.network.schemas import ABOUT, HEADLINES, Mark, Measure
from buurtnet.ogc.rules.columns import name_id
from buurtnet.ogc.schemas import Extent, Measured, Place, Told
from buurtnet.web.language import _, current_language, say_number
from buurtnet.web.templating import isolate

NOTHING = "–"


class Line(msgspec.Struct, frozen=True):
    """One feature of a list: its id, its name, what else is said of it."""

    id: str
    name: str
    words: Sequence[str]


class Figure(msgspec.Struct, frozen=True):
    """One measure of a feature: its name, its column, the value or why there is none, its interval, from how many it comes."""

    label: str
    column: str
    value: str
    between: str
    n: str


def _name(place: Place | Measured) -> str:
    return name_in(place.names, current_language().code) or place.code


def _town(place: Place | Measured) -> str:
    return name_in(place.town_names, current_language().code) or place.town_code


def say_day(day: date | None) -> str:
    """The day with its year, or a dash."""
    return format_date(day, "d MMMM y", locale=current_language().locale) if day else NOTHING


def see_extent(extent: Extent, *, months: bool) -> list[tuple[str, Markup]]:
    """From where to where a collection goes: on the ground in degrees, and in time."""
    facts: list[tuple[str, Markup]] = []
    if extent.west is not None and extent.east is not None and extent.south is not None and extent.north is not None:
        facts.append((_("From west to east"), isolate(f"{extent.west:.4f} … {extent.east:.4f}")))
        facts.append((_("From south to north"), isolate(f"{extent.south:.4f} … {extent.north:.4f}")))
    if months and extent.first_day and extent.last_day:
        facts.append((_("Published months"), isolate(f"{extent.first_day:%Y-%m} … {extent.last_day:%Y-%m}")))
    return facts


def say_title(row: Place | Measured) -> str:
    """The name of the feature, with its month."""
    return f"{_name(row)} · {say_month(row.as_of)}" if isinstance(row, Measured) else _name(row)


def see_places(places: Sequence[Place]) -> list[Line]:
    """Neighbourhoods with their codes and towns."""
    return [Line(name_id(one), _name(one), [one.code, _town(one)]) for one in places]


def see_measured(rows: Sequence[Measured]) -> list[Line]:
    """Neighbourhoods with their headlines, or why they have none; all measures stand on the page of each."""
    return [Line(name_id(row), _name(row), [row.code, say_month(row.as_of), *_headlines(row)]) for row in rows]


def _headlines(row: Measured) -> list[str]:
    if row.mark is not Mark.SHOWN:
        return [mark_text(row.mark)]
    return [f"{_(ABOUT[one].label)}: {_say(row, one)}" for one in HEADLINES]


def _told(row: Measured, measure: Measure) -> Told:
    return row.figures.get(measure) or Told(Mark.UNPUBLISHED if row.inhabited else Mark.UNINHABITED)


def _say(row: Measured, measure: Measure) -> str:
    told = _told(row, measure)
    return mark_text(told.mark) if told.value is None else say_value(ABOUT[measure], told.value)


def see_figures(row: Measured) -> list[Figure]:
    """Every measure of a feature."""
    figures: list[Figure] = []
    for measure, about in ABOUT.items():
        told = _told(row, measure)
        ends = told.low is not None and told.high is not None
        between = f"{say_value(about, told.low or 0)} – {say_value(about, told.high or 0)}" if ends else NOTHING
        n = NOTHING if told.n is None else say_number(told.n)
        figures.append(Figure(_(about.label), measure.value, _say(row, measure), between, n))
    return figures


def see_facts(row: Place | Measured) -> list[tuple[str, Markup]]:
    """What else is known of a feature: what it is, and the words."""
    facts = [(_("Code"), row.code), (_("Municipality"), f"{_town(row)} ({row.town_code})")]
    if isinstance(row, Measured):
        span = {12: _("the last 12 months"), 3: _("the last 3 months")}[row.window]
        facts += [(_("Month"), say_month(row.as_of)), (_("Counted over"), span)]
    else:
        facts += [(_("Area in km²"), say_number(round(row.area_m2 / 1e6, 2)))]
        facts += [(_("Holds from"), say_day(row.valid_from)), (_("Holds until"), say_day(row.valid_to))]
    return [(what, isolate(words)) for what, words in facts]
