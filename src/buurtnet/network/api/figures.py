"""Published figures for programs."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromQuery, QueryParameter

from buurtnet.kit.db import Db
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.viewer import VISITOR
from buurtnet.network.queries import shown
from buurtnet.network.queries.areas import list_area_figures
from buurtnet.network.rules.terms import RULE, check_window, read_month
from buurtnet.network.schemas import ABOUT, FIRST, WINDOWS, AreaKind, Figures, Mark, Measure, Month

OPEN = {"public": True, "database": "replica"}
MONTH = {"month": "2026-10", "as_of": "2026-10-31", "published_at": "2026-11-01T02:10:00Z"}
FIGURE = {
    "area_id": 3,
    "code": "21015W23",
    "names": {"nl": "Collignon", "fr": "Collignon"},
    "municipality_id": 1,
    "mark": "shown",
    "value": 2.3,
    "n": 100,
}
FIGURES = {
    "month": "2026-10",
    "as_of": "2026-10-31",
    "measure": "mean_degree",
    "unit": "ties per person",
    "window": 12,
    "area_kind": "neighbourhood",
    "breaks": [0.8, 1.5, 2.3, 3.0],
    "rule": RULE,
    "attribution": ["Schematic drawing, not the real borders"],
    "items": [FIGURE, FIGURE | {"area_id": 1, "code": "21015W21", "mark": Mark.SUPPRESSED.value, "value": None, "n": None}],
    "next": None,
}


@get(
    "/api/v1/network/months",
    operation_id="listMonths",
    summary="Published months",
    opt=OPEN,
    tags=["network"],
    responses={200: ResponseSpec(list[Month], examples=[Example(value=[MONTH])])},
)
async def list_months(db: NamedDependency[Db]) -> list[Month]:
    """The published months, newest first."""
    return await shown.list_months(db)


@get(
    "/api/v1/network/measures",
    operation_id="listMeasures",
    summary="Published figures",
    opt=OPEN,
    tags=["network"],
    responses={200: ResponseSpec(Figures, examples=[Example(value=FIGURES)])},
)
async def list_measures(
    db: NamedDependency[Db],
    measure: FromQuery[Measure] = FIRST,
    window: FromQuery[int] = max(WINDOWS),
    area_kind: FromQuery[AreaKind] = AreaKind.NEIGHBOURHOOD,
    month: FromQuery[str | None] = None,
    municipality: Annotated[int | None, QueryParameter(description="Only this municipality.", ge=0, le=2**31 - 1)] = None,
    after: FromQuery[str | None] = None,
    limit: Annotated[int, QueryParameter(description="How many areas at once.", ge=1, le=1000)] = 500,
) -> Figures:
    """One published measure of all areas by code; `mark` says why a value is missing. Suppressed figures are not in the answer."""
    snapshot = await shown.get_published(db, read_month(month))
    check_window(window)
    last = read_cursor(after, tuple[str])
    start = last[0] if last else ""
    if area_kind is AreaKind.NEIGHBOURHOOD:
        rows = await shown.list_figures(db, VISITOR, snapshot, measure, window, municipality_id=municipality, after=start, limit=limit + 1)
    else:
        list_rows = shown.list_town_figures if area_kind is AreaKind.MUNICIPALITY else list_area_figures
        rows = await list_rows(db, VISITOR, snapshot, measure, window, municipality_id=municipality, after=start, limit=limit + 1)
    page = make_page(rows, limit, "code")
    return Figures(
        month=snapshot.month if snapshot else None,
        as_of=snapshot.as_of if snapshot else None,
        measure=measure,
        unit=ABOUT[measure].unit,
        window=window,
        area_kind=area_kind,
        breaks=await shown.find_map_breaks(db, snapshot, window, measure) if area_kind is AreaKind.NEIGHBOURHOOD else [],
        rule=RULE,
        attribution=await shown.list_attributions(db),
        items=page.items,
        next=page.next,
    )
