"""A person's own page about how often they are written to."""

from typing import Any

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, SignInFirst
from buurtnet.kit.guards import residents
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.notices import actions
from buurtnet.notices.queries import get_pace
from buurtnet.notices.schemas import NewPace, Pace
from buurtnet.people.queries import get_person
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _
from buurtnet.web.shell import render

PACE_WORDS = {
    Pace.USUAL: N_("When there is something, three a day at most"),
    Pace.DAILY: N_("One a day at most"),
    Pace.WEEKLY: N_("Three a week at most"),
    Pace.OWN: N_("Only about what I asked or agreed. Other questions wait for me here."),
}


async def _show(request: Request[Any, Any, Any], db: Db, viewer: Viewer, form: Form, status_code: int = 200) -> Response[str]:
    if viewer.person_id is None:
        raise SignInFirst
    person = await get_person(db, viewer.person_id)
    return render(
        request,
        "notices/pace.html",
        tab="me",
        paces=[(pace.value, _(words)) for pace, words in PACE_WORDS.items()],
        pace=(await get_pace(db, viewer)).value,
        discreet=person.discreet,
        form=form,
        status_code=status_code,
    )


@get("/me/notices", guards=[residents])
async def show_pace(request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """How often I am written to."""
    return await _show(request, db, viewer, Form())


@post("/me/notices", guards=[residents])
async def change_pace(request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[Any]:
    """Keeps how often I want to be written to."""
    try:
        typed = await read_form(request, NewPace)
    except Invalid as refusal:
        return await _show(request, db, viewer, await typed_form(request, refusal), 422)
    await actions.set_pace(db, viewer, typed.pace)
    return Redirect("/me?saved=yes", status_code=303)


router = Router("/", include_in_schema=False, route_handlers=[show_pace, change_pace])
