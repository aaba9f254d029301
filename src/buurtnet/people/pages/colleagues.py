"""A coordinator's organisation: who works here as what and where, inviting somebody, letting somebody go, working with others."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import coordinators
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.appointing import NewColleague, NotYourself, WorkerChange, change_worker, invite_again, invite_worker, let_go
from buurtnet.people.actions.partnering import end_partnership, propose_partnership
from buurtnet.people.queries import list_places
from buurtnet.people.queries.staff import (
    Colleague,
    count_proposals,
    find_colleague,
    list_colleagues,
    list_partners,
    list_served,
    list_successors,
    name_served,
)
from buurtnet.people.rules.staff import GIVEN_ROLES
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import LANGUAGES, _, current_language
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
Sections = NamedDependency[Sequence[DeskSection]]
HERE = "/desk/staff"
ROLE_NAMES = {
    "facilitator": N_("worker"),
    "coordinator": N_("coordinator"),
    "mapper": N_("maker of maps"),
    "operator": N_("technical worker"),
}
ROLE_HINTS = {
    "facilitator": N_("Worker: sees the people of their neighbourhoods"),
    "coordinator": N_("Coordinator: sees no people, decides who works where"),
    "mapper": N_("Maker of maps: sees figures"),
}


class LeaveForm(msgspec.Struct, frozen=True, kw_only=True):
    """Who takes over from a colleague."""

    successor: UUID | None = None


def _role_choices() -> list[tuple[str, str]]:
    return [(role, _(ROLE_HINTS[role])) for role in GIVEN_ROLES]


@get(HERE, guards=[coordinators], include_in_schema=False)
async def show_colleagues(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """Who works here, as what and where; and where nobody does."""
    language = current_language().code
    served, colleagues = await list_served(db, viewer), await list_colleagues(db, viewer)
    return render(
        request,
        "people/colleagues.html",
        desk=sections,
        colleagues=colleagues,
        places=await list_places(db, sorted({place for one in colleagues for place in (*one.own, *one.backup)}), language),
        bare=[name for _id, name in name_served([one for one in served if not one.covered], language)],
        roles=ROLE_NAMES,
        proposals=await count_proposals(db, viewer),
    )


async def _places(db: Db, viewer: Viewer, colleague: Colleague | None = None) -> list[tuple[int, str]]:
    """The neighbourhoods to choose from: those the organisation serves, and those where the colleague works already."""
    language = current_language().code
    served = name_served(await list_served(db, viewer), language)
    known = {identity for identity, _name in served}
    others = [place for place in (*colleague.own, *colleague.backup) if place not in known] if colleague else []
    return served + sorted((await list_places(db, others, language)).items(), key=lambda pair: pair[1].casefold())


async def _show_new(
    request: Asked, db: Db, viewer: Viewer, sections: Sequence[DeskSection], form: Form, status_code: int = 200
) -> Response[str]:
    return render(
        request,
        "people/invite.html",
        desk=sections,
        form=form,
        roles=_role_choices(),
        places=await _places(db, viewer),
        languages=[(one.code, one.name) for one in LANGUAGES],
        status_code=status_code,
    )


@get("/desk/staff/new", guards=[coordinators], include_in_schema=False)
async def show_invite(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """The form to invite a colleague."""
    return await _show_new(request, db, viewer, sections, Form())


@post("/desk/staff/new", guards=[coordinators], include_in_schema=False)
async def invite(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: NamedDependency[Vault],
    settings: NamedDependency[Settings],
    sections: Sections,
) -> Response[Any]:
    """Invites the colleague, who gets a mail and chooses with what they sign in."""
    try:
        new = await read_form(request, NewColleague)
        person_id = await invite_worker(db, vault, viewer, new, region=settings.phone_region, at=now())
    except Invalid as refusal:
        return await _show_new(request, db, viewer, sections, await typed_form(request, _at_email(refusal)), 422)
    return Redirect(f"{HERE}#staff-{person_id}", status_code=303)


def _at_email(refusal: Invalid) -> Invalid:
    """What is wrong with an address stands at the field in which it was typed here."""
    return Invalid({"email" if name == "address" else name: text for name, text in refusal.errors.items()}, refusal.text)


async def _show_one(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    person_id: UUID,
    form: Form | None = None,
    status_code: int = 200,
) -> Response[str]:
    colleague = await find_colleague(db, viewer, person_id)
    stood = {"roles": colleague.roles, "own": colleague.own, "backup": colleague.backup, "secrecy": colleague.secrecy_basis}
    return render(
        request,
        "people/colleague.html",
        desk=sections,
        colleague=colleague,
        own_page=person_id == viewer.person_id,
        form=form or Form.filled(stood),
        roles=_role_choices(),
        role_names=ROLE_NAMES,
        places=await _places(db, viewer, colleague),
        status_code=status_code,
    )


@get("/desk/staff/{person_id:uuid}", guards=[coordinators], include_in_schema=False)
async def show_colleague(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[str]:
    """One colleague: roles, neighbourhoods, secrecy."""
    return await _show_one(request, db, viewer, sections, person_id)


@post("/desk/staff/{person_id:uuid}", guards=[coordinators], include_in_schema=False)
async def change_colleague(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Sets what a colleague may see and do, from their next request on."""
    try:
        await change_worker(db, viewer, person_id, await read_form(request, WorkerChange), at=now())
    except Invalid as refusal:
        return await _show_one(request, db, viewer, sections, person_id, await typed_form(request, refusal), 422)
    return Redirect(f"{HERE}#staff-{person_id}", status_code=303)


