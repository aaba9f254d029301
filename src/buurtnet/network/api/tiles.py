"""The map for programs: tiles, what they hold, their style, and what flows between neighbourhoods."""

import gzip
from collections import OrderedDict
from contextlib import suppress
from typing import Annotated, Any

import brotli
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, FromQuery, QueryParameter

from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Unavailable
from buurtnet.kit.limits import Limits
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.network.queries import shown
from buurtnet.network.queries.ends import list_ends
from buurtnet.network.queries.flows import list_flows
from buurtnet.network.queries.tiles import FAR_ZOOMS, draw_tile, find_tile_state
from buurtnet.network.rules.curves import draw_on_globe
from buurtnet.network.rules.style import Scheme, map_style
from buurtnet.network.rules.terms import RULE, ZOOMS, check_window, make_link, read_month, read_tile
from buurtnet.network.schemas import ABOUT, FIRST, WINDOWS, Measure
from buurtnet.settings import Settings
from buurtnet.web.language import current_language
from buurtnet.web.static import accepted_codings

TownId = Annotated[int | None, QueryParameter(description="A municipality.", ge=0, le=2**31 - 1)]
OPEN = {"public": True, "database": "replica"}
FRESH = "public, max-age=300, stale-while-revalidate=86400"
LOW, HIGH = "Lower end of the interval of 95 %", "Upper end of the interval of 95 %"
ROOM = 48 * 1024 * 1024
"""Bytes of packed tiles that one process keeps."""
DRAWN = {"most": 1_000, "seconds": 60}
"""Tiles that are drawn for one visitor: a new screen of the map each second, and what QGIS asks for at once many times over. Kept ones do not count."""
HEAVY = {"most": 150, "seconds": 60}
"""Far tiles with all measures, of which all of Flanders has some eighty: each costs as much as ten others."""
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
PACK = {"br": lambda body: brotli.compress(body, quality=5), "gzip": lambda body: gzip.compress(body, 5, mtime=0), "": bytes}
"""How tiles travel, the best way first: brotli at this quality is a seventh smaller than gzip and as quick."""


@get(
    "/tiles/{zoom:int}/{column:int}/{file:str}",
    operation_id="getTile",
    summary="A tile of the map",
    opt={"public": True, "database": False},
    tags=["map"],
    media_type=TILE_TYPE,
    responses={
        200: ResponseSpec(
            bytes, media_type=TILE_TYPE, description="A Mapbox vector tile: `neighbourhoods`, `municipalities`, `names` and `towns`"
        )
    },
)
async def get_tile(
    request: Request[Any, Any, Any],
    replica: NamedDependency[Database],
    limits: NamedDependency[Limits],
    zoom: FromPath[int],
    column: FromPath[int],
    file: FromPath[str],
    measure: FromQuery[Measure | None] = None,
    month: FromQuery[str | None] = None,
    window: FromQuery[int] = max(WINDOWS),
) -> Response[bytes]:
    """A vector tile (`row.pbf`) of zoom 5 to 14 with outlines, names and the published figures of a month, by default the newest.

    Features have the place's id, `code` and `mark`, which says why a figure is missing. With a measure: its `value` where it is shown, `n`, the
    number it comes from, and `low` and `high`, its interval. Without: each shown figure by the name of its measure, with `_n`, `_low`, `_high`.
    Whoever asks in a minute for more than a thousand tiles that nobody asked for lately, or for 150 of zoom 5 to 10 without a measure, is told
    429, and when to come back.
    """
    zoom, column, row = read_tile(zoom, column, file)
    check_window(window)
    wanted = read_month(month)
    async with replica.glance() as db:
        state = await find_tile_state(db, wanted)
    accepted = accepted_codings(request.headers.get("accept-encoding", ""))
    coding = next(name for name in PACK if not name or name in accepted)
    key = (state.word, window, measure.value if measure else "all", coding)
    tag = f'"{"-".join(map(str, key))}"'
    headers = {"ETag": tag, "Cache-Control": FRESH, "Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "*"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=TILE_TYPE)
    packed = STORE.find((*key, zoom, column, row))
    if packed is None:
        with suppress(Unavailable):  # The map is there for everybody while nobody can count.
            heavy = measure is None and zoom in FAR_ZOOMS
            await limits.spend("tiles-heavy" if heavy else "tiles", network_of_visitor(request), **(HEAVY if heavy else DRAWN))
        async with replica.transaction(readonly=True) as db:
            tile = await draw_tile(db, state, measure, window, zoom, column, row)
        packed = PACK[coding](tile)
        STORE.keep((*key, zoom, column, row), packed)
    if coding:
        headers["Content-Encoding"] = coding
    return Response(packed, headers=headers, media_type=TILE_TYPE)


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
    db: NamedDependency[Db],
    settings: NamedDependency[Settings],
    measure: FromQuery[Measure | None] = None,
    month: FromQuery[str | None] = None,
    window: FromQuery[int] = max(WINDOWS),
) -> Response[dict[str, Any]]:
    """Where the tiles of a measure, or of all, are, what they cover and what is in them, as TileJSON 3.0."""
    snapshot = await shown.get_published(db, read_month(month))
    edges = await shown.find_edges(db)
    fields = {"mark": "Why a figure is missing", "name": "Name", "name_fr": "French name", "code": "Code", "town": "Id of the municipality"}
    figures = {"value": ABOUT[measure].text, "n": "What it is counted from", "low": LOW, "high": HIGH} if measure else {}
    figures |= {} if measure else {one.value: about.text for one, about in ABOUT.items()}
    told = {
        "tilejson": "3.0.0",
        "name": "Buurtnet",
        "description": RULE,
        "version": "1.0.0",
        "attribution": " · ".join(await shown.list_attributions(db)),
        "scheme": "xyz",
        "tiles": [tile_address(settings, snapshot.month if snapshot else None, check_window(window), measure)],
        "minzoom": ZOOMS[0],
        "maxzoom": ZOOMS[-1],
        "vector_layers": [
            {"id": "neighbourhoods", "fields": fields | figures},
            {"id": "municipalities", "fields": fields | figures},
            {"id": "names", "fields": fields | figures, "minzoom": 11},
            {"id": "towns", "fields": fields, "maxzoom": 10},
        ],
    } | ({"bounds": [round(edge, 5) for edge in edges]} if edges else {})
    return Response(told, headers={"Cache-Control": FRESH, "Access-Control-Allow-Origin": "*"})


