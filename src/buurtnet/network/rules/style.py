"""The style of the vector map (MapLibre style specification 8): our own tiles only, no fonts, pictures or addresses from elsewhere.

The two patterns, `hatch` and `dots`, are drawn by the page's script. The palettes are those of web/assets/map.css (a test compares them):
one hue from light to dark, so that the order is seen without telling colours apart; in the dark from dark to light.
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from buurtnet.network.schemas import Measure

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


PALETTES: dict[Scheme, Palette] = {
    "light": Palette(
        ("#DCEBDD", "#AFD2BB", "#75B093", "#3A8567", "#145A41"), "#FBF8F3", "#EEE9E0", "#CFC5B5", "#1B2430", "#FFFFFF", "#FFFDFA"
    ),
    "dark": Palette(
        ("#1E352D", "#2C5848", "#44826A", "#74B598", "#BDECD5"), "#12181F", "#222A33", "#3D4854", "#F2EDE4", "#12181F", "#18202A"
    ),
}
SOURCE = "network"
LAYER = "neighbourhoods"
TOLD = ["shown", "suppressed"]


def map_style(
    measure: Measure, breaks: Sequence[float], scheme: Scheme, *, tiles: str, language: str, town: int | None = None
) -> dict[str, Any]:
    """The style that colours the neighbourhoods by the measure; `tiles` is the address of the tiles with {z}, {x} and {y}.

    Seen from nearby, what lies outside the municipality `town` is paler.
    """
    colours = PALETTES[scheme]
    own: Any = True if town is None else ["==", ["get", "town"], town]
    clear = ["interpolate", ["linear"], ["zoom"], 9, 1, 10.5, ["case", own, 1, 0.5]]
    has, mark = ["has", measure.value], ["coalesce", ["get", "mark"], "unpublished"]
    return {
        "version": 8,
        "name": "Buurtnet",
        "sources": {SOURCE: {"type": "vector", "tiles": [tiles], "minzoom": 5, "maxzoom": 14}},
        "layers": [
            {"id": "ground", "type": "background", "paint": {"background-color": colours.ground}},
            _fill("unpublished", ["all", ["!", has], ["==", mark, "unpublished"]], {"fill-color": colours.card}),
            _fill("nobody", ["all", ["!", has], ["==", mark, "uninhabited"]], {"fill-color": colours.nobody, "fill-opacity": clear}),
            _fill("inactive", ["all", ["!", has], ["==", mark, "inactive"]], {"fill-pattern": "dots", "fill-opacity": clear}),
            _fill("suppressed", ["all", ["!", has], ["in", mark, ["literal", TOLD]]], {"fill-pattern": "hatch", "fill-opacity": clear}),
            _fill("classes", has, {"fill-color": _steps(measure, breaks, colours), "fill-opacity": clear}),
            _line(
                "borders",
                ["case", ["any", has, ["!=", mark, "unpublished"]], colours.card, colours.line],
                ["interpolate", ["linear"], ["zoom"], 7, 0.3, 11, 1, 14, 2],
            ),
            _line("picked", colours.ink, ["case", ["boolean", ["feature-state", "picked"], False], 3, 0]),
            _names(measure, breaks, colours, language),
        ],
    }


def _steps(measure: Measure, breaks: Sequence[float], colours: Palette) -> list[Any]:
    """The class colour of the value; a hair below each break, for values are written with few digits."""
    steps: list[Any] = ["step", ["get", measure.value], colours.classes[0]]
    for edge, colour in zip(breaks, colours.classes[1:], strict=True):
        steps += [edge - 1e-9, colour]
    return steps


def _fill(name: str, wanted: Any, paint: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "type": "fill", "source": SOURCE, "source-layer": LAYER, "filter": wanted, "paint": paint}


def _line(name: str, colour: Any, width: Any) -> dict[str, Any]:
    return {
        "id": name,
        "type": "line",
        "source": SOURCE,
        "source-layer": LAYER,
        "layout": {"line-join": "round"},
        "paint": {"line-color": colour, "line-width": width},
    }


def _names(measure: Measure, breaks: Sequence[float], colours: Palette, language: str) -> dict[str, Any]:
    """Names in the reader's language, or both as on the street signs; the letters are drawn by the reader's own device."""
    own, french = ["get", "name"], ["coalesce", ["get", "name_fr"], ["get", "name"]]
    both = ["case", ["has", "name_fr"], ["concat", own, "\n", ["get", "name_fr"]], own]
    return {
        "id": "names",
        "type": "symbol",
        "source": SOURCE,
        "source-layer": "names",
        "minzoom": 11.5,
        "layout": {
            "text-field": {"nl": own, "fr": french}.get(language, both),
            "text-font": ["system-ui", "sans-serif"],
            "text-size": ["interpolate", ["linear"], ["zoom"], 11, 11, 15, 15],
            "text-max-width": 7,
            "text-padding": 4,
        },
        "paint": {
            "text-color": [
                "case",
                ["has", measure.value],
                ["step", ["get", measure.value], colours.ink, breaks[2] - 1e-9, colours.deep],
                colours.ink,
            ],
            "text-halo-color": ["case", ["has", measure.value], _steps(measure, breaks, colours), colours.card],
            "text-halo-width": 1.5,
            "text-halo-blur": 0.3,
        },
    }
