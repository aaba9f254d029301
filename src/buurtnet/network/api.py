"""The map and the published figures for programs: tiles, style, measures, months. All public, nothing but published figures."""

import gzip
from collections import OrderedDict
from typing import Annotated, Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, FromQuery, QueryParameter

from buurtnet.kit.db import Db
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.viewer import VISITOR
from buurtnet.network.queries import shown
from buurtnet.network.rules.style import Scheme, map_style
from buurtnet.network.rules.terms import ZOOMS, check_window, make_link, read_month, read_tile
from buurtnet.network.schemas import ABOUT, FIRST, WINDOWS, AreaKind, Figures, Mark, Measure, Month
from buurtnet.settings import Settings
from buurtnet.web.language import current_language

OPEN = {"public": True, "database": "replica"}
RULE = (
    "No figure from fewer than 10 persons, nor where the rest are fewer than 10; counts rounded to 5, rates from rounded counts; at least two"
    " suppressed neighbourhoods in a municipality; measures of ties need 10 ties and nobody with more than half of them."
)
FRESH = "public, max-age=300, stale-while-revalidate=86400"
ROOM = 48 * 1024 * 1024
"""Bytes of packed tiles that one process keeps."""
TILE_TYPE = "application/vnd.mapbox-vector-tile"


class TileStore:
    """The tiles that were asked for last, packed; when the room is full the one not asked for longest goes."""

    def __init__(self, room: int) -> None:
        self._room, self._used = room, 0
        self._tiles: OrderedDict[tuple[Any, ...], bytes] = OrderedDict()

    def find(self, key: tuple[Any, ...]) -> bytes | None:
        """The packed tile, if it is kept."""
        if (packed := self._tiles.get(key)) is not None:
            self._tiles.move_to_end(key)
        return packed

    def keep(self, key: tuple[Any, ...], packed: bytes) -> None:
        """Keeps a packed tile, and lets go of others where there is no room."""
        self._used += len(packed) - len(self._tiles.pop(key, b""))
        self._tiles[key] = packed
        while self._used > self._room:
            self._used -= len(self._tiles.popitem(last=False)[1])


STORE = TileStore(ROOM)


@get(
    "/tiles/{zoom:int}/{column:int}/{file:str}",
    operation_id="getTile",
    summary="A tile of the map",
    opt=OPEN,
    tags=["map"],
    media_type=TILE_TYPE,
    responses={200: ResponseSpec(bytes, media_type=TILE_TYPE, description="A Mapbox vector tile: layers `neighbourhoods` and `names`")},
)
async def get_tile(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    zoom: FromPath[int],
    column: FromPath[int],
    file: FromPath[str],
    month: FromQuery[str | None] = None,
    window: FromQuery[int] = max(WINDOWS),
) -> Response[bytes]:
    """A vector tile (`row.pbf`) of zoom 5 to 14 with outlines, names and the published figures of a month, by default the newest.

    Features have the neighbourhood's id, each shown measure under its name, and `mark`, which says why others are missing.
    """
    zoom, column, row = read_tile(zoom, column, file)
    snapshot_id, state = await shown.tile_state(db, read_month(month))
    tag = f'"{state}-{check_window(window)}"'
    headers = {"ETag": tag, "Cache-Control": FRESH, "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=TILE_TYPE)
    key = (state, window, zoom, column, row)
    packed = STORE.find(key)
    if packed is None:
        packed = gzip.compress(await shown.draw_tile(db, snapshot_id, window, zoom, column, row), 5, mtime=0)
        STORE.keep(key, packed)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, headers=headers | {"Content-Encoding": "gzip"}, media_type=TILE_TYPE)
    return Response(gzip.decompress(packed), headers=headers, media_type=TILE_TYPE)


@get(
    "/tiles.json",
    operation_id="getTileJson",
    summary="What the tiles hold",
    opt=OPEN,
    tags=["map"],
    responses={
        200: ResponseSpec(
            dict[str, Any], description="TileJSON 3.0", examples=[Example(value={"tilejson": "3.0.0", "minzoom": 5, "maxzoom": 14})]
        )
    },
)
async def get_tilejson(
    db: NamedDependency[Db], settings: NamedDependency[Settings], month: FromQuery[str | None] = None, window: FromQuery[int] = max(WINDOWS)
) -> Response[dict[str, Any]]:
    """Where the tiles are, what they cover and what is in them, as TileJSON 3.0."""
    snapshot = await shown.get_published(db, read_month(month))
    edges = await shown.find_edges(db)
    fields = {"mark": "Why a figure is missing", "name": "Name", "name_fr": "French name", "code": "Code", "town": "Id of the municipality"}
    told = {
        "tilejson": "3.0.0",
        "name": "Buurtnet",
        "description": RULE,
        "version": "1.0.0",
        "attribution": " · ".join(await shown.list_attributions(db)),
        "scheme": "xyz",
        "tiles": [tile_address(settings, snapshot.month if snapshot else None, check_window(window))],
        "minzoom": ZOOMS[0],
        "maxzoom": ZOOMS[-1],
        "vector_layers": [
            {"id": "neighbourhoods", "fields": fields | {measure.value: about.text for measure, about in ABOUT.items()}},
            {"id": "names", "fields": fields, "minzoom": 11},
        ],
    } | ({"bounds": [round(edge, 5) for edge in edges]} if edges else {})
    return Response(told, headers={"Cache-Control": FRESH, "Access-Control-Allow-Origin": "*"})


