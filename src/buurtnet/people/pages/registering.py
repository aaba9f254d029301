"""Registering somebody who needs no phone: at the desk, or on the street without a connection."""

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.actions.joining import MaybeKnown
from buurtnet.people.actions.keeping import STREET, Words, forget_kept, keep_words, list_kept
from buurtnet.people.pages import words
from buurtnet.people.pages.keeping import ForgetForm
from buurtnet.people.queries import find_doubles, find_last_place, list_places
from buurtnet.people.rules import clean_name
from buurtnet.people.schemas import PersonCard, RegisteredPerson
from buurtnet.web.forms import Form, convert_form, parse_fields, read_form, typed_form
from buurtnet.web.keeping import HEADER
from buurtnet.web.language import current_language
from buurtnet.web.shell import DeskSection, Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
NEW = "/desk/people/new"


class RegisterForm(RegisteredPerson, frozen=True, kw_only=True):
    """What a worker writes down, and whether they go on for the person at once."""

    then: Literal["", "act"] = ""


async def _show_new(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    form: Form,
    known_people: Sequence[PersonCard] = (),
    kept: UUID | None = None,
    status_code: int = 200,
) -> Response[str]:
    places = await list_places(db, viewer.areas, current_language().code)
    return render(
        request,
        "people/register.html",
        desk=sections,
        places=sorted(places.items(), key=lambda place: place[1].casefold()),
        last_place=await find_last_place(db, viewer),
        languages=words.first_languages(),
        others=words.other_languages(),
        consents=words.CONSENT_WORDS.values(),
        known_people=known_people,
        kept=kept,
        form=form,
        status_code=status_code,
    )


@get(NEW, guards=[facilitators], include_in_schema=False)
async def show_new(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, kept: FromQuery[UUID | None] = None
) -> Response[str]:
    """The form to register somebody: a name, a neighbourhood, a language; with `kept` what was written on the street and needs another look."""
    if kept is None:
        return await _show_new(request, db, viewer, sections, Form())
    found = next((one for one in await list_kept(db, vault, viewer, at=now()) if one.id == kept and one.words.path == NEW), None)
    if found is None:
        raise NotFound
    typed: dict[str, list[str]] = {}
    for name, value in found.words.fields:
        typed.setdefault(name, []).append(value)
    try:
        new = convert_form(typed, RegisteredPerson)
        doubles = await find_doubles(db, viewer, new.neighbourhood_id, clean_name(new.given_name), new.languages)
        form = Form(typed=typed, sent=True)
    except Invalid as refusal:
        doubles, form = [], Form(typed=typed, errors=dict(refusal.errors), sent=True)
    return await _show_new(request, db, viewer, sections, form, doubles, kept)


@post(NEW, guards=[facilitators], include_in_schema=False)
async def register(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, kept: FromQuery[UUID | None] = None
) -> Response[Any]:
    """Registers the person; the form again with whose name sounds alike. What waited on a phone and cannot be done as it is stays here to be looked at,
    so that nothing of it stays there."""

    async def show_again(form: Form, doubles: Sequence[PersonCard] = ()) -> Response[Any]:
        if HEADER in request.headers:
            return await _keep(request, db, viewer, vault)
        return await _show_new(request, db, viewer, sections, form, doubles, kept, 422)

    try:
        new = await read_form(request, RegisterForm)
    except Invalid as refusal:
        return await show_again(await typed_form(request, refusal))
    try:
        identity = await actions.register_person(db, viewer, new)
    except Invalid as refusal:
        return await show_again(await typed_form(request, refusal))
    except MaybeKnown:
        doubles = await find_doubles(db, viewer, new.neighbourhood_id, clean_name(new.given_name), new.languages)
        return await show_again(await typed_form(request), doubles)
    if kept is not None:
        await forget_kept(db, viewer, kept)
    if new.then == "act" and viewer.secrecy and HEADER not in request.headers:
        await actions.start_acting(db, viewer, identity)
        return Redirect("/new", status_code=303)
    return Redirect(f"/desk/people/{identity}", status_code=303)


async def _keep(request: Asked, db: Db, viewer: Viewer, vault: Vault) -> Redirect:
    """Keeps what was typed on the street, sealed, for the worker alone."""
    assert viewer.person_id is not None
    fields = [(name, value) for name, values in parse_fields(await request.body()).items() for value in values]
    await keep_words(db, vault, Words(viewer.person_id, NEW, fields, ["given_name"]), at=now(), life=STREET)
    return Redirect("/desk/people", status_code=303)


@post("/desk/people/kept/forget", guards=[facilitators], include_in_schema=False)
async def throw_away(request: Asked, db: DbIn, viewer: ViewerIn) -> Redirect:
    """Throws away what was written on the street."""
    await forget_kept(db, viewer, (await read_form(request, ForgetForm)).kept)
    return Redirect("/desk/people", status_code=303)


HANDLERS = (show_new, register, throw_away)
