"""A resident's messages: the list, one conversation, what came in since, sending."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.conversations import actions
from buurtnet.conversations.queries import get_conversation, list_conversations, list_newer
from buurtnet.conversations.rules import HOURLY, ConversationIsClosed
from buurtnet.conversations.schemas import Agreement, ConversationCard, NewMessage, Topics
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules import picture_icon
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, say_ago
from buurtnet.web.shell import render

Agreed = NamedDependency[Agreement | None]
"""What the two of them said yes to; given by the application, from where matches are."""
Told = NamedDependency[Topics]
"""What each conversation of a list is about; given in the same way."""


def newest(conversation_id: UUID) -> str:
    """The address of the last message."""
    return f"/conversations/{conversation_id}#newest"


@get("/messages", guards=[residents])
async def show_messages(
    request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], topics: Told, after: FromQuery[str | None] = None
) -> Response[str]:
    """My conversations, the newest first."""
    page = await list_conversations(db, viewer, after=after)
    about = await topics([card.id for card in page.items])
    lines = [
        {
            "href": newest(card.id),
            "icon": picture_icon(card.picture) if card.picture else "user-round",
            "title": card.name or _("A former neighbour"),
            "meta": _say_state(card, about.get(card.id)),
        }
        for card in page.items
    ]
    return render(request, "conversations/messages.html", tab="messages", lines=lines, next=page.next)


def _say_state(card: ConversationCard, topic: str | None) -> str:
    """What somebody with several conversations tells this one by."""
    said = (_("New") if card.unread else "", topic or "", _("Over") if card.closed else "", say_ago(card.last_at))
    return " · ".join(filter(None, said))


async def _show(
    request: Request,
    db: Db,
    viewer: Viewer,
    vault: Vault,
    conversation_id: UUID,
    agreement: Agreement | None,
    *,
    form: Form | None = None,
    before: UUID | None = None,
    reported: bool = False,
    status_code: int = 200,
) -> tuple[Response[str], bool]:
    """The page of a conversation, and whether there is something on it that the viewer has not seen before."""
    conversation = await get_conversation(db, viewer, vault, conversation_id, before=before)
    page = render(
        request,
        "conversations/conversation.html",
        tab="messages",
        status_code=status_code,
        conversation=conversation,
        agreement=agreement,
        newest=before is None,
        form=form or Form(),
        reported=reported,
    )
    return page, conversation.unread


async def _keep_read(database: Database, viewer: Viewer, conversation_id: UUID) -> None:
    """Keeps that the viewer has read, after the answer is sent: reading a page writes nothing."""
    async with database.transaction(viewer.person_id) as db:
        await actions.mark_read(db, viewer, conversation_id, at=now())


@get("/conversations/{conversation_id:uuid}", guards=[residents])
async def show_conversation(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    database: NamedDependency[Database],
    agreement: Agreed,
    conversation_id: FromPath[UUID],
    before: FromQuery[UUID | None] = None,
    reported: FromQuery[bool] = False,
) -> Response[str]:
    """What the two of us wrote."""
    page, unread = await _show(request, db, viewer, vault, conversation_id, agreement, before=before, reported=reported)
    if unread:
        page.background = BackgroundTask(_keep_read, database, viewer, conversation_id)
    return page


@get("/conversations/{conversation_id:uuid}/newer", guards=[residents])
async def show_newer(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    database: NamedDependency[Database],
    conversation_id: FromPath[UUID],
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    """What came in since: a fragment at the end of the page's list, or nothing; without a script the page itself."""
    messages = await list_newer(db, viewer, vault, conversation_id, after=after)
    if "hx-request" not in request.headers:
        return Response("", status_code=303, headers={"Location": newest(conversation_id)})
    if not messages:
        return Response("", status_code=204)
    conversation = await get_conversation(db, viewer, vault, conversation_id, size=1)
    page = render(request, "conversations/newer.html", conversation=conversation, messages=messages)
    page.background = BackgroundTask(_keep_read, database, viewer, conversation_id)
    return page


@post("/conversations/{conversation_id:uuid}/messages", guards=[residents], opt={"typed": ("text",)}, status_code=303)
async def send(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    limits: NamedDependency[Limits],
    agreement: Agreed,
    conversation_id: FromPath[UUID],
) -> Response[Any]:
    """Sends my words, or one of the fixed sentences; the page again, with what was typed, where something is not right."""
    await limits.spend("messages", str(viewer.person_id), **HOURLY)
    try:
        await actions.send_message(db, viewer, vault, conversation_id, await read_form(request, NewMessage))
    except (Invalid, ConversationIsClosed) as refusal:
        invalid = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
        form = await typed_form(request, invalid)
        page, _unread = await _show(request, db, viewer, vault, conversation_id, agreement, form=form, status_code=refusal.status)
        return page
    return Redirect(newest(conversation_id), status_code=303)
