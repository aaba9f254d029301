"""Ending somebody's service for a time: asked, confirmed by another worker, taken back."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.pages.desk import show_person_page
from buurtnet.people.pages.forms import BlockForm
from buurtnet.web.forms import read_form, typed_form
from buurtnet.web.shell import Sections

DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]


@post("/desk/people/{person_id:uuid}/block", guards=[facilitators], include_in_schema=False)
async def ask_block(
    request: Request[Any, Any, Any],
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    person_id: FromPath[UUID],
) -> Response[Any]:
    """Asks for a block, which another worker has to confirm."""
    try:
        typed = await read_form(request, BlockForm)
        await actions.ask_block(db, viewer, person_id, reason=typed.why, until=typed.until, at=now())
    except (Invalid, Conflict) as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"why": refusal.text})
        form = await typed_form(request, wrong)
        return await show_person_page(request, db, viewer, sections, person_id, form=form, about="block", status_code=422)
    return Redirect(f"/desk/people/{person_id}", status_code=303)


@post("/desk/blocks/{block_id:uuid}/confirm", guards=[facilitators], include_in_schema=False)
async def confirm_block(db: DbIn, viewer: ViewerIn, block_id: FromPath[UUID]) -> Response[Any]:
    """Confirms a block that another worker asked for."""
    person_id = await actions.confirm_block(db, viewer, block_id, at=now())
    return Redirect(f"/desk/people/{person_id}", status_code=303)


@post("/desk/blocks/{block_id:uuid}/end", guards=[facilitators], include_in_schema=False)
async def end_block(db: DbIn, viewer: ViewerIn, block_id: FromPath[UUID]) -> Response[Any]:
    """Takes a block back."""
    person_id = await actions.end_block(db, viewer, block_id, at=now())
    return Redirect(f"/desk/people/{person_id}", status_code=303)


HANDLERS = (ask_block, confirm_block, end_block)
