"""The directory of partners of one's own organisation."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.referrals import actions
from buurtnet.referrals.queries import find_lists, find_partner, list_partners
from buurtnet.referrals.schemas import NewPartner, Partner
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import today
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
Sections = NamedDependency[Sequence[DeskSection]]


async def _partners_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    *,
    item: Partner | None = None,
    form: Form | None = None,
    status_code: int = 200,
) -> Response[str]:
    """The directory, and one partner to change or the form for a new one."""
    lists = await find_lists(db)
    stored = {} if item is None else {name: getattr(item, name) for name in NewPartner.__struct_fields__}
    return render(
        request,
        "referrals/partners.html",
        desk=sections,
        partners=await list_partners(db, viewer),
        item=item,
        rights={one.code: one.labels for one in lists.rights},
        choices=[one for one in lists.rights if not one.retired],
        form=form or Form.filled({name: value for name, value in stored.items() if value is not None}),
        status_code=status_code,
    )


async def _get(db: Db, viewer: Viewer, partner_id: UUID) -> Partner:
    partner = await find_partner(db, viewer, partner_id)
    if partner is None:
        raise NotFound
    return partner


@get("/desk/partners", guards=[facilitators])
async def show_partners(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """Who can help with what, and how they are reached."""
    return await _partners_page(request, db, viewer, sections)


@post("/desk/partners", guards=[facilitators])
async def add(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[Any]:
    """Adds a partner; the form again where something is missing."""
    try:
        await actions.add_partner(db, viewer, await read_form(request, NewPartner), on=today())
    except Invalid as refusal:
        return await _partners_page(request, db, viewer, sections, form=await typed_form(request, refusal), status_code=422)
    return Redirect("/desk/partners", status_code=303)


@get("/desk/partners/{partner_id:uuid}", guards=[facilitators])
async def show_partner(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, partner_id: FromPath[UUID]) -> Response[str]:
    """One partner, to be changed."""
    return await _partners_page(request, db, viewer, sections, item=await _get(db, viewer, partner_id))


@post("/desk/partners/{partner_id:uuid}", guards=[facilitators])
async def change(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, partner_id: FromPath[UUID]) -> Response[Any]:
    """Keeps how the partner is reached now; the form again where something is missing."""
    item = await _get(db, viewer, partner_id)
    try:
        await actions.change_partner(db, viewer, partner_id, await read_form(request, NewPartner), on=today())
    except Invalid as refusal:
        return await _partners_page(request, db, viewer, sections, item=item, form=await typed_form(request, refusal), status_code=422)
    return Redirect("/desk/partners", status_code=303)


@post("/desk/partners/{partner_id:uuid}/end", guards=[facilitators])
async def end(db: DbIn, viewer: ViewerIn, partner_id: FromPath[UUID]) -> Redirect:
    """Nobody is referred there any more."""
    await actions.end_partner(db, viewer, partner_id, on=today())
    return Redirect("/desk/partners", status_code=303)


HANDLERS = (show_partners, add, show_partner, change, end)
