"""Face to face: a worker shows somebody who looked at their data."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people.pages.forms import ReasonForm
from buurtnet.privacy.actions.showing import show_looks_in_person
from buurtnet.privacy.pages.saying import say_looks
from buurtnet.web.forms import read_form
from buurtnet.web.shell import Sections, render


@post("/desk/people/{person_id:uuid}/looks", guards=[facilitators], include_in_schema=False)
async def show_looks(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    person_id: FromPath[UUID],
) -> Response[str]:
    """Who looked at the person's data, this once; that it was shown is written down."""
    person, looks = await show_looks_in_person(db, viewer, person_id, (await read_form(request, ReasonForm)).reason)
    return render(request, "privacy/desk_looks.html", desk=sections, person=person, deeds=say_looks(looks))


HANDLERS = (show_looks,)
