"""Paper: the notice sheet of a neighbourhood, and answers that come by phone or on a strip."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromQuery, PathParameter
from litestar.response import Redirect

from buurtnet.geography.rules.naming import name_in
from buurtnet.intake.actions.pasting import keep_pasted, refuse_without_secrecy
from buurtnet.intake.actions.sharing import find_answered
from buurtnet.intake.pages.pasting import DbIn, Sections, SettingsIn, VaultIn, ViewerIn
from buurtnet.intake.queries.fits import get_facilitated
from buurtnet.intake.queries.paper import list_on_paper, paper_code
from buurtnet.intake.schemas import AnswerForm, Pasted, PlaceForm
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.flyers import list_flyers, make_flyer
from buurtnet.people.pages.cards import draw_qr
from buurtnet.people.queries import list_places
from buurtnet.posts.pages.words import say_when_short
from buurtnet.posts.schemas import Post
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import BY_CODE, LANGUAGES, _, current_language, speaking
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]
STRIPS = 10
"""Strips to tear off below a sheet: as wide as a thumb."""
LEFT_TO_RIGHT, END = "\u2066", "\u2069"


async def _paper_page(
    request: Asked, db: Db, viewer: Viewer, sections: Sequence[DeskSection], *, form: Form | None = None, status_code: int = 200
) -> Response[str]:
    places = await list_places(db, viewer.areas, current_language().code)
    return render(
        request,
        "intake/paper.html",
        desk=sections,
        places=sorted(places.items(), key=lambda place: place[1].casefold()),
        screens=[(one.code, one.name) for one in LANGUAGES],
        form=form or Form(),
        status_code=status_code,
    )


@get("/desk/paper", guards=[facilitators], include_in_schema=False)
async def show_paper(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """For which neighbourhood a sheet is printed; and the way to enter what was answered."""
    return await _paper_page(request, db, viewer, sections)


@post("/desk/paper", guards=[facilitators], include_in_schema=False)
async def make_sheet(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[Any]:
    """The sheet to print; the form again where something is missing."""
    try:
        typed = await read_form(request, PlaceForm)
        await make_flyer(db, viewer, typed.neighbourhood_id, typed.language)
    except Invalid as refusal:
        return await _paper_page(request, db, viewer, sections, form=await typed_form(request, refusal), status_code=422)
    return Redirect(f"/desk/paper/{typed.neighbourhood_id}?language={typed.language}", status_code=303)


@get("/desk/paper/{neighbourhood_id:int}", guards=[facilitators], include_in_schema=False)
async def show_sheet(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    settings: SettingsIn,
    neighbourhood_id: Annotated[int, PathParameter(ge=1, le=2_147_483_647)],
    language: FromQuery[str] = "nl",
) -> Response[str]:
    """The sheet as it is printed: in its own language, with what is asked and offered, and no name."""
    flyers = {one.language: one for one in await list_flyers(db, viewer) if one.neighbourhood_id == neighbourhood_id}
    flyer, spoken = flyers.get(language), BY_CODE.get(language)
    if flyer is None or spoken is None:
        raise NotFound
    posts = await list_on_paper(db, viewer, neighbourhood_id, language=spoken.code)
    address = f"{settings.url}/f/{flyer.code}"
    with speaking(spoken.code):
        said = {
            "heading": _("In the neighbourhood %(place)s", place=name_in(flyer.neighbourhood, spoken.code)),
            "asks": _("Neighbours ask"),
            "gives": _("Neighbours offer"),
            "call": _("Call %(phone)s and say the number.", phone=f"{LEFT_TO_RIGHT}{flyer.phone}{END}") if flyer.phone else "",
            "scan": _("Scan this with your phone, or type:"),
            "too": _("Do you need something, or do you like to do something? Tell us too."),
            "organisation": name_in(flyer.organisation, spoken.code),
        }
        call_us = _("No smartphone, or a question? Call us: %(phone)s", phone=flyer.phone) if flyer.phone else ""
        ask = _("You ask something. Or you offer something. We look for a neighbour who fits.")
        message = [f"{_('Neighbours help each other')}: {name_in(flyer.neighbourhood, spoken.code)}", ask, address, call_us]
        shown = [(one, _code(paper_code(vault, one.id)), say_when_short(one.slots, one.from_on, one.until_on)) for one in posts]
    return render(
        request,
        "intake/sheet.html",
        spoken=spoken,
        said=said,
        needs=[one for one in shown if one[0].kind == "need"],
        offers=[one for one in shown if one[0].kind == "offer"],
        strips=[shown[n % len(shown)][1] for n in range(STRIPS)] if shown else [""] * STRIPS,
        phone=flyer.phone,
        address=address.partition("://")[2],
        drawn=draw_qr(address),
        message="\n".join(line for line in message if line),
    )


def _code(code: str) -> str:
    """The six digits as people read them."""
    return f"{code[:3]} {code[3:]}"


async def _answer_page(request: Asked, sections: Sequence[DeskSection], form: Form, *, status_code: int = 200) -> Response[str]:
    return render(request, "intake/answer.html", desk=sections, form=form, status_code=status_code)


@get("/desk/paper/answer", guards=[facilitators], include_in_schema=False)
async def show_answer(request: Asked, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """Who called, or brought a strip: the number on it, a name, a telephone number."""
    refuse_without_secrecy(viewer)
    return await _answer_page(request, sections, Form())


@post("/desk/paper/answer", guards=[facilitators], include_in_schema=False)
async def enter_answer(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections) -> Response[Any]:
    """Keeps the answer as one to check, beside what it answers; the form again where nothing has that number."""
    refuse_without_secrecy(viewer)
    try:
        typed = await read_form(request, AnswerForm)
        post_id = await find_answered(db, vault, viewer, typed.code)
        post = await get_facilitated(db, viewer, post_id, language=current_language().code)
        ids = await keep_pasted(db, vault, viewer, [_to_row(typed, post)], at=now())
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
        return await _answer_page(request, sections, await typed_form(request, wrong), status_code=refusal.status)
    return Redirect(f"/desk/intake/{ids[0]}", status_code=303)


def _to_row(typed: AnswerForm, post: Post) -> Pasted:
    """The row to check: who answers a question offers, who answers an offer asks."""
    words, theme = typed.text or post.theme_label or "", post.theme_slug or ""
    offers = post.kind == "need"
    return Pasted(
        name=typed.given_name,
        phone=typed.phone,
        neighbourhood_id=post.neighbourhood_id,
        languages=[post.language],
        asks="" if offers else words,
        asks_theme="" if offers else theme,
        offers=words if offers else "",
        offers_theme=theme if offers else "",
        answers=post.id,
    )


HANDLERS = (show_paper, make_sheet, show_sheet, show_answer, enter_answer)
