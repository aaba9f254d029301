"""Letters and text messages that leave the installation: SMTP, an HTTP gateway for SMS, or the local inbox."""

import asyncio
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import msgspec

from buurtnet.kit.clock import now
from buurtnet.settings import Settings


class Undeliverable(Exception):
    """The address does not take it: trying again is no use."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one address; `subject` and `html` are for e-mail only."""

    to: str
    text: str
    subject: str = ""
    html: str = ""
    sent_at: str = ""
    channel: str = "email"


async def send_mail(settings: Settings, letter: Letter) -> str:
    """Sends by e-mail and returns the provider's id; raises Undeliverable or what the server said."""
    if settings.mail_url.startswith("inbox:"):
        return await _keep(settings.mail_url, letter)
    address = urlsplit(settings.mail_url)
    sender = parse_qs(address.query).get("from", ["buurtnet@localhost"])[0]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Message-ID"] = identity = make_msgid(domain=sender.partition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    try:
        await aiosmtplib.send(
            message,
            hostname=address.hostname or "localhost",
            port=address.port,
            username=unquote(address.username) if address.username else None,
            password=unquote(address.password) if address.password else None,
            use_tls=address.scheme == "smtps",
            timeout=15,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise Undeliverable(str(error.recipients[0].code)) from error
    return identity


async def send_sms(settings: Settings, letter: Letter) -> str:
    """Sends by text message and returns the provider's id; the gateway's contract stands in docs/deploying.md."""
    if settings.sms_url.startswith("inbox:"):
        return await _keep(settings.sms_url, msgspec.structs.replace(letter, channel="sms"))
    import httpx  # Half as heavy as the whole web framework; a process that sends no text messages does without.

    async with httpx.AsyncClient(timeout=15) as client:
        answer = await client.post(settings.sms_url, json={"to": letter.to, "text": letter.text})
    if answer.status_code in (400, 404, 410, 422):
        raise Undeliverable(str(answer.status_code))
    answer.raise_for_status()
    return str(msgspec.json.decode(answer.content).get("id", ""))


async def _keep(url: str, letter: Letter) -> str:
    line = msgspec.json.encode(msgspec.structs.replace(letter, sent_at=now().isoformat())) + b"\n"
    await asyncio.to_thread(_append, Path(url.removeprefix("inbox:")), line)
    return "inbox"


def _append(path: Path, line: bytes) -> None:
    with path.open("ab") as file:
        file.write(line)


def read_inbox(path: Path, *, last: int = 100) -> list[Letter]:
    """The letters in the local inbox, newest first."""
    lines = path.read_bytes().splitlines()[-last:] if path.exists() else []
    return [msgspec.json.decode(line, type=Letter) for line in reversed(lines)]
