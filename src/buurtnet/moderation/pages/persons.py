"""Decisions about a person: what was decided, a warning, a worker who looks first, a service that two workers end for a time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import rules
from buurtnet.moderation.actions import persons
from buurtnet.moderation.pages.forms import PreviewForm
from buurtnet.moderation.pages.previewing import imagine_statement, preview_page
from buurtnet.moderation.pages.words import choices
from buurtnet.moderation.queries.statements import list_past_decisions
from buurtnet.moderation.schemas import NewBlock, NewLimit, NewWarning, Said
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.queries import list_blocks
from buurtnet.people.rules import own_name
from buurtnet.people.rules.service import SERVICE_REASONS
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import today
from buurtnet.web.shell import DeskSection, Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
What = Literal["warned", "limited", "blocked"]
ADDRESSES: dict[What, str] = {"warned": "warn", "limited": "limit", "blocked": "block"}
SOON = timedelta(days=14)
"""How long a limit or a block is, unless the worker says otherwise."""


async def _person_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    person_id: UUID,
    *,
    about: str = "",
    form: Form | None = None,
    status_code: int = 200,
) -> Response[str]:
    """The page; `about` names the form that `form` belongs to."""
    person = await find_resident(db, viewer, person_id)
    return render(
        request,
        "moderation/person.html",
        desk=sections,
        person=person,
        reads=own_name(person.language),
        blocks=await list_blocks(db, viewer, person_id),
        past=await list_past_decisions(db, viewer.person_id, person_id),
        reasons=choices(SERVICE_REASONS),
        reason_words=SERVICE_REASONS,
        post_reasons=rules.REASONS,
        verdicts=rules.VERDICTS,
        soon=today() + SOON,
        about=about,
        form=form or Form(),
        blank=Form(),
        status_code=status_code,
    )


async def _again(
    request: Asked, db: Db, viewer: Viewer, sections: Sequence[DeskSection], person_id: UUID, about: str, refusal: Invalid | Conflict
) -> Response[str]:
    wrong = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
    form = await typed_form(request, wrong)
    return await _person_page(request, db, viewer, sections, person_id, about=about, form=form, status_code=422)


@get("/desk/people/{person_id:uuid}/decisions", guards=[facilitators], include_in_schema=False)
async def show_decisions(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[str]:
    """What was decided about a person, and what can be."""
    return await _person_page(request, db, viewer, sections, person_id)


@post("/desk/people/{person_id:uuid}/warn", guards=[facilitators], include_in_schema=False)
async def warn(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Warns the person; the page again where something is missing."""
    try:
        typed = await read_form(request, NewWarning)
        await persons.warn_person(db, viewer, person_id, reason=typed.reason, text=typed.text)
    except Invalid as refusal:
        return await _again(request, db, viewer, sections, person_id, "warned", refusal)
    return Redirect(f"/desk/people/{person_id}/decisions", status_code=303)


@post("/desk/people/{person_id:uuid}/limit", guards=[facilitators], include_in_schema=False)
async def limit(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Lets a worker look first for a time; the page again where something is missing."""
    try:
        typed = await read_form(request, NewLimit)
        await persons.limit_person(db, viewer, person_id, reason=typed.reason, text=typed.text, until=typed.until, on=today())
    except (Invalid, Conflict) as refusal:
        return await _again(request, db, viewer, sections, person_id, "limited", refusal)
    return Redirect(f"/desk/people/{person_id}/decisions", status_code=303)


@post("/desk/people/{person_id:uuid}/limit/end", guards=[facilitators], include_in_schema=False)
async def end_limit(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> Redirect:
    """Nobody looks first any more."""
    await persons.end_limit(db, viewer, person_id, at=now())
    return Redirect(f"/desk/people/{person_id}/decisions", status_code=303)


@post("/desk/people/{person_id:uuid}/block", guards=[facilitators], include_in_schema=False)
async def ask_block(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Asks for a block, which another worker has to confirm."""
    try:
        typed = await read_form(request, NewBlock)
        await persons.ask_block(
            db, viewer, person_id, reason=typed.reason, text=typed.text, why=typed.why, until=typed.until, at=now(), on=today()
        )
    except (Invalid, Conflict) as refusal:
        return await _again(request, db, viewer, sections, person_id, "blocked", refusal)
    return Redirect(f"/desk/people/{person_id}/decisions", status_code=303)


@post("/desk/people/{person_id:uuid}/preview", guards=[facilitators], status_code=200, include_in_schema=False)
async def preview(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    person_id: FromPath[UUID],
    what: FromQuery[What],
    change: FromQuery[bool] = False,
) -> Response[str]:
    """What the person will read, in their language; or the form again, with what was typed."""
    person = await find_resident(db, viewer, person_id)
    if change:
        return await _person_page(request, db, viewer, sections, person_id, about=what, form=await typed_form(request))
    typed = await read_form(request, PreviewForm)
    until = typed.until if what != "warned" else None
    statement = imagine_statement(viewer, "person", Said(verdict=what, reason=typed.reason, text=typed.text, until=until))
    address = f"/desk/people/{person_id}"
    return await preview_page(
        request,
        sections,
        statement,
        name=person.given_name,
        language=person.language,
        action=f"{address}/{ADDRESSES[what]}",
        again=f"{address}/preview?what={what}&change=true",
    )


@post("/desk/blocks/{block_id:uuid}/confirm", guards=[facilitators], include_in_schema=False)
async def confirm_block(db: DbIn, viewer: ViewerIn, block_id: FromPath[UUID]) -> Redirect:
    """Confirms a block that another worker asked for."""
    person_id = await persons.confirm_block(db, viewer, block_id, at=now())
    return Redirect(f"/desk/people/{person_id}/decisions", status_code=303)


@post("/desk/blocks/{block_id:uuid}/end", guards=[facilitators], include_in_schema=False)
async def end_block(db: DbIn, viewer: ViewerIn, block_id: FromPath[UUID]) -> Redirect:
    """Takes a block back."""
    person_id = await persons.end_block(db, viewer, block_id, at=now())
    return Redirect(f"/desk/people/{person_id}/decisions", status_code=303)


HANDLERS = (show_decisions, warn, limit, end_limit, ask_block, preview, confirm_block, end_block)
