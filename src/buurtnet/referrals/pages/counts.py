"""How many people each right and barrier concerned: a facilitator's own draft, a coordinator's frozen counts."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from buurtnet.kit.db import Db
from buurtnet.kit.guards import responsible
from buurtnet.kit.viewer import Viewer
from buurtnet.people.queries import list_places
from buurtnet.referrals.queries import count_draft, find_frozen_day, find_lists, list_frozen
from buurtnet.referrals.schemas import Cell, Kind, Listed
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import DeskSection, render

Row = tuple[Listed | None, list[int | None]]
"""A code, or None for everybody, and the number of each column."""


@get("/desk/rights", guards=[responsible])
async def show_rights(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: NamedDependency[Sequence[DeskSection]],
) -> Response[str]:
    """Which rights people looked for and what stood in the way, in the last twelve months."""
    facilitates, coordinates = "facilitator" in viewer.roles, "coordinator" in viewer.roles
    draft = await count_draft(db, viewer, today()) if facilitates else []
    frozen_on = await find_frozen_day(db, viewer) if coordinates else None
    frozen = await list_frozen(db, viewer, frozen_on) if frozen_on else []
    lists = await find_lists(db)
    hoods = sorted({cell.neighbourhood_id for cell in (*draft, *frozen) if cell.neighbourhood_id})
    places = await list_places(db, hoods, current_language().code)
    kinds: dict[Kind, list[Listed]] = {"right": lists.rights, "barrier": lists.barriers}
    return render(
        request,
        "referrals/rights.html",
        desk=sections,
        facilitates=facilitates,
        coordinates=coordinates,
        frozen_on=frozen_on,
        draft={kind: make_table(draft, kind, codes, places) for kind, codes in kinds.items()} if draft else None,
        frozen={kind: make_table(frozen, kind, codes, places) for kind, codes in kinds.items()} if frozen else None,
    )


def make_table(cells: Sequence[Cell], kind: Kind, codes: Sequence[Listed], places: dict[int, str]) -> tuple[list[str], list[Row]]:
    """The names of the columns (everywhere first is left to the page) and the rows: everybody, then each code that was used, the most used first."""
    found = {(cell.neighbourhood_id, cell.code): cell.persons for cell in cells if cell.kind == kind}
    columns = sorted({place for place, _code in found if place is not None}, key=lambda place: places.get(place, ""))
    used = [one for one in codes if (None, one.code) in found]
    used.sort(key=lambda one: -(found[None, one.code] or 0))
    rows: list[Row] = [(one, [found.get((place, one.code if one else ""), 0) for place in (None, *columns)]) for one in (None, *used)]
    return [places.get(place, "") for place in columns], rows


HANDLERS = (show_rights,)
