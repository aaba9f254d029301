"""Planning notices and sending them."""

from datetime import datetime
from uuid import UUID

import structlog

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import Letter, Undeliverable, send_mail, send_sms
from buurtnet.kit.vault import Vault
from buurtnet.notices.queries import find_code, find_receiver, take_due_notice
from buurtnet.notices.rules import KINDS, TRIES, choose_channel, due_time
from buurtnet.notices.schemas import DueNotice
from buurtnet.people.rules import sign_in_digits
from buurtnet.settings import Settings
from buurtnet.web.language import ZONE, _, speaking
from buurtnet.web.templating import render_text

log = structlog.get_logger("notices")
PLAN = """
insert into notice (id, event_id, person_id, channel, kind, object_id, due_at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (event_id, person_id, channel, kind) do nothing
"""
SENT = "update notice set state = 'sent', sent_at = now(), provider_id = $2, tries = tries + 1 where id = $1"
FAILED = """
update notice set tries = tries + 1, due_at = now() + make_interval(mins => (2 ^ least(tries, 8))::int),
       state = case when $2 or tries + 1 >= $3 then 'failed' else 'due' end where id = $1
"""

FORGET = "delete from notice where state <> 'due' and due_at < now() - interval '30 days'"


async def forget_notices(db: Db) -> None:
    """Removes what was delivered or given up thirty days ago."""
    await db.execute(FORGET)


async def plan_notice(db: Db, person_id: UUID, kind: str, *, event_id: UUID, object_id: UUID | None = None) -> None:
    """Plans what the person is told about the event, once per kind; nothing where they share their phone or have no address."""
    receiver = await find_receiver(db, person_id, kind)
    if receiver is None or receiver.discreet or receiver.state in ("blocked", "erased"):
        return
    channel = choose_channel(receiver.channels, receiver.refused)
    if channel is None:
        return
    due_at = due_time(KINDS[kind], now(), receiver.last_sent_at, ZONE)
    await db.execute(PLAN, new_id(), event_id, person_id, channel, kind, object_id, due_at)


async def send_one_notice(db: Db, settings: Settings, vault: Vault, at: datetime) -> bool:
    """Sends one notice whose time has come; False where none is due. What cannot be sent is tried again later, a few times."""
    notice = await take_due_notice(db, at)
    if notice is None:
        return False
    try:
        provider_id = await _send(settings, vault, notice)
    except Undeliverable:
        await db.execute(FAILED, notice.id, True, TRIES)
    except Exception as error:  # Servers fail in many ways; whatever it was, the notice stays and is tried again.
        log.warning("notice not sent", notice=str(notice.id), channel=notice.channel, error=type(error).__name__)
        await db.execute(FAILED, notice.id, False, TRIES)
    else:
        await db.execute(SENT, notice.id, provider_id)
    return True


async def _send(settings: Settings, vault: Vault, notice: DueNotice) -> str:
    if notice.sealed is None or notice.contact_id is None:
        raise Undeliverable("no address")
    kind = KINDS[notice.kind]
    to = vault.open_text(notice.sealed, "contact", "sealed", notice.contact_id)
    url = settings.url + kind.path.format(id=notice.object_id)
    if notice.channel == "sms":
        return await send_sms(settings, Letter(to=to, text=render_text("notices/mail/notice.sms", notice.language, kind=kind, url=url)))
    with speaking(notice.language):
        subject = _(kind.subject)
    shown = {"kind": kind, "url": url, "settings_url": f"{settings.url}/me"}
    text, html = (render_text(f"notices/mail/notice.{name}", notice.language, **shown) for name in ("txt", "html"))
    return await send_mail(settings, Letter(to=to, subject=subject, text=text, html=html))


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
