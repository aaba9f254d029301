"""Conversations for programs: one's own."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, QueryParameter

from buurtnet.conversations import actions
from buurtnet.conversations.queries import get_conversation, get_voice, list_conversations
from buurtnet.conversations.rules import HOURLY
from buurtnet.conversations.schemas import ChosenContact, ConversationCard, ConversationPage, NewMessage, SentMessage
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.page import Page
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.web.sounds import answer_sound

ID = "01976f3e-8f3a-7c62-9d3e-0d5b2c8a4f20"
CARD = {"id": ID, "name": "Hatice", "picture": 3, "last_at": "2026-01-31T10:00:00Z", "unread": 1, "closed": False}
MESSAGE = {
    "id": ID,
    "mine": False,
    "author_id": None,
    "text": "Hello! When does it suit you?",
    "phrase": "hello_when",
    "original": "Dag! Wanneer past het voor jou?",
    "language": "nl",
    "voice": None,
    "reported": False,
}
PAGE = {
    "id": ID,
    "name": "Hatice",
    "picture": 3,
    "opened_at": "2026-01-31T10:00:00Z",
    "closed_at": None,
    "unread": True,
    "messages": [MESSAGE | {"sent_at": "2026-01-31T10:00:00Z"}],
    "older": False,
    "phrases": [{"key": "hello_thanks", "text": "Hello! Thank you for saying yes. I am glad."}],
    "groups": [{"key": "answer", "name": "Yes or no", "icon": "check", "phrases": [{"key": "yes", "text": "Yes, that is good."}]}],
}
SENT = {201: ResponseSpec(SentMessage, description="Sent.", examples=[Example(value={"id": ID})])}
LIST = {
    200: ResponseSpec(
        Page[ConversationCard], description="A page, newest first.", examples=[Example(value={"items": [CARD], "next": None})]
    )
}
ONE = {200: ResponseSpec(ConversationPage, description="The conversation.", examples=[Example(value=PAGE)])}
After = Annotated[str | None, QueryParameter(description="`next` of the page before.", max_length=200)]
Size = Annotated[int, QueryParameter(description="How many, at most.", ge=1, le=100)]
MessageBody = Annotated[NewMessage, Body(examples=[Example(value={"text": "Hello! Does Saturday morning suit you?"})])]
ContactBody = Annotated[ChosenContact, Body(examples=[Example(value={"contact_id": None})])]


@get("/conversations", operation_id="listConversations", summary="My conversations", responses=LIST)
async def list_mine(
    db: NamedDependency[Db], viewer: NamedDependency[Viewer], after: After = None, size: Size = 20
) -> Page[ConversationCard]:
    """My conversations, the one with the last message first."""
    return await list_conversations(db, viewer, after=after, size=size)


@get("/conversations/{conversation_id:uuid}", operation_id="getConversation", summary="One conversation", responses=ONE)
async def get_one(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
    before: Annotated[UUID | None, QueryParameter(description="The first message of the page after.")] = None,
    size: Size = 50,
) -> ConversationPage:
    """A conversation of mine with its newest messages; others' are not found. Reading here does not mark it as read."""
    return await get_conversation(db, viewer, vault, conversation_id, before=before, size=size)


def _sent(conversation_id: UUID, message_id: UUID) -> Response[SentMessage]:
    return Response(SentMessage(message_id), status_code=201, headers={"Location": f"/api/v1/conversations/{conversation_id}"})


@post("/conversations/{conversation_id:uuid}/messages", operation_id="sendMessage", summary="Write", status_code=201, responses=SENT)
async def send(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    limits: NamedDependency[Limits],
    conversation_id: FromPath[UUID],
    data: MessageBody,
) -> Response[SentMessage]:
    """Sends my words, one of the fixed sentences by its key, or a sound of half a minute at most; 409 where the conversation is over."""
    await limits.spend("messages", str(viewer.person_id), **HOURLY)
    return _sent(conversation_id, await actions.send_message(db, viewer, vault, conversation_id, data))


@get(
    "/conversations/{conversation_id:uuid}/messages/{message_id:uuid}/voice",
    operation_id="getMessageVoice",
    summary="What was said",
    media_type="audio/webm",
)
async def play(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Response[bytes]:
    """The sound of a message that was said, as WebM with Opus; 404 where it was written."""
    return answer_sound(request, (await get_voice(db, viewer, vault, conversation_id, message_id)).sound)


@post(
    "/conversations/{conversation_id:uuid}/share-number",
    operation_id="shareNumber",
    summary="Share my number",
    status_code=201,
    responses=SENT,
)
async def share(
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
    data: ContactBody,
) -> Response[SentMessage]:
    """Writes my number or address into the conversation; 409 where I have none."""
    return _sent(conversation_id, await actions.share_contact(db, viewer, vault, conversation_id, data.contact_id))


@post("/conversations/{conversation_id:uuid}/read", operation_id="markRead", summary="I have read it", status_code=204)
async def mark_read(db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]) -> None:
    """Keeps that I have read everything up to now."""
    await actions.mark_read(db, viewer, conversation_id, at=now())


@post("/conversations/{conversation_id:uuid}/report", operation_id="reportConversation", summary="Something is wrong", status_code=204)
async def report(db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]) -> None:
    """My worker may read what was written up to now; the other side is not told."""
    await actions.report_conversation(db, viewer, conversation_id, at=now())


@post("/conversations/{conversation_id:uuid}/stop", operation_id="stopConversation", summary="Stop", status_code=204)
async def stop(db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]) -> None:
    """Ends the conversation for both; 409 where it is over already."""
    await actions.stop_conversation(db, viewer, conversation_id)


api = Router(
    "/api/v1", guards=[residents], tags=["conversations"], route_handlers=[list_mine, get_one, send, play, share, mark_read, report, stop]
)
