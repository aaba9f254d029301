"""Placing a post: what a page showed its author as the other will see it. And the whole way there on one page, for when there is no connection
between the steps; the worker of the pages keeps that one."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import residents
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.queries import get_person
from buurtnet.people.rules.choices import DAYS, PARTS, REACHES
from buurtnet.posts.actions import publish_post
from buurtnet.posts.pages.drafts import MomentIsOver, check_moment, draft_cookie, form_of, make_draft, no_draft, read_draft
from buurtnet.posts.pages.speaking import read_kind, with_voice
from buurtnet.posts.pages.wizard import as_new, preview_page
from buurtnet.posts.pages.words import day_choices
from buurtnet.posts.rules import LONGEST, check_new
from buurtnet.posts.schemas import Kind, PlaceForm, WholeForm
from buurtnet.screening.queries import is_newcomer
from buurtnet.settings import Settings
from buurtnet.themes.queries import list_themes
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import render


@post("/posts", guards=[residents], status_code=303)
async def place(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], vault: NamedDependency[Vault]) -> Response[Any]:
    """Places the draft that the page showed, or this browser's, and shows what happens now."""
    typed = await typed_form(request)
    draft = read_draft(request, vault, carried=typed.value("draft"))
    if draft is None or viewer.person_id is None:
        return Redirect("/new", status_code=303)
    try:
        form = await read_form(request, PlaceForm)
        check_moment(draft)
        new = as_new(draft, theme=form.theme, quiet=not form.shown)
        placed = await publish_post(db, viewer, await with_voice(db, vault, new, draft), at=now(), vault=vault)
    except MomentIsOver as refusal:
        return await _whole_page(request, db, viewer, draft.kind, _refused(form_of(draft), draft.theme, refusal), refusal.status)
    except Invalid as refusal:
        return await preview_page(request, db, viewer.person_id, vault, draft, await typed_form(request, refusal), refusal.status)
    except Conflict as refusal:
        form = await typed_form(request, Invalid({"": refusal.text}))
        return await preview_page(request, db, viewer.person_id, vault, draft, form, refusal.status)
    return Redirect(f"/posts/{placed.id}?new=true", status_code=303, cookies=[no_draft()])


def _refused(form: Form, theme: str | None, refusal: Invalid) -> Form:
    return msgspec.structs.replace(form, typed=form.typed | {"theme": [theme or ""]}, errors=refusal.errors)


async def _whole_page(request: Request, db: Db, viewer: Viewer, kind: Kind, form: Form, status_code: int = 200) -> Response[str]:
    assert viewer.person_id is not None
    person = await get_person(db, viewer.person_id)
    return render(
        request,
        "posts/whole.html",
        status_code=status_code,
        tab="new",
        kind=kind,
        branches=await list_themes(db, current_language().code),
        form=form,
        person=person,
        new_here=await is_newcomer(db, person.organisation_id, person.posts_on_trial),
        reaches=REACHES,
        dates=day_choices(form.value("day")),
        days=DAYS,
        parts=PARTS,
        longest=LONGEST,
    )


@get("/new/whole/{kind:str}", guards=[residents])
async def show_whole(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], kind: FromPath[str]) -> Response[str]:
    """Theme, words, and what the other sees, on one page."""
    return await _whole_page(request, db, viewer, read_kind(kind), Form())


@post("/posts/whole", guards=[residents], status_code=303, opt={"typed": ("text",)})
async def place_whole(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Places what its author saw on the phone as the other will; where the phone could not show it, the page that does comes first."""
    typed = await typed_form(request)
    kind: Kind = "offer" if typed.value("kind") == "offer" else "need"
    try:
        form = await read_form(request, WholeForm)
        draft = make_draft(form, form.kind, form.theme, said=None, person_id=viewer.person_id)
        draft = msgspec.structs.replace(draft, made_at=draft.made_at if form.said is None else form.said)
        check_moment(draft)
        check_new(as_new(draft), today=today())
        if not form.seen:
            return Redirect("/new/preview", status_code=303, cookies=[draft_cookie(vault, draft, secure=settings.secure)])
        placed = await publish_post(db, viewer, as_new(draft, quiet=not form.shown), at=now())
    except Invalid as refusal:
        return await _whole_page(request, db, viewer, kind, await typed_form(request, refusal), 422)
    except Conflict as refusal:
        return await _whole_page(request, db, viewer, kind, await typed_form(request, Invalid({"": refusal.text})), 409)
    return Redirect(f"/posts/{placed.id}?new=true", status_code=303)
