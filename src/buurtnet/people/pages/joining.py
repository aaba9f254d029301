"""The rest of joining, once an address is proven: where, which languages, eighteen or older, whose phone."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from buurtnet.geography.queries import get_choice
from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.text import N_
from buurtnet.people import actions
from buurtnet.people.actions.codes import CodeIsOver
from buurtnet.people.actions.joining import TakePartWithSomebody
from buurtnet.people.pages import cookies, words
from buurtnet.people.pages.flyers import flyer_of
from buurtnet.people.pages.signing import Asked, DbIn, SettingsIn, VaultIn, find_proof, show_address
from buurtnet.people.queries import find_candidates
from buurtnet.people.schemas import NewPerson, SignInCode
from buurtnet.web.forms import CHOOSE, REQUIRED, Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

MISSING = {
    "neighbourhood_id": N_("Choose the neighbourhood where you live."),
    "adult": N_("Say whether you are 18 or older."),
    "discreet": N_("Say whether somebody else looks at this phone."),
    "languages": N_("Choose at least one language."),
    "consent": N_("You can only take part if you agree."),
}
TOOK_LONG = N_("That took a while, so your code is over. Ask for a new one. What you want to ask or offer is still there.")


def _say_missing(refusal: Invalid) -> Invalid:
    """The same refusal, with what is missing said by name."""
    return Invalid(
        {name: MISSING.get(name, text) if text in (CHOOSE, REQUIRED) else text for name, text in refusal.errors.items()}, refusal.text
    )


async def _show_about(
    request: Asked, db: Db, code: SignInCode, form: Form, municipality: int | None, status_code: int = 200
) -> Response[str]:
    language = current_language().code
    flyer = await flyer_of(request, db) if municipality is None else None
    taken = {one.picture for one in await find_candidates(db, code.lookup)}
    free = [choice for choice in words.picture_choices() if choice[0] not in taken]
    return render(
        request,
        "people/about.html",
        choice=await get_choice(db, language, flyer.municipality_id if flyer else municipality),
        flyer=flyer,
        place=name_in(flyer.neighbourhood, language) if flyer else "",
        languages=words.first_languages(),
        others=words.other_languages(),
        pictures=free if taken else [],
        consents=words.CONSENT_WORDS.values(),
        own=language,
        form=form,
        status_code=status_code,
    )


@get("/join/about", include_in_schema=False)
async def show_about(request: Asked, db: DbIn, settings: SettingsIn, municipality: FromQuery[int | None] = None) -> Response[Any]:
    """The rest of joining: where, which languages, eighteen or older, whose phone."""
    try:
        code = await find_proof(request, db, settings)
    except CodeIsOver:
        return Redirect("/join", status_code=303)
    return await _show_about(request, db, code, Form(), municipality)


@post("/join/about", include_in_schema=False)
async def finish_joining(
    request: Asked, db: DbIn, vault: VaultIn, settings: SettingsIn, municipality: FromQuery[int | None] = None, next: FromQuery[str] = ""
) -> Response[Any]:
    """Makes the account and signs in; the form again with what is missing."""
    try:
        code = await find_proof(request, db, settings)
    except CodeIsOver:
        return show_address(request, joining=True, next_page=next, form=Form(errors={"": TOOK_LONG}), status_code=422)
    try:
        new = await read_form(request, NewPerson)
        if flyer := await flyer_of(request, db):
            new = msgspec.structs.replace(new, organisation_id=flyer.organisation_id)
        session = await actions.join(db, vault, code, new, language=current_language().code, at=now())
    except (Invalid, Conflict) as refusal:
        wrong = _say_missing(refusal) if isinstance(refusal, Invalid) else Invalid({"picture": refusal.text})
        return await _show_about(request, db, code, await typed_form(request, wrong), municipality, 422)
    except TakePartWithSomebody as refusal:
        return render(request, "people/young.html", text=refusal.text, status_code=refusal.status)
    return cookies.go_on(request, settings, session, next)


HANDLERS = (show_about, finish_joining)
