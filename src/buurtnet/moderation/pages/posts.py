"""The queue of posts that wait."""

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
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.pages.bulk import list_bulk
from buurtnet.moderation.pages.moving import frame_queue, read_gone
from buurtnet.moderation.pages.verdicts import offer_verdicts
from buurtnet.moderation.schemas import Wording
from buurtnet.people.rules import LANGUAGES
from buurtnet.posts.rules import LONGEST
from buurtnet.screening.pages.words import explain
from buurtnet.screening.rules.kinds import NAMES
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import DeskSection, Sections, render

WHY = ("danger", "urgent", "flagged", "sensitive", "newcomer", "mediated", "spoken", "changed", "mine")


async def posts_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    post_id: UUID | None,
    *,
    form: Form | None = None,
    told: str | None = None,
    status_code: int = 200,
) -> Response[str]:
    """The queue of posts, with one of them to decide on, or with who decided about it."""
    item = await queries.get_waiting_post(db, viewer.person_id, post_id, current_language().code) if post_id else None
    gone = told or await read_gone(db, viewer, "post", post_id) if post_id and item is None else None
    about: dict[str, Any] = {}
    if item:
        about = {
            "past": await queries.list_past_posts(db, viewer.person_id, item.author_id, item.id),
            "earlier": await queries.list_earlier_decisions(db, viewer.person_id, item.author_id, item.id),
            "alike": rules.find_alike(item.text, await queries.list_comparable(db, viewer.person_id, item.id)),
            "reasons": await explain(db, viewer, item.id, item.text),
            "judge": f"/desk/posts/{item.id}/alarms",
            **await offer_verdicts(db, viewer, item),
        }
    return render(
        request,
        "moderation/posts.html",
        desk=sections,
        **await frame_queue(request, db, viewer, "post", post_id, WHY),
        item=item,
        gone=gone,
        told=told,
        form=form or Form(),
        status_code=status_code,
        states=rules.STATES,
        flag_names=NAMES,
        mark_flags=rules.mark_flags,
        languages=list(LANGUAGES.items()),
        longest=LONGEST,
        decided=rules.DECIDED,
        refusal_reasons=rules.REASONS,
        bulk_choices=list_bulk("post"),
        **about,
    )


@get(["/desk/posts", "/desk/posts/{post_id:uuid}"], guards=[facilitators], include_in_schema=False)
async def show_posts(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    post_id: FromPath[UUID | None] = None,
) -> Response[str]:
    """The posts that wait, all or those that were chosen, and one of them to decide on."""
    return await posts_page(request, db, viewer, sections, post_id)


@post("/desk/posts/{post_id:uuid}/words", guards=[facilitators], include_in_schema=False)
async def word_post(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, post_id: FromPath[UUID]
) -> Response[Any]:
    """Writes down what was said, and shows the item with it; again where something is missing."""
    try:
        await actions.word_post(db, viewer, post_id, await read_form(request, Wording), at=now())
    except Invalid as refusal:
        return await posts_page(request, db, viewer, sections, post_id, form=await typed_form(request, refusal), status_code=422)
    return Redirect(f"/desk/posts/{post_id}", status_code=303)


HANDLERS = (
    show_posts,
    word_post,
)
