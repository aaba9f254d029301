"""What stands in a message, by its channel, and handing it over."""

from typing import Literal

import msgspec

from buurtnet.kit.mail import Letter, send_mail, send_sms
from buurtnet.kit.push import Device, send_push
from buurtnet.kit.vault import Vault
from buurtnet.notices.rules.kinds import KINDS, SEVERAL, topics_of
from buurtnet.notices.rules.marks import bounce_mark, stop_mark
from buurtnet.notices.rules.texting import MOST_PARTS, count_parts
from buurtnet.notices.schemas import Message, SealedAddress
from buurtnet.settings import Settings
from buurtnet.web.language import _, speaking
from buurtnet.web.templating import render_text


class Line(msgspec.Struct, frozen=True):
    """What one notice says and where it leads."""

    text: str
    url: str


async def send_to(settings: Settings, vault: Vault, message: Message, address: SealedAddress) -> str:
    """Hands the message over for one of its addresses and returns the provider's id; raises Undeliverable or whatever else went wrong."""
    if message.channel == "push":
        return await _send_push(settings, vault, message, address)
    to = vault.open_text(address.sealed, "contact", "sealed", address.id)
    write = _write_sms if message.channel == "sms" else _write_mail
    letter = write(settings, vault, message, to, address)
    return await (send_sms if message.channel == "sms" else send_mail)(settings, letter)


async def _send_push(settings: Settings, vault: Vault, message: Message, address: SealedAddress) -> str:
    """Tells the device that there is something, and in which language it may say so: nothing else."""
    device = msgspec.json.decode(vault.open(address.sealed, "push_subscription", "sealed", address.id), type=Device)
    pressing = any(KINDS[one.kind].pressing for one in message.notices)
    urgency: Literal["low", "normal"] = "normal" if pressing else "low"
    await send_push(settings, vault, device, msgspec.json.encode({"language": message.language}), urgency=urgency)
    return "push"


def _stop_url(settings: Settings, vault: Vault, message: Message) -> str:
    return f"{settings.url}/s/{stop_mark(vault, message.person_id, topics_of(one.kind for one in message.notices))}"


def _write_sms(settings: Settings, vault: Vault, message: Message, to: str, _address: SealedAddress) -> Letter:
    """Leads to the start, where what waits stands; says less where the language has long words and more would be paid as a third message."""
    subjects = {KINDS[one.kind].subject for one in message.notices}
    stop_url = _stop_url(settings, vault, message)
    texts = [
        render_text("notices/mail/notice.sms", message.language, subject=subject, url=settings.url, stop_url=stop_url).strip()
        for subject in (subjects.pop() if len(subjects) == 1 else SEVERAL, SEVERAL)
    ]
    return Letter(to=to, text=next((text for text in texts if count_parts(text) <= MOST_PARTS), texts[-1]), stop_url=stop_url)


def _write_mail(settings: Settings, vault: Vault, message: Message, to: str, address: SealedAddress) -> Letter:
    said = {(kind := KINDS[one.kind]).path.format(id=one.object_id): kind for one in message.notices}
    lines = [Line(kind.text, settings.url + path) for path, kind in said.items()]
    subject = next(iter(said.values())).subject if len(lines) == 1 else SEVERAL
    stop_url = _stop_url(settings, vault, message)
    shown = {"lines": lines, "settings_url": f"{settings.url}/me/notices", "stop_url": stop_url}
    with speaking(message.language):
        title = _(subject)
    text, html = (render_text(f"notices/mail/notice.{name}", message.language, **shown) for name in ("txt", "html"))
    return Letter(to=to, subject=title, text=text, html=html, stop_url=stop_url, bounce=bounce_mark(vault, address.id))
