"""Who is left out, and what a worker does about it: nothing here asks the resident for anything."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect

from buurtnet.desk.queries import count_left_out
from buurtnet.desk.queries.left_out import list_agreements, list_carriers, list_people, list_posts
from buurtnet.desk.rules import ABOUT, ENDS, LISTS
from buurtnet.desk.schemas import AgreementEnd, Counters
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions import confirm_completion, fail_match, put_first
from buurtnet.matching.schemas import FailReason
from buurtnet.moderation.rules import WHEN
from buurtnet.web.forms import read_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import Sections, render

READ = {"nobody": list_people, "unanswered": list_posts, "silent": list_agreements, "carrying": list_carriers}
Name = Literal["nobody", "unanswered", "silent", "carrying"]


@get("/desk/left-out", guards=[facilitators], include_in_schema=False)
async def show_left_out(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    counters: NamedDependency[Counters],
    sections: Sections,
    chosen: Annotated[Name, QueryParameter(name="list")] = "nobody",
    area: Annotated[str, QueryParameter(max_length=10)] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """One of the lists, of all my areas or of one."""
    place = next((one for one in counters.areas if str(one.id) == area), None)
    left = await count_left_out(db, viewer.person_id, today())
    return render(
        request,
        "desk/left_out.html",
        desk=sections,
        counters=Counters(areas=counters.areas, counts={**counters.counts, **left}),
        lists=LISTS,
        about=ABOUT,
        ends=ENDS,
        whens=WHEN,
        chosen=chosen,
        area=place,
        page=await READ[chosen](
            db, viewer.person_id, current_language().code, today(), area=place.id if place else None, after=after or None
        ),
    )


@post("/desk/left-out/{person_id:uuid}/first", guards=[facilitators], include_in_schema=False)
async def suggest_first(db: NamedDependency[Db], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]) -> Redirect:
    """From now on, for a month, the person's questions go before others; who is free is asked at once."""
    await put_first(db, viewer, person_id, on=today())
    return Redirect(f"/desk/left-out#person-{person_id}", status_code=303)


@post("/desk/agreements/{match_id:uuid}", guards=[facilitators], include_in_schema=False)
async def end_agreement(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]
) -> Redirect:
    """Notes how an agreement went, as I heard it from the two."""
    how = (await read_form(request, AgreementEnd)).how
    if how == "worked":
        await confirm_completion(db, viewer, match_id)
    elif how in set(FailReason):
        await fail_match(db, viewer, match_id, FailReason(how))
    else:
        raise Invalid
    return Redirect("/desk/left-out?list=silent", status_code=303)


HANDLERS = (show_left_out, suggest_first, end_agreement)
