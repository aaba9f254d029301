"""The facilitator's queue, decisions, tasks and reports for programs, and who else could help in the stead of somebody."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, FromQuery

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.limits import Limits
from buurtnet.kit.page import Page
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.matching.queries.reviewing import Alternatives, get_review, list_alternatives
from buurtnet.matching.schemas import State
from buurtnet.moderation import actions, queries
from buurtnet.moderation.actions import reviewing
from buurtnet.moderation.rules import AlreadyDecided
from buurtnet.moderation.schemas import (
    MatchDecision,
    NewReport,
    NewSwap,
    OpenReport,
    PostDecision,
    QueuedMatch,
    QueuedPost,
    Task,
    TaskDone,
    Wording,
)
from buurtnet.posts.queries import get_voice
from buurtnet.web.language import current_language
from buurtnet.web.sounds import answer_sound

PostDecisionBody = Annotated[PostDecision, Body(examples=[Example(value={"verdict": "refused", "reason": "contact"})])]
MatchDecisionBody = Annotated[MatchDecision, Body(examples=[Example(value={"verdict": "confirm"})])]
SwapBody = Annotated[NewSwap, Body(examples=[Example(value={"post_id": "01976f3e-8f3a-7c62-9d3e-0d5b2c8a4f10", "version": 1})])]
WordingBody = Annotated[Wording, Body(examples=[Example(value={"words": "Ik zoek een ladder.", "language": "nl", "version": 1})])]
TaskBody = Annotated[TaskDone, Body(examples=[Example(value={"outcome": "called"})])]
ReportBody = Annotated[
    NewReport,
    Body(
        examples=[
            Example(
                value={"text": "Somebody asks for money here.", "object_kind": "post", "object_id": "01976f3e-8f3a-7c62-9d3e-0d5b2c8a4f10"}
            )
        ]
    ),
]


@get("/queue/posts", operation_id="listWaitingPosts", summary="Posts that wait", guards=[facilitators])
async def list_posts(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[QueuedPost]:
    """The posts of the facilitator's areas that wait for a verdict, danger first."""
    return await queries.list_waiting_posts(db, viewer.person_id, current_language().code)


@post(
    "/queue/posts/{post_id:uuid}", operation_id="decidePost", summary="A verdict on a waiting post", guards=[facilitators], status_code=201
)
async def decide_post(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID], data: PostDecisionBody
) -> Response[None]:
    """Approves, refuses with a reason, asks for a change, or looks for a right first."""
    decision_id = await actions.decide_post(db, viewer, post_id, data)
    return Response(None, headers={"Location": f"/posts/{post_id}/decision#{decision_id}"})


@get(
    "/queue/posts/{post_id:uuid}/voice",
    operation_id="getPostVoiceAtDesk",
    summary="What the author said",
    guards=[facilitators],
    media_type="audio/webm",
)
async def play_post(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    post_id: FromPath[UUID],
) -> Response[bytes]:
    """The sound of a post that was spoken, as WebM with Opus; 404 where it was typed."""
    return answer_sound(request, (await get_voice(db, viewer, vault, post_id)).sound)


@post(
    "/queue/posts/{post_id:uuid}/words",
    operation_id="wordPost",
    summary="Write down what was said",
    guards=[facilitators],
    status_code=204,
)
async def word_post(db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID], data: WordingBody) -> None:
    """What neighbours read of a waiting post that was spoken; 404 where its author typed the words."""
    await actions.word_post(db, viewer, post_id, data, at=now())


@get("/queue/matches", operation_id="listWaitingMatches", summary="Suggested matches that wait for a look", guards=[facilitators])
async def list_matches(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[QueuedMatch]:
    """The suggested matches of the facilitator's areas."""
    return await queries.list_waiting_matches(db, viewer.person_id, current_language().code)


@post(
    "/queue/matches/{match_id:uuid}",
    operation_id="decideMatch",
    summary="A verdict on a suggested match",
    guards=[facilitators],
    status_code=204,
)
async def decide_match(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID], data: MatchDecisionBody) -> None:
    """Asks the helper, or rejects with a reason."""
    await actions.decide_match(db, viewer, match_id, data)


@get(
    "/queue/matches/{match_id:uuid}/alternatives",
    operation_id="listAlternatives",
    summary="Who else could help, and whom else",
    guards=[facilitators],
)
async def list_others(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> Alternatives:
    """Who fits each side of a suggested match as well and is free, the best first; 409 where it does not wait for a look any more."""
    review = await get_review(db, viewer, match_id)
    if review.state is not State.SUGGESTED:
        raise AlreadyDecided
    return await list_alternatives(db, viewer, review, at=now())


@post(
    "/queue/matches/{match_id:uuid}/swap",
    operation_id="swapMatch",
    summary="Somebody else in the place of one side",
    guards=[facilitators],
    status_code=201,
)
async def swap(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID], data: SwapBody) -> Response[None]:
    """Puts the post in the place of the side of its kind; what waits then, for a look, is another match. Nobody is asked yet."""
    made = await reviewing.swap_match(db, viewer, match_id, data.post_id, version=data.version)
    return Response(None, headers={"Location": f"/api/v1/queue/matches/{made}"})


@get("/queue/reports", operation_id="listReports", summary="Open reports", guards=[facilitators])
async def list_reports(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> list[OpenReport]:
    """The open reports of the facilitator's areas."""
    return await queries.list_open_reports(db, viewer.person_id, current_language().code)


@post("/reports", operation_id="report", summary="Say that something is wrong", status_code=201)
async def report(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    limits: NamedDependency[Limits],
    vault: NamedDependency[Vault],
    data: ReportBody,
) -> Response[None]:
    """Anybody may, with or without an account."""
    report_id = await actions.send_report(
        db, viewer, vault, limits, data, network=network_of_visitor(request), language=current_language().code
    )
    return Response(None, headers={"Location": f"/reports/{report_id}"})


@get("/tasks", operation_id="listTasks", summary="What the facilitator has to do", guards=[facilitators])
async def list_tasks(db: NamedDependency[Db], viewer: NamedDependency[Viewer], after: FromQuery[str] = "") -> Page[Task]:
    """Open tasks, urgent first, then by date."""
    return await queries.list_tasks(db, viewer.person_id, current_language().code, after=after)


@post("/tasks/{task_id:uuid}", operation_id="finishTask", summary="Log how a task went", guards=[facilitators], status_code=204)
async def finish_task(db: NamedDependency[Db], viewer: NamedDependency[Viewer], task_id: FromPath[UUID], data: TaskBody) -> None:
    """Ends a task."""
    await actions.finish_task(db, viewer, task_id, data)


HANDLERS = (
    list_posts,
    decide_post,
    play_post,
    word_post,
    list_matches,
    decide_match,
    list_others,
    swap,
    list_reports,
    report,
    list_tasks,
    finish_task,
)
