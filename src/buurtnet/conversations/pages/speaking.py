"""Saying it instead of typing: the recorder, and playing what was said."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.conversations import actions
from buurtnet.conversations.pages.talking import newest
from buurtnet.conversations.queries import get_conversation, get_voice
from buurtnet.conversations.rules import HOURLY, ConversationIsClosed
from buurtnet.conversations.schemas import NewMessage
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.voice import rules as voice
from buurtnet.voice.pages import MAY_RECORD, read_sound
from buurtnet.web.forms import Form
from buurtnet.web.shell import render
from buurtnet.web.sounds import answer_sound


async def _show_recorder(
    request: Request, db: Db, viewer: Viewer, vault: Vault, conversation_id: UUID, form: Form, status_code: int = 200
) -> Response[str]:
    conversation = await get_conversation(db, viewer, vault, conversation_id, size=1)
    if conversation.closed_at is not None:
        raise ConversationIsClosed
    return render(
        request,
        "conversations/speak.html",
        tab="messages",
        status_code=status_code,
        headers=MAY_RECORD,
        conversation=conversation,
        form=form,
        longest=voice.LONGEST,
    )


@get("/conversations/{conversation_id:uuid}/voice", guards=[residents])
async def show_recorder(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    """The page on which I say it instead of typing."""
    return await _show_recorder(request, db, viewer, vault, conversation_id, Form())


@post("/conversations/{conversation_id:uuid}/voice", guards=[residents], status_code=303)
async def say(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    limits: NamedDependency[Limits],
    conversation_id: FromPath[UUID],
) -> Response[Any]:
    """Sends what I said; the recorder again where it cannot be played or is too long."""
    await limits.spend("messages", str(viewer.person_id), **HOURLY)
    try:
        await actions.send_message(db, viewer, vault, conversation_id, NewMessage(voice=await read_sound(request)))
    except Invalid as refusal:
        return await _show_recorder(request, db, viewer, vault, conversation_id, Form(errors=refusal.errors), 422)
    return Redirect(newest(conversation_id), status_code=303)


@get("/conversations/{conversation_id:uuid}/messages/{message_id:uuid}/voice", guards=[residents])
async def play(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Response[bytes]:
    """What was said in a message."""
    return answer_sound(request, (await get_voice(db, viewer, vault, conversation_id, message_id)).sound)
