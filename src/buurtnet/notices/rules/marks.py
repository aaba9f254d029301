"""Marks that say whom a link or a letter is about, signed so that nobody can make one: pure."""

import base64
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from buurtnet.kit.vault import Vault
from buurtnet.notices.schemas import Topic

RETURNED_TO = re.compile(r"\+([a-z2-7]{39})@", re.IGNORECASE)
TOPICS = tuple(Topic)
REGRET = timedelta(hours=1)


def stop_mark(vault: Vault, person_id: UUID, topics: Sequence[Topic]) -> str:
    """The end of the link by which one person, and nobody else, is told no more about these topics."""
    return _write(vault, "stop", person_id, topics)


def read_stop_mark(vault: Vault, mark: str) -> tuple[UUID, list[Topic]]:
    """Whom the link is about and which topics; ValueError where it was not made here."""
    return _read(vault, "stop", mark)[:2]


def undo_mark(vault: Vault, person_id: UUID, topics: Sequence[Topic], at: datetime) -> str:
    """The end of the link by which what was stopped just now is taken back; a link of a letter cannot, however old it is."""
    return _write(vault, "stopped", person_id, topics, int(at.timestamp()).to_bytes(5))


def read_undo_mark(vault: Vault, mark: str, at: datetime) -> tuple[UUID, list[Topic]]:
    """Who stopped which topics within the last hour; ValueError where it is longer ago or was not made here."""
    person_id, topics, since = _read(vault, "stopped", mark)
    if at.timestamp() - int.from_bytes(since) > REGRET.total_seconds():
        raise ValueError("This is too long ago.")
    return person_id, topics


def _write(vault: Vault, purpose: str, person_id: UUID, topics: Sequence[Topic], more: bytes = b"") -> str:
    places = sum(1 << TOPICS.index(topic) for topic in topics)
    return base64.urlsafe_b64encode(vault.sign(purpose, person_id.bytes + bytes([places]) + more)).decode().rstrip("=")


def _read(vault: Vault, purpose: str, mark: str) -> tuple[UUID, list[Topic], bytes]:
    data = vault.read_signed(purpose, base64.urlsafe_b64decode(mark.encode("ascii") + b"=" * (-len(mark) % 4)))
    return UUID(bytes=data[:16]), [topic for place, topic in enumerate(TOPICS) if data[16] >> place & 1], data[17:]


def bounce_mark(vault: Vault, contact_id: UUID) -> str:
    """The part of a letter's return address that says which address it went to; small letters and digits, whatever servers do with capitals."""
    return base64.b32encode(vault.sign("bounce", contact_id.bytes)).decode().rstrip("=").lower()


def read_bounce_mark(vault: Vault, recipient: str) -> UUID | None:
    """The address to which the letter went that now came back to this recipient; None where it is no return address of ours."""
    found = RETURNED_TO.search(recipient)
    if found is None:
        return None
    try:
        return UUID(bytes=vault.read_signed("bounce", base64.b32decode(found[1].upper() + "=")))
    except ValueError:
        return None