def tile_address(settings: Settings, month: str | None, window: int) -> str:
    """The address of the tiles of a month, with {z}, {x} and {y} in it."""
    return settings.url.rstrip("/") + "/tiles/{z}/{x}/{y}.pbf" + make_link("", {"month": month, "window": window})


@get(
    "/map/style.json",
    operation_id="getStyle",
    summary="The style of the map",
    opt=OPEN,
    tags=["map"],
    responses={
        200: ResponseSpec(dict[str, Any], description="MapLibre style", examples=[Example(value={"version": 8, "name": "Buurtnet"})])
    },
)
async def get_style(
    db: NamedDependency[Db],
    settings: NamedDependency[Settings],
    measure: FromQuery[Measure] = FIRST,
    window: FromQuery[int] = max(WINDOWS),
    month: FromQuery[str | None] = None,
    scheme: FromQuery[Scheme] = "light",
    town: FromQuery[int | None] = None,
) -> Response[dict[str, Any]]:
    """The style of the map for a measure, month and scheme: our own tiles, nothing from elsewhere."""
    snapshot = await shown.get_published(db, read_month(month))
    breaks = await shown.find_map_breaks(db, snapshot, check_window(window), measure)
    tiles = tile_address(settings, snapshot.month if snapshot else None, window)
    style = map_style(measure, breaks, scheme, tiles=tiles, language=current_language().code, town=town)
    return Response(
        style, headers={"Cache-Control": "public, max-age=60", "Vary": "Accept-Language, Cookie", "Access-Control-Allow-Origin": "*"}
    )


MONTH = {"month": "2026-10", "as_of": "2026-10-31", "published_at": "2026-11-01T02:10:00Z"}
FIGURE = {
    "area_id": 3,
    "code": "21015W23",
    "names": {"nl": "Collignon", "fr": "Collignon"},
    "municipality_id": 1,
    "mark": "shown",
    "value": 2.3,
    "n": 100,
}
FIGURES = {
    "month": "2026-10",
    "as_of": "2026-10-31",
    "measure": "mean_degree",
    "unit": "ties per person",
    "window": 12,
    "area_kind": "neighbourhood",
    "breaks": [0.8, 1.5, 2.3, 3.0],
    "rule": RULE,
    "attribution": ["Schematic drawing, not the real borders"],
    "items": [FIGURE, FIGURE | {"area_id": 1, "code": "21015W21", "mark": Mark.SUPPRESSED.value, "value": None, "n": None}],
    "next": None,
}


@get(
    "/api/v1/network/months",
    operation_id="listMonths",
    summary="Published months",
    opt=OPEN,
    tags=["network"],
    responses={200: ResponseSpec(list[Month], examples=[Example(value=[MONTH])])},
)
async def list_months(db: NamedDependency[Db]) -> list[Month]:
    """The published months, newest first."""
    return await shown.list_months(db)


@get(
    "/api/v1/network/measures",
    operation_id="listMeasures",
    summary="Published figures",
    opt=OPEN,
    tags=["network"],
    responses={200: ResponseSpec(Figures, examples=[Example(value=FIGURES)])},
)
async def list_measures(
    db: NamedDependency[Db],
    measure: FromQuery[Measure] = FIRST,
    window: FromQuery[int] = max(WINDOWS),
    area_kind: FromQuery[AreaKind] = AreaKind.NEIGHBOURHOOD,
    month: FromQuery[str | None] = None,
    municipality: Annotated[int | None, QueryParameter(description="Only this municipality.", ge=0, le=2**31 - 1)] = None,
    after: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(description="How many areas at once.", ge=1, le=1000)] = 500,
) -> Figures:
    """One published measure of all areas by code; `mark` says why a value is missing. Suppressed figures are not in the answer."""
    snapshot = await shown.get_published(db, read_month(month))
    check_window(window)
    last = read_cursor(after, tuple[str])
    start = last[0] if last else ""
    if area_kind is AreaKind.NEIGHBOURHOOD:
        rows = await shown.list_figures(db, VISITOR, snapshot, measure, window, municipality_id=municipality, after=start, limit=limit + 1)
    else:
        rows = await shown.list_town_figures(
            db, VISITOR, snapshot, measure, window, municipality_id=municipality, after=start, limit=limit + 1
        )
    page = make_page(rows, limit, "code")
    return Figures(
        month=snapshot.month if snapshot else None,
        as_of=snapshot.as_of if snapshot else None,
        measure=measure,
        unit=ABOUT[measure].unit,
        window=window,
        area_kind=area_kind,
        breaks=await shown.find_map_breaks(db, snapshot, window, measure) if area_kind is AreaKind.NEIGHBOURHOOD else [],
        rule=RULE,
        attribution=await shown.list_attributions(db),
        items=page.items,
        next=page.next,
    )


api = Router("/", route_handlers=[get_tile, get_tilejson, get_style, list_months, list_measures])
