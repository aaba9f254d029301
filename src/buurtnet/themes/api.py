"""Themes for programs: the tree, and what a text is about. Public; nothing about persons, and no text is kept or logged."""

from hashlib import sha256
from typing import Annotated

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from buurtnet.kit.db import Db
from buurtnet.themes import queries
from buurtnet.themes.rules.suggestions import suggest_themes
from buurtnet.themes.schemas import LANGUAGE_TAG, NewSuggestion, Suggestions, ThemeBranch
from buurtnet.web.language import current_language

OPEN = {"public": True, "database": "replica"}
CARD = {
    "id": 401,
    "slug": "home.repair",
    "parent_id": 400,
    "label": "Small repair",
    "shown": "Small repair",
    "example": "My tap leaks. Who can mend it?",
    "icon": "hammer",
    "review": "new",
    "talk": False,
    "right": False,
    "halving_m": 1000,
    "safeguard": None,
    "advice": "home",
    "need_days": 30,
    "offer_days": 90,
}
ROOT = {**CARD, "id": 400, "slug": "home", "parent_id": None, "label": "At home", "shown": "At home", "icon": "house"}
SuggestionBody = Annotated[NewSuggestion, Body(examples=[Example(value={"text": "My tap leaks. Who can mend it?", "language": "en"})])]


@get(
    "/api/v1/themes",
    operation_id="listThemes",
    summary="Themes",
    opt=OPEN,
    tags=["themes"],
    responses={200: ResponseSpec(list[ThemeBranch], examples=[Example(value=[{"theme": ROOT, "children": [CARD]}])])},
)
async def list_themes(
    request: Request,
    db: NamedDependency[Db],
    language: Annotated[
        str | None, QueryParameter(description="Of the labels; else that of Accept-Language.", pattern=LANGUAGE_TAG)
    ] = None,
) -> Response[bytes]:
    """The tree of themes with labels in one language: roots, and under each its children."""
    tree = await queries.list_themes(db, language.lower().partition("-")[0] if language else current_language().code)
    body = msgspec.json.encode(tree)
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    headers = {"ETag": tag, "Cache-Control": "public, max-age=3600", "Vary": "Accept-Language, Cookie, Accept-Encoding"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


@post(
    "/api/v1/themes/suggestions",
    operation_id="suggestThemes",
    summary="What a text is about",
    opt={"public": True, "database": "replica"},
    status_code=200,
    tags=["themes"],
    responses={200: ResponseSpec(Suggestions, examples=[Example(value={"themes": [CARD]})])},
)
async def suggest(db: NamedDependency[Db], data: SuggestionBody) -> Suggestions:
    """At most three themes that the text speaks of, best first; an empty list where it does not say. The person decides."""
    language = (data.language or current_language().code).lower().partition("-")[0]
    return Suggestions(themes=await queries.find_themes(db, suggest_themes(data.text, language), language))


api = Router("/", route_handlers=[list_themes, suggest])
