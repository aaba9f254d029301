"""The files themselves, and a list of them for programs. They are sent in pieces, so that no process ever holds a whole one."""

import zlib
from collections.abc import AsyncGenerator
from typing import Any

import msgspec
from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from buurtnet.downloads.queries import find_file, list_files, read_piece
from buurtnet.downloads.rules.columns import MEDIA_TYPES, NAME, file_name
from buurtnet.downloads.rules.told import LICENCE_ADDRESS
from buurtnet.downloads.schemas import File, Format
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import NotFound
from buurtnet.network.queries import shown
from buurtnet.network.rules.terms import read_month
from buurtnet.settings import Settings

OPEN = {"public": True, "database": "replica"}
KEPT = "public, max-age=3600, stale-while-revalidate=86400"
PIECE = 64 * 1024
"""Bytes that are read, and unpacked, at once: 2 ms of work at most."""


class MadeAnew(Exception):
    """The file was made anew while it was being sent; whoever gets it sees that it is cut off, and asks again."""


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a published month: where it is, how large, and the SHA-256 of what is in it."""

    month: str
    name: str
    format: Format
    media_type: str
    size: int
    sha256: str
    address: str


@get(
    "/map/downloads/{file:str}",
    operation_id="getDownload",
    summary="A file of a published month",
    opt=OPEN,
    tags=["network"],
    responses={200: ResponseSpec(bytes, media_type="application/octet-stream", description="GeoPackage, GeoJSON or CSV, by its ending")},
)
async def get_file(request: Request[Any, Any, Any], db: NamedDependency[Db], file: FromPath[str]) -> Response[bytes] | Stream:
    """The file of that name, such as `buurtnet-2026-10.gpkg`. Its figures never change; an `ETag` says which one somebody has."""
    found = await find_file(db, file) if NAME.match(file) else None
    if found is None:
        raise NotFound
    packed = "gzip" in request.headers.get("accept-encoding", "")
    headers = _headers(found, packed=packed)
    if found.digest in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=MEDIA_TYPES[found.format])
    sizes = {"Content-Length": str(found.packed_size if packed else found.size)}
    coding = {"Content-Encoding": "gzip"} if packed else {}
    pieces = send_pieces(request.app.state.replica, found, packed=packed)
    return Stream(pieces, headers=headers | sizes | coding, media_type=MEDIA_TYPES[found.format])


def _headers(file: File, *, packed: bool) -> dict[str, str]:
    code_book = file_name(file.as_of, Format.CODE_BOOK)
    return {
        "ETag": f'"{file.digest}{"-gzip" if packed else ""}"',
        "Cache-Control": KEPT,
        "Vary": "Accept-Encoding",
        "Access-Control-Allow-Origin": "*",
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Link": f'<{LICENCE_ADDRESS}>; rel="license", </map/downloads/{code_book}>; rel="describedby"',
    }


async def send_pieces(database: Database, file: File, *, packed: bool) -> AsyncGenerator[bytes]:
    """The file piece by piece, each read in a transaction of its own: who reads slowly holds no connection."""
    inflate = zlib.decompressobj(wbits=31)
    for start in range(0, file.packed_size, PIECE):
        async with database.transaction(readonly=True) as db:
            piece = await read_piece(db, file.id, start, PIECE)
        if not piece:
            raise MadeAnew
        yield piece if packed else inflate.decompress(piece)


EXAMPLE = {
    "month": "2026-10",
    "name": "buurtnet-2026-10.gpkg",
    "format": "geopackage",
    "media_type": "application/geopackage+sqlite3",
    "size": 1490944,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "address": "https://buurtnet.example/map/downloads/buurtnet-2026-10.gpkg",
}


@get(
    "/api/v1/network/downloads",
    operation_id="listDownloads",
    summary="Files of a published month",
    opt=OPEN,
    tags=["network"],
    responses={200: ResponseSpec(list[Download], examples=[Example(value=[EXAMPLE])])},
)
async def list_downloads(
    db: NamedDependency[Db], settings: NamedDependency[Settings], month: FromQuery[str | None] = None
) -> list[Download]:
    """The files of a published month, by default the newest, with their addresses; none while they are being made."""
    snapshot = await shown.get_published(db, read_month(month))
    if snapshot is None:
        return []
    return [
        Download(
            month=snapshot.month,
            name=one.name,
            format=one.format,
            media_type=MEDIA_TYPES[one.format],
            size=one.size,
            sha256=one.digest,
            address=f"{settings.url.rstrip('/')}/map/downloads/{one.name}",
        )
        for one in await list_files(db, snapshot.id)
    ]


api = Router("/", route_handlers=[get_file, list_downloads])
