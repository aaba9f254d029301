"""The queue of posts that wait."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries, rules
from buurtnet.moderation.pages.words import choices
from buurtnet.moderation.schemas import PostDecision, Wording
from buurtnet.people.rules import LANGUAGES
from buurtnet.posts.rules import LONGEST
from buurtnet.themes.queries import list_themes
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import DeskSection, Sections, render


async def _posts_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    post_id: UUID | None,
    form: Form,
    area: int | None = None,
    status_code: int = 200,
) -> Response[str]:
    waiting = await queries.list_waiting_posts(db, viewer.person_id, current_language().code, area=area)
    item = await queries.get_waiting_post(db, viewer.person_id, post_id, current_language().code) if post_id else None
    if post_id and item is None:
        raise NotFound
    past = await queries.list_past_posts(db, viewer.person_id, item.author_id, item.id) if item else []
    return render(
        request,
        "moderation/posts.html",
        desk=sections,
        waiting=waiting,
        area=area,
        item=item,
        past=past,
        form=form,
        status_code=status_code,
        theme_choices=[
            (theme.slug, theme.label)
            for branch in await list_themes(db, current_language().code)
            for theme in (branch.theme, *branch.children)
        ],
        right_choices=choices(rules.RIGHTS),
        barrier_choices=choices(rules.BARRIERS),
        reason_choices=choices(rules.REASONS),
        states=rules.STATES,
        flag_names=rules.FLAGS,
        mark_flags=rules.mark_flags,
        languages=list(LANGUAGES.items()),
        longest=LONGEST,
    )


@get(["/desk/posts", "/desk/posts/{post_id:uuid}"], guards=[facilitators], include_in_schema=False)
async def show_posts(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    post_id: FromPath[UUID | None] = None,
    area: Annotated[int | None, QueryParameter(ge=0, le=2**31 - 1)] = None,
) -> Response[str]:
    """The posts that wait, of all areas or of one neighbourhood, and one of them to decide on."""
    return await _posts_page(request, db, viewer, sections, post_id, Form(), area)


@post("/desk/posts/{post_id:uuid}/claim", guards=[facilitators], include_in_schema=False)
async def claim_post(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Redirect:
    """Holds the post for ten minutes."""
    await queries.get_place(db, viewer.person_id, post_id)
    await actions.claim_item(db, viewer, "post", post_id)
    return Redirect(f"/desk/posts/{post_id}", status_code=303)


@post("/desk/posts/{post_id:uuid}", guards=[facilitators], include_in_schema=False)
async def decide_post(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, post_id: FromPath[UUID]
) -> Response[Any]:
    """Carries out the verdict and goes on to the next one; the item again where something is missing."""
    try:
        await actions.decide_post(db, viewer, post_id, await read_form(request, PostDecision), on=today())
    except Invalid as refusal:
        return await _posts_page(request, db, viewer, sections, post_id, await typed_form(request, refusal), status_code=422)
    waiting = await queries.list_waiting_posts(db, viewer.person_id, current_language().code)
    return Redirect(f"/desk/posts/{waiting[0].id}" if waiting else "/desk/posts", status_code=303)


@post("/desk/posts/{post_id:uuid}/words", guards=[facilitators], include_in_schema=False)
async def word_post(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, post_id: FromPath[UUID]
) -> Response[Any]:
    """Writes down what was said, and shows the item with it; again where something is missing."""
    try:
        await actions.word_post(db, viewer, post_id, await read_form(request, Wording), at=now())
    except Invalid as refusal:
        return await _posts_page(request, db, viewer, sections, post_id, await typed_form(request, refusal), status_code=422)
    return Redirect(f"/desk/posts/{post_id}", status_code=303)


HANDLERS = (
    show_posts,
    claim_post,
    decide_post,
    word_post,
)
