"""Letters that come back: what a mail server reports about one (RFC 3464): pure."""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import NamedTuple

from buurtnet.kit.mail import says_gone

ADDRESSED = ("to", "delivered-to", "x-original-to", "envelope-to")


class Report(NamedTuple):
    """A report of a mail server about letters that it could not deliver."""

    recipients: list[str]
    """To whom the report itself went: the return address of the letter."""
    gone: bool
    """Whether it says that nobody can be reached at the address, not only for some time."""


def read_report(letter: bytes) -> Report | None:
    """What the letter reports; None where it is no report about the delivery of a letter."""
    try:
        message = message_from_bytes(letter, _class=EmailMessage, policy=policy.default)
        fields = [block for part in message.walk() if part.get_content_type() == "message/delivery-status" for block in _blocks(part)]
    except RecursionError:  # parts within parts within parts: of whoever wants to end the program, not of a mail server
        return None
    about = [block for block in fields if "action" in block]
    if not about:
        return None
    gone = any(str(block["action"]).strip().lower() == "failed" and _is_gone(str(block.get("status", ""))) for block in about)
    return Report([str(value) for name in ADDRESSED for value in message.get_all(name, [])], gone)


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report: one about the server, one for each address."""
    payload = part.get_payload()
    return [block for block in payload if isinstance(block, Message)] if isinstance(payload, list) else []


def _is_gone(status: str) -> bool:
    return status.strip().startswith("5.") and says_gone(550, status)
