"""Pages that show every part of the shell, for tests and for eyes."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from jinja2 import FileSystemLoader
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.params import FromPath
from litestar.types import ASGIApp, Receive, Scope, Send

from buurtnet.kit.clock import now
from buurtnet.kit.errors import Conflict, Invalid, TooMany
from buurtnet.kit.viewer import Viewer
from buurtnet.reading.pages import show_about
from buurtnet.settings import Settings
from buurtnet.web import pages
from buurtnet.web.choosing import SpeakLanguage, use_language
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.headers import RefuseForgery, security_headers
from buurtnet.web.refusals import EXCEPTION_HANDLERS
from buurtnet.web.shell import DeskLink, DeskSection, render
from buurtnet.web.templating import environment
from tests.web.gallery.texts import NL, TEXTS

PERSON = UUID("01900000-0000-7000-8000-000000000001")
WORKER = UUID("01900000-0000-7000-8000-000000000002")
RESIDENT = Viewer(person_id=PERSON, name="Amina", worker_name="Sara Bakker")
VIEWERS = {
    "resident": RESIDENT,
    "arabic": Viewer(person_id=PERSON, name="Amina", language="ar", worker_name="Sara Bakker"),
    "discreet": Viewer(person_id=PERSON, name="Amina", discreet=True),
    "behalf": Viewer(person_id=PERSON, actor_id=WORKER, name="Amina", roles=("facilitator",), worker_name="Sara Bakker"),
    "facilitator": Viewer(person_id=WORKER, actor_id=WORKER, name="Sara", roles=("facilitator",)),
}


class SignedIn(ASGIMiddleware):
    """Somebody is signed in by a cookie that names one of VIEWERS: stands where the sessions stand."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        who = Request(scope).cookies.get("who", "")
        if who in VIEWERS:
            scope["user"] = VIEWERS[who]
        await next_app(scope, receive, send)


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What the gallery's form asks."""

    text: Annotated[str, msgspec.Meta(min_length=3, max_length=500)]
    urgency: Literal["today", "week", "regular", "any"]
    days: Annotated[list[str], msgspec.Meta(max_length=4)] = []
    contact: Annotated[str, msgspec.Meta(max_length=100, pattern="^[^@]+@[^@]+$")]
    code: Annotated[str, msgspec.Meta(max_length=6)] | None = None
    reach: Annotated[int, msgspec.Meta(ge=1, le=5)]
    adult: bool


def words(request: Request) -> dict:
    return TEXTS.get(use_language(request).code, NL)


@get("/gallery")
async def show_home(request: Request) -> Response[str]:
    return render(request, "gallery/home.html", tab="home", t=words(request))


@get("/form")
async def show_form(request: Request) -> Response[str]:
    return render(request, "gallery/form.html", t=words(request), form=Form())


@get("/form-in-place")
async def show_form_in_place(request: Request) -> Response[str]:
    """The same form, sent by htmx."""
    return render(request, "gallery/form.html", t=words(request), form=Form(), htmx=True)


@post("/form")
async def send_form(request: Request) -> Response[str]:
    try:
        wish = await read_form(request, Wish)
    except Invalid as refusal:
        return render(request, "gallery/form.html", status_code=422, t=words(request), form=await typed_form(request, refusal))
    return Response(msgspec.json.encode(wish).decode(), media_type="application/json")


@get("/desk-gallery")
async def show_desk(request: Request) -> Response[str]:
    desk = [
        DeskSection(
            "Wacht op jou", [DeskLink(label="Posts", href="/desk-gallery", count=7), DeskLink(label="Matches", href="/m", count=4)]
        ),
        DeskSection(
            "Netwerk", [DeskLink(label="Vraag zonder match", href="/n", count=12), DeskLink(label="Nog geen contact", href="/o", count=9)]
        ),
        DeskSection("Mensen", [DeskLink(label="Inschrijven", href="/p"), DeskLink(label="Opvolgen vandaag", href="/q", count=5)]),
        DeskSection(
            "Wijken", [DeskLink(label="Brabantwijk", href="/r", count=6), DeskLink(label="Helmet (reserve)", href="/s", count=2, pale=True)]
        ),
    ]
    return render(request, "gallery/desk.html", desk=desk, t=words(request), moment=now() - timedelta(minutes=12))


@get("/refuse/{kind:str}")
async def refuse(kind: FromPath[str]) -> None:
    raise {
        "conflict": Conflict(),
        "often": TooMany(150),
        "invalid": Invalid({"": "Please fill this in."}),
        "crash": KeyError("Amina 0470 12 34 56"),
    }[kind]


def create_gallery() -> Litestar:
    """The shell alone, with pages that use all of it."""
    environment().loader.mapping["gallery"] = FileSystemLoader(Path(__file__).parent)  # type: ignore[union-attr]
    return Litestar(
        [pages.router, show_about, show_home, show_form, show_form_in_place, send_form, show_desk, refuse],
        middleware=[RefuseForgery("http://127.0.0.1:8000"), SignedIn(), SpeakLanguage()],
        exception_handlers=EXCEPTION_HANDLERS,
        before_send=[security_headers(secure=False)],
        state=State({"settings": Settings()}),
        openapi_config=None,
        logging_config=None,
    )
