"""What the templates of the map show: figures in words, the legend, the drawing and the table, in the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import msgspec
from babel.dates import format_date
from babel.numbers import format_decimal, format_percent

from buurtnet.geography.rules.naming import name_in
from buurtnet.geography.schemas import Drawing
from buurtnet.network.rules.classes import class_bounds, find_class
from buurtnet.network.rules.curves import bend
from buurtnet.network.schemas import ABOUT, About, Figure, Flow, Mark, Measure
from buurtnet.web.language import _, current_language, say_number

MOST_NAMES = 30
"""In a drawing with more neighbourhoods than this the names would cover one another."""
LINE = 11
"""Signs of a name in one line of the drawing."""


class Key(msgspec.Struct, frozen=True):
    """One entry of the legend: the class of the drawing, and words."""

    kind: str
    text: str


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """One neighbourhood of the drawing; `lines` is its name where there is room for it."""

    id: int
    kind: str
    path: str
    x: int
    y: int
    title: str
    lines: Sequence[str]


class Cell(msgspec.Struct, frozen=True):
    """A figure in the table: words, how sure it is, and words for who only hears them."""

    text: str
    said: str = ""
    range: str = ""
    n: str = ""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the table."""

    id: int
    name: str
    kind: str
    cells: Sequence[Cell]


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a column: the next order when it is pressed, and how the column is ordered now."""

    label: str
    sort: str
    order: str | None = None


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one view of the map shows."""

    legend: Sequence[Key]
    shapes: Sequence[Shape]
    columns: Sequence[Column]
    lines: Sequence[Line]
    drawing: Drawing
    some: bool
    """Whether there is any figure to see."""
    unsure: bool
    """Whether any figure has an interval."""


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """Help from one neighbourhood to another: names, a count, and the curve of the drawing where both are in it."""

    start: str
    end: str
    helps: str
    path: str = ""
    width: float = 0


def make_streams(flows: Sequence[Flow], names: Mapping[int, str], drawing: Drawing) -> list[Stream]:
    """What flows between neighbourhoods, the largest first; those without a name are left out."""
    spots = {area.id: (area.x, area.y) for area in drawing.areas}
    streams: list[Stream] = []
    for flow in flows:
        if flow.from_id not in names or flow.to_id not in names:
            continue
        path, width = "", 0.0
        if flow.from_id in spots and flow.to_id in spots:
            (x0, y0), (x1, y1) = spots[flow.from_id], spots[flow.to_id]
            x, y = bend((x0, y0), (x1, y1))
            path, width = f"M{x0} {y0}Q{x:.0f} {y:.0f} {x1} {y1}", min(1.5 + flow.helps / 18, 12)
        streams.append(
            Stream(start=names[flow.from_id], end=names[flow.to_id], helps=say_number(flow.helps), path=path, width=round(width, 1))
        )
    return streams


KINDS = {Mark.SUPPRESSED: "few", Mark.INACTIVE: "inactive", Mark.UNINHABITED: "nobody", Mark.UNPUBLISHED: "unpublished"}
"""The class of the drawing for each reason why there is no figure."""


def mark_text(mark: Mark) -> str:
    """Why there is no figure."""
    return {
        Mark.SUPPRESSED: _("Too few people to show"),
        Mark.INACTIVE: _("No help through Buurtnet yet"),
        Mark.UNINHABITED: _("Nobody lives here"),
        Mark.UNPUBLISHED: _("Not published"),
        Mark.SHOWN: "",
    }[mark]


def say_value(about: About, value: float) -> str:
    """The figure as the language writes it."""
    locale = current_language().locale
    if about.share:
        return format_percent(value, format="0%" if about.digits <= 2 else "0." + "0" * (about.digits - 2) + "%", locale=locale)
    return format_decimal(value, format="#,##0" + ("." + "0" * about.digits if about.digits else ""), locale=locale)


def say_month(day: date) -> str:
    """The month in words, with its year."""
    return format_date(day, "LLLL y", locale=current_language().locale)


def make_legend(about: About, breaks: Sequence[float], marks: set[Mark]) -> list[Key]:
    """The five classes in words, and the marks that are on the map."""
    keys: list[Key] = []
    for number, (low, high) in enumerate(class_bounds(breaks, about), 1):
        if low is None:
            text = _("up to %(high)s", high=say_value(about, max(high or 0, about.low)))
        elif high is None:
            text = _("%(low)s and more", low=say_value(about, low))
        else:
            text = say_value(about, low) if high <= low else f"{say_value(about, low)} – {say_value(about, high)}"
        keys.append(Key(f"class-{number}", text))
    return keys + [Key(kind, mark_text(mark)) for mark, kind in KINDS.items() if mark in marks]


