"""What a phone needs to keep the pages: the worker script, the manifest and the page for when there is no connection."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from buurtnet.kit.errors import NotFound
from buurtnet.kit.text import N_
from buurtnet.web.language import BY_CODE, Language, _, speak
from buurtnet.web.shell import render
from buurtnet.web.static import answer_file
from buurtnet.web.templating import asset

PAPER = "#FBF8F3"
DESCRIPTION = N_("Neighbours help each other")
DOORS = (("need", N_("I ask something")), ("offer", N_("I offer something")))


@get("/sw.js", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def get_worker(request: Request) -> Response[bytes]:
    """The worker of the pages: always under this address, asked for anew each time."""
    return answer_file("sw.js", request, "no-cache")


def _language(code: str) -> Language:
    if code not in BY_CODE:
        raise NotFound
    return BY_CODE[code]


def _icon(name: str, size: str, purpose: str = "any") -> dict[str, str]:
    return {"src": asset(name), "sizes": size, "type": "image/svg+xml" if size == "any" else "image/png", "purpose": purpose}


@get("/manifest/{language:str}", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def get_manifest(language: FromPath[str]) -> Response[dict[str, Any]]:
    """The installable application in a language: one identity, whatever the language it was installed in."""
    chosen = _language(language)
    speak(chosen)
    manifest = {
        "id": "/",
        "name": "Buurtnet",
        "short_name": "Buurtnet",
        "description": _(DESCRIPTION),
        "lang": chosen.code,
        "dir": chosen.dir,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "icons": [
            _icon("icon.svg", "any"),
            _icon("icon-192.png", "192x192"),
            _icon("icon-512.png", "512x512"),
            _icon("icon-maskable-512.png", "512x512", "maskable"),
        ],
        "shortcuts": [{"name": _(label), "url": f"/new/{kind}", "icons": [_icon(f"icon-{kind}-96.png", "96x96")]} for kind, label in DOORS],
    }
    return Response(manifest, media_type="application/manifest+json", headers={"Cache-Control": "public, max-age=3600"})


@get("/offline/{language:str}", sync_to_thread=False, opt={"database": False}, include_in_schema=False)
def show_offline(request: Request, language: FromPath[str]) -> Response[str]:
    """What is shown where there is neither a connection nor a kept copy: kept beforehand in each language."""
    return render(request, "web/offline.html", language=_language(language))
