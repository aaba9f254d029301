"""Classes of the map: breaks, bounds, and the style that draws them."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import buurtnet
from buurtnet.kit.errors import NotFound
from buurtnet.network.rules.classes import class_bounds, even_breaks, find_breaks, find_class, quantile_breaks
from buurtnet.network.rules.style import PALETTES, map_style
from buurtnet.network.rules.terms import MonthIsWrong, WindowIsWrong, check_window, read_month, read_tile
from buurtnet.network.schemas import ABOUT, Measure

CSS = Path(buurtnet.__file__).parent / "web/assets/map.css"


@given(st.lists(st.integers(-20, 60).map(lambda value: value / 10), max_size=60))
def test_five_classes_in_rising_order_and_every_value_in_one(values: list[float]) -> None:
    breaks = find_breaks(values, 0.1)
    assert len(breaks) == 4 and breaks == sorted(set(breaks))
    for value in values:
        number = find_class(value, breaks)
        low, high = class_bounds(breaks, ABOUT[Measure.MEAN_DEGREE])[number - 1]
        assert (low is None or value >= low - 1e-9) and (high is None or value <= high + 1e-9)


def test_quantiles_part_values_evenly_and_few_values_evenly_by_size() -> None:
    assert quantile_breaks([float(value) for value in range(1, 101)], 1) == [21, 41, 60, 80]
    assert quantile_breaks([1, 1, 2, 3], 1) is None
    assert even_breaks([5, 10], 5) == [5, 10, 15, 20]
    assert even_breaks([], 0.1) == [0.1, 0.2, 0.3, 0.4]
    assert even_breaks([-1, 1], 0.01) == [-0.6, -0.2, 0.2, 0.6]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_palette_is_that_of_the_style_sheet_and_goes_one_way(scheme: str) -> None:
    light, dark = re.findall(r":root \{([^}]*--class-1[^}]*)\}", CSS.read_text())
    named = dict(re.findall(r"--([\w-]+): (#\w{6})", light if scheme == "light" else dark))
    palette = PALETTES[scheme]
    assert list(palette.classes) == [named[f"class-{number}"] for number in range(1, 6)]
    assert (palette.nobody, palette.line, palette.ink, palette.deep) == (
        named["nobody"],
        named["border"],
        named["on-light"],
        named["on-deep"],
    )
    shades = [_lightness(colour) for colour in palette.classes]
    steps = [second - first for first, second in itertools.pairwise(shades)]
    assert all(step < -0.05 for step in steps) if scheme == "light" else all(step > 0.02 for step in steps)


def _lightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_style_needs_nothing_from_elsewhere() -> None:
    style = map_style([0.2, 0.4, 0.6, 0.8], "dark", view="reach-12", tiles="/tiles/{z}/{x}/{y}.pbf", language="ar", town=3)
    assert "glyphs" not in style and "sprite" not in style
    assert style["sources"]["reach-12"]["tiles"] == ["/tiles/{z}/{x}/{y}.pbf"]
    assert {layer["id"].removesuffix(" reach-12") for layer in style["layers"]} >= {
        "classes",
        "suppressed",
        "inactive",
        "nobody",
        "unpublished",
        "picked",
        "names",
    }


def test_what_has_no_width_is_not_drawn() -> None:
    style = map_style([0.2, 0.4, 0.6, 0.8], "light", view="v", tiles="/tiles/{z}/{x}/{y}.pbf", language="nl", town=3)
    lines = {layer["id"].removesuffix(" v"): layer for layer in style["layers"] if layer["type"] == "line"}
    assert lines["town"]["filter"] == ["==", ["id"], 3] and lines["town"]["paint"]["line-width"] == 3
    sometimes = [
        name for name, line in lines.items() if isinstance(line["paint"]["line-width"], list) and "case" in line["paint"]["line-width"]
    ]
    assert sometimes == ["picked"] and lines["picked"]["paint"]["line-opacity"] == 0


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26-10", "1999-12", "2026-10-01", "x", "2026-10 "])
def test_a_month_that_is_none(text: str) -> None:
    with pytest.raises(MonthIsWrong):
        read_month(text)


def test_terms() -> None:
    assert str(read_month("2026-10")) == "2026-10-01" and read_month("") is None
    assert check_window(3) == 3
    with pytest.raises(WindowIsWrong):
        check_window(6)
    assert read_tile(8, 131, "85.pbf") == (8, 131, 85)
    for bad in (
        (4, 0, "0.pbf"),
        (15, 0, "0.pbf"),
        (8, 256, "0.pbf"),
        (8, -1, "0.pbf"),
        (8, 0, "256.pbf"),
        (8, 0, "x.pbf"),
        (8, 0, "1.png"),
        (8, 0, "-1.pbf"),
    ):
        with pytest.raises(NotFound):
            read_tile(*bad)
