"""What somebody may ask for: a month, a window, a tile. Each refuses what is not there."""

import re
from datetime import date
from typing import Any
from urllib.parse import urlencode

from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.text import N_
from buurtnet.network.schemas import WINDOWS

RULE = (
    "No figure from fewer than 10 persons, nor where the rest are fewer than 10; counts rounded to 5, rates from rounded counts; measures"
    " of ties need 10 ties and nobody with more than half of them; at least two suppressed neighbourhoods in a municipality, and more where a"
    " number below 10 could be reckoned from other areas, windows or months."
)
"""The small-number rules in one sentence, for programs and the books that come with files."""
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])\Z")
TILE = re.compile(r"(\d{1,6})\.pbf\Z")
ZOOMS = range(5, 15)


class MonthIsWrong(Invalid):
    """Not a month as `2026-10`."""

    text = N_("Write a month as 2026-10.")


class WindowIsWrong(Invalid):
    """Neither 3 nor 12 months."""

    text = N_("The window is 3 or 12 months.")


def read_month(text: str | None) -> date | None:
    """The first day of the month; None where none is named, MonthIsWrong for anything that is no month."""
    if text is None or text == "":
        return None
    if (found := MONTH.match(text)) is None:
        raise MonthIsWrong({"month": MonthIsWrong.text})
    return date(int(found[1]), int(found[2]), 1)


def check_window(months: int) -> int:
    """The window, if figures are made for it."""
    if months not in WINDOWS:
        raise WindowIsWrong({"window": WindowIsWrong.text})
    return months


def read_tile(zoom: int, column: int, file: str) -> tuple[int, int, int]:
    """Zoom, column and row of a tile; NotFound where the grid has no such tile or the map no such zoom."""
    found = TILE.match(file)
    if found is None or zoom not in ZOOMS or not 0 <= column < 2**zoom or not 0 <= int(found[1]) < 2**zoom:
        raise NotFound
    return zoom, column, int(found[1])


def make_link(path: str, asked: dict[str, Any]) -> str:
    """The address of the same view with something changed; what is not said is left out."""
    said = {name: value for name, value in asked.items() if value is not None}
    return f"{path}?{urlencode(said)}" if said else path
