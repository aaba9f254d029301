"""Planning notices and sending them."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import structlog

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import Letter, Undeliverable, send_mail, send_sms
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.queries import find_code, find_receiver, list_sealed, list_waiting, lock_due_readers
from buurtnet.notices.rules import KINDS, SEVERAL, TRIES, awake, choose_channel, due_time, is_wanted, retry_time, sort_waiting
from buurtnet.notices.schemas import Message, Pace, Reader, Waiting
from buurtnet.people.rules import sign_in_digits
from buurtnet.settings import Settings
from buurtnet.web.language import ZONE, _, speaking
from buurtnet.web.templating import render_text

log = structlog.get_logger("notices")
BATCH = 20
"""People whose messages one worker takes at a time."""
LEASE = timedelta(minutes=3)
"""How long taken messages are nobody else's; after that, whatever was not sent is taken again."""
PATIENCE = 20
"""Seconds that sending one message may take."""

PLAN = """
insert into notice (id, event_id, person_id, channel, kind, object_id, due_at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (event_id, person_id, channel, kind) do nothing
"""
DROP_ABOUT = """
update notice set state = 'dropped'
 where object_id = $1 and state = 'due' and (claimed_until is null or claimed_until <= $2) returning person_id
"""
DROP = "update notice set state = 'dropped' where id = any($1::uuid[])"
HOLD = "update notice set due_at = w.due_at from unnest($1::uuid[], $2::timestamptz[]) as w(id, due_at) where notice.id = w.id"
CLAIM = """
update notice set claimed_until = $3, message_id = w.message_id
  from unnest($1::uuid[], $2::uuid[]) as w(id, message_id) where notice.id = w.id
"""
SENT = """
update notice set state = 'sent', sent_at = $2, provider_id = $3, tries = tries + 1, claimed_until = null
 where message_id = $1 and state = 'due'
"""
FAILED = """
update notice set tries = tries + 1, claimed_until = null, due_at = $2, state = case when $3 or tries + 1 >= $4 then 'failed' else 'due' end
 where message_id = $1 and state = 'due'
"""
FORGET = "delete from notice where state <> 'due' and due_at < now() - interval '30 days'"
SET_PACE = "insert into preference (person_id, pace) values ($1, $2) on conflict (person_id) do update set pace = excluded.pace"


async def forget_notices(db: Db) -> None:
    """Removes what was delivered or given up thirty days ago."""
    await db.execute(FORGET)


async def set_pace(db: Db, viewer: Viewer, pace: Pace) -> None:
    """From now on the viewer is written to no more often than that."""
    await db.execute(SET_PACE, viewer.person_id, pace)
    if viewer.actor_id != viewer.person_id:
        await record_audit(db, viewer, "pace set", subject=viewer.person_id)


async def plan_notice(db: Db, person_id: UUID, kind: str, *, event_id: UUID, object_id: UUID | None = None) -> datetime | None:
    """Plans what the person is told about the event, once per kind, and returns when they will be told. None, and nothing planned, where they
    share their phone, have no address, or do not want to be told this."""
    at = now()
    receiver = await find_receiver(db, person_id, at)
    if receiver is None or receiver.discreet or receiver.state in ("blocked", "erased") or not is_wanted(KINDS[kind], receiver.pace):
        return None
    channel = choose_channel(receiver.channels)
    if channel is None:
        return None
    due_at = due_time(KINDS[kind], at, receiver.sent, receiver.pace, ZONE)
    await db.execute(PLAN, new_id(), event_id, person_id, channel, kind, object_id, due_at)
    return due_at


async def drop_notices(db: Db, object_id: UUID, *, at: datetime) -> set[UUID]:
    """Takes back what still waits to be told about an object; returns who will not hear of it any more."""
    return {row["person_id"] for row in await db.fetch(DROP_ABOUT, object_id, at)}


