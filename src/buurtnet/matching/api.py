"""Matches for programs: one's own, answers, how they ended; who fits a post; at the desk, the needs that wait."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, QueryParameter

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators, residents
from buurtnet.kit.page import Page
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions
from buurtnet.matching.queries import get_fits, get_match, list_matches
from buurtnet.matching.queries.matches import get_voice
from buurtnet.matching.queries.unmatched import UnmatchedList, list_unmatched
from buurtnet.matching.schemas import FitsView, MatchCard, MatchPage, NewAnswer, NewFailure, NewWidening
from buurtnet.web.sounds import answer_sound

ID = "01976f3e-8f3a-7c62-9d3e-0d5b2c8a4f30"
CARD = {
    "id": ID,
    "state": "asked",
    "role": "helper",
    "waits_for_me": True,
    "theme": "Moving, carrying something heavy",
    "icon": "truck",
    "level": 0,
    "slots": 1048576,
    "name": None,
    "lapses_at": "2026-02-04T10:00:00Z",
    "changed_at": "2026-01-31T10:00:00Z",
    "conversation_id": None,
}
SIDE = {
    "post_id": ID,
    "theme": "Moving, carrying something heavy",
    "theme_id": 303,
    "icon": "truck",
    "text": "Carrying a cupboard to the second floor.",
    "language": "en",
    "slots": 1048576,
    "from_on": None,
    "until_on": None,
    "urgent": False,
    "person_id": None,
    "name": None,
    "picture": None,
    "neighbourhood": None,
    "checked": False,
    "languages": [],
    "voice": None,
}
PAGE = {key: CARD[key] for key in ("id", "state", "role", "waits_for_me", "level", "lapses_at", "conversation_id")} | {
    "need": SIDE,
    "offer": SIDE | {"text": "I have strong arms and a trolley."},
    "reasons": ["In your neighbourhood", "You both speak Nederlands", "Saturday morning"],
    "score": None,
    "bars": [],
    "agreed_at": None,
    "my_done": False,
    "other_done": False,
    "advice": "home",
    "needs_review": False,
    "reason": None,
}
FITS = {
    "post_id": ID,
    "kind": "need",
    "fits": "some",
    "answer_before": "2026-02-04T10:00:00Z",
    "match_id": None,
    "agreed": False,
    "may_help": None,
}
NOBODY = FITS | {"fits": "none", "answer_before": None, "may_help": {"change": "reach", "version": 1, "reach": 2}}
FITTING = {
    200: ResponseSpec(
        FitsView,
        description="In words; never a number.",
        examples=[Example(summary="Some neighbours fit", value=FITS), Example(summary="Nobody fits; a change may help", value=NOBODY)],
    )
}
UNMATCHED = {
    "waiting": 1,
    "themes": [{"slug": "transport.move", "label": "Moving, carrying something heavy", "icon": "truck", "waiting": 1, "nobody": 0}],
    "items": [
        {
            "id": ID,
            "person_id": "01976f3e-0000-7000-8000-000000000001",
            "name": "Amina",
            "theme": "Moving, carrying something heavy",
            "theme_slug": "transport.move",
            "icon": "truck",
            "neighbourhood_id": 12,
            "neighbourhood": "Brabantwijk",
            "text": "Carrying a cupboard to the second floor.",
            "language": "en",
            "urgent": False,
            "since": "2026-01-31T10:00:00Z",
            "why": [{"way": "reach", "count": 3, "value": 1}, {"way": "day", "count": 2, "value": 1}],
        }
    ],
    "next": None,
}
LIST = {
    200: ResponseSpec(Page[MatchCard], description="A page, last changed first.", examples=[Example(value={"items": [CARD], "next": None})])
}
ONE = {200: ResponseSpec(MatchPage, description="The match as I may see it.", examples=[Example(value=PAGE)])}
After = Annotated[str | None, QueryParameter(description="`next` of the page before.", max_length=200)]
Size = Annotated[int, QueryParameter(description="How many, at most.", ge=1, le=100)]
Area = Annotated[int | None, QueryParameter(description="Id of one neighbourhood; all of one's own without.", ge=0, le=2**31 - 1)]
Slug = Annotated[str | None, QueryParameter(description="Slug of one theme.", max_length=60)]
AnswerBody = Annotated[NewAnswer, Body(examples=[Example(value={"answer": "yes"})])]
WideningBody = Annotated[NewWidening, Body(examples=[Example(value={"change": "reach", "version": 1, "reach": 2})])]
FailureBody = Annotated[NewFailure, Body(examples=[Example(value={"reason": "no_longer_needed"})])]


@get("/matches", operation_id="listMatches", summary="My matches", responses=LIST)
async def list_mine(db: NamedDependency[Db], viewer: NamedDependency[Viewer], after: After = None, size: Size = 20) -> Page[MatchCard]:
    """Questions I was asked and what became of them, as helper and as asker; what was refused before I was asked is not there."""
    return await list_matches(db, viewer, after=after, size=size)


@get("/matches/{match_id:uuid}", operation_id="getMatch", summary="One match", responses=ONE)
async def get_one(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> MatchPage:
    """A match of mine: nameless until both said yes."""
    return await get_match(db, viewer, match_id)


@get("/matches/{match_id:uuid}/voice", operation_id="getMatchVoice", summary="What the other one said", media_type="audio/webm")
async def play(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    match_id: FromPath[UUID],
) -> Response[bytes]:
    """What the other side said instead of typing, as WebM with Opus, once both said yes; 404 before."""
    return answer_sound(request, (await get_voice(db, viewer, vault, match_id)).sound)


@post("/matches/{match_id:uuid}/answer", operation_id="answerMatch", summary="Answer", status_code=200, responses=ONE)
async def answer(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID], data: AnswerBody) -> MatchPage:
    """Yes, not now, or no; 409 where the question is over."""
    await actions.answer_match(db, viewer, match_id, data.answer)
    return await get_match(db, viewer, match_id)


@post("/matches/{match_id:uuid}/done", operation_id="completeMatch", summary="It worked out", status_code=200, responses=ONE)
async def done(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> MatchPage:
    """It worked out, I say; the match is completed once both said so or a worker confirmed it."""
    await actions.complete_match(db, viewer, match_id)
    return await get_match(db, viewer, match_id)


@post("/matches/{match_id:uuid}/failed", operation_id="failMatch", summary="It did not work out", status_code=200, responses=ONE)
async def failed(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID], data: FailureBody) -> MatchPage:
    """It did not work out; the other side does not see the reason."""
    await actions.fail_match(db, viewer, match_id, data.reason)
    return await get_match(db, viewer, match_id)


@get(
    "/posts/{post_id:uuid}/fits",
    operation_id="getFits",
    summary="Who fits my post",
    responses=FITTING,
)
async def fits(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> FitsView:
    """Whether somebody fits my post, and before when I hear; where nobody does, a change that may help. Others' posts are not found."""
    return await get_fits(db, viewer, post_id)


