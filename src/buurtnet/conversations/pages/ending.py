"""Sharing a number, reporting, stopping."""

from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.conversations import actions
from buurtnet.conversations.pages.talking import newest
from buurtnet.conversations.queries import get_conversation
from buurtnet.conversations.rules import ConversationIsClosed
from buurtnet.conversations.schemas import ChosenContact
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import residents
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions import list_contacts
from buurtnet.web.forms import Form, read_form
from buurtnet.web.shell import render


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
    return Redirect(newest(conversation_id), status_code=303)


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
