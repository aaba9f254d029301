"""A resident's own posts: the list, changing, taking back, "yes, it still holds"."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.guards import residents
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules.choices import DAYS, PARTS, REACHES
from buurtnet.posts.actions import change_post, renew_post, withdraw_post
from buurtnet.posts.pages.drafts import draft_cookie
from buurtnet.posts.pages.words import day_choices, own_line
from buurtnet.posts.queries import get_post, list_own_posts
from buurtnet.posts.rules import OVER, PostHasChanged, PostIsClosed, when_of
from buurtnet.posts.schemas import ChangeForm, Draft, Post, PostChange
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import render


@get("/posts", guards=[residents])
async def show_own(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """What I ask and what I offer, and what is over."""
    posts = await list_own_posts(db, viewer, language=current_language().code)
    running = [post for post in posts if post.state in ("waiting", "open")]
    return render(
        request,
        "posts/mine.html",
        tab="home",
        needs=[own_line(post) for post in running if post.kind == "need"],
        offers=[own_line(post) for post in running if post.kind == "offer"],
        over=[own_line(post) for post in posts if post not in running],
    )


async def _get_own(db: Db, viewer: Viewer, post_id: UUID) -> Post:
    """The viewer's own post while it can still change."""
    mine = await get_post(db, viewer, post_id, language=current_language().code)
    if not mine.own:
        raise NotFound
    if mine.state not in ("waiting", "open"):
        raise PostIsClosed
    return mine


@get("/posts/{post_id:uuid}/change", guards=[residents])
async def show_change(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Response[str]:
    """My words again, to be changed."""
    mine = await _get_own(db, viewer, post_id)
    slots = mine.slots or 0
    stored = {
        "text": mine.text,
        "when": when_of(mine.slots, mine.slots is not None, mine.from_on, mine.until_on, today()),
        "day": mine.until_on,
        "slots": [bit for bit in range(28) if slots >> bit & 1],
        "reach": mine.reach,
        "shown": not mine.quiet,
        "version": mine.version,
    }
    return _change_page(request, mine, Form.filled(stored))


def _change_page(request: Request, mine: Post, form: Form, status_code: int = 200) -> Response[str]:
    return render(
        request,
        "posts/change.html",
        status_code=status_code,
        post=mine,
        form=form,
        reaches=REACHES,
        dates=day_choices(form.value("day")),
        days=DAYS,
        parts=PARTS,
    )


@post("/posts/{post_id:uuid}/change", guards=[residents], opt={"typed": ("text",)}, status_code=303)
async def change(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Response[Any]:
    """Changes my post; the page again, with what was typed, where something is not right."""
    try:
        form = await read_form(request, ChangeForm)
        wanted = PostChange(
            version=form.version, text=form.text, when=form.when, day=form.day, slots=form.bits, reach=form.reach, quiet=not form.shown
        )
        await change_post(db, viewer, post_id, wanted, at=now())
    except Invalid as refusal:
        mine = await _get_own(db, viewer, post_id)
        return _change_page(request, mine, await typed_form(request, refusal), 422)
    except PostHasChanged as refusal:
        mine = await _get_own(db, viewer, post_id)
        return _change_page(request, mine, await typed_form(request, Invalid({"": refusal.text})), 409)
    return Redirect(f"/posts/{post_id}", status_code=303)


@post("/posts/{post_id:uuid}/withdraw", guards=[residents], status_code=303)
async def withdraw(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Redirect:
    """Takes my post back."""
    await withdraw_post(db, viewer, post_id)
    return Redirect(f"/posts/{post_id}", status_code=303)


@post("/posts/{post_id:uuid}/renew", guards=[residents], status_code=303)
async def renew(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Redirect:
    """Yes, it still holds."""
    await renew_post(db, viewer, post_id, at=now())
    return Redirect(f"/posts/{post_id}", status_code=303)


@post("/posts/{post_id:uuid}/again", guards=[residents], status_code=303)
async def ask_again(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    settings: NamedDependency[Settings],
    post_id: FromPath[UUID],
) -> Redirect:
    """The words of a post that is over as a new draft, to be placed with one more tap; what was for a day is for this week."""
    mine = await get_post(db, viewer, post_id, language=current_language().code)
    if not mine.own or mine.state not in OVER or not mine.text:
        raise NotFound
    draft = Draft(
        kind=mine.kind,
        theme=mine.theme_slug,
        text=mine.text,
        when="regularly" if mine.slots else "week" if mine.until_on else "any",
        slots=mine.slots,
        reach=mine.reach,
        monthly=None,
        language=mine.language,
        made_at=int(now().timestamp()),
        person_id=viewer.person_id,
    )
    return Redirect("/new/preview", status_code=303, cookies=[draft_cookie(vault, draft, secure=settings.secure)])
