"""Cards at the desk: printing blank ones, giving one to somebody, making one useless."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import segno
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from markupsafe import Markup

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.actions.cards import make_card
from buurtnet.people.pages import words
from buurtnet.people.pages.desk import SIZE, show_person_page
from buurtnet.people.pages.forms import CardsForm, GiveCardForm, NewCardForm
from buurtnet.people.queries import find_phone, get_person, list_people, list_places
from buurtnet.people.schemas import PrintedCard
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import BY_CODE, DEFAULT, LANGUAGES, current_language
from buurtnet.web.shell import DeskSection, Sections, render
from buurtnet.web.templating import render_part

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]


def draw_qr(address: str) -> Markup:
    """The address as a QR code, drawn as SVG without any style of its own."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Markup(drawn)


@get("/desk/cards", guards=[facilitators], include_in_schema=False)
async def show_cards(request: Asked, sections: Sections) -> Response[str]:
    """The page to print blank cards."""
    return _show_cards(request, sections, Form())


def _show_cards(request: Asked, sections: Sequence[DeskSection], form: Form, status_code: int = 200) -> Response[str]:
    tongues = [(language.code, language.name) for language in LANGUAGES]
    return render(request, "people/cards.html", desk=sections, tongues=tongues, form=form, status_code=status_code)


async def _print(
    request: Asked, db: Db, viewer: Viewer, settings: Settings, cards: Sequence[PrintedCard], language: str, back: str = "/desk/cards"
) -> Response[str]:
    """The cards as they come out of the printer, in the language of who gets them."""
    known = {"host": settings.url.partition("://")[2], "worker": viewer.name or "", "phone": await find_phone(db, viewer)}
    printed = [
        render_part(
            "people/printed_card.html",
            language,
            drawn=draw_qr(f"{settings.url}/card/{card.token}"),
            code=f"{card.code[:4]} {card.code[4:]}",
            **known,
        )
        for card in cards
    ]
    return render(request, "people/print.html", printed=printed, spoken=BY_CODE.get(language, DEFAULT), way_back=back)


@post("/desk/cards", guards=[facilitators], include_in_schema=False)
async def issue_cards(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, settings: NamedDependency[Settings], sections: Sections
) -> Response[str]:
    """Blank cards to print: the answer itself, because what is on them is stored nowhere."""
    try:
        typed = await read_form(request, CardsForm)
        cards = await actions.issue_cards(db, vault, viewer, typed.count)
    except Invalid as refusal:
        return _show_cards(request, sections, await typed_form(request, refusal), 422)
    return await _print(request, db, viewer, settings, cards, typed.language)


@get("/desk/cards/give", guards=[facilitators], include_in_schema=False)
async def choose_receiver(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    card: FromQuery[str] = "",
    q: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """Whose card will this be? The list of people, after scanning a blank card."""
    rows = await list_people(db, viewer, search=q.strip(), after=read_cursor(after, tuple[str, UUID]), size=SIZE)
    places = await list_places(db, viewer.areas, current_language().code)
    page = make_page(rows, SIZE, "given_name", "id")
    return render(
        request,
        "people/people.html",
        desk=sections,
        page=page,
        places=places,
        states=words.STATE_WORDS,
        q=q.strip(),
        card=card[:80],
        alike=[],
        kept=[],
    )


@post("/desk/people/{person_id:uuid}/card", guards=[facilitators], include_in_schema=False)
async def give_card(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, person_id: FromPath[UUID]
) -> Response[Any]:
    """Gives a blank card to the person, who chooses their four pictures."""
    try:
        typed = await read_form(request, GiveCardForm)
        await actions.activate_card(db, vault, viewer, person_id, typed.code, typed.pin, at=now())
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="card", status_code=422)
    return Redirect(f"/desk/people/{person_id}", status_code=303)


@post("/desk/people/{person_id:uuid}/card/print", guards=[facilitators], include_in_schema=False)
async def print_card(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    settings: NamedDependency[Settings],
    sections: Sections,
    person_id: FromPath[UUID],
) -> Response[str]:
    """A new card for the person, theirs at once: the answer itself, because what is on it is stored nowhere."""
    try:
        card = await make_card(db, vault, viewer, person_id, (await read_form(request, NewCardForm)).pin, at=now())
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="card", status_code=422)
    person = await get_person(db, person_id)
    return await _print(request, db, viewer, settings, [card], person.language, f"/desk/people/{person_id}")


@post("/desk/cards/{card_id:uuid}/revoke", guards=[facilitators], include_in_schema=False)
async def revoke_card(db: DbIn, viewer: ViewerIn, card_id: FromPath[UUID]) -> Response[Any]:
    """Makes a lost card useless."""
    person_id = await actions.revoke_card(db, viewer, card_id, at=now())
    return Redirect(f"/desk/people/{person_id}", status_code=303)


HANDLERS = (show_cards, issue_cards, choose_receiver, give_card, print_card, revoke_card)
