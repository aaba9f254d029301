"""Conversations for programs."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody

from buurtnet.conversations import actions
from buurtnet.conversations.queries import get_conversation, list_conversations
from buurtnet.conversations.schemas import ConversationCard, ConversationPage, NewMessage
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.page import Page
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer

DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]


@get("/conversations", operation_id="listConversations", summary="My conversations, the last message first")
async def list_mine(db: DbIn, viewer: ViewerIn, after: FromQuery[str | None] = None) -> Page[ConversationCard]:
    """A page of the viewer's conversations; `next` is the cursor of the one after it."""
    return await list_conversations(db, viewer, after=after)


@get("/conversations/{conversation_id:uuid}", operation_id="getConversation", summary="A conversation with its newest messages")
async def read(
    db: DbIn, viewer: ViewerIn, vault: VaultIn, conversation_id: FromPath[UUID], before: FromQuery[UUID | None] = None
) -> ConversationPage:
    """Up to fifty messages, older ones before the message `before`."""
    return await get_conversation(db, viewer, vault, conversation_id, before=before)


@post("/conversations/{conversation_id:uuid}/messages", operation_id="sendMessage", summary="Write a message", status_code=201)
async def send(db: DbIn, viewer: ViewerIn, vault: VaultIn, conversation_id: FromPath[UUID], data: JSONBody[NewMessage]) -> Response[None]:
    """Sends words of one's own or one of the suggested sentences."""
    message_id = await actions.send_message(db, viewer, vault, conversation_id, data)
    return Response(None, headers={"Location": f"/api/v1/conversations/{conversation_id}#{message_id}"})


@post(
    "/conversations/{conversation_id:uuid}/report",
    operation_id="reportConversation",
    summary="Say that something is wrong",
    status_code=204,
)
async def report(db: DbIn, viewer: ViewerIn, conversation_id: FromPath[UUID]) -> None:
    """Marks what was written so far, so that a worker with a reason may read it."""
    await actions.report_conversation(db, viewer, conversation_id, at=now())


@post("/conversations/{conversation_id:uuid}/stop", operation_id="stopConversation", summary="End a conversation", status_code=204)
async def stop(db: DbIn, viewer: ViewerIn, conversation_id: FromPath[UUID]) -> None:
    """Ends it for both, without a reason."""
    await actions.stop_conversation(db, viewer, conversation_id)


api = Router(path="/api/v1", tags=["Conversations"], guards=[residents], route_handlers=[list_mine, read, send, report, stop])
