"""Joining and signing in: one flow from an address over a code to a session."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.limits import Limits
from buurtnet.kit.sessions import cookie_name
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.people import actions
from buurtnet.people.actions.codes import CodeIsOver, find_proven
from buurtnet.people.pages import cookies, words
from buurtnet.people.pages.forms import AddressForm, CardForm, CardPinForm, CodeForm, WhoForm
from buurtnet.people.queries import find_candidates, find_code
from buurtnet.people.rules import JOIN_LIFE, mask_address, normalise_address, picture_icon
from buurtnet.people.schemas import OpenedSession, SignInCode
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.keeping import ENDS_HERE
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
LimitsIn, SettingsIn, DatabaseIn = NamedDependency[Limits], NamedDependency[Settings], NamedDependency[Database]


def show_address(request: Asked, *, joining: bool, next_page: str, form: Form, status_code: int = 200) -> Response[str]:
    """The page that asks how somebody is reached."""
    waiting = bool(request.cookies.get("draft")) and not next_page
    return render(request, "people/address.html", joining=joining, next_page=next_page, waiting=waiting, form=form, status_code=status_code)


async def _ask(request: Asked, db: Db, vault: Vault, limits: Limits, settings: Settings, *, joining: bool, next_page: str) -> Response[Any]:
    try:
        typed = await read_form(request, AddressForm)
        address = normalise_address(typed.address, settings.phone_region)
    except Invalid as refusal:
        return show_address(request, joining=joining, next_page=next_page, form=await typed_form(request, refusal), status_code=422)
    network = network_of_visitor(request)
    code = await actions.ask_code(db, vault, limits, address, network=network, language=current_language().code, at=now())
    path = cookies.with_query("/sign-in/code", joining="yes" if joining else "", next=next_page)
    return Redirect(path, status_code=303, cookies=[cookies.code_cookie(settings, code.browser)])


@get("/join", include_in_schema=False)
async def show_join(request: Asked, viewer: ViewerIn, next: FromQuery[str] = "") -> Response[Any]:
    """The first step of taking part: how can we reach you?"""
    if viewer.known:
        return Redirect("/", status_code=303)
    return show_address(request, joining=True, next_page=next, form=Form())


@post("/join", include_in_schema=False)
async def ask_to_join(
    request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, next: FromQuery[str] = ""
) -> Response[Any]:
    """Sends a code; the answer is the same whether the address is known or not."""
    return await _ask(request, db, vault, limits, settings, joining=True, next_page=next)


@get("/sign-in", include_in_schema=False)
async def show_sign_in(request: Asked, viewer: ViewerIn, next: FromQuery[str] = "") -> Response[Any]:
    """The page that asks for an address."""
    if viewer.known:
        return Redirect("/", status_code=303)
    return show_address(request, joining=False, next_page=next, form=Form())


@post("/sign-in", include_in_schema=False)
async def ask_to_sign_in(
    request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, next: FromQuery[str] = ""
) -> Response[Any]:
    """Sends a code; the answer is the same whether the address is known or not."""
    return await _ask(request, db, vault, limits, settings, joining=False, next_page=next)


async def _show_code(
    request: Asked, db: Db, vault: Vault, settings: Settings, form: Form, *, joining: bool, next_page: str, status_code: int = 200
) -> Response[Any]:
    browser = cookies.browser_of(request, settings)
    code = await find_code(db, token_hash(browser)) if browser else None
    if code is None or code.purpose != "sign_in":
        return Redirect("/sign-in", status_code=303)
    sent_to = mask_address(code.channel, vault.open_text(code.sealed, "sign_in_code", "sealed", code.id))
    return render(
        request,
        "people/code.html",
        sent_to=sent_to,
        channel=code.channel,
        joining=joining,
        next_page=next_page,
        form=form,
        status_code=status_code,
    )


@get("/sign-in/code", include_in_schema=False)
async def show_code(
    request: Asked, db: DbIn, vault: VaultIn, settings: SettingsIn, joining: FromQuery[str] = "", next: FromQuery[str] = ""
) -> Response[Any]:
    """The page for the six digits."""
    return await _show_code(request, db, vault, settings, Form(), joining=bool(joining), next_page=next)


@post("/sign-in/code", include_in_schema=False)
async def send_code(
    request: Asked,
    db: DbIn,
    vault: VaultIn,
    limits: LimitsIn,
    settings: SettingsIn,
    database: DatabaseIn,
    joining: FromQuery[str] = "",
    next: FromQuery[str] = "",
) -> Response[Any]:
    """Signs in who is known, lets a household choose, and leads who is new to the rest of joining."""
    network, at = network_of_visitor(request), now()
    try:
        typed = await read_form(request, CodeForm)
        browser = cookies.browser_of(request, settings)
        code = await actions.verify_code(db, database, vault, limits, browser, typed.code, purpose="sign_in", network=network, at=at)
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await _show_code(request, db, vault, settings, form, joining=bool(joining), next_page=next, status_code=422)
    # Who joins may be a second one at an address that is known: nobody is taken for somebody else there.
    entered = await find_candidates(db, code.lookup) if joining else await actions.enter(db, code, stay=typed.stay, at=at)
    if isinstance(entered, OpenedSession):
        return cookies.go_on(request, settings, entered, next)
    page = "/sign-in/who" if entered else "/join/about"
    query = {"stay": "yes" if typed.stay else "", "joining": "yes" if joining and entered else "", "next": next}
    return Redirect(cookies.with_query(page, **query), status_code=303)


async def find_proof(request: Asked, db: Db, settings: Settings) -> SignInCode:
    """The proven address of this browser that waits for its end; CodeIsOver."""
    return await find_proven(db, cookies.browser_of(request, settings), now() - JOIN_LIFE)


async def _show_who(
    request: Asked, db: Db, code: SignInCode, picture: int, form: Form, *, stay: str, joining: str, next_page: str, status_code: int = 200
) -> Response[str]:
    candidates = await find_candidates(db, code.lookup)
    chosen = next((one for one in candidates if one.picture == picture and one.has_pin), None)
    query = cookies.with_query("", stay=stay, joining=joining, next=next_page)
    if chosen is not None:
        return render(
            request,
            "people/pin.html",
            picture=picture,
            icon_name=picture_icon(picture),
            pictures=words.pin_choices(),
            query=query,
            stay=stay,
            form=form,
            status_code=status_code,
        )
    names = {number: (label, icon) for number, label, icon in words.picture_choices()}
    shown = [(one.picture, *names[one.picture]) for one in candidates if one.picture in names]
    return render(request, "people/who.html", shown=shown, query=query, stay=stay, joining=joining, form=form, status_code=status_code)


@get("/sign-in/who", include_in_schema=False)
async def show_who(
    request: Asked,
    db: DbIn,
    settings: SettingsIn,
    picture: FromQuery[int] = 0,
    stay: FromQuery[str] = "",
    joining: FromQuery[str] = "",
    next: FromQuery[str] = "",
) -> Response[Any]:
    """Which picture is yours? Without names; then the four pictures of the person who has some."""
    try:
        code = await find_proof(request, db, settings)
    except CodeIsOver:
        return Redirect("/sign-in", status_code=303)
    return await _show_who(request, db, code, picture, Form(), stay=stay, joining=joining, next_page=next)


@post("/sign-in/who", include_in_schema=False)
async def choose_who(
    request: Asked,
    db: DbIn,
    vault: VaultIn,
    limits: LimitsIn,
    settings: SettingsIn,
    stay: FromQuery[str] = "",
    joining: FromQuery[str] = "",
    next: FromQuery[str] = "",
) -> Response[Any]:
    """Signs in the person of the picture."""
    picture = 0
    try:
        code = await find_proof(request, db, settings)
    except CodeIsOver as refusal:
        form = Form(errors={"": refusal.errors["code"]})
        return show_address(request, joining=False, next_page=next, form=form, status_code=422)
    try:
        typed = await read_form(request, WhoForm)
        picture = typed.picture
        chosen = needs_pin(await find_candidates(db, code.lookup), picture)
        stays = typed.stay or stay == "yes"
        if chosen and not any(typed.pin):
            query = {"picture": str(picture), "stay": "yes" if stays else "", "joining": joining, "next": next}
            return Redirect(cookies.with_query("/sign-in/who", **query), status_code=303)
        session = await actions.choose_person(db, vault, limits, code, picture, typed.pin, stay=stays, at=now())
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await _show_who(request, db, code, picture, form, stay=stay, joining=joining, next_page=next, status_code=422)
    return cookies.go_on(request, settings, session, next)


def needs_pin(candidates: list[Any], picture: int) -> bool:
    """Whether the person of the picture has four pictures to show first."""
    return any(one.picture == picture and one.has_pin for one in candidates)


def _show_card(request: Asked, form: Form, *, token: str = "", next_page: str = "", status_code: int = 200) -> Response[str]:
    pictures = words.pin_choices()
    return render(request, "people/card.html", token=token, pictures=pictures, next_page=next_page, form=form, status_code=status_code)


@get("/sign-in/card", include_in_schema=False)
async def show_card_code(request: Asked, next: FromQuery[str] = "") -> Response[str]:
    """The page for a card's eight signs and the four pictures."""
    return _show_card(request, Form(), next_page=next)


