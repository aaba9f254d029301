"""That an organisation checked a helper: noted with its date, taken back."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.checking import note_check, take_back_check
from buurtnet.people.pages.desk import show_person_page
from buurtnet.web.forms import read_form, typed_form
from buurtnet.web.language import today
from buurtnet.web.shell import Sections

DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]


class CheckForm(msgspec.Struct, frozen=True, kw_only=True):
    """The day on which the extract was seen."""

    checked_on: date


@post("/desk/people/{person_id:uuid}/check", guards=[facilitators], include_in_schema=False)
async def check_helper(
    request: Request[Any, Any, Any],
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    person_id: FromPath[UUID],
) -> Response[Any]:
    """Notes the day on which the extract for work with minors was seen."""
    try:
        await note_check(db, viewer, person_id, (await read_form(request, CheckForm)).checked_on, today=today())
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="check", status_code=422)
    return Redirect(f"/desk/people/{person_id}", status_code=303)


@post("/desk/people/{person_id:uuid}/check/remove", guards=[facilitators], include_in_schema=False)
async def remove_check(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> Response[Any]:
    """Forgets that day."""
    await take_back_check(db, viewer, person_id)
    return Redirect(f"/desk/people/{person_id}", status_code=303)


HANDLERS = (check_helper, remove_check)
