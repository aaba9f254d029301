"""Being forgotten: what happens, showing that it is me, the last word."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.people import actions
from buurtnet.people.actions import leaving
from buurtnet.people.actions.sessions import check_pin
from buurtnet.people.pages import cookies, words
from buurtnet.people.pages.forms import CodeForm, PinForm
from buurtnet.people.queries import get_person
from buurtnet.people.rules import mask_address
from buurtnet.privacy.schemas import SendForm, SureForm
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.keeping import ENDS_HERE
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
LimitsIn, SettingsIn = NamedDependency[Limits], NamedDependency[Settings]
SURE = "/me/data/forget/sure"


async def _own_id(db: Db, viewer: Viewer) -> UUID:
    await leaving.require_own_worker(db, viewer)
    assert viewer.person_id is not None
    return viewer.person_id


@get("/me/data/forget", guards=[residents], include_in_schema=False)
async def show_forget(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """What happens when I am forgotten, and what stays."""
    await _own_id(db, viewer)
    return render(request, "privacy/forget.html")


async def _show_sure(request: Asked, db: Db, viewer: Viewer, vault: Vault, form: Form, status_code: int = 200) -> Response[str]:
    """The last word; before it, unless a worker does it, the four pictures or a code where there is a way to show that it is them."""
    person = await get_person(db, await _own_id(db, viewer))
    acting = viewer.actor_id != viewer.person_id
    proven = acting or await leaving.is_confirmed(db, viewer, at=now()) or not await leaving.needs_proof(db, viewer)
    if proven:
        return render(request, "privacy/sure.html", form=form, acting=acting, reasons=words.reason_choices(), status_code=status_code)
    if person.has_pin:
        return render(request, "privacy/pictures.html", form=form, pictures=words.pin_choices(), status_code=status_code)
    found = [
        (contact.id, mask_address(contact.channel, contact.value))
        for contact in await actions.list_contacts(db, vault, person.id)
        if contact.verified
    ]
    return render(request, "privacy/send.html", form=form, contacts=found, status_code=status_code)


@get(SURE, guards=[residents], include_in_schema=False)
async def show_sure(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn) -> Response[str]:
    """The next thing to do before I am forgotten."""
    return await _show_sure(request, db, viewer, vault, Form())


@post("/me/data/forget/pictures", guards=[residents], include_in_schema=False)
async def show_pictures(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, limits: LimitsIn) -> Response[Any]:
    """Looks at the four pictures."""
    person_id = await _own_id(db, viewer)
    try:
        await check_pin(db, vault, limits, person_id, (await read_form(request, PinForm)).pin)
    except Invalid as refusal:
        return await _show_sure(request, db, viewer, vault, await typed_form(request, refusal), 422)
    await leaving.confirm_session(db, viewer, at=now())
    return Redirect(SURE, status_code=303)


@post("/me/data/forget/code", guards=[residents], include_in_schema=False)
async def send_code(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn) -> Response[Any]:
    """Sends six digits to one of my own addresses."""
    await _own_id(db, viewer)
    try:
        chosen = (await read_form(request, SendForm)).contact
    except Invalid as refusal:
        return await _show_sure(request, db, viewer, vault, await typed_form(request, refusal), 422)
    network, language = network_of_visitor(request), current_language().code
    code = await leaving.ask_confirming_code(
        db, vault, limits, viewer, chosen, region=settings.phone_region, network=network, language=language, at=now()
    )
    return Redirect("/me/data/forget/code", status_code=303, cookies=[cookies.code_cookie(settings, code.browser)])


@get("/me/data/forget/code", guards=[residents], include_in_schema=False)
async def show_code(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """The page for the six digits."""
    await _own_id(db, viewer)
    return render(request, "privacy/code.html", form=Form())


@post("/me/data/forget/digits", guards=[residents], include_in_schema=False)
async def read_code(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    limits: LimitsIn,
    settings: SettingsIn,
    database: NamedDependency[Database],
) -> Response[Any]:
    """Looks at the six digits."""
    await _own_id(db, viewer)
    try:
        typed = await read_form(request, CodeForm)
        browser, network, at = cookies.browser_of(request, settings), network_of_visitor(request), now()
        code = await actions.verify_code(db, database, vault, limits, browser, typed.code, purpose="confirm", network=network, at=at)
        await leaving.confirm_with_code(db, viewer, code, at=at)
    except Invalid as refusal:
        return render(request, "privacy/code.html", form=await typed_form(request, refusal), status_code=422)
    return Redirect(SURE, status_code=303)


@post("/me/data/forget", guards=[residents], include_in_schema=False)
async def forget_me(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, settings: SettingsIn) -> Response[Any]:
    """Ends my account at once; the worker removes the rest within minutes."""
    acting = viewer.actor_id != viewer.person_id
    try:
        typed = await read_form(request, SureForm)
        if not typed.sure:
            raise Invalid({"sure": N_("Please say that you are sure.")})
        await leaving.ask_erasure(db, viewer, at=now(), reason=typed.reason)
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
        return await _show_sure(request, db, viewer, vault, await typed_form(request, wrong), 422)
    if acting:
        return Redirect("/desk/people", status_code=303)
    return Redirect("/forgotten", status_code=303, cookies=cookies.no_session(settings), headers=ENDS_HERE)


@get("/forgotten", include_in_schema=False)
async def show_forgotten(request: Asked) -> Response[str]:
    """A kind goodbye."""
    return render(request, "privacy/forgotten.html")


HANDLERS = (show_forget, show_sure, show_pictures, send_code, show_code, read_code, forget_me, show_forgotten)
