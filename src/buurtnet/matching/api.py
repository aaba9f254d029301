"""Matches and answers for programs."""

from uuid import UUID

from litestar import Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.page import Page
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions
from buurtnet.matching.queries import get_fits, get_match, list_matches
from buurtnet.matching.schemas import FitsView, MatchCard, MatchPage, NewAnswer, NewFailure

DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]


@get("/matches", operation_id="listMatches", summary="My matches, those that wait for my answer first")
async def list_mine(db: DbIn, viewer: ViewerIn, after: FromQuery[str | None] = None) -> Page[MatchCard]:
    """A page of the viewer's matches; `next` is the cursor of the one after it."""
    return await list_matches(db, viewer, after=after)


@get("/matches/{match_id:uuid}", operation_id="getMatch", summary="A match as I may see it")
async def read(db: DbIn, viewer: ViewerIn, match_id: FromPath[UUID]) -> MatchPage:
    """Names only after both said yes; what the other side refused looks like what passed."""
    return await get_match(db, viewer, match_id)


@post("/matches/{match_id:uuid}/answer", operation_id="answerMatch", summary="Yes, not now, or no", status_code=204)
async def answer(db: DbIn, viewer: ViewerIn, match_id: FromPath[UUID], data: JSONBody[NewAnswer]) -> None:
    """Answers the question that waits for the viewer."""
    await actions.answer_match(db, viewer, match_id, data.answer)


@post("/matches/{match_id:uuid}/done", operation_id="completeMatch", summary="It worked out", status_code=204)
async def done(db: DbIn, viewer: ViewerIn, match_id: FromPath[UUID]) -> None:
    """Completes the match once both said so."""
    await actions.complete_match(db, viewer, match_id)


@post("/matches/{match_id:uuid}/failed", operation_id="failMatch", summary="It did not work out", status_code=204)
async def failed(db: DbIn, viewer: ViewerIn, match_id: FromPath[UUID], data: JSONBody[NewFailure]) -> None:
    """Ends an agreed match with a reason; what did not feel right stays between the viewer and a worker."""
    await actions.fail_match(db, viewer, match_id, data.reason)


@get("/posts/{post_id:uuid}/fits", operation_id="getFits", summary="Whether somebody fits my post")
async def fits(db: DbIn, viewer: ViewerIn, post_id: FromPath[UUID]) -> FitsView:
    """None, some or many: never a number that would give quiet needs away."""
    return await get_fits(db, viewer, post_id)


api = Router(path="/api/v1", tags=["Matches"], guards=[residents], route_handlers=[list_mine, read, answer, done, failed, fits])
