"""Flyers: made and printed at the desk, scanned by somebody who has never been here."""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.flyers import Flyer, find_flyer, get_own_flyer, list_flyers, make_flyer
from buurtnet.people.pages.cards import draw_qr
from buurtnet.people.pages.cookies import FLYER, flyer_cookie
from buurtnet.people.pages.forms import Place
from buurtnet.people.queries import list_places
from buurtnet.settings import Settings
from buurtnet.web.choosing import language_cookie
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import BY_CODE, LANGUAGES, _, current_language, speaking
from buurtnet.web.shell import DeskSection, Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, SettingsIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Settings]
Size = Literal["a4", "a6"]
ON_A_SHEET: dict[Size, int] = {"a4": 1, "a6": 4}
LEFT_TO_RIGHT, END = "\u2066", "\u2069"
"""Around a number, so that it keeps its order in a text from right to left."""


class FlyerForm(msgspec.Struct, frozen=True, kw_only=True):
    """Where, in which language and how large."""

    neighbourhood_id: Place
    language: str
    size: Size = "a4"


async def flyer_of(request: Asked, db: Db) -> Flyer | None:
    """The flyer by which this visitor came today, if any."""
    code = request.cookies.get(FLYER)
    return await find_flyer(db, code) if code else None


@get("/f/{code:str}", include_in_schema=False)
async def follow_flyer(request: Asked, db: DbIn, viewer: ViewerIn, settings: SettingsIn, code: FromPath[str]) -> Redirect:
    """What a flyer's QR code opens: the start, in its language and for its neighbourhood; an old flyer leads there too."""
    flyer = await find_flyer(db, code)
    if flyer is None or viewer.known:
        return Redirect("/", status_code=303)
    cookies = [flyer_cookie(settings, flyer.code), language_cookie(flyer.language, secure=settings.secure)]
    return Redirect("/", status_code=303, cookies=cookies)


async def _show(
    request: Asked, db: Db, viewer: Viewer, sections: Sequence[DeskSection], form: Form, status_code: int = 200
) -> Response[str]:
    language = current_language().code
    places = await list_places(db, viewer.areas, language)
    made = [
        (f"/desk/flyers/{one.code}", places.get(one.neighbourhood_id, ""), BY_CODE[one.language].name, one.code)
        for one in await list_flyers(db, viewer)
        if one.language in BY_CODE
    ]
    return render(
        request,
        "people/flyers.html",
        desk=sections,
        places=sorted(places.items(), key=lambda place: place[1].casefold()),
        screens=[(one.code, one.name) for one in LANGUAGES],
        made=made,
        form=form,
        status_code=status_code,
    )


@get("/desk/flyers", guards=[facilitators], include_in_schema=False)
async def show_flyers(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """For which neighbourhood and in which language; and the flyers that were made before."""
    return await _show(request, db, viewer, sections, Form())


@post("/desk/flyers", guards=[facilitators], include_in_schema=False)
async def print_flyer(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[Any]:
    """The flyer to print; the form again where something is missing."""
    try:
        typed = await read_form(request, FlyerForm)
        code = await make_flyer(db, viewer, typed.neighbourhood_id, typed.language)
    except Invalid as refusal:
        return await _show(request, db, viewer, sections, await typed_form(request, refusal), 422)
    return Redirect(f"/desk/flyers/{code}?size={typed.size}", status_code=303)


@get("/desk/flyers/{code:str}", guards=[facilitators], include_in_schema=False)
async def show_flyer(
    request: Asked, db: DbIn, viewer: ViewerIn, settings: SettingsIn, code: FromPath[str], size: FromQuery[Size] = "a4"
) -> Response[str]:
    """The flyer as it is printed: in its own language, without any name of a person."""
    flyer = await get_own_flyer(db, viewer, code)
    language = BY_CODE.get(flyer.language, LANGUAGES[0])
    address = f"{settings.url}/f/{flyer.code}"
    with speaking(language.code):
        said = {
            "heading": _("Neighbours help each other"),
            "lines": [
                _("You ask something. Or you offer something. We look for a neighbour who fits."),
                _("A worker from your neighbourhood looks along and helps where needed."),
                _("It is free, for everybody. No home address, no password."),
            ],
            "ask": _("I ask something"),
            "give": _("I offer something"),
            "scan": _("Scan this with your phone, or type:"),
            "call": _("No smartphone, or a question? Call us: %(phone)s", phone=f"{LEFT_TO_RIGHT}{flyer.phone}{END}")
            if flyer.phone
            else "",
            "place": name_in(flyer.neighbourhood, language.code),
            "organisation": name_in(flyer.organisation, language.code),
        }
    return render(
        request,
        "people/flyer.html",
        spoken=language,
        said=said,
        copies=ON_A_SHEET[size],
        size=size,
        code=flyer.code,
        drawn=draw_qr(address),
        address=address.partition("://")[2],
    )


HANDLERS = (follow_flyer, show_flyers, print_flyer, show_flyer)