@post("/sign-in/card", include_in_schema=False)
async def enter_with_code(
    request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, next: FromQuery[str] = ""
) -> Response[Any]:
    """Signs in the holder of the card."""
    network = network_of_visitor(request)
    try:
        typed = await read_form(request, CardForm)
        session = await actions.enter_with_card(db, vault, limits, typed.code, typed.pin, network=network, stay=typed.stay, at=now())
    except Invalid as refusal:
        return _show_card(request, await typed_form(request, refusal), next_page=next, status_code=422)
    return cookies.go_on(request, settings, session, next)


@get("/card/{token:str}", include_in_schema=False)
async def show_card(request: Asked, viewer: ViewerIn, token: FromPath[str]) -> Response[Any]:
    """What the card's QR code opens: the four pictures; for a facilitator, whom to give it to. The same for any card, real or not."""
    if viewer.staff and "facilitator" in viewer.roles:
        return Redirect(cookies.with_query("/desk/cards/give", card=token), status_code=303)
    return _show_card(request, Form(), token=token)


@post("/card/{token:str}", include_in_schema=False)
async def enter_with_token(
    request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, token: FromPath[str]
) -> Response[Any]:
    """Signs in the holder of the card."""
    network = network_of_visitor(request)
    try:
        typed = await read_form(request, CardPinForm)
        session = await actions.enter_with_card(db, vault, limits, token, typed.pin, network=network, stay=typed.stay, at=now())
    except Invalid as refusal:
        return _show_card(request, await typed_form(request, refusal), token=token, status_code=422)
    return cookies.go_on(request, settings, session)


@post("/sign-out", include_in_schema=False)
async def sign_out(request: Asked, db: DbIn, viewer: ViewerIn, settings: SettingsIn) -> Response[Any]:
    """Ends the session and clears what the browser kept; nothing where the browser brought no session, as when another website sends it."""
    if cookie_name(settings.secure) not in request.cookies:
        return Redirect("/", status_code=303)
    await actions.sign_out(db, viewer)
    return Redirect("/", status_code=303, cookies=cookies.no_session(settings), headers=ENDS_HERE)


HANDLERS = (
    show_join,
    ask_to_join,
    show_sign_in,
    ask_to_sign_in,
    show_code,
    send_code,
    show_who,
    choose_who,
    show_card_code,
    enter_with_code,
    show_card,
    enter_with_token,
    sign_out,
)
