"""The style of the vector map (MapLibre style specification 8): our own tiles only, no fonts, pictures or addresses from elsewhere.

The two patterns, `hatch` and `dots`, are drawn by the page's script. The palettes are those of web/assets/map.css (a test compares them):
one hue from light to dark, so that the order is seen without telling colours apart; in the dark from dark to light.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from buurtnet.network.rules.terms import ZOOMS

Scheme = Literal["light", "dark"]


class Palette(msgspec.Struct, frozen=True):
    """The colours of one scheme."""

    classes: tuple[str, str, str, str, str]
    ground: str
    nobody: str
    line: str
    ink: str
    deep: str
    """Letters on the two strongest classes."""
    card: str
    edge: str
    """Borders of municipalities."""
    flow: str


PALETTES: dict[Scheme, Palette] = {
    "light": Palette(
        ("#DCEBDD", "#AFD2BB", "#75B093", "#3A8567", "#145A41"),
        "#FBF8F3",
        "#EEE9E0",
        "#CFC5B5",
        "#1B2430",
        "#FFFFFF",
        "#FFFDFA",
        "#6B6152",
        "#5B3A78",
    ),
    "dark": Palette(
        ("#1E352D", "#2C5848", "#44826A", "#74B598", "#BDECD5"),
        "#12181F",
        "#222A33",
        "#3D4854",
        "#F2EDE4",
        "#12181F",
        "#18202A",
        "#8A94A0",
        "#CDB4E8",
    ),
}
LAYER = "neighbourhoods"
FLOWS = "flows"
TOLD = ["shown", "suppressed"]


def map_style(
    breaks: Sequence[float],
    scheme: Scheme,
    *,
    view: str,
    tiles: str,
    language: str,
    town: int | None = None,
    flows: str | None = None,
) -> dict[str, Any]:
    """The style that colours the neighbourhoods by the measure; `tiles` is the address of its tiles with {z}, {x} and {y}.

    The municipality `town` has a border of ink. `flows` is the address of what flows between neighbourhoods. The source is
    named by `view`, and so is every layer behind its own name, so that one view can stand under the next until that one has come.
    """
    colours = PALETTES[scheme]
    has, mark = ["has", "value"], ["coalesce", ["get", "mark"], "unpublished"]
    sources: dict[str, Any] = {view: {"type": "vector", "tiles": [tiles], "minzoom": ZOOMS[0], "maxzoom": ZOOMS[-1]}}
    layers = [
        _fill("unpublished", ["all", ["!", has], ["==", mark, "unpublished"]], {"fill-color": colours.card}),
        _fill("nobody", ["all", ["!", has], ["==", mark, "uninhabited"]], {"fill-color": colours.nobody}),
        _fill("inactive", ["all", ["!", has], ["==", mark, "inactive"]], {"fill-pattern": "dots"}),
        _fill("suppressed", ["all", ["!", has], ["in", mark, ["literal", TOLD]]], {"fill-pattern": "hatch"}),
        _fill("classes", has, {"fill-color": _steps(breaks, colours)}),
        _line(
            "borders",
            LAYER,
            ["case", ["any", has, ["!=", mark, "unpublished"]], colours.card, colours.line],
            # From afar the colours touch: lines between places of five points would be most of what is seen.
            ["interpolate", ["linear"], ["zoom"], 8, 0, 9.5, 0.5, 11, 1, 14, 2],
        ),
        _line("edges", "municipalities", colours.edge, ["interpolate", ["linear"], ["zoom"], 6, 0.2, 8, 0.5, 10, 1.2, 12, 2]),
        _line("town", "municipalities", colours.ink, 3) | {"filter": ["==", ["id"], -1 if town is None else town]},
        _picked(colours),
    ]
    if flows is not None:
        sources[f"{FLOWS} {view}"] = {"type": "geojson", "data": flows}
        layers += _flows(colours)
    layers += [_names(breaks, colours, language), _towns(colours, language)]
    for layer in layers:
        layer["id"] = f"{layer['id']} {view}"
        layer["source"] = f"{FLOWS} {view}" if layer.pop("flow", False) else view
    ground = {"id": "ground", "type": "background", "paint": {"background-color": colours.ground}}
    return {"version": 8, "name": "Buurtnet", "sources": sources, "layers": [ground, *layers]}


def _steps(breaks: Sequence[float], colours: Palette) -> list[Any]:
    """The class colour of the value; a hair below each break, for values are written with few digits."""
    steps: list[Any] = ["step", ["get", "value"], colours.classes[0]]
    for edge, colour in zip(breaks, colours.classes[1:], strict=True):
        steps += [edge - 1e-9, colour]
    return steps


def _fill(name: str, wanted: Any, paint: dict[str, Any]) -> dict[str, Any]:
    """Fills of one mark. Smooth edges are a second drawing: from afar they close the gaps, from near the borders lie over them."""
    paint = paint | {"fill-antialias": ["step", ["zoom"], True, 10, False]}
    return {"id": name, "type": "fill", "source-layer": LAYER, "filter": wanted, "paint": paint}


def _line(name: str, layer: str, colour: Any, width: Any) -> dict[str, Any]:
    return {
        "id": name,
        "type": "line",
        "source-layer": layer,
        "layout": {"line-join": "round"},
        "paint": {"line-color": colour, "line-width": width},
    }


def _picked(colours: Palette) -> dict[str, Any]:
    """The border of the one that is pointed at. All borders are drawn for it, the others without width: so the page's script shows it only then."""
    line = _line("picked", LAYER, colours.ink, ["case", ["boolean", ["feature-state", "picked"], False], 3, 0])
    return line | {"paint": line["paint"] | {"line-opacity": 0, "line-opacity-transition": {"duration": 0}}}


