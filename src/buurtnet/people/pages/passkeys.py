"""Passkeys and the authenticator: signing in with a device, a worker's first day, and what they sign in with later."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import staff
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer, require_confirmed
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.people import actions
from buurtnet.people.actions import beginning, passkeys
from buurtnet.people.actions.codes import CodeIsOver
from buurtnet.people.pages import cookies
from buurtnet.people.pages.cards import draw_qr
from buurtnet.people.pages.forms import DigitsForm, PasskeyForm
from buurtnet.people.queries import list_passkeys
from buurtnet.people.rules.staff import find_named, relying_party
from buurtnet.people.schemas import OpenedSession
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
LimitsIn, SettingsIn = NamedDependency[Limits], NamedDependency[Settings]
PAGE = "/staff/passkeys"


def _hand_out(settings: Settings, asked: tuple[str, str]) -> Response[str]:
    options, cookie = asked
    return Response(options, media_type=MediaType.JSON, status_code=200, cookies=[cookies.passkey_cookie(settings, cookie)])


def name_address(request: Asked, settings: Settings, path: str) -> str | None:
    """Where the page is to be opened so that passkeys work; None where they do."""
    origin = find_named(settings.url, request.url.hostname)
    return f"{origin}{path}" if origin else None


def show_entrance(request: Asked, settings: Settings, form: Form, status_code: int = 200) -> Response[str]:
    """The page on which a worker begins to sign in."""
    named = name_address(request, settings, "/staff/sign-in")
    return render(request, "people/staff_address.html", form=form, named=named, status_code=status_code)


def _open_desk(settings: Settings, session: OpenedSession) -> Redirect:
    crumbs = [*cookies.session_cookies(settings, session), *cookies.own_language(settings, session)]
    return Redirect("/desk", status_code=303, cookies=crumbs)


@post("/staff/passkeys/prove", include_in_schema=False)
async def ask_proof(request: Asked, vault: VaultIn, limits: LimitsIn, settings: SettingsIn) -> Response[str]:
    """What a device needs to prove a passkey; the same for everybody."""
    await limits.spend("passkey-ask", network_of_visitor(request), most=120, seconds=3600)
    return _hand_out(settings, await passkeys.ask_proof(vault, relying_party(settings.url), at=now()))


@post("/staff/sign-in/passkey", include_in_schema=False)
async def enter_with_passkey(request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn) -> Response[Any]:
    """Opens the desk for who holds the device."""
    party, cookie = relying_party(settings.url), cookies.passkey_cookie_of(request, settings)
    try:
        answer = (await read_form(request, PasskeyForm)).passkey
        network = network_of_visitor(request)
        session = await actions.enter_with_passkey(db, vault, limits, party, answer, cookie, network=network, at=now())
    except Invalid as refusal:
        return show_entrance(request, settings, Form(errors=dict(refusal.errors)), 422)
    return _open_desk(settings, session)


# --- the first day -----------------------------------------------------------------------------------------------------------------


async def _show_begin(
    request: Asked, db: Db, vault: Vault, settings: Settings, form: Form | None = None, status_code: int = 200
) -> Response[Any]:
    try:
        beginner = await beginning.find_beginner(db, cookies.browser_of(request, settings), at=now())
    except CodeIsOver:
        return Redirect("/staff/sign-in", status_code=303)
    secret = beginning.authenticator_secret(vault, beginner.code.id)
    qr = draw_qr(beginning.authenticator_address(secret, beginner.given_name))
    return render(
        request,
        "people/begin.html",
        name=beginner.given_name,
        secret=secret,
        qr=qr,
        named=name_address(request, settings, "/staff/sign-in"),
        form=form or Form(),
        status_code=status_code,
    )


@get("/staff/begin", include_in_schema=False)
async def show_begin(request: Asked, db: DbIn, vault: VaultIn, settings: SettingsIn) -> Response[Any]:
    """Where an invited worker, whose address is proven, chooses with what they sign in from now on."""
    return await _show_begin(request, db, vault, settings)


@post("/staff/begin", include_in_schema=False)
async def begin_with_app(request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn) -> Response[Any]:
    """Opens the desk with the digits of the new app."""
    try:
        typed, browser = (await read_form(request, DigitsForm)).totp, cookies.browser_of(request, settings)
        return _open_desk(settings, await beginning.begin_with_app(db, vault, limits, browser, typed, at=now()))
    except Invalid as refusal:
        return await _show_begin(request, db, vault, settings, Form(errors=dict(refusal.errors)), 422)


@post("/staff/begin/ask", include_in_schema=False)
async def ask_first_passkey(request: Asked, db: DbIn, vault: VaultIn, settings: SettingsIn) -> Response[str]:
    """What a device needs to make the first passkey of an invited worker."""
    beginner = await beginning.find_beginner(db, cookies.browser_of(request, settings), at=now())
    party = relying_party(settings.url)
    return _hand_out(settings, await passkeys.ask_passkey(db, vault, beginner.person_id, beginner.given_name, party, at=now()))


@post("/staff/begin/passkey", include_in_schema=False)
async def begin_with_passkey(request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn) -> Response[Any]:
    """Opens the desk with the new passkey."""
    party, browser, cookie = (
        relying_party(settings.url),
        cookies.browser_of(request, settings),
        cookies.passkey_cookie_of(request, settings),
    )
    try:
        form = await read_form(request, PasskeyForm)
        session = await beginning.begin_with_passkey(db, vault, limits, party, browser, form.passkey, cookie, label=form.label, at=now())
    except Invalid as refusal:
        return await _show_begin(request, db, vault, settings, Form(errors=dict(refusal.errors)), 422)
    return _open_desk(settings, session)


# --- later -------------------------------------------------------------------------------------------------------------------------


async def _show(
    request: Asked, db: Db, vault: Vault, settings: Settings, viewer: Viewer, form: Form | None = None, status_code: int = 200
) -> Response[str]:
    assert viewer.session_hash is not None
    secret = beginning.authenticator_secret(vault, viewer.session_hash.hex())
    return render(
        request,
        "people/passkeys.html",
        passkeys=await list_passkeys(db, viewer),
        named=name_address(request, settings, PAGE),
        secret=secret,
        qr=draw_qr(beginning.authenticator_address(secret, viewer.name or "Buurtnet")),
        form=form or Form(),
        status_code=status_code,
    )


@get(PAGE, guards=[staff], include_in_schema=False)
async def show_passkeys(request: Asked, db: DbIn, vault: VaultIn, settings: SettingsIn, viewer: ViewerIn) -> Response[str]:
    """With what I sign in; for who showed lately that it is them."""
    require_confirmed(viewer, now())
    return await _show(request, db, vault, settings, viewer)


@post("/staff/passkeys/ask", guards=[staff], include_in_schema=False)
async def ask_passkey(db: DbIn, vault: VaultIn, viewer: ViewerIn, settings: SettingsIn) -> Response[str]:
    """What a device needs to make one more passkey of mine."""
    require_confirmed(viewer, now())
    assert viewer.person_id is not None
    party = relying_party(settings.url)
    return _hand_out(settings, await passkeys.ask_passkey(db, vault, viewer.person_id, viewer.name or "Buurtnet", party, at=now()))


@post(PAGE, guards=[staff], include_in_schema=False)
async def add_passkey(request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, viewer: ViewerIn, settings: SettingsIn) -> Response[Any]:
    """Keeps the passkey that my device made."""
    party, cookie = relying_party(settings.url), cookies.passkey_cookie_of(request, settings)
    try:
        form = await read_form(request, PasskeyForm)
        await passkeys.add_passkey(db, vault, limits, party, viewer, form.passkey, cookie, label=form.label, at=now())
    except (Invalid, Conflict) as refusal:
        errors = dict(refusal.errors) if isinstance(refusal, Invalid) else {"": refusal.text}
        return await _show(request, db, vault, settings, viewer, Form(errors=errors), 422)
    return Redirect(PAGE, status_code=303)


@post("/staff/passkeys/app", guards=[staff], include_in_schema=False)
async def change_app(request: Asked, db: DbIn, vault: VaultIn, settings: SettingsIn, limits: LimitsIn, viewer: ViewerIn) -> Response[Any]:
    """Takes the new authenticator in the place of the one before."""
    try:
        await beginning.change_app(db, vault, limits, viewer, (await read_form(request, DigitsForm)).totp, at=now())
    except Invalid as refusal:
        return await _show(request, db, vault, settings, viewer, await typed_form(request, refusal), 422)
    return Redirect(PAGE, status_code=303)


@post("/staff/passkeys/{passkey_id:uuid}/remove", guards=[staff], include_in_schema=False)
async def remove_passkey(db: DbIn, viewer: ViewerIn, passkey_id: FromPath[UUID]) -> Redirect:
    """From now on nobody signs in with that device."""
    await passkeys.remove_passkey(db, viewer, passkey_id, at=now())
    return Redirect(PAGE, status_code=303)


HANDLERS = (
    ask_proof,
    enter_with_passkey,
    show_begin,
    begin_with_app,
    ask_first_passkey,
    begin_with_passkey,
    show_passkeys,
    ask_passkey,
    add_passkey,
    change_app,
    remove_passkey,
)