def tile_address(settings: Settings, month: str | None, window: int, measure: Measure | None = None) -> str:
    """The address of the tiles of a month, with {z}, {x} and {y} in it; of one measure or all."""
    asked = {"measure": measure.value if measure else None, "month": month, "window": window}
    return settings.url.rstrip("/") + "/tiles/{z}/{x}/{y}.pbf" + make_link("", asked)


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
    town: TownId = None,
    flows: FromQuery[bool] = False,
) -> Response[dict[str, Any]]:
    """The style of the map for a measure, month and scheme: our own tiles, nothing from elsewhere. With flows: what flows to and from the town."""
    snapshot = await shown.get_published(db, read_month(month))
    breaks = await shown.find_map_breaks(db, snapshot, check_window(window), measure)
    named = snapshot.month if snapshot else None
    told = None
    if flows and town is not None and named:
        told = settings.url.rstrip("/") + make_link("/map/flows.json", {"town": town, "month": named, "window": window})
    style = map_style(
        breaks,
        scheme,
        view=f"{named} {window} {measure.value} {scheme}{f' {town}' if told else ''}",
        tiles=tile_address(settings, named, window, measure),
        language=current_language().code,
        town=town,
        flows=told,
    )
    return Response(
        style, headers={"Cache-Control": "public, max-age=60", "Vary": "Accept-Language, Cookie", "Access-Control-Allow-Origin": "*"}
    )


@get(
    "/map/flows.json",
    operation_id="listFlows",
    summary="Help between neighbourhoods",
    opt=OPEN,
    tags=["map"],
    responses={
        200: ResponseSpec(
            dict[str, Any], description="GeoJSON (RFC 7946)", examples=[Example(value={"type": "FeatureCollection", "features": []})]
        )
    },
)
async def get_flows(
    db: NamedDependency[Db],
    town: TownId = None,
    month: FromQuery[str | None] = None,
    window: FromQuery[int] = max(WINDOWS),
) -> Response[dict[str, Any]]:
    """How much help goes from one neighbourhood to another, for those of a municipality or all, as curves; counts are rounded, small ones left out."""
    snapshot = await shown.get_published(db, read_month(month))
    flows = await list_flows(db, snapshot, check_window(window), town)
    ends = await list_ends(db, snapshot, {one for flow in flows for one in (flow.from_id, flow.to_id)}) if snapshot else {}
    curves = [
        {
            "type": "Feature",
            "properties": {"from": flow.from_id, "to": flow.to_id, "helps": flow.helps},
            "geometry": {
                "type": "LineString",
                "coordinates": draw_on_globe((start.longitude, start.latitude), (end.longitude, end.latitude)),
            },
        }
        for flow in flows
        if (start := ends.get(flow.from_id)) and (end := ends.get(flow.to_id))
    ]
    headers = {"Cache-Control": FRESH, "Access-Control-Allow-Origin": "*"}
    return Response({"type": "FeatureCollection", "features": curves}, headers=headers)