def _flows(colours: Palette) -> list[dict[str, Any]]:
    """Curves, the wider the more help, with the arrows of their direction; a paler rim keeps them apart from the colours below."""
    width: list[Any] = ["interpolate", ["linear"], ["get", "helps"], 10, 1.5, 100, 7, 500, 12]
    line = {"type": "line", "flow": True, "layout": {"line-cap": "round", "line-sort-key": ["get", "helps"]}}
    rim = line | {
        "id": "flow-rims",
        "paint": {"line-color": colours.card, "line-width": [*width[:4], 4, 100, 10, 500, 16], "line-opacity": 0.8},
    }
    arrows = {
        "id": "flow-arrows",
        "type": "symbol",
        "flow": True,
        "layout": {
            "symbol-placement": "line-center",
            "text-field": "\u276f",
            "text-font": FONT,
            "text-size": ["interpolate", ["linear"], ["get", "helps"], 10, 9, 100, 15],
            "text-keep-upright": False,
            "text-allow-overlap": True,
            "text-ignore-placement": True,
        },
        "paint": {"text-color": colours.flow, "text-halo-color": colours.card, "text-halo-width": 1.5},
    }
    return [rim, line | {"id": "flow-lines", "paint": {"line-color": colours.flow, "line-width": width, "line-opacity": 0.85}}, arrows]


def _spoken(language: str) -> list[Any]:
    """A name in the reader's language, or both as on the street signs."""
    own, french = ["get", "name"], ["coalesce", ["get", "name_fr"], ["get", "name"]]
    both = ["case", ["has", "name_fr"], ["concat", own, "\n", ["get", "name_fr"]], own]
    return {"nl": own, "fr": french}.get(language, both)


FONT = ["system-ui", "sans-serif"]
"""The letters are drawn by the reader's own device."""


def _names(breaks: Sequence[float], colours: Palette, language: str) -> dict[str, Any]:
    has = ["has", "value"]
    return {
        "id": "names",
        "type": "symbol",
        "source-layer": "names",
        "minzoom": 11.5,
        "layout": {
            "text-field": _spoken(language),
            "text-font": FONT,
            "text-size": ["interpolate", ["linear"], ["zoom"], 11, 11, 15, 15],
            "text-max-width": 7,
            "text-padding": 4,
        },
        "paint": {
            "text-color": ["case", has, ["step", ["get", "value"], colours.ink, breaks[2] - 1e-9, colours.deep], colours.ink],
            "text-halo-color": ["case", has, _steps(breaks, colours), colours.card],
            "text-halo-width": 1.5,
            "text-halo-blur": 0.3,
        },
    }


def _towns(colours: Palette, language: str) -> dict[str, Any]:
    return {
        "id": "towns",
        "type": "symbol",
        "source-layer": "towns",
        "minzoom": 8.5,
        "maxzoom": 11.5,
        "layout": {
            "text-field": _spoken(language),
            "text-font": FONT,
            "text-size": ["interpolate", ["linear"], ["zoom"], 8, 11, 11, 14],
            "text-max-width": 7,
            "text-padding": 6,
        },
        "paint": {"text-color": colours.ink, "text-halo-color": colours.card, "text-halo-width": 1.8},
    }