def split_name(name: str) -> list[str]:
    """The name in lines short enough to stand in a neighbourhood."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + len(word) < LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def make_view(
    drawing: Drawing,
    figures: Mapping[Measure, Mapping[int, Figure]],
    measure: Measure,
    breaks: Sequence[float],
    sort: str,
    *,
    exact: bool = False,
) -> View:
    """The view of one measure; `exact` shows figures that only the desk may see, whatever their mark is."""
    about, chosen = ABOUT[measure], figures[measure]
    shapes = [
        _shape(area.id, area.path, area.x, area.y, chosen[area.id], about, breaks, len(drawing.areas))
        for area in drawing.areas
        if area.id in chosen
    ]
    columns = [measure, *([about.beside] if about.beside else []), *([Measure.ACTIVE] if measure is not Measure.ACTIVE else [])]
    columns = [one for one in columns if one is measure or any(figure.value is not None for figure in figures[one].values())]
    lived = [figure for figure in chosen.values() if figure.mark is not Mark.UNINHABITED]
    lines = [
        Line(
            id=figure.area_id,
            name=_name(figure),
            kind=find_kind(figure, breaks),
            cells=[_cell(ABOUT[one], figures[one][figure.area_id], exact=exact) for one in columns],
        )
        for figure in sorted(lived, key=_order(figures, columns, sort))
    ]
    return View(
        # The map to move shows what lies around as well, and there may be any mark.
        legend=make_legend(about, breaks, {figure.mark for figure in chosen.values() if figure.value is None} if exact else set(KINDS)),
        shapes=shapes,
        columns=_columns(columns, sort),
        lines=lines,
        drawing=drawing,
        some=any(figure.value is not None for figure in chosen.values()),
        unsure=any(cell.range for line in lines for cell in line.cells),
    )


def find_kind(figure: Figure, breaks: Sequence[float]) -> str:
    """The class of the drawing that a figure has."""
    if figure.value is not None:
        return f"class-{find_class(figure.value, breaks)}"
    return KINDS.get(figure.mark, "few")


def _name(figure: Figure) -> str:
    return name_in(figure.names, current_language().code)


def _shape(identity: int, path: str, x: int, y: int, figure: Figure, about: About, breaks: Sequence[float], many: int) -> Shape:
    value = mark_text(figure.mark)
    if figure.value is not None:
        told = _cell(about, figure, exact=False)
        value = f"{_(about.label)}: {told.text}{f' ({told.range})' if told.range else ''}"
    language = current_language().code
    short = figure.names.get(language) or next(iter(figure.names.values()), figure.code)
    lines = split_name(short) if many <= MOST_NAMES else []
    return Shape(id=identity, kind=find_kind(figure, breaks), path=path, x=x, y=y, title=f"{_name(figure)} · {value}", lines=lines)


def _cell(about: About, figure: Figure, *, exact: bool) -> Cell:
    if figure.value is None:
        return Cell("–", mark_text(figure.mark))
    text = say_value(about, figure.value)
    # What is counted is its own number.
    n = say_number(figure.n) if figure.n is not None and about.measure is not Measure.ACTIVE else ""
    if figure.low is None or figure.high is None or exact:
        return Cell(text, n=n)
    low, high = say_value(about, figure.low), say_value(about, figure.high)
    return Cell(text, _("between %(low)s and %(high)s", low=low, high=high), f"{low} – {high}", n)


def _order(
    figures: Mapping[Measure, Mapping[int, Figure]], columns: Sequence[Measure], sort: str
) -> Callable[[Figure], tuple[bool, float, str]]:
    """By a column, `-` first for the largest on top; figures that are not there last; equal ones by name."""
    down, name = sort.startswith("-"), sort.removeprefix("-")
    measure = next((one for one in columns if one.value == name), None)

    def key(figure: Figure) -> tuple[bool, float, str]:
        value = figures[measure][figure.area_id].value if measure else None
        return (measure is not None and value is None, 0.0 if value is None else (-value if down else value), _name(figure).casefold())

    return key


def _columns(columns: Sequence[Measure], sort: str) -> list[Column]:
    made = [Column(label=_("Neighbourhood"), sort="name", order="ascending" if sort == "name" else None)]
    for one in columns:
        order = {one.value: "ascending", f"-{one.value}": "descending"}.get(sort)
        made.append(Column(label=_(ABOUT[one].label), sort=one.value if sort == f"-{one.value}" else f"-{one.value}", order=order))
    return made
