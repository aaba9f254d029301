"""The form of an answer: JSON or a page, by `f` or by what is accepted; what caches and other websites may do with it."""

import asyncio
import gzip
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.types import ExceptionHandlersMap

from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.ogc.queries import get_state
from buurtnet.ogc.rules.asking import Form, NotOffered, read_form, read_said
from buurtnet.ogc.rules.crs import Crs
from buurtnet.ogc.rules.describing import GEOJSON, HTML, JSON, ROOT, make_href
from buurtnet.ogc.schemas import Collection
from buurtnet.web.language import current_language
from buurtnet.web.refusals import EXCEPTION_HANDLERS, answer_refusal
from buurtnet.web.shell import render

Asking = Request[Any, Any, Any]
FRESH = "public, max-age=300, stale-while-revalidate=86400"
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Crs, ETag, Link",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
VARY = "Accept, Accept-Encoding, Accept-Language, Cookie"
PATIENCE = "select set_config('statement_timeout', '5s', true)"
"""How long one statement of this service may take; what takes longer is refused as too much (503)."""
SMALL = 600
"""Bytes that are not worth packing."""


class Reader(msgspec.Struct, frozen=True):
    """Who asks for what: the form of the answer, what was said in the address, the mark of the answer as it would be now."""

    form: Form
    said: Mapping[str, str]
    mark: str
    known: bool
    """Whether the reader has this answer already."""


async def meet(request: Asking, db: Db, known: Sequence[str], *, kind: str = JSON) -> Reader:
    """Reads what is asked and in which form; refuses what is not understood. `kind` is what programs are given."""
    said = read_said(request.query_params.multi_items(), known)
    form = read_form(said) or _prefer(request, kind)
    await db.execute(PATIENCE)
    state = await get_state(db)
    # A page also says who is signed in, and in whose language.
    page = (current_language().code, str(request.scope.get("user"))) if form == "html" else ()
    what = msgspec.json.encode((request.url.path, sorted(said.items()), form, page, state))
    mark = f'W/"{hashlib.sha256(what).hexdigest()[:24]}"'
    return Reader(form, said, mark, form == "json" and mark in request.headers.get("if-none-match", ""))


def _prefer(request: Asking, kind: str) -> Form:
    best = (
        request.accept.best_match([kind.partition(";")[0], JSON, GEOJSON, "application/openapi+json", HTML])
        if "accept" in request.headers
        else kind
    )
    if best is None:
        raise NotOffered
    return "html" if best == HTML else "json"


def find_collection(name: str) -> Collection:
    """The collection of that name; NotFound where there is none."""
    for one in Collection:
        if one.value == name:
            return one
    raise NotFound


async def answer_json(
    request: Asking, reader: Reader, body: Any, *, kind: str = JSON, crs: Crs | None = None, link: str = ""
) -> Response[bytes]:
    """The body as JSON; nothing where the reader has it already."""
    headers = {"ETag": reader.mark, "Cache-Control": FRESH, "Vary": VARY, **OPEN}
    headers |= ({"Content-Crs": f"<{crs.uri}>"} if crs else {}) | ({"Link": link} if link else {})
    if reader.known:
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    text, packed = await _pack(request, msgspec.json.encode(body))
    return Response(text, headers=headers | packed, media_type=kind)


async def _pack(request: Asking, text: bytes) -> tuple[bytes, dict[str, str]]:
    """The text packed for who can unpack it, by a thread so that nobody else waits, and the header that says so."""
    if len(text) <= SMALL or "gzip" not in request.headers.get("accept-encoding", ""):
        return text, {}
    return await asyncio.to_thread(gzip.compress, text, 5, mtime=0), {"Content-Encoding": "gzip"}


async def answer_page(request: Asking, template: str, base: str, **context: Any) -> Response[Any]:
    """The page, with the way to the same thing for programs."""

    def to(path: str, **said: Any) -> str:
        return make_href("", path, **said)

    page = render(request, f"ogc/{template}", public=True, headers={"Vary": VARY, **OPEN}, to=to, address=f"{base}{ROOT}", **context)
    text, packed = await _pack(request, page.content.encode())
    return Response(text, headers={**page.headers, **packed}, media_type=HTML)


def refuse(request: Asking, error: Exception) -> Response[Any]:
    """The refusal, which other websites may read too."""
    response = answer_refusal(request, error)
    response.headers.update(OPEN)
    return response


HANDLERS: ExceptionHandlersMap = dict.fromkeys(EXCEPTION_HANDLERS, refuse)
