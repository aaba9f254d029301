"""Posts for programs: one's own, and what others offer nearby."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, QueryParameter

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.posts import actions
from buurtnet.posts.queries import get_post, get_voice, list_near_posts, list_own_posts
from buurtnet.posts.schemas import Level, NewPost, Post, PostCard
from buurtnet.web.language import current_language
from buurtnet.web.sounds import answer_sound

CARD = {
    "id": "01976f3e-8f3a-7c62-9d3e-0d5b2c8a4f10",
    "kind": "offer",
    "state": "open",
    "text": "I like to practise Dutch over a coffee.",
    "language": "en",
    "theme_slug": "language.practice",
    "theme_label": "Practising a language",
    "theme_icon": "languages",
    "quiet": False,
    "slots": 8192,
    "from_on": None,
    "until_on": None,
    "urgency": "normal",
    "active": True,
    "expires_at": "2026-05-01T10:00:00Z",
    "created_at": "2026-01-31T10:00:00Z",
    "level": 1,
    "renewal_asked_at": None,
    "changes_asked": None,
    "danger": False,
}
POST = {key: value for key, value in CARD.items() if key not in ("quiet", "level")} | {
    "theme_id": 701,
    "quiet": False,
    "reach": 1,
    "version": 1,
    "level": 0,
    "own": True,
    "facilitated": False,
    "author_id": "01976f3e-0000-7000-8000-000000000001",
    "organisation_id": "01976f3e-0000-7000-8000-000000000002",
    "neighbourhood_id": 12,
    "on_behalf_by": None,
    "capacity": 1,
    "engaged": 0,
    "again": False,
    "closed_at": None,
    "danger": False,
    "sensitive": False,
    "voice": None,
    "worded": False,
}
After = Annotated[str | None, QueryParameter(description="`next` of the page before.", max_length=200)]
Size = Annotated[int, QueryParameter(description="How many, at most.", ge=1, le=100)]
LIST = {200: ResponseSpec(Page[PostCard], description="A page, newest first.", examples=[Example(value={"items": [CARD], "next": None})])}
ONE = {200: ResponseSpec(Post, description="The post.", examples=[Example(value=POST)])}
PostBody = Annotated[
    NewPost,
    Body(
        examples=[
            Example(
                value={
                    "kind": "offer",
                    "text": "I like to practise Dutch over a coffee.",
                    "theme": "language.practice",
                    "when": "week",
                    "reach": 1,
                }
            )
        ]
    ),
]


@get("/posts", operation_id="listOwnPosts", summary="My posts", responses=LIST)
async def list_mine(db: NamedDependency[Db], viewer: NamedDependency[Viewer], after: After = None, size: Size = 30) -> Page[PostCard]:
    """What I ask and offer, newest first, also what is over."""
    seen = read_cursor(after, tuple[UUID])
    rows = await list_own_posts(db, viewer, language=current_language().code, before=seen[0] if seen else None, size=size + 1)
    return make_page(rows, size, "id")


@post(
    "/posts",
    operation_id="publishPost",
    summary="Place a post",
    status_code=201,
    responses={201: ResponseSpec(Post, description="Placed; Location says where.", examples=[Example(value=POST)])},
)
async def publish(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], vault: NamedDependency[Vault], data: PostBody
) -> Response[Post]:
    """Places what I ask or offer; its state says whether a worker looks first. Send an Idempotency-Key to place it once only."""
    placed = await actions.publish_post(db, viewer, data, at=now(), vault=vault)
    return Response(placed, status_code=201, headers={"Location": f"/api/v1/posts/{placed.id}"})


@get("/posts/{post_id:uuid}", operation_id="getPost", summary="One post", responses=ONE)
async def get_one(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Post:
    """My post, or one that others show near me; what is not for me is null, and what I may not see is not found."""
    return await get_post(db, viewer, post_id, language=current_language().code)


@get("/posts/{post_id:uuid}/voice", operation_id="getPostVoice", summary="What I said", media_type="audio/webm")
async def play(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    post_id: FromPath[UUID],
) -> Response[bytes]:
    """The sound of my post that was spoken, as WebM with Opus; 404 where it was typed."""
    return answer_sound(request, (await get_voice(db, viewer, vault, post_id)).sound)


@post("/posts/{post_id:uuid}/withdraw", operation_id="withdrawPost", summary="Take a post back", status_code=200, responses=ONE)
async def withdraw(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Post:
    """Takes my post back; 409 where it is over already."""
    await actions.withdraw_post(db, viewer, post_id)
    return await get_post(db, viewer, post_id, language=current_language().code)


@post("/posts/{post_id:uuid}/renew", operation_id="renewPost", summary="It still holds", status_code=200, responses=ONE)
async def renew(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Post:
    """Lets my open post live on; 409 where it is over already."""
    await actions.renew_post(db, viewer, post_id, at=now())
    return await get_post(db, viewer, post_id, language=current_language().code)


@get(
    "/offers",
    operation_id="listOffersNear",
    summary="Offers near me",
    responses={200: ResponseSpec(Page[PostCard], description="A page, nearest first.", examples=[Example(value={"items": [CARD]})])},
)
async def list_offers(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    theme: Annotated[str | None, QueryParameter(description="Slug of a theme; counts for its children too.", max_length=60)] = None,
    after: After = None,
    size: Size = 30,
) -> Page[PostCard]:
    """What others offer within my reach and theirs, nameless, nearest band first."""
    seen = read_cursor(after, tuple[Level, UUID])
    rows = await list_near_posts(db, viewer, language=current_language().code, theme=theme, size=size + 1, after=seen)
    return make_page(rows, size, "level", "id")


api = Router(
    "/api/v1",
    guards=[residents],
    tags=["posts"],
    route_handlers=[list_mine, publish, get_one, play, withdraw, renew, list_offers],
)
