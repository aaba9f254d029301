"""Styles for programs other than QGIS: OGC Styled Layer Descriptor 1.1 with Symbology Encoding 1.1."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from buurtnet.downloads.rules.styles import Rule, Style, Symbol

SLD, SE, OGC = "http://www.opengis.net/sld", "http://www.opengis.net/se", "http://www.opengis.net/ogc"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
SCHEMA = "http://schemas.opengis.net/sld/1.1.0/StyledLayerDescriptor.xsd"
PIXELS = 1 / 0.28
"""In a millimetre, as OGC standardises them."""
WELL_KNOWN = {"lines": "slash", "dots": "circle"}
for _prefix, _space in (("sld", SLD), ("se", SE), ("ogc", OGC), ("xsi", XSI)):
    register_namespace(_prefix, _space)


def make_sld(layer: str, style: Style) -> str:
    """The style of a layer as SLD 1.1."""
    root = Element(f"{{{SLD}}}StyledLayerDescriptor", {"version": "1.1.0", f"{{{XSI}}}schemaLocation": f"{SLD} {SCHEMA}"})
    named = SubElement(root, f"{{{SLD}}}NamedLayer")
    SubElement(named, f"{{{SE}}}Name").text = layer
    user = SubElement(named, f"{{{SLD}}}UserStyle")
    SubElement(user, f"{{{SE}}}Name").text = style.name
    SubElement(SubElement(user, f"{{{SE}}}Description"), f"{{{SE}}}Title").text = style.title
    SubElement(user, f"{{{SLD}}}IsDefault").text = "true" if style.default else "false"
    kind = SubElement(user, f"{{{SE}}}FeatureTypeStyle")
    for rule in style.rules:
        _add_rule(kind, rule)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False)


def _add_rule(kind: Element, rule: Rule) -> None:
    made = SubElement(kind, f"{{{SE}}}Rule")
    SubElement(made, f"{{{SE}}}Name").text = rule.label
    SubElement(SubElement(made, f"{{{SE}}}Description"), f"{{{SE}}}Title").text = rule.label
    conditions = list_conditions(rule)
    wanted = SubElement(made, f"{{{OGC}}}Filter") if conditions else made
    if len(conditions) > 1:
        wanted = SubElement(wanted, f"{{{OGC}}}And")
    for comparison, value in conditions:
        compared = SubElement(wanted, f"{{{OGC}}}{comparison}")
        SubElement(compared, f"{{{OGC}}}PropertyName").text = rule.column
        SubElement(compared, f"{{{OGC}}}Literal").text = value
    if rule.symbol.width:
        _add_line(made, rule.symbol)
    else:
        _add_fill(made, rule.symbol)


def list_conditions(rule: Rule) -> Sequence[tuple[str, str]]:
    """What must hold of the rule's column: comparison and literal."""
    if rule.mark is not None:
        return [("PropertyIsEqualTo", rule.mark.value)]
    low = [("PropertyIsGreaterThanOrEqualTo", repr(rule.low))] if rule.low is not None else []
    return low + ([("PropertyIsLessThan", repr(rule.high))] if rule.high is not None else [])


def _add_fill(made: Element, symbol: Symbol) -> None:
    painted = SubElement(made, f"{{{SE}}}PolygonSymbolizer")
    _add_parameter(SubElement(painted, f"{{{SE}}}Fill"), "fill", symbol.fill)
    stroke = SubElement(painted, f"{{{SE}}}Stroke")
    _add_parameter(stroke, "stroke", symbol.edge)
    _add_parameter(stroke, "stroke-width", "1")
    if symbol.pattern:
        _add_pattern(made, symbol)


def _add_line(made: Element, symbol: Symbol) -> None:
    """A line a little to the right of its way, so that there and back lie apart; widths in pixels."""
    drawn = SubElement(made, f"{{{SE}}}LineSymbolizer")
    stroke = SubElement(drawn, f"{{{SE}}}Stroke")
    _add_parameter(stroke, "stroke", symbol.fill)
    _add_parameter(stroke, "stroke-width", f"{symbol.width * PIXELS:.1f}")
    SubElement(drawn, f"{{{SE}}}PerpendicularOffset").text = f"{-(0.5 + symbol.width / 2) * PIXELS:.1f}"


def _add_pattern(made: Element, symbol: Symbol) -> None:
    over = SubElement(SubElement(made, f"{{{SE}}}PolygonSymbolizer"), f"{{{SE}}}Fill")
    graphic = SubElement(SubElement(over, f"{{{SE}}}GraphicFill"), f"{{{SE}}}Graphic")
    mark = SubElement(graphic, f"{{{SE}}}Mark")
    SubElement(mark, f"{{{SE}}}WellKnownName").text = WELL_KNOWN[symbol.pattern]
    if symbol.pattern == "dots":
        _add_parameter(SubElement(mark, f"{{{SE}}}Fill"), "fill", symbol.over)
    else:
        _add_parameter(SubElement(mark, f"{{{SE}}}Stroke"), "stroke", symbol.over)
    SubElement(graphic, f"{{{SE}}}Size").text = "8"


def _add_parameter(parent: Element, name: str, value: str) -> None:
    SubElement(parent, f"{{{SE}}}SvgParameter", name=name).text = value
