"""What a style of a layer shows: the classes and marks of the map, each as a rule with a symbol. Formats are made of it by qml.py and sld.py."""

from collections.abc import Sequence

import msgspec

from buurtnet.downloads.rules.columns import column_name
from buurtnet.downloads.schemas import Part
from buurtnet.network.rules.style import PALETTES
from buurtnet.network.schemas import AreaKind, Mark, Measure

LIGHT = PALETTES["light"]
UNDER, OVER = "#F6F1E8", "#B8AE9E"
"""Ground and strokes of the two patterns, as in web/assets/map.css."""
MARKS = {"few": Mark.SUPPRESSED, "inactive": Mark.INACTIVE, "nobody": Mark.UNINHABITED, "unpublished": Mark.UNPUBLISHED}
"""The mark that each kind of the map's legend stands for; a class stands for values."""

FAR = {AreaKind.NEIGHBOURHOOD: 500_000, AreaKind.MUNICIPALITY: 4_000_000, AreaKind.AREA: 4_000_000}
"""From afar the colours of areas touch: beyond 1 : this their borders would be most of what is seen."""
NAMED = {AreaKind.NEIGHBOURHOOD: 60_000, AreaKind.MUNICIPALITY: 500_000, AreaKind.AREA: 500_000}
"""Names stand in areas from 1 : this on, as on the map."""

FLOW_WIDTHS = (0.5, 0.9, 1.4, 2.0, 2.7)
"""Of the arrows of help between neighbourhoods in millimetres, class by class."""
FLOW_TIP = """<b>[% coalesce("from_name_nl", "from_name_fr", "from_code") %] → [% coalesce("to_name_nl", "to_name_fr", "to_code") %]</b><br>[% "helps" %]"""


class Symbol(msgspec.Struct, frozen=True):
    """How an area is filled and edged; `pattern` is none, lines or dots in the colour `over`."""

    fill: str
    edge: str = LIGHT.card
    pattern: str = ""
    over: str = OVER
    width: float = 0
    """Of an arrow in millimetres, in the colour `fill`; an area has none."""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the legend: values of a column from `low` up to below `high` (None: open), or areas with a mark."""

    label: str
    symbol: Symbol
    column: str
    low: float | None = None
    high: float | None = None
    mark: Mark | None = None


class Style(msgspec.Struct, frozen=True, kw_only=True):
    """A style under its name, with a heading for the legend; `default` is the one that QGIS shows by itself."""

    name: str
    title: str
    language: str
    """`nl`, `fr`, or both in the default style."""
    column: str
    """The column that is drawn, and with how many digits it is written."""
    digits: int
    rules: Sequence[Rule]
    default: bool = False
    kind: AreaKind | None = None
    """What the areas are; None for lines."""
    tip: str = ""
    """What QGIS shows where somebody points, if not the area's name and figure."""


def find_symbol(kind: str) -> Symbol:
    """The symbol of a kind of the map's legend: `class-1` to `class-5`, or that of a mark."""
    if kind.startswith("class-"):
        return Symbol(LIGHT.classes[int(kind.removeprefix("class-")) - 1])
    return {
        "few": Symbol(UNDER, pattern="lines"),
        "inactive": Symbol(UNDER, pattern="dots"),
        "nobody": Symbol(LIGHT.nobody),
        "unpublished": Symbol(LIGHT.card, edge=LIGHT.line),
    }[kind]


def make_rules(measure: Measure, window: int, breaks: Sequence[float], legend: Sequence[tuple[str, str]]) -> list[Rule]:
    """The rules of a measure from the entries (kind and label) of the map's legend; a value on a break is in the upper class."""
    edges = [None, *breaks, None]
    rules: list[Rule] = []
    for kind, label in legend:
        if (mark := MARKS.get(kind)) is not None:
            marked = column_name(measure, window, Part.MARK)
            rules.append(Rule(label=label, symbol=find_symbol(kind), column=marked, mark=mark))
        else:
            number = int(kind.removeprefix("class-"))
            told = column_name(measure, window, Part.VALUE)
            rules.append(Rule(label=label, symbol=find_symbol(kind), column=told, low=edges[number - 1], high=edges[number]))
    return rules
