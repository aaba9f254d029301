"""Saying of what a rule saw that there was nothing."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries import get_place
from buurtnet.screening.actions import judge_alarm
from buurtnet.web.forms import read_form


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """Whether there was nothing in what a rule saw, as it is sent."""

    rule: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    wrong: bool


@post("/desk/posts/{post_id:uuid}/alarms", guards=[facilitators], include_in_schema=False)
async def judge_post(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Redirect:
    """Counts a false alarm of a rule that saw something in the post, or takes that back, and shows the item again."""
    place = await get_place(db, viewer.person_id, post_id)
    said = await read_form(request, Alarm)
    await judge_alarm(
        db,
        viewer,
        "post",
        post_id,
        said.rule,
        wrong=said.wrong,
        organisation_id=place.organisation_id,
        neighbourhood_id=place.neighbourhood_id,
    )
    return Redirect(f"/desk/posts/{post_id}", status_code=303)


HANDLERS = (judge_post,)
