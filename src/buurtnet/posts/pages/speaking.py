"""Saying it instead of typing: the recorder on the way to a new post, and playing what was said."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.posts.pages.drafts import draft_cookie, make_draft, no_draft, read_draft
from buurtnet.posts.queries import get_voice
from buurtnet.posts.rules import LONGEST
from buurtnet.posts.schemas import Draft, Kind, NewPost, SayForm
from buurtnet.settings import Settings
from buurtnet.themes.queries import get_theme_by_slug
from buurtnet.voice import rules as voice
from buurtnet.voice.actions import drop_draft, keep_draft
from buurtnet.voice.pages import MAY_RECORD, read_sound
from buurtnet.voice.queries import get_draft
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import render
from buurtnet.web.sounds import answer_sound

UNKNOWN = "unknown"
"""In an address: the author does not know the theme."""
HOURLY = {"most": 20, "seconds": 3600}
"""Notes from one network in an hour."""
HOURLY_OF_ALL = {"most": 2000, "seconds": 3600}
"""Notes of people who have not joined yet, from everywhere: 320 MB at most wait for their authors."""


def read_kind(kind: str) -> Kind:
    """The kind in an address; NotFound where it is none."""
    match kind:
        case "need" | "offer":
            return kind
        case _:
            raise NotFound


async def read_theme(db: Db, slug: str) -> str | None:
    """The slug in an address, None where the author does not know; NotFound where there is no such theme."""
    return None if slug == UNKNOWN else (await get_theme_by_slug(db, slug, current_language().code)).slug


def refuse_staff(viewer: Viewer) -> None:
    """Workers place posts only on behalf of somebody."""
    if viewer.staff:
        raise NotFound


@get("/new/{kind:str}/{slug:str}/voice", opt={"public": True})
async def show_recorder(
    request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], kind: FromPath[str], slug: FromPath[str]
) -> Response[str]:
    """The page on which it is said instead of typed."""
    refuse_staff(viewer)
    await read_theme(db, slug)
    return _recorder(request, read_kind(kind), slug, Form())


def _recorder(request: Request, kind: Kind, slug: str, form: Form, status_code: int = 200) -> Response[str]:
    return render(
        request,
        "posts/speak.html",
        tab="new",
        status_code=status_code,
        headers=MAY_RECORD,
        kind=kind,
        slug=slug,
        form=form,
        longest=voice.LONGEST,
    )


@post("/new/{kind:str}/{slug:str}/voice", opt={"public": True}, status_code=303)
async def say(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
    kind: FromPath[str],
    slug: FromPath[str],
) -> Response[Any]:
    """Keeps what was said and goes back to the words; from there it keeps what was typed and comes here."""
    refuse_staff(viewer)
    side, theme, here = read_kind(kind), await read_theme(db, slug), f"/new/{kind}/{slug}"
    said = read_draft(request, vault)
    if not request.headers.get("content-type", "").startswith("multipart/"):
        typed = make_draft(await _read_leniently(request), side, theme, said=said, person_id=viewer.person_id)
        return Redirect(f"{here}/voice", status_code=303, cookies=[draft_cookie(vault, typed, secure=settings.secure)])
    await limits.spend("voice", network_of_visitor(request), **HOURLY)
    if not viewer.known:
        await limits.spend("voice", "visitors", **HOURLY_OF_ALL)
    try:
        note = voice.check_note(await read_sound(request))
    except Invalid as refusal:
        return _recorder(request, side, slug, Form(errors=refusal.errors), 422)
    if said is not None and said.voice is not None:
        await drop_draft(db, said.voice)
    draft = said if said is not None and (said.kind, said.theme) == (side, theme) else None
    draft = draft or make_draft(SayForm(), side, theme, said=None, person_id=viewer.person_id)
    draft = msgspec.structs.replace(draft, voice=await keep_draft(db, viewer, vault, note), seconds=note.seconds)
    return Redirect(here, status_code=303, cookies=[draft_cookie(vault, draft, secure=settings.secure)])


async def _read_leniently(request: Request) -> SayForm:
    """What was typed so far; of a form that is not right the words alone."""
    try:
        return await read_form(request, SayForm)
    except Invalid:
        return SayForm(text=(await typed_form(request)).value("text")[:LONGEST])


@get("/new/voice", opt={"public": True})
async def play_draft(
    request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], vault: NamedDependency[Vault]
) -> Response[bytes]:
    """What I said, before it is placed."""
    refuse_staff(viewer)
    draft = read_draft(request, vault)
    if draft is None or draft.voice is None:
        raise NotFound
    return answer_sound(request, (await get_draft(db, vault, draft.voice)).sound)


@post("/new/voice/drop", opt={"public": True}, status_code=303)
async def drop(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    settings: NamedDependency[Settings],
) -> Redirect:
    """Throws away what I said; what I typed stays."""
    refuse_staff(viewer)
    draft = read_draft(request, vault)
    if draft is None:
        return Redirect("/new", status_code=303, cookies=[no_draft()])
    if draft.voice is not None:
        await drop_draft(db, draft.voice)
    kept = msgspec.structs.replace(draft, voice=None, seconds=None)
    here = f"/new/{draft.kind}/{draft.theme or UNKNOWN}"
    return Redirect(here, status_code=303, cookies=[draft_cookie(vault, kept, secure=settings.secure)])


async def with_voice(db: Db, vault: Vault, new: NewPost, draft: Draft) -> NewPost:
    """The post with what was said in its draft, which is then gone from there; Invalid where it waited too long."""
    if draft.voice is None:
        return new
    try:
        note = await get_draft(db, vault, draft.voice)
    except NotFound:
        raise Invalid({"": N_("What you said is not here any more. Please say it again, or write it.")}) from None
    await drop_draft(db, draft.voice)
    return msgspec.structs.replace(new, voice=note.sound)


@get("/posts/{post_id:uuid}/voice", guards=[residents])
async def play(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    post_id: FromPath[UUID],
) -> Response[bytes]:
    """What I said in my post."""
    return answer_sound(request, (await get_voice(db, viewer, vault, post_id)).sound)
