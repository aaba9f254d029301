"""A right for somebody who asked for nothing here: they came to the office, or a worker saw it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import find_resident
from buurtnet.referrals import rules
from buurtnet.referrals.actions import begin_referral
from buurtnet.referrals.queries import find_lists, list_referrals
from buurtnet.referrals.schemas import RightOf
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
Sections = NamedDependency[Sequence[DeskSection]]


async def _right_page(
    request: Asked, db: Db, viewer: Viewer, sections: Sequence[DeskSection], person_id: UUID, *, form: Form, status_code: int = 200
) -> Response[str]:
    """The two lists, and what is under way for the person."""
    person = await find_resident(db, viewer, person_id)
    lists = await find_lists(db)
    return render(
        request,
        "referrals/begin.html",
        desk=sections,
        person=person,
        open_ones=await list_referrals(db, viewer, current_language().code, person_id=person_id),
        states=rules.STATES,
        rights=[one for one in lists.rights if not one.retired],
        barriers=[one for one in lists.barriers if not one.retired],
        form=form,
        status_code=status_code,
    )


@get("/desk/people/{person_id:uuid}/right", guards=[facilitators])
async def show_right(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[str]:
    """Which right or service, and what stands in the way."""
    return await _right_page(request, db, viewer, sections, person_id, form=Form())


@post("/desk/people/{person_id:uuid}/right", guards=[facilitators])
async def begin(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Begins the way to it and leads to its page; the form again where something is missing."""
    try:
        referral_id = await begin_referral(db, viewer, person_id, await read_form(request, RightOf), at=now(), on=today())
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
        form = await typed_form(request, wrong)
        return await _right_page(request, db, viewer, sections, person_id, form=form, status_code=refusal.status)
    return Redirect(f"/desk/referrals/{referral_id}", status_code=303)


HANDLERS = (show_right, begin)
