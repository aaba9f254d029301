"""The page on which anybody takes the published figures with them."""

from typing import Any

import msgspec
from babel.units import format_unit
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from buurtnet.downloads.queries import list_boundaries, list_files
from buurtnet.downloads.rules.told import FLOWS_NAME, FLOWS_SAID, LAYER_NAMES, LICENCE_ADDRESS, NOT_SAID, RULE_NUMBERS, RULES
from buurtnet.downloads.schemas import FLOWS, LAYERS, File, Format
from buurtnet.kit.db import Db
from buurtnet.kit.text import N_
from buurtnet.network.pages.view import say_month
from buurtnet.network.queries import shown
from buurtnet.network.rules.terms import read_month
from buurtnet.settings import Settings
from buurtnet.web.language import _, current_language
from buurtnet.web.shell import render

FOR_WHOM = {
    Format.GEOPACKAGE: (
        "map",
        N_("For map makers"),
        N_("Opens in QGIS with the colours of our map, in Dutch and in French. GeoPackage."),
    ),
    Format.SPREADSHEET: (
        "list-checks",
        N_("For Excel and LibreOffice"),
        N_("A table with one row for each area. Where there is no figure, it says why."),
    ),
    Format.CSV: ("blocks", N_("For reckoning in R or Python"), N_("One row for each area, measure and window. CSV in UTF-8, with commas.")),
    Format.GEOJSON: ("globe", N_("For websites"), N_("The outlines with all figures. GeoJSON.")),
    Format.CODE_BOOK: (
        "book-open",
        N_("What each column means"),
        N_("In Dutch, French and English, with formulas. Take it with every file. It opens in Excel."),
    ),
}
"""For each format a picture, whom it is for, and what it is like; in the order of the page."""


class Offered(msgspec.Struct, frozen=True):
    """A file on the page."""

    icon: str
    label: str
    text: str
    name: str
    size: str


@get("/map/downloads", opt={"public": True, "database": "replica"}, include_in_schema=False)
async def show_downloads(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    settings: NamedDependency[Settings],
    month: FromQuery[str | None] = None,
) -> Response[str]:
    """The files of a published month, by default the newest: what is in them, for whom each is, what may be done with them."""
    snapshot = await shown.get_published(db, read_month(month))
    files = await list_files(db, snapshot.id) if snapshot else []
    return render(
        request,
        "downloads/downloads.html",
        public=True,
        snapshot=snapshot,
        month=say_month(snapshot.as_of) if snapshot else None,
        months=[(one.month, say_month(one.as_of)) for one in await shown.list_months(db)],
        files=[_offer(one) for one in sorted(files, key=_turn)],
        rules=[_(text, **RULE_NUMBERS) for text in RULES],
        not_said=NOT_SAID,
        boundaries=await list_boundaries(db, snapshot.places_on) if snapshot else [],
        licence=LICENCE_ADDRESS,
        address=settings.url.rstrip("/"),
    )


NAMES = {LAYERS[kind]: name for kind, name in LAYER_NAMES.items()} | {FLOWS: FLOWS_NAME}
"""What the layers are called, in the order of the page."""


def _layer_of(file: File) -> str | None:
    """The layer that the file has, where it has one alone."""
    return next((layer for layer in NAMES if f"-{layer}." in file.name), None)


def _turn(file: File) -> tuple[int, int]:
    """Where the file stands on the page."""
    layer = _layer_of(file)
    return list(FOR_WHOM).index(file.format), list(NAMES).index(layer) + 1 if layer else 0


def _offer(file: File) -> Offered:
    (icon, label, text), layer = FOR_WHOM[file.format], _layer_of(file)
    said = _(label) if layer is None else f"{_(label)}: {_(NAMES[layer])}"
    return Offered(icon, said, _(FLOWS_SAID if layer == FLOWS else text), file.name, say_size(file.size))


def say_size(size: int) -> str:
    """A number of bytes as people say it, in one line: "340 kB", "1.2 MB"."""
    unit, number = ("kilobyte", max(round(size / 1000), 1)) if size < 1_000_000 else ("megabyte", round(size / 1_000_000, 1))
    return format_unit(number, f"digital-{unit}", length="short", locale=current_language().locale).replace(" ", "\u00a0")


router = Router("/", route_handlers=[show_downloads])
