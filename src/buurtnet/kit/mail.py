"""Letters and text messages that leave the installation: SMTP, an HTTP gateway for SMS, or the local inbox."""

import asyncio
import fcntl
import re
from collections.abc import Collection
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


class TryLater(Exception):
    """The service is busy and says so; `seconds` until it wants to be asked again, 0 where it did not say."""

    def __init__(self, seconds: int = 0) -> None:
        super().__init__(f"busy for {seconds} s")
        self.seconds = seconds


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One message to one address; all but `to` and `text` is for e-mail only. `stop_url` ends messages like this by one tap in the mail
    program (RFC 8058); `bounce` is the mark under which the letter comes back when it cannot be delivered."""

    to: str
    text: str
    subject: str = ""
    html: str = ""
    sent_at: str = ""
    channel: str = "email"
    stop_url: str = ""
    bounce: str = ""


ABOUT_US = re.compile(r"\b5\.(?:1\.[78]|2\.[^1\D]\d*|[3-9]\.\d+)\b")
"""Refusals that are not about the address: the box is full, our address, the servers, what the letter says, what the server allows (RFC 3463)."""


def says_gone(code: int, said: str) -> bool:
    """Whether a mail server's refusal means that nobody can be reached at the address, now or later."""
    return 500 <= code < 600 and ABOUT_US.search(said) is None


def sender_of(settings: Settings) -> str:
    """The address from which this installation writes."""
    return parse_qs(urlsplit(settings.mail_url).query).get("from", ["buurtnet@localhost"])[0]


def _envelope_sender(settings: Settings, letter: Letter) -> str:
    """Where the letter comes back to: an address for each letter where the installation has one for that, else who writes."""
    box = parse_qs(urlsplit(settings.mail_url).query).get("bounces", [""])[0]
    if not box or not letter.bounce:
        return sender_of(settings)
    name, _, domain = box.partition("@")
    return f"{name}+{letter.bounce}@{domain}"


async def send_mail(settings: Settings, letter: Letter) -> str:
    """Sends by e-mail and returns the provider's id; raises Undeliverable or what the server said."""
    if settings.mail_url.startswith("inbox:"):
        return await _keep(settings.mail_url, letter)
    address = urlsplit(settings.mail_url)
    sender = sender_of(settings)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.to, letter.subject
    message["Message-ID"] = identity = make_msgid(domain=sender.partition("@")[2] or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text)
    if letter.html:
        message.add_alternative(letter.html, subtype="html")
    try:
        await aiosmtplib.send(
            message,
            sender=_envelope_sender(settings, letter),
            hostname=address.hostname or "localhost",
            port=address.port,
            username=unquote(address.username) if address.username else None,
            password=unquote(address.password) if address.password else None,
            use_tls=address.scheme == "smtps",
            timeout=15,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        refused = error.recipients[0]
        if says_gone(refused.code, refused.message):
            raise Undeliverable(str(refused.code)) from error
        raise
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
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(line)


def forget_letters(settings: Settings, addresses: Collection[str]) -> None:
    """Takes what was sent to these addresses out of the local inbox; nothing where mail leaves this machine."""
    for url in {settings.mail_url, settings.sms_url}:
        path = Path(url.removeprefix("inbox:"))
        if url.startswith("inbox:") and path.exists():
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                kept = [line for line in file.readlines() if msgspec.json.decode(line, type=Letter).to not in addresses]
                file.seek(0)
                file.truncate()
                file.writelines(kept)


def read_inbox(path: Path, *, last: int = 100) -> list[Letter]:
    """The letters in the local inbox, newest first."""
    lines = path.read_bytes().splitlines()[-last:] if path.exists() else []
    return [msgspec.json.decode(line, type=Letter) for line in reversed(lines)]