@post("/posts/{post_id:uuid}/widen", operation_id="widenNeed", summary="A change that may help", status_code=200, responses=FITTING)
async def widen(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID], data: WideningBody) -> FitsView:
    """Makes my open need wider, its words left as they are; 409 where it was changed meanwhile or is over."""
    await actions.widen_post(db, viewer, post_id, data, at=now())
    return await get_fits(db, viewer, post_id)


@get(
    "/unmatched",
    operation_id="listUnmatched",
    summary="Needs for which nobody is asked",
    responses={200: ResponseSpec(UnmatchedList, description="Urgent and oldest first, with why.", examples=[Example(value=UNMATCHED)])},
)
async def list_needs(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], area: Area = None, theme: Slug = None, after: After = None, size: Size = 30
) -> UnmatchedList:
    """The open needs of the facilitator's areas for which nobody is asked, by theme and one by one, each with what would have to give way."""
    return await list_unmatched(db, viewer, area=area, theme=theme, after=after, size=size)


own = Router("/", guards=[residents], tags=["matches"], route_handlers=[list_mine, get_one, play, answer, done, failed, fits, widen])
desk = Router("/queue", guards=[facilitators], tags=["Desk"], route_handlers=[list_needs])
api = Router("/api/v1", route_handlers=[own, desk])
