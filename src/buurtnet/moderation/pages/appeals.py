"""Somebody does not agree: a worker who did not take the decision looks at it again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import rules
from buurtnet.moderation.actions.answering import answer_appeal
from buurtnet.moderation.pages.forms import AppealForm
from buurtnet.moderation.queries.statements import get_appeal
from buurtnet.people.rules import own_name
from buurtnet.people.rules.service import SERVICE_REASONS
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.shell import DeskSection, Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]


async def _appeal_page(
    request: Asked, db: Db, viewer: Viewer, sections: Sequence[DeskSection], decision_id: UUID, form: Form, status_code: int = 200
) -> Response[str]:
    appeal = await get_appeal(db, viewer.person_id, decision_id)
    return render(
        request,
        "moderation/appeal.html",
        desk=sections,
        appeal=appeal,
        reads=own_name(appeal.reads),
        verdicts=rules.VERDICTS,
        post_reasons=rules.REASONS,
        reason_words=SERVICE_REASONS,
        form=form,
        status_code=status_code,
    )


@get("/desk/appeals/{decision_id:uuid}", guards=[facilitators], include_in_schema=False)
async def show_appeal(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, decision_id: FromPath[UUID]) -> Response[str]:
    """What was decided, by whom and why, and the two answers."""
    return await _appeal_page(request, db, viewer, sections, decision_id, Form())


@post("/desk/appeals/{decision_id:uuid}", guards=[facilitators], include_in_schema=False)
async def answer(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, decision_id: FromPath[UUID]) -> Response[Any]:
    """Lets the decision stay or undoes it; a message that waits again is shown at once."""
    try:
        typed = await read_form(request, AppealForm)
        appeal = await answer_appeal(db, viewer, decision_id, stays=typed.answer == "stays", text=typed.text, at=now())
    except Invalid as refusal:
        return await _appeal_page(request, db, viewer, sections, decision_id, await typed_form(request, refusal), 422)
    if typed.answer == "undo" and appeal.object_kind == "post":
        return Redirect(f"/desk/posts/{appeal.object_id}", status_code=303)
    return Redirect(f"/desk/people/{appeal.subject_id}/decisions", status_code=303)


HANDLERS = (show_appeal, answer)
