"""A resident's messages: the list, one conversation, sharing a number, reporting, stopping."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.conversations import actions
from buurtnet.conversations.queries import get_conversation, list_conversations
from buurtnet.conversations.rules import LONGEST, ConversationIsClosed
from buurtnet.conversations.schemas import ChosenContact, NewMessage
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions import list_contacts
from buurtnet.people.rules import picture_icon
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, say_ago
from buurtnet.web.shell import render

HOURLY = {"most": 60, "seconds": 3600}
"""Messages of one person in an hour."""


@get("/messages", guards=[residents])
async def show_messages(
    request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], after: FromQuery[str | None] = None
) -> Response[str]:
    """My conversations, the newest first."""
    page = await list_conversations(db, viewer, after=after)
    lines = [
        {
            "href": f"/conversations/{card.id}",
            "icon": picture_icon(card.picture) if card.picture else "user-round",
            "title": card.name or _("A former neighbour"),
            "meta": " · ".join([*([_("New")] if card.unread else []), *([_("Over")] if card.closed else []), say_ago(card.last_at)]),
        }
        for card in page.items
    ]
    return render(request, "conversations/messages.html", tab="messages", lines=lines, next=page.next)


async def _show(
    request: Request,
    db: Db,
    viewer: Viewer,
    vault: Vault,
    conversation_id: UUID,
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
        form=form or Form(),
        reported=reported,
        longest=LONGEST,
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
    conversation_id: FromPath[UUID],
    before: FromQuery[UUID | None] = None,
    reported: FromQuery[bool] = False,
) -> Response[str]:
    """What the two of us wrote."""
    page, unread = await _show(request, db, viewer, vault, conversation_id, before=before, reported=reported)
    if unread:
        page.background = BackgroundTask(_keep_read, database, viewer, conversation_id)
    return page


@post("/conversations/{conversation_id:uuid}/messages", guards=[residents], opt={"typed": ("text",)}, status_code=303)
async def send(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    limits: NamedDependency[Limits],
    conversation_id: FromPath[UUID],
) -> Response[Any]:
    """Sends my words, or one of the first sentences; the page again, with what was typed, where something is not right."""
    await limits.spend("messages", str(viewer.person_id), **HOURLY)
    try:
        await actions.send_message(db, viewer, vault, conversation_id, await read_form(request, NewMessage))
    except (Invalid, ConversationIsClosed) as refusal:
        invalid = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
        form = await typed_form(request, invalid)
        page, _unread = await _show(request, db, viewer, vault, conversation_id, form=form, status_code=refusal.status)
        return page
    return Redirect(f"/conversations/{conversation_id}", status_code=303)


@get("/conversations/{conversation_id:uuid}/share-number", guards=[residents])
async def confirm_share(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    """Which number or address of mine the other one gets, before I say yes."""
    conversation = await get_conversation(db, viewer, vault, conversation_id, size=1)
    if conversation.closed_at is not None:
        raise ConversationIsClosed
    assert viewer.person_id is not None
    contacts = await list_contacts(db, vault, viewer.person_id)
    return render(request, "conversations/share.html", tab="messages", conversation=conversation, contacts=contacts, form=Form())


@post("/conversations/{conversation_id:uuid}/share-number", guards=[residents], status_code=303)
async def share(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
) -> Redirect:
    """Writes my number or address into the conversation."""
    chosen = await read_form(request, ChosenContact)
    await actions.share_contact(db, viewer, vault, conversation_id, chosen.contact_id)
    return Redirect(f"/conversations/{conversation_id}", status_code=303)


@get("/conversations/{conversation_id:uuid}/report", guards=[residents])
async def confirm_report(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    conversation_id: FromPath[UUID],
) -> Response[str]:
    """What happens when I say that something is wrong, or when I stop."""
    conversation = await get_conversation(db, viewer, vault, conversation_id, size=1)
    return render(request, "conversations/report.html", tab="messages", conversation=conversation)


@post("/conversations/{conversation_id:uuid}/report", guards=[residents], status_code=303)
async def report(db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]) -> Redirect:
    """Something is wrong: my worker may read what was written, and calls me."""
    await actions.report_conversation(db, viewer, conversation_id, at=now())
    return Redirect(f"/conversations/{conversation_id}?reported=true", status_code=303)


@post("/conversations/{conversation_id:uuid}/stop", guards=[residents], status_code=303)
async def stop(db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]) -> Redirect:
    """Ends the conversation for both."""
    await actions.stop_conversation(db, viewer, conversation_id)
    return Redirect(f"/conversations/{conversation_id}", status_code=303)


router = Router(
    "/",
    include_in_schema=False,
    route_handlers=[show_messages, show_conversation, send, confirm_share, share, confirm_report, report, stop],
)
