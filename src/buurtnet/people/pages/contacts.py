"""How a person is reached, and who may never find them."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Conflict, Invalid, SignInFirst
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.people import actions
from buurtnet.people.actions.acting import NoSecrecy
from buurtnet.people.actions.wishes import spend_wish
from buurtnet.people.pages import cookies
from buurtnet.people.pages.forms import AddressForm, CodeForm
from buurtnet.people.queries import count_wishes
from buurtnet.people.rules import normalise_address, normalise_any_address
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
LimitsIn, SettingsIn = NamedDependency[Limits], NamedDependency[Settings]


def own_id(viewer: Viewer) -> UUID:
    """The viewer's own id; NoSecrecy for a worker who acts for them without a basis for secrecy."""
    if viewer.person_id is None:
        raise SignInFirst
    if viewer.actor_id != viewer.person_id and not viewer.secrecy:
        raise NoSecrecy
    return viewer.person_id


async def _show_contacts(request: Asked, db: Db, vault: Vault, viewer: Viewer, form: Form, status_code: int = 200) -> Response[str]:
    contacts = await actions.list_contacts(db, vault, own_id(viewer))
    return render(request, "people/contacts.html", contacts=contacts, form=form, status_code=status_code)


@get("/me/contact", guards=[residents], include_in_schema=False)
async def show_contacts(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn) -> Response[str]:
    """The person's addresses, and a form for one more."""
    return await _show_contacts(request, db, vault, viewer, Form())


@post("/me/contact", guards=[residents], include_in_schema=False)
async def ask_contact_code(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn
) -> Response[Any]:
    """Sends a code to the new address."""
    own_id(viewer)
    try:
        address = normalise_address((await read_form(request, AddressForm)).address, settings.phone_region)
        network = network_of_visitor(request)
        code = await actions.ask_contact_code(
            db, vault, limits, viewer, address, network=network, language=current_language().code, at=now()
        )
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"address": refusal.text})
        return await _show_contacts(request, db, vault, viewer, await typed_form(request, wrong), 422)
    return Redirect("/me/contact/code", status_code=303, cookies=[cookies.code_cookie(settings, code.browser)])


@get("/me/contact/code", guards=[residents], include_in_schema=False)
async def show_contact_code(request: Asked) -> Response[str]:
    """The page for the six digits."""
    return render(request, "people/contact_code.html", form=Form())


@post("/me/contact/code", guards=[residents], include_in_schema=False)
async def confirm_contact(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    limits: LimitsIn,
    settings: SettingsIn,
    database: NamedDependency[Database],
) -> Response[Any]:
    """Adds the address whose code was read."""
    own_id(viewer)
    try:
        typed = await read_form(request, CodeForm)
        browser, network, at = cookies.browser_of(request, settings), network_of_visitor(request), now()
        code = await actions.verify_code(db, database, vault, limits, browser, typed.code, purpose="contact", network=network, at=at)
        await actions.confirm_contact(db, vault, viewer, code, at=at)
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"code": refusal.text})
        return render(request, "people/contact_code.html", form=await typed_form(request, wrong), status_code=422)
    return Redirect("/me/contact", status_code=303)


@post("/me/contact/{contact_id:uuid}/remove", guards=[residents], include_in_schema=False)
async def remove_contact(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, settings: SettingsIn, contact_id: FromPath[UUID]
) -> Response[Any]:
    """Forgets an address."""
    own_id(viewer)
    await actions.remove_contact(db, vault, viewer, contact_id, region=settings.phone_region)
    return Redirect("/me/contact", status_code=303)


@post("/me/contact/{contact_id:uuid}/again", guards=[residents], include_in_schema=False)
async def try_contact_again(db: DbIn, viewer: ViewerIn, contact_id: FromPath[UUID]) -> Response[Any]:
    """Lets messages go to an address again from which they came back."""
    own_id(viewer)
    await actions.try_contact_again(db, viewer, contact_id)
    return Redirect("/me/contact", status_code=303)


async def _show_keep_away(request: Asked, db: Db, viewer: Viewer, form: Form, status_code: int = 200) -> Response[str]:
    count = await count_wishes(db, viewer)
    return render(request, "people/keep_away.html", count=count, form=form, status_code=status_code)


@get("/me/keep-away", guards=[residents], include_in_schema=False)
async def show_keep_away(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """Who may never find me: a number or address; which ones were given is not shown."""
    return await _show_keep_away(request, db, viewer, Form())


@post("/me/keep-away", guards=[residents], include_in_schema=False)
async def keep_away(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn) -> Response[Any]:
    """Keeps the wish; the answer is the same whether the address is known or not."""
    await spend_wish(limits, viewer)
    try:
        address = normalise_any_address((await read_form(request, AddressForm)).address, settings.phone_region)
        await actions.keep_away(db, vault, viewer, address)
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"address": refusal.text})
        return await _show_keep_away(request, db, viewer, await typed_form(request, wrong), 422)
    return Redirect("/me/keep-away", status_code=303)


@post("/me/keep-away/remove", guards=[residents], include_in_schema=False)
async def stop_keeping_away(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn
) -> Response[Any]:
    """Takes a wish back, for who types the same number or address again."""
    await spend_wish(limits, viewer)
    try:
        address = normalise_any_address((await read_form(request, AddressForm)).address, settings.phone_region)
        await actions.stop_keeping_away(db, vault, viewer, address)
    except Invalid as refusal:
        return await _show_keep_away(request, db, viewer, await typed_form(request, refusal), 422)
    return Redirect("/me/keep-away", status_code=303)


HANDLERS = (
    show_contacts,
    ask_contact_code,
    show_contact_code,
    confirm_contact,
    remove_contact,
    try_contact_again,
    show_keep_away,
    keep_away,
    stop_keeping_away,
)
