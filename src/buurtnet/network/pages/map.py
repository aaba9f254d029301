"""The map of the network for everybody."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from buurtnet.geography.queries import svg_outlines
from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.network.pages.view import make_view, say_month
from buurtnet.network.queries import shown
from buurtnet.network.rules.terms import check_window, make_link, read_month
from buurtnet.network.schemas import ABOUT, FIRST, HEADLINES, SUPPORTING, WINDOWS, Figure, Measure, Snapshot, Town
from buurtnet.web.language import current_language
from buurtnet.web.shell import render


@get("/map", opt={"public": True, "database": "replica"}, include_in_schema=False)
async def show_map(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    measure: FromQuery[Measure] = FIRST,
    window: FromQuery[int] = max(WINDOWS),
    month: FromQuery[str | None] = None,
    town: FromQuery[int | None] = None,
    sort: FromQuery[str | None] = None,
) -> Response[str]:
    """The published figures of a municipality: map, legend and table, each measure and month under an address of its own."""
    check_window(window)
    snapshot = await shown.get_published(db, read_month(month))
    towns = await shown.list_towns(db, snapshot)
    chosen = choose_town(towns, town)
    order = sort or f"-{measure.value}"
    view = None
    if chosen is not None:
        figures = await collect_figures(db, viewer, snapshot, measure, window, chosen.id)
        breaks = await shown.find_map_breaks(db, snapshot, window, measure)
        view = make_view(await svg_outlines(db, chosen.id), figures, measure, breaks, order)
    asked = {"measure": measure.value, "window": window, "month": month, "town": town, "sort": sort}
    return render(
        request,
        "network/map.html",
        public=True,
        view=view,
        about=ABOUT[measure],
        measure=measure,
        headlines=HEADLINES | SUPPORTING,
        window=window,
        windows=WINDOWS,
        snapshot=snapshot,
        months=[(one.month, say_month(one.as_of)) for one in await shown.list_months(db)],
        month=say_month(snapshot.as_of) if snapshot else None,
        town=chosen,
        towns=sorted(((one.id, name_in(one.names, current_language().code)) for one in towns), key=lambda one: one[1].casefold()),
        town_name=name_in(chosen.names, current_language().code) if chosen else "",
        decisions=await shown.list_decisions(db, chosen.id) if chosen else [],
        link=lambda **changes: make_link("/map", asked | changes),
        style=make_link(
            "/map/style.json",
            {
                "measure": measure.value,
                "window": window,
                "month": snapshot.month if snapshot else None,
                "town": chosen.id if chosen and len(towns) > 1 else None,
            },
        ),
    )


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
