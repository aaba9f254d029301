"""Styles as QGIS keeps them (QML of QGIS 3): a rule-based renderer, names, field aliases, and a map tip."""

from collections.abc import Mapping, Sequence
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from buurtnet.downloads.rules.styles import FAR, LIGHT, NAMED, Rule, Style, Symbol

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
VERSION = "3.22.0"
"""The oldest QGIS that reads symbols written as options."""
CATEGORIES = "Symbology|Labeling|Fields|MapTips"
LINE, RIM, SEAM = "0.26", "0.15", "0.1"
"""Millimetres: borders of areas, of arrows, and of areas whose colours touch."""


def make_qml(style: Style, aliases: Mapping[str, str]) -> str:
    """The style as QML; `aliases` are what the fields are called, in the order of the fields."""
    root = Element("qgis", version=VERSION, styleCategories=CATEGORIES)
    renderer = SubElement(
        root, "renderer-v2", type="RuleRenderer", symbollevels="0", forceraster="0", enableorderby="0", referencescale="-1"
    )
    rules = SubElement(renderer, "rules", key=_key(style, "root"))
    # A rule without a symbol is a heading of the legend.
    heading = SubElement(rules, "rule", key=_key(style, "heading"), label=style.title)
    symbols = SubElement(renderer, "symbols")
    for number, rule in enumerate(style.rules):
        attributes = {"key": _key(style, str(number)), "symbol": str(number), "label": rule.label, "filter": write_filter(rule)}
        SubElement(heading, "rule", attributes)
        _add_symbol(symbols, str(number), rule.symbol, FAR[style.kind] if style.kind else None)
    if style.kind:
        _add_names(root, style.language, NAMED[style.kind])
    named = SubElement(root, "aliases")
    for index, (field, name) in enumerate(aliases.items()):
        SubElement(named, "alias", field=field, index=str(index), name=name)
    SubElement(root, "mapTip", enabled="1").text = write_tip(style)
    indent(root)
    return DOCTYPE + tostring(root, encoding="unicode")


def write_tip(style: Style) -> str:
    """What is shown where somebody points: the area's name, and the figure or why there is none."""
    named = """coalesce("name_nl" || ' / ' || nullif("name_fr", "name_nl"), "name_nl", "name_fr", "code")"""
    if style.tip:
        return style.tip
    told = f'coalesce(format_number("{style.column}", {style.digits}), represent_value("{style.column}_mark"))'
    return f"<b>[% {named} %]</b><br>[% {told} %]"


def write_filter(rule: Rule) -> str:
    """The rule as an expression of QGIS."""
    name = '"' + rule.column.replace('"', '""') + '"'
    if rule.mark is not None:
        return f"{name} = '{rule.mark.value}'"
    bounds = [f"{name} >= {rule.low!r}"] if rule.low is not None else []
    bounds += [f"{name} < {rule.high!r}"] if rule.high is not None else []
    return " AND ".join(bounds)


def _key(style: Style, part: str) -> str:
    """A key that is the same each time the file is made."""
    return "{" + str(uuid5(NAMESPACE_URL, f"buurtnet/{style.name}/{style.language}/{part}")) + "}"


def _add_names(root: Element, language: str, least: int) -> None:
    """Names in the areas, from the scale 1 : `least` on: in ink on a rim of paper, which is read on every class."""
    both = """coalesce("name_nl" || '\\n' || nullif("name_fr", "name_nl"), "name_nl", "name_fr")"""
    field = {"nl": 'coalesce("name_nl", "name_fr")', "fr": 'coalesce("name_fr", "name_nl")'}.get(language, both)
    settings = SubElement(SubElement(root, "labeling", type="simple"), "settings")
    written = {"fieldName": field, "isExpression": "1", "fontSize": "8", "fontSizeUnit": "Point"}
    text = SubElement(settings, "text-style", written | {"fontWeight": "50", "textColor": _colour(LIGHT.ink), "textOpacity": "1"})
    rim = {"bufferDraw": "1", "bufferSize": "0.7", "bufferSizeUnits": "MM", "bufferColor": _colour(LIGHT.card), "bufferOpacity": "0.85"}
    SubElement(text, "text-buffer", rim)
    # QGIS calls the farthest scale `scaleMax`. 4: lying, within the area; 1: lines centred.
    SubElement(settings, "text-format", multilineAlign="1", wrapChar="")
    SubElement(settings, "placement", placement="4", centroidWhole="0", centroidInside="1")
    SubElement(
        settings, "rendering", scaleVisibility="1", scaleMin="0", scaleMax=str(least), obstacle="0", drawLabels="1", fontMinPixelSize="3"
    )


def _add_symbol(symbols: Element, name: str, symbol: Symbol, far: int | None) -> None:
    """`far`: the borders are not seen from beyond this scale."""
    if symbol.width:
        _add_arrow(symbols, name, symbol)
        return
    made = SubElement(symbols, "symbol", type="fill", name=name, alpha="1", clip_to_extent="1", force_rhr="0")
    ground = _add_layer(made, "SimpleFill", _filled(symbol.fill, edge=symbol.edge))
    if far:
        beyond = f"if(@map_scale > {far}, '{{}}', '{{}}')"
        _add_expressions(
            ground, {"outlineColor": beyond.format(_colour(symbol.fill), _colour(symbol.edge)), "outlineWidth": beyond.format(SEAM, LINE)}
        )
    match symbol.pattern:
        case "lines":
            _add_lines(made, name, symbol.over)
        case "dots":
            _add_dots(made, name, symbol.over)
        case _:
            return


