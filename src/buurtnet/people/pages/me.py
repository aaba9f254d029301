"""A person's own pages: what they are called and speak, where, when and how far, pause, safety, pictures."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from buurtnet.geography.queries import get_choice, get_neighbourhood
from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, SignInFirst
from buurtnet.kit.guards import known, residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.actions.following import answer_place as answer_where
from buurtnet.people.actions.wishes import spend_move
from buurtnet.people.pages import cookies, words
from buurtnet.people.pages.forms import NewPinForm, PauseForm, PlaceForm, ProfileForm, SafetyForm, TimesForm
from buurtnet.people.queries import get_person
from buurtnet.people.rules import own_name, picture_icon, slots_bits, slots_places
from buurtnet.people.rules.choices import DAYS, PARTS, REACHES
from buurtnet.people.schemas import EVERY_SLOT, Person, PersonChange
from buurtnet.settings import Settings
from buurtnet.web.choosing import A_YEAR, language_cookie
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.keeping import ENDS_HERE
from buurtnet.web.language import LANGUAGES, current_language
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
SAVED = "/me?saved=yes"


async def _own(db: Db, viewer: Viewer) -> Person:
    if viewer.person_id is None:
        raise SignInFirst
    return await get_person(db, viewer.person_id)


async def _form_of(request: Asked, refusal: Invalid | Conflict, field: str = "") -> Form:
    """What was typed, with what is wrong; a conflict is said at the field it is about."""
    return await typed_form(request, refusal if isinstance(refusal, Invalid) else Invalid({field: refusal.text}))


@get("/me", guards=[known], include_in_schema=False)
async def show_me(request: Asked, db: DbIn, viewer: ViewerIn, saved: FromQuery[str] = "") -> Response[str]:
    """What stands about me, each part with the way to change it; for workers their name and the way out."""
    person = await _own(db, viewer)
    if viewer.staff:
        return render(request, "people/worker.html", person=person)
    hood = await get_neighbourhood(db, person.neighbourhood_id) if person.neighbourhood_id else None
    return render(
        request,
        "people/me.html",
        person=person,
        icon_name=picture_icon(person.picture),
        hood=name_in(hood.names, current_language().code) if hood else "",
        spoken=[own_name(code) for code in person.languages],
        reach=REACHES[person.reach],
        any_time=person.slots == EVERY_SLOT,
        saved=bool(saved),
    )


def _show_profile(request: Asked, person: Person, form: Form, status_code: int = 200) -> Response[str]:
    return render(
        request,
        "people/profile.html",
        form=form,
        languages=words.first_languages(person.languages),
        others=words.other_languages(),
        screens=[(language.code, language.name) for language in LANGUAGES],
        pictures=words.picture_choices(),
        status_code=status_code,
    )


@get("/me/profile", guards=[residents], include_in_schema=False)
async def show_profile(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """Name, languages and picture."""
    person = await _own(db, viewer)
    return _show_profile(request, person, Form.filled(person))


@post("/me/profile", guards=[residents], opt={"typed": ("given_name",)}, include_in_schema=False)
async def change_profile(request: Asked, db: DbIn, viewer: ViewerIn, settings: NamedDependency[Settings]) -> Response[Any]:
    """Keeps name, languages and picture."""
    try:
        typed = await read_form(request, ProfileForm)
        change = PersonChange(given_name=typed.given_name, languages=typed.languages, language=typed.language, picture=typed.picture)
        await actions.change_person(db, viewer, change, at=now())
    except (Invalid, Conflict) as refusal:
        return _show_profile(request, await _own(db, viewer), await _form_of(request, refusal, "picture"), 422)
    if typed.language == viewer.language or viewer.actor_id != viewer.person_id:
        return Redirect(SAVED, status_code=303)
    spoken = language_cookie(typed.language, seconds=A_YEAR if viewer.lasting else None, secure=settings.secure)
    return Redirect(SAVED, status_code=303, cookies=[spoken])


async def _show_place(
    request: Asked, db: Db, viewer: Viewer, form: Form, municipality: int | None, status_code: int = 200
) -> Response[str]:
    person = await _own(db, viewer)
    hood = await get_neighbourhood(db, person.neighbourhood_id) if person.neighbourhood_id else None
    town = municipality or (hood.municipality_id if hood else None)
    choice = await get_choice(db, current_language().code, town)
    return render(request, "people/place.html", choice=choice, own=person.neighbourhood_id, form=form, status_code=status_code)


@get("/me/place", guards=[residents], include_in_schema=False)
async def show_place(request: Asked, db: DbIn, viewer: ViewerIn, municipality: FromQuery[int | None] = None) -> Response[str]:
    """The neighbourhood."""
    return await _show_place(request, db, viewer, Form(), municipality)


@post("/me/place", guards=[residents], include_in_schema=False)
async def change_place(
    request: Asked, db: DbIn, viewer: ViewerIn, limits: NamedDependency[Limits], municipality: FromQuery[int | None] = None
) -> Response[Any]:
    """Moves to another neighbourhood."""
    try:
        typed = await read_form(request, PlaceForm)
        await spend_move(limits, viewer, typed.neighbourhood_id)
        await actions.change_person(db, viewer, PersonChange(neighbourhood_id=typed.neighbourhood_id), at=now())
    except Invalid as refusal:
        return await _show_place(request, db, viewer, await typed_form(request, refusal), municipality, 422)
    return Redirect(SAVED, status_code=303)


@post("/me/place/answer", guards=[residents], include_in_schema=False)
async def answer_place(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[Any]:
    """Since the borders changed: lives where we think, or in another of the places that were asked about."""
    try:
        await answer_where(db, viewer, (await read_form(request, PlaceForm)).neighbourhood_id, at=now())
    except Invalid as refusal:
        return await _show_place(request, db, viewer, await typed_form(request, refusal), None, 422)
    return Redirect("/", status_code=303)


def _show_times(request: Asked, form: Form, status_code: int = 200) -> Response[str]:
    return render(
        request,
        "people/times.html",
        form=form,
        days=DAYS,
        parts=[*zip(PARTS, words.PART_ICONS, strict=True)],
        reaches=words.reach_choices(),
        status_code=status_code,
    )


@get("/me/times", guards=[residents], include_in_schema=False)
async def show_times(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """When, how far and how often."""
    person = await _own(db, viewer)
    slots = [] if person.slots == EVERY_SLOT else slots_places(person.slots)
    return _show_times(request, Form.filled({"slots": slots, "reach": person.reach, "monthly_max": person.monthly_max}))


@post("/me/times", guards=[residents], include_in_schema=False)
async def change_times(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[Any]:
    """Keeps when, how far and how often."""
    try:
        typed = await read_form(request, TimesForm)
    except Invalid as refusal:
        return _show_times(request, await typed_form(request, refusal), 422)
    change = PersonChange(slots=slots_bits(typed.slots), reach=typed.reach, monthly_max=typed.monthly_max)
    await actions.change_person(db, viewer, change, at=now())
    return Redirect(SAVED, status_code=303)


@get("/me/pause", guards=[residents], include_in_schema=False)
async def show_pause(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """The page to rest for a while, or to come back."""
    return render(request, "people/pause.html", person=await _own(db, viewer), form=Form())


@post("/me/pause", guards=[residents], include_in_schema=False)
async def pause(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[Any]:
    """Lets the person and their posts rest."""
    try:
        await actions.pause(db, viewer, (await read_form(request, PauseForm)).until, at=now())
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return render(request, "people/pause.html", person=await _own(db, viewer), form=form, status_code=422)
    return Redirect(SAVED, status_code=303)


@post("/me/resume", guards=[residents], include_in_schema=False)
async def resume(db: DbIn, viewer: ViewerIn) -> Response[Any]:
    """Ends the pause."""
    await actions.resume(db, viewer)
    return Redirect(SAVED, status_code=303)


@get("/me/safety", guards=[residents], include_in_schema=False)
async def show_safety(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """Only through my worker; somebody else looks at this phone."""
    return render(request, "people/safety.html", person=await _own(db, viewer), form=Form())


@post("/me/safety", guards=[residents], include_in_schema=False)
async def change_safety(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[Any]:
    """Keeps both answers."""
    try:
        typed = await read_form(request, SafetyForm)
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return render(request, "people/safety.html", person=await _own(db, viewer), form=form, status_code=422)
    change = PersonChange(**msgspec.structs.asdict(typed))
    await actions.change_person(db, viewer, change, at=now())
    return Redirect(SAVED, status_code=303)


def _show_pin(request: Asked, person: Person, viewer: Viewer, form: Form, status_code: int = 200) -> Response[str]:
    asks_old = person.has_pin and viewer.actor_id == person.id
    return render(request, "people/new_pin.html", asks_old=asks_old, pictures=words.pin_choices(), form=form, status_code=status_code)


@get("/me/pin", guards=[residents], include_in_schema=False)
async def show_pin(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """The page to choose four pictures."""
    return _show_pin(request, await _own(db, viewer), viewer, Form())


@post("/me/pin", guards=[residents], include_in_schema=False)
async def set_pin(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: NamedDependency[Vault], limits: NamedDependency[Limits]
) -> Response[Any]:
    """Keeps the four pictures."""
    try:
        typed = await read_form(request, NewPinForm)
        await actions.set_pin(db, vault, limits, viewer, typed.pin, before=typed.before)
    except Invalid as refusal:
        return _show_pin(request, await _own(db, viewer), viewer, await typed_form(request, refusal), 422)
    return Redirect(SAVED, status_code=303)


@post("/me/sign-out-everywhere", guards=[known], include_in_schema=False)
async def sign_out_everywhere(db: DbIn, viewer: ViewerIn, settings: NamedDependency[Settings]) -> Response[Any]:
    """Ends every session of the person; a worker who acts for them stays signed in."""
    await actions.sign_out_everywhere(db, viewer)
    if viewer.actor_id != viewer.person_id:
        return Redirect(SAVED, status_code=303)
    return Redirect("/", status_code=303, cookies=cookies.no_session(settings), headers=ENDS_HERE)


HANDLERS = (
    show_me,
    show_profile,
    change_profile,
    show_place,
    change_place,
    answer_place,
    show_times,
    change_times,
    show_pause,
    pause,
    resume,
    show_safety,
    change_safety,
    show_pin,
    set_pin,
    sign_out_everywhere,
)