@post("/desk/staff/{person_id:uuid}/invite", guards=[coordinators], include_in_schema=False)
async def invite_colleague_again(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> Redirect:
    """Lets a colleague begin anew, with another device."""
    await invite_again(db, viewer, person_id, at=now())
    return Redirect(f"{HERE}#staff-{person_id}", status_code=303)


async def _show_leave(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    person_id: UUID,
    form: Form | None = None,
    status_code: int = 200,
) -> Response[str]:
    colleague = await find_colleague(db, viewer, person_id)
    if person_id == viewer.person_id:
        raise NotYourself
    return render(
        request,
        "people/leave.html",
        desk=sections,
        colleague=colleague,
        successors=[(one.id, one.given_name) for one in await list_successors(db, viewer, person_id)],
        form=form or Form(),
        status_code=status_code,
    )


@get("/desk/staff/{person_id:uuid}/leave", guards=[coordinators], include_in_schema=False)
async def show_leave(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[str]:
    """What happens when a colleague leaves, and who takes over."""
    return await _show_leave(request, db, viewer, sections, person_id)


@post("/desk/staff/{person_id:uuid}/leave", guards=[coordinators], include_in_schema=False)
async def let_colleague_go(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Hands over what the colleague looked after, and ends their access at once."""
    try:
        await let_go(db, viewer, person_id, (await read_form(request, LeaveForm)).successor, at=now())
    except Invalid as refusal:
        return await _show_leave(request, db, viewer, sections, person_id, await typed_form(request, refusal), 422)
    return Redirect(HERE, status_code=303)


# --- working with others -----------------------------------------------------------------------------------------------------------


@get("/desk/organisations", guards=[coordinators], include_in_schema=False)
async def show_organisations(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """The other organisations of our neighbourhoods, and with which we work together."""
    language = current_language().code
    partners = [(one, name_in(one.names, language)) for one in await list_partners(db, viewer)]
    return render(request, "people/organisations.html", desk=sections, partners=partners)


@post("/desk/organisations/{other_id:uuid}", guards=[coordinators], include_in_schema=False)
async def propose(db: DbIn, viewer: ViewerIn, other_id: FromPath[UUID]) -> Redirect:
    """Asks the organisation to work together, or says yes where it asked."""
    await propose_partnership(db, viewer, other_id, at=now())
    return Redirect("/desk/organisations", status_code=303)


@post("/desk/organisations/{other_id:uuid}/end", guards=[coordinators], include_in_schema=False)
async def end(db: DbIn, viewer: ViewerIn, other_id: FromPath[UUID]) -> Redirect:
    """From now on both organisations' people stay apart again."""
    await end_partnership(db, viewer, other_id, at=now())
    return Redirect("/desk/organisations", status_code=303)


HANDLERS = (
    show_colleagues,
    show_invite,
    invite,
    show_colleague,
    change_colleague,
    invite_colleague_again,
    show_leave,
    let_colleague_go,
    show_organisations,
    propose,
    end,
)
