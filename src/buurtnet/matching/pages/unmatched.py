"""A facilitator's list of the needs that nobody is asked for yet, and why nobody fits them."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.unmatched import list_unmatched
from buurtnet.people.queries import list_places
from buurtnet.people.rules.choices import DAYS
from buurtnet.web.language import current_language
from buurtnet.web.shell import Sections, render


@get("/desk/unmatched", guards=[facilitators])
async def show_unmatched(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    area: Annotated[str, QueryParameter(max_length=10)] = "",
    theme: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """The needs of my areas that wait, urgent and oldest first, each with the smallest change that would bring somebody."""
    places = await list_places(db, viewer.areas, current_language().code)
    chosen = int(area) if area.isdecimal() and int(area) in places else None
    return render(
        request,
        "matching/unmatched.html",
        desk=sections,
        found=await list_unmatched(db, viewer, area=chosen, theme=theme or None, after=after or None),
        places=sorted(places.items(), key=lambda place: place[1].casefold()),
        area=chosen,
        theme=theme,
        days=DAYS,
    )


HANDLERS = [show_unmatched]
