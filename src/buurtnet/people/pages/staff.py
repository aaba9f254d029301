"""The entrance of workers: a mailed code and their authenticator; the mailed code alone for who was invited and begins."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.limits import Limits
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.people import actions
from buurtnet.people.actions.beginning import prove_invited
from buurtnet.people.pages import cookies
from buurtnet.people.pages.forms import AddressForm, StaffCodeForm
from buurtnet.people.pages.passkeys import show_entrance
from buurtnet.people.rules import normalise_address
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]


@get("/staff/sign-in", include_in_schema=False)
async def show_staff_sign_in(request: Asked, settings: NamedDependency[Settings], viewer: NamedDependency[Viewer]) -> Response[Any]:
    """The page that asks a worker for their e-mail address."""
    if viewer.staff:
        return Redirect("/desk", status_code=303)
    return show_entrance(request, settings, Form())


@post("/staff/sign-in", include_in_schema=False)
async def ask_staff_code(
    request: Asked,
    db: NamedDependency[Db],
    vault: NamedDependency[Vault],
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
) -> Response[Any]:
    """Mails a code; the answer is the same whether the address is a worker's or not."""
    try:
        address = normalise_address((await read_form(request, AddressForm)).address, settings.phone_region)
        if address.channel != "email":
            raise Invalid({"address": N_("Write your e-mail address here.")})
    except Invalid as refusal:
        return show_entrance(request, settings, await typed_form(request, refusal), 422)
    network = network_of_visitor(request)
    code = await actions.ask_code(db, vault, limits, address, network=network, language=current_language().code, at=now(), purpose="staff")
    return Redirect("/staff/sign-in/code", status_code=303, cookies=[cookies.code_cookie(settings, code.browser)])


@get("/staff/sign-in/code", include_in_schema=False)
async def show_staff_code(request: Asked) -> Response[str]:
    """The page for the mailed code and the authenticator's digits."""
    return render(request, "people/staff_code.html", form=Form())


@post("/staff/sign-in/code", include_in_schema=False)
async def enter_as_staff(
    request: Asked,
    db: NamedDependency[Db],
    vault: NamedDependency[Vault],
    limits: NamedDependency[Limits],
    settings: NamedDependency[Settings],
    database: NamedDependency[Database],
) -> Response[Any]:
    """Opens the desk; who was invited and begins goes on to choose with what they sign in."""
    try:
        typed = await read_form(request, StaffCodeForm)
        browser, network = cookies.browser_of(request, settings), network_of_visitor(request)
        if not typed.totp:
            await prove_invited(db, database, vault, limits, browser, typed.code, network=network, at=now())
            return Redirect("/staff/begin", status_code=303)
        session = await actions.enter_as_staff(db, database, vault, limits, browser, typed.code, typed.totp, network=network, at=now())
    except Invalid as refusal:
        return render(request, "people/staff_code.html", form=await typed_form(request, refusal), status_code=422)
    return Redirect(
        "/desk", status_code=303, cookies=[*cookies.session_cookies(settings, session), *cookies.own_language(settings, session)]
    )


HANDLERS = (show_staff_sign_in, ask_staff_code, show_staff_code, enter_as_staff)
