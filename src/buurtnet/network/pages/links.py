"""The network of one's own residents, for what a worker does about it: who holds others, what one help would join, who could meet. Never exported."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions import put_first
from buurtnet.moderation.actions import plan_talk
from buurtnet.moderation.queries import list_areas
from buurtnet.network.queries.circles import list_apart, list_around, list_circles
from buurtnet.network.queries.links import NAMED, list_held, list_holders, list_joins, read_network
from buurtnet.network.rules.links import MOST
from buurtnet.people.actions.acting import find_resident
from buurtnet.web.forms import read_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
Area = Annotated[str, QueryParameter(max_length=10)]
After = Annotated[str, QueryParameter(max_length=400)]
Done = Annotated[str, QueryParameter(max_length=10)]


class Invited(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """With whom a worker wants to talk about a circle around a theme."""

    theme: Annotated[int, msgspec.Meta(ge=1, le=32767)]
    people: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=MOST)]


@get("/desk/network/people", guards=[facilitators], include_in_schema=False)
async def show_holders(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    few: FromQuery[bool] = False,
    area: Area = "",
    after: After = "",
    done: Done = "",
) -> Response[str]:
    """Residents without whom others of my neighbourhoods would not be reached: several others, or one or two."""
    return await _holders_page(request, db, viewer, sections, few, area, after, done=done)


@post("/desk/network/people/{person_id:uuid}", guards=[facilitators], status_code=200, include_in_schema=False)
async def open_holder(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    person_id: FromPath[UUID],
    few: FromQuery[bool] = False,
    area: Area = "",
    after: After = "",
) -> Response[str]:
    """Shows once who is reached only through the person; that I looked is written down."""
    await find_resident(db, viewer, person_id)
    await record_audit(db, viewer, "opened", subject=person_id, object_kind="links", object_id=person_id)
    return await _holders_page(request, db, viewer, sections, few, area, after, opened=person_id)


async def _holders_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    sections: Sections,
    few: bool,
    area: str,
    after: str,
    *,
    done: str = "",
    opened: UUID | None = None,
) -> Response[str]:
    language = current_language().code
    network = await read_network(db, viewer.person_id, today())
    held = await list_held(db, viewer.person_id, language, today(), network, opened) if opened else []
    areas = await list_areas(db, viewer.person_id, language)
    place = next((one for one in areas if str(one.id) == area), None)
    page = await list_holders(db, viewer.person_id, language, network, few=few, area=place.id if place else None, after=after or None)
    return render(
        request,
        "network/holders.html",
        desk=sections,
        page=page,
        few=few,
        areas=areas,
        area=place,
        after=after,
        done=done,
        opened=opened,
        held=held[:NAMED],
        more=len(held) > NAMED,
    )


@post("/desk/network/people/{person_id:uuid}/first", guards=[facilitators], include_in_schema=False)
async def give_second_contact(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> Redirect:
    """From now on, for a month, the person goes before others and each new bond counts as a first one; who fits and is free is asked at once."""
    await put_first(db, viewer, person_id, on=today())
    return Redirect("/desk/network/people?done=first", status_code=303)


@post("/desk/network/people/{person_id:uuid}/relieve", guards=[facilitators], include_in_schema=False)
async def relieve(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> Redirect:
    """Puts on my list for today to ask the person how helping goes."""
    await plan_talk(db, viewer, person_id, "relieve")
    return Redirect("/desk/network/people?done=planned", status_code=303)


@get("/desk/network/joins", guards=[facilitators], include_in_schema=False)
async def show_joins(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections) -> Response[str]:
    """Helps that each would join two groups that do not know each other yet."""
    joins = await list_joins(db, viewer, current_language().code, at=now())
    return render(request, "network/joins.html", desk=sections, joins=joins)


@get("/desk/network/circles", guards=[facilitators], include_in_schema=False)
async def show_circles(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, done: Done = "") -> Response[str]:
    """People around one theme within a walk of each other, and what to say to them."""
    circles = await list_circles(db, viewer.person_id, current_language().code, today())
    return render(request, "network/circles.html", desk=sections, circles=circles, done=done)


@post("/desk/network/circles", guards=[facilitators], include_in_schema=False)
async def plan_circle(request: Asked, db: DbIn, viewer: ViewerIn) -> Redirect:
    """Puts on my list for today to talk with each of them; NotFound where one does not stand around the theme, or keeps another one away."""
    invited = await read_form(request, Invited)
    people = list(dict.fromkeys(invited.people))
    found = {one.person_id: one for one in await list_around(db, viewer.person_id, today(), theme_id=invited.theme, people=people)}
    if len(found) < len(people) or await list_apart(db, people):
        raise NotFound
    for person_id in people:
        await plan_talk(db, viewer, person_id, "circle", post_id=found[person_id].post_id)
    return Redirect("/desk/network/circles?done=planned", status_code=303)


HANDLERS = (show_holders, open_holder, give_second_contact, relieve, show_joins, show_circles, plan_circle)
