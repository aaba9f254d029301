"""Letters that come back after the mail server had taken them."""

from datetime import datetime
from typing import Literal

from buurtnet.kit.db import Db
from buurtnet.kit.outbox import record
from buurtnet.kit.vault import Vault
from buurtnet.notices.events import AddressFailed
from buurtnet.notices.rules.marks import read_bounce_mark
from buurtnet.notices.rules.returned import read_report
from buurtnet.people.actions import find_owner, mark_failing

Returned = Literal["no report", "not ours", "not for good", "gone"]


async def take_back(db: Db, vault: Vault, letter: bytes, recipient: str = "", *, at: datetime) -> Returned:
    """Reads the report of a mail server: where it says for good that nobody is at an address of ours, nothing goes there any more. Says what
    it was; `recipient` is to whom it came, where the mail server says so."""
    report = read_report(letter)
    if report is None:
        return "no report"
    marks = (read_bounce_mark(vault, one) for one in (recipient, *report.recipients))
    contact_id = next((mark for mark in marks if mark is not None), None)
    person_id = await find_owner(db, contact_id) if contact_id is not None else None
    if contact_id is None or person_id is None:
        return "not ours"
    if not report.gone:
        return "not for good"
    if await mark_failing(db, contact_id, at):
        await record(db, AddressFailed(contact_id))
    return "gone"
