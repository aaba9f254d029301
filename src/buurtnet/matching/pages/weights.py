"""What counts for how much, at the desk: the weights of the installation, how far is far, and the emphasis of areas."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter, QueryParameter
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import coordinators, responsible
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions import weighing as actions
from buurtnet.matching.actions.weighing import NewEmphasis, NewHalving, NewWeights
from buurtnet.matching.pages.words import PART_NAMES, Bar, people_bars, rank_bars, say_metres, share_bars, view_change
from buurtnet.matching.queries import weighing as queries
from buurtnet.matching.queries.weighing import AreaCard, Distance
from buurtnet.matching.rules.fit import proximity_part
from buurtnet.matching.rules.weighing import STEP_WORDS, Weighing, list_percents, rank_example, weigh
from buurtnet.matching.schemas import Weights
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, say_number, today
from buurtnet.web.shell import DeskSection, Sections, render

ThemeId = Annotated[int, PathParameter(ge=0, le=32_767)]
MARKS = (200, 500, 1000, 2000, 5000)
"""Distances at which the page says how much nearness still counts."""
Asked = Annotated[int | None, QueryParameter()]


@get("/desk/weights", guards=[responsible])
async def show_weights(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """What holds now, and how it came about."""
    weighing, areas = await queries.read_weighing(db), await queries.list_areas(db, viewer)
    coordinates = "coordinator" in viewer.roles
    return render(
        request,
        "matching/weights.html",
        desk=sections,
        shares=share_bars(weighing.weights or Weights()),
        areas=[(area, _(STEP_WORDS[area.step][0])) for area in areas],
        distances=[(one, say_metres(one.metres)) for one in await queries.list_distances(db) if one.parent_id is None or one.own],
        changes=[view_change(one, areas, coordinates=coordinates) for one in await queries.list_changes(db, viewer)],
        coordinates=coordinates,
    )


@get("/desk/weights/shares", guards=[coordinators])
async def show_shares(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    sections: Sections,
    proximity: Asked = None,
    theme: Asked = None,
    time: Asked = None,
    room: Asked = None,
    bond: Asked = None,
) -> Response[str]:
    """The shares of the five parts, to change; filled with those that are asked for."""
    weighing, asked = await queries.read_weighing(db), (proximity, theme, time, room, bond)
    now = list_percents(weighing.weights or Weights())
    filled = [one if one is not None else share for one, share in zip(asked, now, strict=True)]
    return _shares_page(request, sections, weighing, Form(filling={}), filled)


def _shares_page(
    request: Request[Any, Any, Any],
    sections: Sequence[DeskSection],
    weighing: Weighing,
    form: Form,
    shares: Sequence[int],
    *,
    looked: bool = False,
    status_code: int = 200,
) -> Response[str]:
    weights = weighing.weights or Weights()
    return render(
        request,
        "matching/weights_shares.html",
        desk=sections,
        parts=[(part, _(name), _(words), share) for (part, (name, words)), share in zip(PART_NAMES.items(), shares, strict=True)],
        labels={part: _(name) for part, (name, _words) in PART_NAMES.items()},
        people=people_bars(),
        form=form,
        before=rank_bars(rank_example(weigh(weights, 0))),
        after=rank_bars(rank_example(weigh(Weights(*shares), 0))) if looked else None,
        today=today().isoformat(),
        status_code=status_code,
    )


class Look(msgspec.Struct, frozen=True):
    """Which button was pressed, and the shares alone: to look at what they do nobody need have decided anything."""

    proximity: actions.Share
    theme: actions.Share
    time: actions.Share
    room: actions.Share
    bond: actions.Share
    look: bool = False


@post("/desk/weights/shares", guards=[coordinators])
async def set_shares(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[Any]:
    """Sets the shares, or only shows what they would do; the form again where something is wrong."""
    weighing = await queries.read_weighing(db)
    now = list_percents(weighing.weights or Weights())
    try:
        asked = await read_form(request, Look)
        if asked.look:
            shares = [asked.proximity, asked.theme, asked.time, asked.room, asked.bond]
            actions.check_shares(shares)
            return _shares_page(request, sections, weighing, await typed_form(request), shares, looked=True)
        await actions.set_weights(db, viewer, await read_form(request, NewWeights))
    except Invalid as refusal:
        return _shares_page(request, sections, weighing, await typed_form(request, refusal), now, status_code=422)
    return Redirect("/desk/weights", status_code=303)


@get("/desk/weights/areas/{area_id:uuid}", guards=[responsible])
async def show_emphasis(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    area_id: FromPath[UUID],
    step: Asked = None,
) -> Response[str]:
    """The emphasis of an area, to change, with what each step does."""
    area = await queries.get_area(db, viewer, area_id)
    return await _emphasis_page(request, db, sections, area, Form(), area.step if step is None else step)


async def _emphasis_page(
    request: Request[Any, Any, Any],
    db: Db,
    sections: Sequence[DeskSection],
    area: AreaCard,
    form: Form,
    chosen: int,
    status_code: int = 200,
) -> Response[str]:
    weights = (await queries.read_weighing(db)).weights or Weights()
    steps = [(step, _(name), _(words), rank_bars(rank_example(weigh(weights, step)))) for step, (name, words) in STEP_WORDS.items()]
    return render(
        request,
        "matching/weights_area.html",
        desk=sections,
        area=area,
        steps=steps,
        people=people_bars(),
        chosen=str(form.value("step", chosen)),
        form=form,
        today=today().isoformat(),
        status_code=status_code,
    )


@post("/desk/weights/areas/{area_id:uuid}", guards=[responsible])
async def set_emphasis(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, area_id: FromPath[UUID]
) -> Response[Any]:
    """Sets the emphasis of an area; the form again where something is wrong."""
    area = await queries.get_area(db, viewer, area_id)
    try:
        await actions.set_emphasis(db, viewer, area_id, await read_form(request, NewEmphasis))
    except Invalid as refusal:
        return await _emphasis_page(request, db, sections, area, await typed_form(request, refusal), area.step, 422)
    return Redirect("/desk/weights", status_code=303)


@get("/desk/weights/themes/{theme_id:int}", guards=[coordinators])
async def show_halving(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    sections: Sections,
    theme_id: ThemeId,
    metres: Annotated[str | None, QueryParameter(max_length=5)] = None,
) -> Response[str]:
    """How far is far for a theme, to change."""
    distance = await queries.get_distance(db, theme_id)
    return _halving_page(request, sections, distance, Form(), distance.own if metres is None else metres)


def _halving_page(
    request: Request[Any, Any, Any],
    sections: Sequence[DeskSection],
    distance: Distance,
    form: Form,
    filled: int | str | None,
    status_code: int = 200,
) -> Response[str]:
    marks = [Bar(f"{say_number(mark)}\N{NO-BREAK SPACE}m", proximity_part(mark, distance.metres) * 100, "") for mark in MARKS]
    return render(
        request,
        "matching/weights_theme.html",
        desk=sections,
        distance=distance,
        said=say_metres(distance.metres),
        marks=marks,
        filled=filled,
        form=form,
        today=today().isoformat(),
        status_code=status_code,
    )


@post("/desk/weights/themes/{theme_id:int}", guards=[coordinators])
async def set_halving(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    theme_id: ThemeId,
) -> Response[Any]:
    """Sets how far is far for a theme; the form again where something is wrong."""
    distance = await queries.get_distance(db, theme_id)
    try:
        await actions.set_halving(db, viewer, theme_id, await read_form(request, NewHalving))
    except Invalid as refusal:
        return _halving_page(request, sections, distance, await typed_form(request, refusal), distance.own, 422)
    return Redirect("/desk/weights", status_code=303)


HANDLERS = (show_weights, show_shares, set_shares, show_emphasis, set_emphasis, show_halving, set_halving)
