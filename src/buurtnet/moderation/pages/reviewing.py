"""Somebody else for one side of a match, and two whom a worker brings together by hand."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions import make_match
from buurtnet.matching.queries.matches import say
from buurtnet.matching.queries.pairing import Choice, Chosen, get_need, list_choices
from buurtnet.matching.rules.hurdles import Hurdle, say_hurdle, say_stop
from buurtnet.matching.rules.words import BETWEEN
from buurtnet.moderation.actions import reviewing
from buurtnet.moderation.pages.matches import matches_page
from buurtnet.moderation.pages.moving import go_on
from buurtnet.moderation.schemas import NewSwap
from buurtnet.posts.pages.words import say_when
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _
from buurtnet.web.shell import DeskSection, Sections, render
from buurtnet.web.templating import isolate


class NewPair(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An offer for a need, chosen by hand, as it is sent."""

    offer_id: UUID
    hurdles: list[Hurdle] = []
    """What the worker read that stands in the way, and sets aside."""
    instead: UUID | None = None
    """The suggestion that gives way."""


@post("/desk/matches/{match_id:uuid}/swap", guards=[facilitators], include_in_schema=False)
async def swap_match(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, match_id: FromPath[UUID]
) -> Response[Any]:
    """Puts somebody else in the place of one side, and shows the new pair; the match again where that cannot be."""
    try:
        new = await read_form(request, NewSwap)
        made = await reviewing.swap_match(db, viewer, match_id, new.post_id, version=new.version)
    except Invalid as refusal:
        return await matches_page(request, db, viewer, sections, match_id, form=await typed_form(request, refusal), status_code=422)
    return Redirect(f"/desk/matches/{made}", status_code=303)


@post("/desk/matches/{match_id:uuid}/drop", guards=[facilitators], include_in_schema=False)
async def drop_match(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]
) -> Redirect:
    """Takes back two who were chosen by hand, and goes on to the next one."""
    await reviewing.drop_match(db, viewer, match_id)
    return await go_on(db, viewer, request, "match")


@get("/desk/needs/{need_id:uuid}/offers", guards=[facilitators], include_in_schema=False)
async def show_choices(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    need_id: FromPath[UUID],
    q: Annotated[str, QueryParameter(max_length=60)] = "",
    instead: FromQuery[UUID | None] = None,
) -> Response[str]:
    """The offers of my neighbourhoods for a need, those that fit first, each with what stands in the way."""
    return await _choices_page(request, db, viewer, sections, need_id, q=q, instead=instead)


@post("/desk/needs/{need_id:uuid}/offers", guards=[facilitators], include_in_schema=False)
async def choose_by_hand(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, need_id: FromPath[UUID]
) -> Response[Any]:
    """Brings the two together and shows them; the list again where something stands in the way that was not read yet."""
    try:
        new = await read_form(request, NewPair)
        if new.instead is None:
            made = await make_match(db, viewer, need_id, new.offer_id, confirmed=new.hurdles)
        else:
            made = await reviewing.swap_match(db, viewer, new.instead, new.offer_id, confirmed=new.hurdles)
    except Invalid as refusal:
        return await _choices_page(request, db, viewer, sections, need_id, form=await typed_form(request, refusal), status_code=422)
    return Redirect(f"/desk/matches/{made}", status_code=303)


async def _choices_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    need_id: UUID,
    *,
    q: str = "",
    instead: UUID | None = None,
    form: Form | None = None,
    status_code: int = 200,
) -> Response[str]:
    need = await get_need(db, viewer, need_id)
    found, more = await list_choices(db, viewer, need_id, words=q, at=now(), but=instead)
    return render(
        request,
        "moderation/by_hand.html",
        desk=sections,
        need=need,
        need_when=say_when(need.slots, need.from_on, need.until_on),
        found=[_say_choice(need, one) for one in found],
        more=more,
        q=q,
        instead=instead,
        form=form or Form(),
        status_code=status_code,
    )


def _say_choice(need: Chosen, one: Choice) -> dict[str, Any]:
    """An offer of the list, with what stands in the way in words."""
    said = msgspec.structs.asdict(one.post)
    return said | {
        "near": _(BETWEEN[one.level]),
        "when": say_when(one.post.slots, one.post.from_on, one.post.until_on),
        "stop": say(say_stop(one.stop, isolate(one.post.name))) if one.stop else None,
        "hurdles": [(hurdle.value, say(say_hurdle(hurdle, isolate(need.name), isolate(one.post.name)))) for hurdle in one.hurdles],
        "person_id": one.post.author_id,
    }


HANDLERS = (swap_match, drop_match, show_choices, choose_by_hand)