def _add_arrow(symbols: Element, name: str, symbol: Symbol) -> None:
    """An arrow a little to the right of its line, so that there and back lie apart."""
    made = SubElement(symbols, "symbol", type="line", name=name, alpha="0.85", clip_to_extent="1", force_rhr="0")
    sizes = {
        "arrow_width": symbol.width,
        "arrow_start_width": symbol.width,
        "head_length": 1.5 + symbol.width * 1.2,
        "head_thickness": 0.8 + symbol.width * 0.7,
    }
    options = {key: f"{size:g}" for key, size in sizes.items()} | {"offset": f"{0.5 + symbol.width / 2:g}"}
    units = {f"{key}_unit": "MM" for key in options}
    arrow = _add_layer(made, "ArrowLine", options | units | {"arrow_type": "0", "head_type": "0", "is_curved": "0", "is_repeated": "0"})
    inner = SubElement(arrow, "symbol", type="fill", name=f"@{name}@0", alpha="1", clip_to_extent="1", force_rhr="0")
    _add_layer(inner, "SimpleFill", _filled(symbol.fill, edge=symbol.edge, width=RIM))


def _add_expressions(layer: Element, expressions: Mapping[str, str]) -> None:
    """Properties of a symbol that are worked out while it is drawn."""
    listed = SubElement(SubElement(layer, "data_defined_properties"), "Option", type="Map")
    SubElement(listed, "Option", type="QString", name="name", value="")
    properties = SubElement(listed, "Option", type="Map", name="properties")
    for name, expression in expressions.items():
        made = SubElement(properties, "Option", type="Map", name=name)
        SubElement(made, "Option", type="bool", name="active", value="true")
        SubElement(made, "Option", type="QString", name="expression", value=expression)
        SubElement(made, "Option", type="int", name="type", value="3")
    SubElement(listed, "Option", type="QString", name="type", value="collection")


def _add_lines(made: Element, name: str, colour: str) -> None:
    hatch = _add_layer(made, "LinePatternFill", {"angle": "45", "color": _colour(colour), "distance": "1.5", "distance_unit": "MM"})
    inner = SubElement(hatch, "symbol", type="line", name=f"@{name}@1", alpha="1", clip_to_extent="1", force_rhr="0")
    _add_layer(inner, "SimpleLine", {"line_color": _colour(colour), "line_style": "solid", "line_width": "0.4", "line_width_unit": "MM"})


def _add_dots(made: Element, name: str, colour: str) -> None:
    spread = {"distance_x": "2.1", "distance_y": "2.1", "displacement_x": "1.05", "displacement_y": "0"}
    units = {f"{key}_unit": "MM" for key in spread}
    dots = _add_layer(made, "PointPatternFill", spread | units)
    inner = SubElement(dots, "symbol", type="marker", name=f"@{name}@1", alpha="1", clip_to_extent="1", force_rhr="0")
    spot = {"name": "circle", "color": _colour(colour), "outline_style": "no", "size": "0.7", "size_unit": "MM"}
    _add_layer(inner, "SimpleMarker", spot)


def _filled(fill: str, *, edge: str, width: str = LINE) -> dict[str, str]:
    line = {"outline_color": _colour(edge), "outline_style": "solid", "outline_width": width, "outline_width_unit": "MM"}
    return {"color": _colour(fill), "style": "solid", "joinstyle": "round", **line}


def _add_layer(symbol: Element, kind: str, options: Mapping[str, str]) -> Element:
    layer = SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    listed = SubElement(layer, "Option", type="Map")
    for name, value in options.items():
        SubElement(listed, "Option", type="QString", name=name, value=value)
    return layer


def _colour(colour: str) -> str:
    """#DCEBDD as 220,235,221,255."""
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)) + ",255"


def make_metadata(*, title: str, abstract: str, rights: Sequence[str], licences: Sequence[str], links: Mapping[str, str], day: str) -> str:
    """What QGIS shows of a layer under Information and Metadata, as it keeps it in a GeoPackage."""
    root = Element("qgis", version=VERSION)
    for name, text in (("identifier", ""), ("parentidentifier", ""), ("language", "NLD;FRA"), ("type", "dataset")):
        SubElement(root, name).text = text
    SubElement(root, "title").text = title
    SubElement(root, "abstract").text = abstract
    listed = SubElement(root, "links")
    for name, address in links.items():
        SubElement(listed, "link", name=name, type="WWW:LINK", url=address, description="", format="", mimeType="", size="")
    dates = SubElement(root, "dates")
    SubElement(dates, "date", type="Created", value=day)
    SubElement(root, "fees")
    for text in rights:
        SubElement(root, "rights").text = text
    for text in licences:
        SubElement(root, "license").text = text
    SubElement(root, "encoding")
    indent(root)
    return DOCTYPE + tostring(root, encoding="unicode")
