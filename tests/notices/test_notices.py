import asyncio
import socket
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from aiosmtpd.controller import Controller
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import read_inbox
from buurtnet.kit.vault import Vault
from buurtnet.notices.actions import plan_notice
from buurtnet.notices.jobs import send_notices
from buurtnet.notices.rules import KINDS, QUIET_FROM, QUIET_UNTIL, Kind, choose_channel, due_time
from buurtnet.settings import Settings
from buurtnet.web.language import ZONE
from tests.made import Made

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@given(TIMES, st.none() | TIMES, st.sampled_from(sorted(KINDS)))
def test_no_notice_leaves_in_quiet_hours_or_before_its_time(at: datetime, last: datetime | None, name: str) -> None:
    kind = KINDS[name]
    due = due_time(kind, at, last, ZONE)
    assert due >= at
    assert QUIET_UNTIL <= due.astimezone(ZONE).time() < QUIET_FROM
    if last is not None and not kind.pressing:
        assert due >= last + timedelta(days=1)
    if kind.pressing:
        assert due <= at + timedelta(hours=12)


def test_a_pressing_notice_in_waking_hours_leaves_at_once() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert due_time(Kind("s", "t", "/", pressing=True), noon, noon, ZONE) == noon


@pytest.mark.parametrize(
    ("channels", "refused", "chosen"),
    [
        (["sms", "email"], [], "email"),
        (["sms"], [], "sms"),
        (["email", "sms"], ["email"], "sms"),
        (["email"], ["email"], None),
        ([], [], None),
    ],
)
def test_the_channel_is_the_persons_choice(channels: list[str], refused: list[str], chosen: str | None) -> None:
    assert choose_channel(channels, refused) == chosen


async def planned(db: Db) -> list:
    return await db.fetch("select * from notice order by id")


async def test_a_notice_is_planned_once_for_each_event(db: Db, made: Made) -> None:
    person = await made.person()
    await made.contact(person, "amina@example.org")
    await db.execute("set local role buurtnet_worker")
    event = new_id()
    for _ in range(2):
        await plan_notice(db, person, "match_asked", event_id=event, object_id=new_id())
    await plan_notice(db, person, "match_agreed", event_id=event, object_id=new_id())
    assert [row["kind"] for row in await planned(db)] == ["match_asked", "match_agreed"]


@pytest.mark.parametrize("trait", [{"discreet": True}, {"state": "blocked"}, {"state": "erased"}])
async def test_who_shares_a_phone_or_is_gone_is_told_nothing(db: Db, made: Made, trait: dict) -> None:
    person = await made.person(**trait)
    await made.contact(person, "amina@example.org")
    await db.execute("set local role buurtnet_worker")
    await plan_notice(db, person, "match_asked", event_id=new_id())
    assert await planned(db) == []


async def test_who_has_no_address_is_told_nothing(db: Db, made: Made) -> None:
    person = await made.person()
    await db.execute("set local role buurtnet_worker")
    await plan_notice(db, person, "match_asked", event_id=new_id())
    assert await planned(db) == []


@pytest.mark.parametrize(("language", "channel", "address"), [("fr", "email", "leila@example.org"), ("ar", "sms", "+32470123456")])
async def test_a_notice_is_sent_in_the_persons_language_and_says_nothing_of_the_matter(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault, language: str, channel: str, address: str
) -> None:
    person = await made.person("Leila", language=language)
    await made.contact(person, address, channel)
    match = new_id()
    async with worker_database.transaction() as worker:
        await plan_notice(worker, person, "match_asked", event_id=new_id(), object_id=match)
    await db.execute("update notice set due_at = now()")
    assert await send_notices(worker_database, settings, vault) == 1
    assert await send_notices(worker_database, settings, vault) == 0
    letter = read_inbox(settings.inbox)[0]
    assert (letter.to, letter.channel) == (address, channel)
    assert f"/matches/{match}" in letter.text
    assert "Leila" not in letter.text
    row = (await planned(db))[0]
    assert row["state"] == "sent"
    assert row["sent_at"] is not None


class Mailbox:
    """A real SMTP server that keeps what it gets, or refuses whom it is told to."""

    def __init__(self) -> None:
        self.letters: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address.startswith("gone"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope) -> str:
        self.letters.append(envelope.content.decode())
        return "250 ok"


async def test_real_mail_goes_out_and_a_refused_address_is_not_tried_again(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    mailbox = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(server.start)
    real = msgspec.structs.replace(settings, mail_url=f"smtp://127.0.0.1:{port}?from=buurtnet@example.org")
    try:
        for address in ("amina@example.org", "gone@example.org"):
            person = await made.person()
            await made.contact(person, address)
            async with worker_database.transaction() as worker:
                await plan_notice(worker, person, "message_new", event_id=new_id())
        await db.execute("update notice set due_at = now()")
        await send_notices(worker_database, real, vault)
    finally:
        await asyncio.to_thread(server.stop)
    assert sorted(row["state"] for row in await planned(db)) == ["failed", "sent"]
    assert len(mailbox.letters) == 1
    assert "To: amina@example.org" in mailbox.letters[0]
    assert "text/html" in mailbox.letters[0]


async def test_a_server_that_is_away_is_tried_again_later(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    person = await made.person()
    await made.contact(person, "amina@example.org")
    async with worker_database.transaction() as worker:
        await plan_notice(worker, person, "message_new", event_id=new_id())
    await db.execute("update notice set due_at = now()")
    away = msgspec.structs.replace(settings, mail_url="smtp://127.0.0.1:1")
    assert await send_notices(worker_database, away, vault) == 1
    row = (await planned(db))[0]
    assert (row["state"], row["tries"]) == ("due", 1)
    assert row["due_at"] > now()
