"""The files in words: Dutch, French and English, out of the same catalogues as the pages."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from buurtnet.downloads.rules.columns import KEY, column_name, file_name
from buurtnet.downloads.rules.styles import FLOW_TIP, FLOW_WIDTHS, LIGHT, Rule, Style, Symbol, make_rules
from buurtnet.downloads.rules.told import FLOWS_NAME, FLOWS_SAID, LAYER_NAMES, LICENCE, LICENCE_ADDRESS, NOT_SAID, RULE_NUMBERS, RULES
from buurtnet.downloads.schemas import FLOWS, LAYERS, Column, Edition, Format, Layer, Part, Said
from buurtnet.kit.counts import ROUND
from buurtnet.kit.text import N_
from buurtnet.network.pages.view import make_legend, mark_text, say_month
from buurtnet.network.rules.classes import find_breaks
from buurtnet.network.schemas import ABOUT, FIRST, HEADLINES, WINDOWS, Mark, Measure
from buurtnet.web.language import _, speaking

SPOKEN = ("nl", "fr", "en")
BOTH = "nl/fr"
"""The language of the default style: as on the street signs of Brussels."""
PARTS: Mapping[Part, tuple[str, str]] = {
    Part.VALUE: (N_("%(what)s, %(window)s months"), ""),
    Part.MARK: (N_("%(what)s, %(window)s months: mark"), N_("Says whether there is a figure, and if not, why.")),
    Part.N: (N_("%(what)s, %(window)s months: from how many"), N_("How many the figure comes from, rounded to 5.")),
    Part.LOW: (
        N_("%(what)s, %(window)s months: at least"),
        N_("The lower end of the range in which the figure lies, 95 times out of 100."),
    ),
    Part.HIGH: (N_("%(what)s, %(window)s months: at most"), N_("The upper end of that range.")),
}
OWN: dict[str, tuple[str, str]] = {
    KEY.name: (N_("Number"), N_("The number of the area here, in the map and in the OGC API.")),
    "code": (N_("Code"), N_("The publisher's code of the area.")),
    "name_nl": (N_("Name in Dutch"), ""),
    "name_fr": (N_("Name in French"), ""),
    "municipality": (N_("Code of the municipality"), ""),
    "municipality_nl": (N_("Municipality in Dutch"), ""),
    "municipality_fr": (N_("Municipality in French"), ""),
    "inhabited": (N_("People live here"), N_("1: people live here. 0: a park, a station or the like.")),
    "area_km2": (N_("Surface in km²"), N_("Measured in an equal-area grid (EPSG:3035).")),
    "month": (N_("Month"), N_("The month of these figures.")),
    "as_of": (N_("Last day"), N_("The last day that counts.")),
}
"""What the columns about the areas themselves are called, and what is to be known of them."""
FLOWN: dict[str, tuple[str, str]] = {
    "from_id": (N_("From: number"), OWN[KEY.name][1]),
    "from_code": (N_("From: code"), OWN["code"][1]),
    "from_name_nl": (N_("From: name in Dutch"), ""),
    "from_name_fr": (N_("From: name in French"), ""),
    "to_id": (N_("To: number"), OWN[KEY.name][1]),
    "to_code": (N_("To: code"), OWN["code"][1]),
    "to_name_nl": (N_("To: name in Dutch"), ""),
    "to_name_fr": (N_("To: name in French"), ""),
    "helps": (N_("How often help was given"), N_("People from the first neighbourhood helped people of the second one. Rounded to 5.")),
    "people": (N_("People who took part"), N_("Who helped and who was helped, together. Rounded to 5.")),
}
"""The columns of help between neighbourhoods."""
LONG: dict[str, tuple[str, str]] = {
    "area_kind": (N_("Kind of area"), N_("A neighbourhood, a municipality, or the area of an organisation.")),
    "measure": (N_("Measure"), N_("What is measured; each measure has its own line in this list.")),
    "window_months": (N_("Months counted"), N_("Over how many months is counted, up to the last day.")),
    "value": (N_("Figure"), N_("The figure; empty where none is shown.")),
    "mark": (N_("Mark"), PARTS[Part.MARK][1]),
    "n": (N_("From how many"), PARTS[Part.N][1]),
    "low": (N_("At least"), PARTS[Part.LOW][1]),
    "high": (N_("At most"), PARTS[Part.HIGH][1]),
    "unit": (N_("Unit"), ""),
    "licence": (N_("Licence"), ""),
    "rule": (N_("What is left out"), ""),
}
"""The columns that only the CSV for programs has."""
SHOWN = N_("A figure is shown")


def say(text: str, **values: object) -> Said:
    """The text in each language of the files."""
    found: Said = {}
    for code in SPOKEN:
        with speaking(code):
            found[code] = _(text, **{name: _(value) if isinstance(value, str) else value for name, value in values.items()})
    return found


def say_both(said: Said) -> str:
    """The text in Dutch and in French, once where they are alike."""
    return said["nl"] if said["nl"] == said["fr"] else f"{said['nl']} / {said['fr']}"


def name_column(column: Column) -> Said:
    """What the column is called."""
    if column.measure is None or column.part is None:
        return say((OWN | FLOWN | LONG)[column.name][0])
    return say(PARTS[column.part][0], what=ABOUT[column.measure].label, window=column.window)


def tell_column(column: Column) -> Said:
    """What the column says, in a sentence; empty where its name says it all."""
    if column.measure is None or column.part is None:
        return say((OWN | FLOWN | LONG)[column.name][1])
    return say(ABOUT[column.measure].text if column.part is Part.VALUE else PARTS[column.part][1])


def say_marks() -> dict[Mark, Said]:
    """What each mark means."""
    found: dict[Mark, Said] = {Mark.SHOWN: say(SHOWN)}
    for mark in Mark:
        if mark is not Mark.SHOWN:
            found[mark] = {}
            for code in SPOKEN:
                with speaking(code):
                    found[mark][code] = mark_text(mark)
    return found


def say_rule() -> Said:
    """The rule by which figures are left out."""
    said = [say(text, **RULE_NUMBERS) for text in RULES]
    return {code: " ".join(one[code] for one in said) for code in SPOKEN}


def say_title(edition: Edition, layer: str = "") -> Said:
    """The heading of the files, or of one layer: what, and which month."""
    names = {LAYERS[kind]: name for kind, name in LAYER_NAMES.items()} | {FLOWS: FLOWS_NAME}
    found: Said = {}
    for code in SPOKEN:
        with speaking(code):
            what = _(names[layer]) if layer else _("Help through Buurtnet")
            found[code] = f"{what}, {say_month(edition.as_of)}"
    return found


def say_facts(edition: Edition) -> dict[str, Said | str]:
    """What every file says of itself; a text that is the same in all languages stands once."""
    drawn = [f"{one.title}: {one.attribution} ({one.licence})" for one in edition.boundaries]
    return {
        "title": say_title(edition),
        "month": edition.month,
        "as_of": edition.as_of.isoformat(),
        "published": edition.published_at.date().isoformat(),
        "windows": ", ".join(str(window) for window in sorted(WINDOWS, reverse=True)),
        "suppression_rule": say_rule(),
        "what_it_is_not": say(NOT_SAID),
        "flows": say(FLOWS_SAID),
        "licence": LICENCE,
        "licence_address": LICENCE_ADDRESS,
        "attribution": f"Buurtnet, {edition.address}/map, {edition.month}",
        "boundaries": "; ".join(drawn),
        "source": f"{edition.address}/map/downloads?month={edition.month}",
        "code_book": file_name(edition.as_of, Format.CODE_BOOK),
    }


def list_styles(edition: Edition, layer: Layer) -> list[Style]:
    """The styles of a layer: by default the map's first measure in both languages, then each headline and window in Dutch and in French."""
    styles = [_make_style(edition, layer, FIRST, max(WINDOWS), ("nl", "fr"), default=True)]
    for measure in HEADLINES:
        for window in sorted(WINDOWS, reverse=True):
            styles += [_make_style(edition, layer, measure, window, (code,), default=False) for code in ("nl", "fr")]
    return styles