async def claim_messages(db: Db, at: datetime) -> tuple[int, list[Message]]:
    """Takes the messages of some people whose notices are due, for as long as LEASE: returns how many people were looked at, and the messages
    that go now. Each person is looked at by one worker at a time, so that no two of them use up the same place in the pace."""
    if awake(at, ZONE) != at:
        return 0, []
    readers = await lock_due_readers(db, at, BATCH)
    waiting = await list_waiting(db, [one.id for one in readers], at)
    sealed = await list_sealed(db, [identity for one in readers for identity in one.addresses.values()])
    dropped: list[UUID] = []
    held: list[tuple[UUID, datetime]] = []
    messages: list[Message] = []
    for reader in readers:
        if reader.silent:
            dropped += [one.id for one in waiting[reader.id]]
            continue
        found = sort_waiting(waiting[reader.id], reader.sent, reader.pace, at, ZONE)
        dropped += [one.id for one in found.drop]
        held += [(one.id, found.free) for one in found.hold]
        if found.go:
            messages.append(_to_message(reader, found.go, sealed, at + LEASE))
    await db.execute(DROP, dropped)
    await db.execute(HOLD, [identity for identity, _due in held], [due for _identity, due in held])
    taken = [(notice.id, message.id) for message in messages for notice in message.notices]
    await db.execute(CLAIM, [notice for notice, _message in taken], [message for _notice, message in taken], at + LEASE)
    return len(readers), messages


def _to_message(reader: Reader, notices: Sequence[Waiting], sealed: dict[UUID, bytes], until: datetime) -> Message:
    contact_id = reader.addresses.get(notices[0].channel)
    return Message(
        id=new_id(),
        language=reader.language,
        channel=notices[0].channel,
        notices=list(notices),
        contact_id=contact_id,
        sealed=sealed[contact_id] if contact_id else None,
        claimed_until=until,
    )


async def close_message(db: Db, message: Message, outcome: str | Exception, at: datetime) -> None:
    """Writes down that the message went out (the provider's id), or why not: then it is tried again later, a few times."""
    if isinstance(outcome, str):
        await db.execute(SENT, message.id, at, outcome)
    else:
        due_at = retry_time(at, max(one.tries for one in message.notices), ZONE)
        await db.execute(FAILED, message.id, due_at, isinstance(outcome, Undeliverable), TRIES)


async def send_message(settings: Settings, vault: Vault, message: Message) -> str | Exception:
    """The provider's id of the sent message, or what went wrong."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _send(settings, vault, message)
    except Exception as error:  # Servers fail in many ways; whatever it was, the notices stay and are tried again.
        log.warning("message not sent", message=str(message.id), channel=message.channel, error=type(error).__name__)
        return error


class Line(msgspec.Struct, frozen=True):
    """What one notice says and where it leads."""

    text: str
    url: str


async def _send(settings: Settings, vault: Vault, message: Message) -> str:
    if message.sealed is None or message.contact_id is None:
        raise Undeliverable("no address")
    to = vault.open_text(message.sealed, "contact", "sealed", message.contact_id)
    said = {(kind := KINDS[one.kind]).path.format(id=one.object_id): kind for one in message.notices}
    lines = [Line(kind.text, settings.url + path) for path, kind in said.items()]
    subject = next(iter(said.values())).subject if len(lines) == 1 else SEVERAL
    shown = {"subject": subject, "lines": lines, "url": settings.url, "settings_url": f"{settings.url}/me/notices"}
    if message.channel == "sms":
        return await send_sms(settings, Letter(to=to, text=render_text("notices/mail/notice.sms", message.language, **shown)))
    with speaking(message.language):
        title = _(subject)
    text, html = (render_text(f"notices/mail/notice.{name}", message.language, **shown) for name in ("txt", "html"))
    return await send_mail(settings, Letter(to=to, subject=title, text=text, html=html))


async def send_code(db: Db, settings: Settings, vault: Vault, code_id: UUID) -> None:
    """Sends a sign-in code to the address it was asked for; nothing where nobody waits for it any more."""
    code = await find_code(db, code_id)
    if code is None:
        return
    to = vault.open_text(code.sealed, "sign_in_code", "sealed", code.id)
    digits = sign_in_digits(vault, code.id)
    host = settings.url.partition("://")[2].partition("/")[0].partition(":")[0]
    if code.channel == "sms":
        await send_sms(settings, Letter(to=to, text=render_text("notices/mail/code.sms", code.language, digits=digits, host=host)))
        return
    with speaking(code.language):
        subject = _("Your code: %(digits)s", digits=digits)
    await send_mail(settings, Letter(to=to, subject=subject, text=render_text("notices/mail/code.txt", code.language, digits=digits)))
