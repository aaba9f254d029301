"""Taking what is due, sending it, and writing down what became of it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from msgspec import structs

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import Letter, TryLater, Undeliverable, send_mail, send_sms
from buurtnet.kit.outbox import record
from buurtnet.kit.vault import Vault
from buurtnet.notices.actions.devices import note_devices
from buurtnet.notices.actions.writing import send_to
from buurtnet.notices.events import AddressFailed
from buurtnet.notices.queries import find_code, list_sealed, list_waiting, lock_due_readers
from buurtnet.notices.rules.channels import choose_channel, open_channels
from buurtnet.notices.rules.kinds import KINDS
from buurtnet.notices.rules.pace import TRIES, retry_time, sort_waiting
from buurtnet.notices.schemas import Message, Outcome, Reader, SealedAddress, Waiting
from buurtnet.people.actions import mark_failing
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

DROP = "update notice set state = case when tries > 0 then 'failed' else 'dropped' end where id = any($1::uuid[])"
HOLD = "update notice set due_at = w.due_at from unnest($1::uuid[], $2::timestamptz[]) as w(id, due_at) where notice.id = w.id"
CLAIM = """
update notice set claimed_until = $4, message_id = w.message_id, channel = w.channel
  from unnest($1::uuid[], $2::uuid[], $3::text[]) as w(id, message_id, channel) where notice.id = w.id
"""
SENT = """
update notice set state = 'sent', sent_at = $2, provider_id = $3, tries = tries + 1, claimed_until = null
 where message_id = $1 and state = 'due'
"""
FAILED = """
update notice set tries = tries + 1, claimed_until = null, due_at = $2, state = case when tries + 1 >= $3 then 'failed' else 'due' end
 where message_id = $1 and state = 'due'
"""


async def claim_messages(db: Db, at: datetime) -> tuple[int, list[Message]]:
    """Takes the messages of some people whose notices are due, for as long as LEASE: returns for how many there was one to take, and the messages
    that go now. Each person is looked at by one worker at a time, so that no two of them use up the same place in the pace."""
    readers = await lock_due_readers(db, at, BATCH)
    waiting = await list_waiting(db, [one.id for one in readers], at)
    sealed = await list_sealed(db, [identity for one in readers for ids in one.addresses.values() for identity in ids])
    dropped: list[UUID] = []
    held: list[tuple[UUID, datetime]] = []
    messages: list[Message] = []
    for reader in readers:
        on_their_way = [one for one in (_choose_way(reader, one) for one in waiting[reader.id]) if one is not None]
        found = sort_waiting(on_their_way, reader.sent, reader.wishes.pace, at, ZONE, reader.wishes.quiet)
        kept = {one.id for one in on_their_way} - {one.id for one in found.drop}
        dropped += [one.id for one in waiting[reader.id] if one.id not in kept]
        held += [(one.id, found.free) for one in found.hold]
        if found.go:
            messages.append(_to_message(reader, found.go, sealed, at + LEASE))
    await db.execute(DROP, dropped)
    await db.execute(HOLD, [identity for identity, _due in held], [due for _identity, due in held])
    taken = [(notice, message) for message in messages for notice in message.notices]
    ids = (
        [notice.id for notice, _message in taken],
        [message.id for _notice, message in taken],
        [notice.channel for notice, _message in taken],
    )
    await db.execute(CLAIM, *ids, at + LEASE)
    return sum(1 for notices in waiting.values() if notices), messages


def _choose_way(reader: Reader, notice: Waiting) -> Waiting | None:
    """The notice with the channel by which it goes, as things are now; None where none is left."""
    about = KINDS[notice.kind]
    if reader.silent or (reader.stopped and not about.always):
        return None
    channel = choose_channel(about, open_channels(about.topic, reader.wishes, reader.addresses), notice.tries)
    return structs.replace(notice, channel=channel) if channel else None


def _to_message(reader: Reader, notices: Sequence[Waiting], sealed: dict[UUID, SealedAddress], until: datetime) -> Message:
    channel = notices[0].channel
    return Message(
        id=new_id(),
        person_id=reader.id,
        language=reader.language,
        channel=channel,
        notices=list(notices),
        addresses=[sealed[identity] for identity in reader.addresses[channel]],
        quiet=reader.wishes.quiet,
        claimed_until=until,
    )


async def send_message(settings: Settings, vault: Vault, message: Message) -> Outcome:
    """What became of the message at each of its addresses; never raises."""
    found = await asyncio.gather(*(_try_address(settings, vault, message, address) for address in message.addresses))
    ids = [address.id for address in message.addresses]
    return Outcome(
        reached=[identity for identity, one in zip(ids, found, strict=True) if isinstance(one, str)],
        gone=[identity for identity, one in zip(ids, found, strict=True) if isinstance(one, Undeliverable)],
        failed=[
            identity for identity, one in zip(ids, found, strict=True) if isinstance(one, Exception) and not isinstance(one, Undeliverable)
        ],
        provider_id=next((one for one in found if isinstance(one, str)), ""),
        wait=max((one.seconds for one in found if isinstance(one, TryLater)), default=0),
    )


async def _try_address(settings: Settings, vault: Vault, message: Message, address: SealedAddress) -> str | Exception:
    try:
        async with asyncio.timeout(PATIENCE):
            return await send_to(settings, vault, message, address)
    except Exception as error:  # Servers fail in many ways; whatever it was, the notices stay and are tried again.
        log.warning("message not sent", message=str(message.id), channel=message.channel, error=type(error).__name__)
        return error


async def close_message(db: Db, message: Message, outcome: Outcome, at: datetime) -> None:
    """Writes down that the message went out, or why not: by another channel at once where nobody is at the address any more, else later, a few
    times."""
    if message.channel == "push":
        await note_devices(db, outcome)
    elif outcome.gone and await mark_failing(db, outcome.gone[0], at):
        await record(db, AddressFailed(outcome.gone[0]))
    if outcome.reached:
        await db.execute(SENT, message.id, at, outcome.provider_id)
        return
    tries = max(one.tries for one in message.notices)
    due_at = retry_time(at, tries, ZONE, message.quiet, seconds=outcome.wait) if outcome.failed else at
    await db.execute(FAILED, message.id, due_at, TRIES)


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
