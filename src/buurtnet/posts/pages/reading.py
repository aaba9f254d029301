"""One post, and what others offer or ask nearby."""

from itertools import groupby
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules.choices import REACHES
from buurtnet.posts.pages.words import near_line, say_band, say_state, say_when
from buurtnet.posts.queries import get_post, list_near_posts
from buurtnet.posts.schemas import Kind, Level
from buurtnet.screening.queries import find_flags, helplines_for
from buurtnet.themes.queries import list_themes
from buurtnet.web.language import current_language
from buurtnet.web.shell import render

SIZE, HELPLINES = 20, 3


@get("/posts/near", guards=[residents])
async def show_near(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    kind: FromQuery[Kind] = "offer",
    theme: FromQuery[str | None] = None,
    after: FromQuery[str | None] = None,
) -> Response[str]:
    """What others offer within reach, or ask openly, by theme and by how near it is; nobody is named."""
    language = current_language().code
    seen = read_cursor(after, tuple[Level, UUID])
    posts = await list_near_posts(db, viewer, language=language, kind=kind, theme=theme or None, size=SIZE + 1, after=seen)
    page = make_page(posts, SIZE, "level", "id")
    bands = [(say_band(level), [near_line(post, band=False) for post in group]) for level, group in groupby(page.items, lambda p: p.level)]
    themes = [branch.theme for branch in await list_themes(db, language)]
    return render(
        request,
        "posts/near.html",
        tab="home",
        kind=kind,
        theme=next((one for one in themes if one.slug == theme), None),
        themes=themes,
        bands=bands,
        next=page.next,
        first=after is None,
        placed=viewer.neighbourhood_id is not None,
    )


@get("/posts/{post_id:uuid}", guards=[residents])
async def show_post(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    post_id: FromPath[UUID],
    new: FromQuery[bool] = False,
) -> Response[str]:
    """My post and what happens now; or somebody else's, nameless."""
    post = await get_post(db, viewer, post_id, language=current_language().code)
    danger = {flag.kind for flag in await find_flags(db, "post", post_id) if flag.leads_to == "danger"} if post.danger else set[str]()
    return render(
        request,
        "posts/mine_one.html" if post.own else "posts/theirs.html",
        tab="home",
        post=post,
        new=new,
        when=say_when(post.slots, post.from_on, post.until_on),
        reach=REACHES[post.reach],
        band=say_band(post.level),
        state=say_state(post),
        lines=helplines_for(*danger, language=current_language().code)[:HELPLINES] if danger else [],
    )
