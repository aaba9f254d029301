"""The handler that serves the built assets, compressed beforehand and kept for a year."""

import mimetypes
import re
from functools import lru_cache

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from buurtnet.kit.errors import NotFound
from buurtnet.web.templating import STATIC

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}\Z", re.IGNORECASE)
HASHED = re.compile(r"-[A-Z0-9]{8}\.[a-z]+\Z")
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class StaticFile(msgspec.Struct, frozen=True):
    """One built file in the encodings it was built in."""

    media_type: str
    bodies: dict[str, bytes]


@lru_cache(256)
def read_static(name: str) -> StaticFile:
    """The file of that name in the static folder itself; NotFound for anything else, such as a path that leads out of it."""
    path = STATIC / name
    if NAME.match(name) is None or name.endswith((".gz", ".br")) or name == "manifest.json" or not path.is_file():
        raise NotFound
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    bodies = {"": path.read_bytes()}
    for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
        if (packed := path.with_name(name + suffix)).is_file():
            bodies[coding] = packed.read_bytes()
    return StaticFile(kind, bodies)


def accepted_codings(header: str) -> set[str]:
    """The codings that an `Accept-Encoding` takes."""
    codings = (part.partition(";") for part in header.lower().split(","))
    return {coding.strip() for coding, _, weight in codings if not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)}


def answer_file(name: str, request: Request, kept: str) -> Response[bytes]:
    """The file in the best coding that the browser takes; `kept` says how long it may stand in caches. NotFound where there is none."""
    file = read_static(name)
    accepted = accepted_codings(request.headers.get("accept-encoding", ""))
    coding = next((coding for coding in ("br", "gzip") if coding in accepted and coding in file.bodies), "")
    headers = {"Cache-Control": kept, "Vary": "Accept-Encoding"}
    if coding:
        headers["Content-Encoding"] = coding
    return Response(file.bodies[coding], media_type=file.media_type, headers=headers)


@get("/static/{name:str}", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def get_static(name: FromPath[str], request: Request) -> Response[bytes]:
    """A built asset; names with a hash never change and are kept for a year."""
    return answer_file(name, request, "public, max-age=31536000, immutable" if HASHED.search(name) else "public, max-age=3600")
