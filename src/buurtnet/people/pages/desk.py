"""People at the desk: the list, one person, opening contact details, acting for somebody."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import facilitators, known
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.actions.keeping import list_kept
from buurtnet.people.pages import words
from buurtnet.people.pages.forms import AddressForm, ReasonForm
from buurtnet.people.queries import find_alike, find_check, list_cards, list_people, list_places
from buurtnet.people.rules import normalise_phone, own_name, picture_icon
from buurtnet.people.rules.choices import REACHES
from buurtnet.people.schemas import Contact
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import DeskSection, Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
SIZE = 50


@get("/desk/people", guards=[facilitators], include_in_schema=False)
async def show_people(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, q: FromQuery[str] = "", after: FromQuery[str] = ""
) -> Response[str]:
    """The people of my areas by name; where nobody's begins so, those whose name sounds alike; and whom I registered on the street and have to look at."""
    search = q.strip()
    rows = await list_people(db, viewer, search=search, after=read_cursor(after, tuple[str, UUID]), size=SIZE)
    return render(
        request,
        "people/people.html",
        desk=sections,
        page=make_page(rows, SIZE, "given_name", "id"),
        alike=(await find_alike(db, viewer, [search])).get(search, []) if search and not rows else [],
        kept=await list_kept(db, vault, viewer, at=now()),
        places=await list_places(db, viewer.areas, current_language().code),
        states=words.STATE_WORDS,
        q=search,
        card="",
    )


async def show_person_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    person_id: UUID,
    *,
    form: Form | None = None,
    contacts: Sequence[Contact] | None = None,
    card: str = "",
    about: str = "",
    joined: bool = False,
    status_code: int = 200,
) -> Response[str]:
    """The page of one person; `about` names the form that `form` belongs to."""
    person = await find_resident(db, viewer, person_id)
    places = await list_places(db, [person.neighbourhood_id or 0], current_language().code)
    return render(
        request,
        "people/person.html",
        desk=sections,
        person=person,
        icon_name=picture_icon(person.picture),
        spoken=[own_name(code) for code in person.languages],
        place=places.get(person.neighbourhood_id or 0, ""),
        state=words.STATE_WORDS[person.state],
        reach=REACHES[person.reach],
        managed=person.managed_by == viewer.person_id,
        contacts=contacts,
        cards=await list_cards(db, viewer, person_id),
        checked=await find_check(db, viewer, person_id),
        today=today().isoformat(),
        reasons=words.reason_choices(),
        pictures=words.pin_choices(),
        card=card,
        about=about,
        joined=joined,
        form=form or Form(),
        blank=Form(),
        status_code=status_code,
    )


@get("/desk/people/{person_id:uuid}", guards=[facilitators], include_in_schema=False)
async def show_person(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    person_id: FromPath[UUID],
    card: FromQuery[str] = "",
    joined: FromQuery[bool] = False,
) -> Response[str]:
    """One person of my areas, and what I can do with and for them."""
    return await show_person_page(request, db, viewer, sections, person_id, card=card[:80], joined=joined)


@post("/desk/people/{person_id:uuid}/contact", guards=[facilitators], include_in_schema=False)
async def open_contact(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, person_id: FromPath[UUID]
) -> Response[str]:
    """Shows the contact details, this once; for somebody else's people the reason is written down."""
    try:
        contacts = await actions.open_contact(db, vault, viewer, person_id, (await read_form(request, ReasonForm)).reason)
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="act", status_code=422)
    return await show_person_page(request, db, viewer, sections, person_id, contacts=contacts)


@post("/desk/people/{person_id:uuid}/number", guards=[facilitators], include_in_schema=False)
async def add_number(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    settings: NamedDependency[Settings],
    sections: Sections,
    person_id: FromPath[UUID],
) -> Response[Any]:
    """Keeps a number by which I call the person."""
    try:
        typed = await read_form(request, AddressForm)
        await actions.add_number_to_call(db, vault, viewer, person_id, normalise_phone(typed.address, settings.phone_region, to_call=True))
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"address": refusal.text})
        form = await typed_form(request, wrong)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="number", status_code=422)
    return Redirect(f"/desk/people/{person_id}", status_code=303)


@post("/desk/people/{person_id:uuid}/act", guards=[facilitators], include_in_schema=False)
async def start_acting(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """From now on the pages are the person's, and everything says who did it."""
    try:
        await actions.start_acting(db, viewer, person_id, (await read_form(request, ReasonForm)).reason)
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="act", status_code=422)
    return Redirect("/", status_code=303)


@post("/desk/people/{person_id:uuid}/look-after", guards=[facilitators], include_in_schema=False)
async def look_after(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Makes the person one of mine, with a reason."""
    try:
        await actions.look_after(db, viewer, person_id, (await read_form(request, ReasonForm)).reason)
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="act", status_code=422)
    return Redirect(f"/desk/people/{person_id}", status_code=303)


@post("/desk/people/{person_id:uuid}/hand-over", guards=[facilitators], include_in_schema=False)
async def hand_over(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> Response[Any]:
    """Lets the person look after their own account."""
    await actions.hand_over(db, viewer, person_id)
    return Redirect(f"/desk/people/{person_id}", status_code=303)


@post("/acting/stop", guards=[known], include_in_schema=False)
async def stop_acting(db: DbIn, viewer: ViewerIn) -> Response[Any]:
    """Back to the worker's own desk."""
    person_id = await actions.stop_acting(db, viewer)
    return Redirect(f"/desk/people/{person_id}" if person_id else "/", status_code=303)


HANDLERS = (show_people, show_person, open_contact, add_number, start_acting, look_after, hand_over, stop_acting)
