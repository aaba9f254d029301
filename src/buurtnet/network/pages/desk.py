"""The network of one's own area at the desk, and the decision to show an area's map to everybody."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.geography.queries import svg_outlines
from buurtnet.geography.rules.naming import name_in
from buurtnet.kit import clock
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import coordinators, facilitators, mappers
from buurtnet.kit.viewer import Viewer
from buurtnet.network.actions.publishing import ask_draft, publish_area
from buurtnet.network.pages.map import collect_figures
from buurtnet.network.pages.view import View, make_view
from buurtnet.network.queries import shown
from buurtnet.network.rules.classes import find_breaks
from buurtnet.network.rules.terms import check_window, make_link
from buurtnet.network.schemas import ABOUT, FIRST, HEADLINES, SUPPORTING, WINDOWS, AreaDecision, AreaKind, Measure, Snapshot
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import Sections, render


class Decision(msgspec.Struct, frozen=True):
    """How residents and workers of an area decided to show its map."""

    decided_how: Annotated[str, msgspec.Meta(min_length=3, max_length=600)]


@get("/desk/network", guards=[mappers], include_in_schema=False)
async def show_draft(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    measure: FromQuery[Measure] = FIRST,
    window: FromQuery[int] = max(WINDOWS),
    town: FromQuery[int | None] = None,
    sort: FromQuery[str | None] = None,
    asked: FromQuery[bool] = False,
) -> Response[str]:
    """The draft of the viewer's own neighbourhoods, with the figures as they are; mappers find the published map."""
    check_window(window)
    towns = await shown.list_own_towns(db, viewer.areas) if "facilitator" in viewer.roles else {}
    chosen = town if town in towns else next(iter(towns), None)
    draft = await shown.find_draft(db)
    view = await _view(db, viewer, draft, measure, window, chosen, sort or f"-{measure.value}") if chosen is not None and draft else None
    names = {one: name_in(called, current_language().code) for one, called in towns.items()}
    said = {"measure": measure.value, "window": window, "town": chosen, "sort": sort}
    return render(
        request,
        "network/desk.html",
        desk=sections,
        view=view,
        about=ABOUT[measure],
        measure=measure,
        headlines=HEADLINES | SUPPORTING,
        window=window,
        windows=WINDOWS,
        draft=draft,
        asked=asked,
        towns=list(names.items()),
        town=chosen,
        town_name=names.get(chosen, "") if chosen else "",
        coordinates="coordinator" in viewer.roles,
        facilitates="facilitator" in viewer.roles,
        link=lambda **changes: make_link("/desk/network", said | changes),
    )


async def _view(db: Db, viewer: Viewer, draft: Snapshot, measure: Measure, window: int, town: int, sort: str) -> View:
    figures = await collect_figures(db, viewer, draft, measure, window, town, only=viewer.areas)
    drawing = await svg_outlines(db, town)
    frozen = await shown.find_frozen_breaks(db, AreaKind.NEIGHBOURHOOD, window, measure, year=draft.as_of.year)
    breaks = frozen or find_breaks([figure.value for figure in figures[measure].values() if figure.value is not None], ABOUT[measure].step)
    return make_view(drawing, figures, measure, breaks, sort, exact=True)


@post("/desk/network/draft", guards=[facilitators], status_code=303, include_in_schema=False)
async def ask_for_draft(db: NamedDependency[Db]) -> Redirect:
    """Has the draft made anew and leads back to it."""
    await ask_draft(db, at=clock.now())
    return Redirect("/desk/network?asked=true", status_code=303)


@get("/desk/network/areas", guards=[coordinators], include_in_schema=False)
async def show_areas(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """The areas of the organisation, and what was decided about their maps."""
    areas = [await _named(db, area) for area in await shown.list_areas(db, viewer)]
    return render(request, "network/areas.html", desk=sections, areas=areas)


@get("/desk/network/areas/{area_id:uuid}", guards=[coordinators], include_in_schema=False)
async def show_decision(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, area_id: FromPath[UUID]
) -> Response[str]:
    """The question how it was decided to show an area's map."""
    area = await _named(db, await shown.get_area(db, viewer, area_id))
    return render(request, "network/decide.html", desk=sections, area=area, form=Form())


@post("/desk/network/areas/{area_id:uuid}", guards=[coordinators], include_in_schema=False)
async def publish_map(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, area_id: FromPath[UUID]
) -> Response[Any]:
    """Records the decision to show an area's map; the question again where it is not said how it was decided."""
    try:
        await publish_area(db, viewer, area_id, (await read_form(request, Decision)).decided_how)
    except Invalid as refusal:
        area = await _named(db, await shown.get_area(db, viewer, area_id))
        return render(request, "network/decide.html", desk=sections, area=area, form=await typed_form(request, refusal), status_code=422)
    return Redirect("/desk/network/areas", status_code=303)


class NamedArea(msgspec.Struct, frozen=True):
    """An area by its name, with its neighbourhoods by theirs."""

    area: AreaDecision
    name: str
    places: str


async def _named(db: Db, area: AreaDecision) -> NamedArea:
    language = current_language().code
    names = await shown.list_names(db, area.neighbourhoods)
    return NamedArea(
        area, name_in(area.names, language), " · ".join(name_in(names[one], language) for one in area.neighbourhoods if one in names)
    )
