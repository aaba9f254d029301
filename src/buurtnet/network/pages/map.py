"""The map of the network for everybody."""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from buurtnet.geography.queries import svg_outlines
from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.network.pages.view import Stream, View, make_streams, make_view, say_month
from buurtnet.network.queries import shown
from buurtnet.network.queries.ends import list_ends
from buurtnet.network.queries.flows import list_flows
from buurtnet.network.rules.terms import check_window, make_link, read_month
from buurtnet.network.schemas import ABOUT, FIRST, HEADLINES, SUPPORTING, WINDOWS, Figure, Measure, Snapshot, Town
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

Number = Annotated[int | None, QueryParameter(ge=0, le=2**31 - 1)]
MOST_STREAMS = 200
"""So many are shown of a municipality, the largest."""


@get("/map", opt={"public": True, "database": "replica"}, include_in_schema=False)
async def show_map(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    measure: FromQuery[Measure] = FIRST,
    window: FromQuery[int] = max(WINDOWS),
    month: FromQuery[str | None] = None,
    town: Number = None,
    area: Number = None,
    flows: FromQuery[bool] = False,
    sort: FromQuery[str | None] = None,
) -> Response[str]:
    """The published figures of a municipality: map, legend and table, each measure and month under an address of its own."""
    check_window(window)
    snapshot = await shown.get_published(db, read_month(month))
    towns = await shown.list_towns(db, snapshot)
    chosen = choose_town(towns, town)
    order = (sort or f"-{measure.value}")[:40]
    view, streams = await _view(db, viewer, snapshot, measure, window, chosen, towns, order, flows=flows)
    asked = {
        "measure": measure.value,
        "window": window,
        "month": month,
        "town": town,
        "flows": "true" if flows else None,
        "sort": sort and order,
        "area": area,
    }
    named = snapshot.month if snapshot else None
    seen = {"measure": measure.value, "window": window, "month": named, "town": chosen.id if chosen and len(towns) > 1 else None}
    months = await shown.list_months(db)
    return render(
        request,
        "network/map.html",
        public=True,
        view=view,
        about=ABOUT[measure],
        measure=measure,
        headlines=HEADLINES,
        supporting=SUPPORTING,
        window=window,
        windows=WINDOWS,
        snapshot=snapshot,
        months=[(one.month, say_month(one.as_of)) for one in months],
        beside=find_beside([one.month for one in months], named),
        month=say_month(snapshot.as_of) if snapshot else None,
        town=chosen,
        area=area,
        towns=sorted(((one.id, name_in(one.names, current_language().code)) for one in towns), key=lambda one: one[1].casefold()),
        town_name=name_in(chosen.names, current_language().code) if chosen else "",
        whole=find_whole(towns),
        decisions=await shown.list_decisions(db, chosen.id) if chosen else [],
        flows=flows,
        streams=streams,
        link=lambda **changes: make_link("/map", asked | {"area": None} | changes),
        style=make_link(
            "/map/style.json", seen | {"town": chosen.id if chosen and (flows or len(towns) > 1) else None, "flows": asked["flows"]}
        ),
    )


async def _view(
    db: Db,
    viewer: Viewer,
    snapshot: Snapshot | None,
    measure: Measure,
    window: int,
    town: Town | None,
    towns: Sequence[Town],
    order: str,
    *,
    flows: bool,
) -> tuple[View | None, list[Stream]]:
    """What is seen of a municipality, and what flows there where that is asked for."""
    if town is None:
        return None, []
    figures = await collect_figures(db, viewer, snapshot, measure, window, town.id)
    breaks = await shown.find_map_breaks(db, snapshot, window, measure)
    drawing = await svg_outlines(db, town.id, day=snapshot.places_on if snapshot else None)
    view = make_view(drawing, figures, measure, breaks, order)
    return view, await collect_streams(db, snapshot, window, town, towns, view) if flows and snapshot else []


def find_beside(months: Sequence[str], month: str | None) -> tuple[str | None, str | None]:
    """The published months before and after one; the list has the newest first."""
    if month not in months:
        return None, None
    place = months.index(month)
    return (months[place + 1] if place + 1 < len(months) else None), (months[place - 1] if place else None)


def find_whole(towns: Sequence[Town]) -> tuple[float, float, float, float] | None:
    """West, south, east and north of all municipalities; None where one is all there is."""
    if len(towns) < 2:
        return None
    return (
        min(town.west for town in towns),
        min(town.south for town in towns),
        max(town.east for town in towns),
        max(town.north for town in towns),
    )


async def collect_streams(db: Db, snapshot: Snapshot, window: int, town: Town, towns: Sequence[Town], view: View) -> list[Stream]:
    """What flows between the neighbourhoods of a municipality and to and from others, as the drawing and a table show it."""
    found, language = await list_flows(db, snapshot, window, town.id), current_language().code
    ends = await list_ends(db, snapshot, {one for flow in found for one in (flow.from_id, flow.to_id)})
    elsewhere = {one.id: f" ({name_in(one.names, language)})" for one in towns if one.id != town.id}
    names = {one: name_in(end.names, language) + elsewhere.get(end.municipality_id, "") for one, end in ends.items()}
    return make_streams(found[:MOST_STREAMS], names, view.drawing)


def choose_town(towns: Sequence[Town], wanted: int | None) -> Town | None:
    """The municipality asked for, else the one of which most is published; NotFound for one that is not there."""
    if wanted is None:
        return max(towns, key=lambda town: (town.shown, -town.id), default=None)
    for town in towns:
        if town.id == wanted:
            return town
    raise NotFound


async def collect_figures(
    db: Db, viewer: Viewer, snapshot: Snapshot | None, measure: Measure, window: int, town: int, only: Sequence[int] | None = None
) -> dict[Measure, dict[int, Figure]]:
    """The figures of a municipality's neighbourhoods for the measure, for the one beside it and for how many are active."""
    wanted = dict.fromkeys(one for one in (measure, ABOUT[measure].beside, Measure.ACTIVE) if one)
    found: dict[Measure, dict[int, Figure]] = {}
    for one in wanted:
        listed = await shown.list_figures(db, viewer, snapshot, one, window, municipality_id=town, only=only)
        found[one] = {figure.area_id: figure for figure in listed}
    return found
