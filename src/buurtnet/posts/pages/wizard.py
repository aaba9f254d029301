"""Step by step to a new post: two doors, a theme, a finer theme, the words, what the other sees, done."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.pages.cookies import last_person
from buurtnet.people.queries import get_person
from buurtnet.people.rules import LANGUAGES
from buurtnet.people.rules.choices import DAYS, PARTS, REACHES
from buurtnet.posts.pages.drafts import draft_cookie, form_of, make_draft, read_draft, seal_draft
from buurtnet.posts.pages.speaking import UNKNOWN, read_kind, read_theme, refuse_staff
from buurtnet.posts.pages.words import day_choices, own_line, say_when
from buurtnet.posts.queries import list_own_posts
from buurtnet.posts.rules import OVER, check_new, window_of
from buurtnet.posts.schemas import Draft, Kind, NewPost, SayForm
from buurtnet.screening.queries import is_newcomer
from buurtnet.settings import Settings
from buurtnet.themes.queries import find_themes, get_theme_by_slug, list_themes
from buurtnet.themes.rules.suggestions import suggest_themes
from buurtnet.themes.schemas import ThemeBranch, ThemeCard
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language, today
from buurtnet.web.shell import render

REACH, MONTHLY = 1, 4
ALSO = {"home": ("transport.move",), "things": ("transport.move",), "children": ("transport.school",), "learning": ("children.homework",)}
"""Finer themes that people also look for under another root: who has a cupboard to carry begins with their home, not with transport."""
AGAIN, LOOKED_BACK = 3, 30
"""Own posts that are over and can be placed again with one tap, and among how many they are looked for."""


@get("/new", opt={"public": True})
async def show_doors(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[str]:
    """Two doors: asking and offering; and what I asked or offered before, to do it again."""
    refuse_staff(viewer)
    mine = await list_own_posts(db, viewer, language=current_language().code, size=LOOKED_BACK) if viewer.known else []
    again = {post.text: post for post in mine if post.state in OVER and post.text}
    return render(request, "posts/doors.html", again=[own_line(post) for post in list(again.values())[:AGAIN]])


@get("/new/{kind:str}", opt={"public": True})
async def show_themes(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], kind: FromPath[str]) -> Response[str]:
    """What it is about: the roots of the tree."""
    refuse_staff(viewer)
    side = read_kind(kind)
    branches = await list_themes(db, current_language().code)
    tiles = [(f"/new/{side}/{branch.theme.slug}", branch.theme.icon, branch.theme.label) for branch in branches]
    return render(request, "posts/themes.html", tab="new", kind=side, theme=None, choices=tiles)


@get("/new/{kind:str}/{slug:str}", opt={"public": True})
async def show_say(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    kind: FromPath[str],
    slug: FromPath[str],
    whole: FromQuery[bool] = False,
) -> Response[str]:
    """The finer themes of a root, or the page on which it is said."""
    refuse_staff(viewer)
    side = read_kind(kind)
    draft = read_draft(request, vault)
    mine = draft if draft is not None and (draft.kind, draft.theme or UNKNOWN) == (side, slug) else None
    if slug != UNKNOWN and not whole and mine is None and (branch := await _find_branch(db, slug)) is not None:
        children = [*branch.children, *await find_themes(db, list(ALSO.get(slug, ())), current_language().code)]
        tiles = [(f"/new/{side}/{child.slug}", child.icon, child.label) for child in children]
        return render(request, "posts/themes.html", tab="new", kind=side, theme=branch.theme, choices=tiles)
    return await _say(request, db, viewer, side, slug, Form() if mine is None else form_of(mine), said=draft)


async def _find_branch(db: Db, slug: str) -> ThemeBranch | None:
    """The root of that slug, if it has children; NotFound where there is no such theme."""
    branches = await list_themes(db, current_language().code)
    known = {theme.slug for branch in branches for theme in (branch.theme, *branch.children)}
    if slug not in known:
        raise NotFound
    return next((branch for branch in branches if branch.theme.slug == slug and branch.children), None)


async def _say(
    request: Request, db: Db, viewer: Viewer, kind: Kind, slug: str, form: Form, *, said: Draft | None, status_code: int = 200
) -> Response[str]:
    theme = None if slug == UNKNOWN else await get_theme_by_slug(db, slug, current_language().code)
    person = await get_person(db, viewer.person_id) if viewer.person_id is not None else None
    return render(
        request,
        "posts/say.html",
        status_code=status_code,
        tab="new",
        kind=kind,
        slug=slug,
        theme=theme,
        form=form,
        reach=person.reach if person else REACH,
        monthly=person.monthly_max if person else MONTHLY,
        reaches=REACHES,
        dates=day_choices(form.value("day")),
        days=DAYS,
        parts=PARTS,
        spoken=said.seconds if said is not None and said.kind == kind else None,
    )


@post("/new/{kind:str}/{slug:str}", opt={"public": True}, status_code=303)
async def keep_draft(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    settings: NamedDependency[Settings],
    kind: FromPath[str],
    slug: FromPath[str],
) -> Response[Any]:
    """Keeps the words in the browser and goes on; the page again, with what was typed, where something is not right."""
    refuse_staff(viewer)
    side = read_kind(kind)
    theme = await read_theme(db, slug)
    before, said = last_person(request, vault, settings), read_draft(request, vault)
    try:
        draft = make_draft(await read_form(request, SayForm), side, theme, said=said, person_id=viewer.person_id or before)
        check_new(as_new(draft), today=today(), spoken=draft.voice is not None)
        cookie = draft_cookie(vault, draft, secure=settings.secure)
    except Invalid as refusal:
        return await _say(request, db, viewer, side, slug, await typed_form(request, refusal), said=said, status_code=422)
    way = "/new/preview" if viewer.known else "/sign-in" if before else "/join"
    return Redirect(way, status_code=303, cookies=[cookie])


def as_new(draft: Draft, *, theme: str | None = None, quiet: bool = True) -> NewPost:
    """The draft as it is placed; `theme` is what was chosen where the draft knows none, or only roughly."""
    return NewPost(
        kind=draft.kind,
        text=draft.text,
        theme=theme or draft.theme,
        when=draft.when,
        day=draft.day,
        slots=draft.slots,
        reach=draft.reach,
        quiet=quiet,
        monthly=draft.monthly,
        language=draft.language,
    )


@get("/new/preview", opt={"public": True})
async def show_preview(
    request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], vault: NamedDependency[Vault]
) -> Response[Any]:
    """What the other will see, before it is placed; who is not signed in gets their words to write on."""
    refuse_staff(viewer)
    draft = read_draft(request, vault)
    if draft is None:
        return Redirect("/new", status_code=303)
    if viewer.person_id is None:
        return Redirect(f"/new/{draft.kind}/{draft.theme or UNKNOWN}", status_code=303)
    return await preview_page(request, db, viewer.person_id, vault, draft, Form())


async def preview_page(
    request: Request, db: Db, person_id: UUID, vault: Vault, draft: Draft, form: Form, status_code: int = 200
) -> Response[str]:
    """What the other sees of the draft. The page carries it, so that what is placed is what it showed."""
    language = current_language().code
    theme = await get_theme_by_slug(db, draft.theme, language) if draft.theme else None
    person = await get_person(db, person_id)
    return render(
        request,
        "posts/preview.html",
        status_code=status_code,
        tab="new",
        draft=draft,
        sealed=seal_draft(vault, draft),
        theme=theme,
        suggestions=await _suggest(db, draft, theme, language),
        form=form,
        when=say_when(draft.slots, *window_of(draft.when, today(), draft.day)),
        reach=REACHES[draft.reach],
        languages=[LANGUAGES[code] for code in person.languages if code in LANGUAGES],
        person=person,
        new_here=await is_newcomer(db, person.organisation_id, person.posts_on_trial),
        slug=draft.theme or UNKNOWN,
    )


async def _suggest(db: Db, draft: Draft, theme: ThemeCard | None, language: str) -> list[ThemeCard]:
    """What the words speak of, for who chose no theme or only a root; to a finer one nothing is added."""
    if theme is not None and theme.parent_id is not None:
        return []
    return await find_themes(db, [slug for slug in suggest_themes(draft.text, draft.language) if slug != draft.theme], language)