def _make_style(edition: Edition, layer: Layer, measure: Measure, window: int, codes: Sequence[str], *, default: bool) -> Style:
    """`codes`: the languages of the legend, one or both."""
    breaks = layer.breaks[measure, window]
    heads = name_column(Column(name="", kind="real", measure=measure, window=window, part=Part.VALUE))
    months, legends = {}, {}
    for code in codes:
        with speaking(code):
            months[code] = say_month(edition.as_of)
            legends[code] = make_legend(ABOUT[measure], breaks, set(Mark) - {Mark.SHOWN})
    entries = [(keys[0].kind, _join(key.text for key in keys)) for keys in zip(*legends.values(), strict=True)]
    name = say(HEADLINES[measure])
    return Style(
        name=f"{_join(name[code] for code in codes)}, {window} ({'/'.join(codes)})",
        title=_join(f"{heads[code]}, {months[code]}" for code in codes),
        language=BOTH if default else codes[0],
        column=column_name(measure, window, Part.VALUE),
        digits=ABOUT[measure].digits,
        rules=make_rules(measure, window, breaks, entries),
        default=default,
        kind=layer.kind,
    )


def make_flow_style(edition: Edition) -> Style:
    """The style of help between neighbourhoods, in both languages: the more help, the wider the arrow."""
    breaks = find_breaks([float(flow.helps) for flow in edition.flows], ROUND)
    edges = [None, *breaks, None]
    title = f"{say_both(say_title(edition, FLOWS))}: {say_both(name_column(Column(name='helps', kind='int')))}"
    return Style(
        name=f"{say_both(say(FLOWS_NAME))} (nl/fr)",
        title=title,
        language=BOTH,
        column="helps",
        digits=0,
        rules=[
            Rule(label=say_range(low, high), symbol=Symbol(LIGHT.flow, width=FLOW_WIDTHS[at]), column="helps", low=low, high=high)
            for at, (low, high) in enumerate(pairwise(edges))
        ],
        default=True,
        tip=FLOW_TIP,
    )


def say_range(low: float | None, high: float | None) -> str:
    """The counts of a class, in signs that both languages read; they go in steps."""
    if low is None:
        return "≥ 10" if high is None else f"< {high:.0f}"
    return f"≥ {low:.0f}" if high is None else f"{low:.0f}–{high - ROUND:.0f}"


def _join(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(texts))
