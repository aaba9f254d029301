"""Planning notices and sending them, one at a time."""

import asyncio
import socket
from datetime import timedelta

import msgspec
import pytest
from aiosmtpd.controller import Controller

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import read_inbox
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.actions import drop_notices, plan_notice, set_wishes
from buurtnet.notices.jobs import send_notices
from buurtnet.notices.schemas import NewWishes, Pace, Quiet
from buurtnet.settings import Settings
from tests.made import Made
from tests.notices.conftest import noon


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
    assert await send_notices(worker_database, settings, vault, clock=noon) == 1
    assert await send_notices(worker_database, settings, vault, clock=noon) == 0
    letter = read_inbox(settings.inbox)[0]
    assert (letter.to, letter.channel) == (address, channel)
    assert (f"{settings.url}/matches/{match}" in letter.text) == (channel == "email") and settings.url in letter.text
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
        await send_notices(worker_database, real, vault, clock=noon)
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
    away = msgspec.structs.replace(settings, mail_url="smtp://127.0.0.1:1")
    assert await send_notices(worker_database, away, vault, clock=noon) == 1
    row = (await planned(db))[0]
    assert (row["state"], row["tries"], row["claimed_until"]) == ("due", 1, None)
    assert noon() < row["due_at"] < noon() + timedelta(minutes=5)
    for day in range(1, 7):
        await send_notices(worker_database, away, vault, clock=lambda day=day: noon(day + 1))
    row = (await planned(db))[0]
    assert (row["state"], row["tries"]) == ("failed", 6)


async def test_nothing_leaves_at_night(db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault) -> None:
    person = await made.person()
    await made.contact(person, "amina@example.org")
    async with worker_database.transaction() as worker:
        await plan_notice(worker, person, "message_new", event_id=new_id())
    await db.execute("reset role")
    await db.execute("update notice set due_at = now() - interval '1 day'")
    for hours in (-14, -4.5, 9, 19.9):
        assert await send_notices(worker_database, settings, vault, clock=lambda hours=hours: noon() + timedelta(hours=hours)) == 0
    assert await send_notices(worker_database, settings, vault, clock=lambda: noon() + timedelta(hours=20)) == 1


async def test_quiet_hours_are_ones_own(db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault) -> None:
    people = {"late": await made.person(), "never": await made.person()}
    for name, person in people.items():
        await made.contact(person, f"{name}@example.org")
        viewer = Viewer(person_id=person, actor_id=person)
        await set_wishes(db, viewer, NewWishes(Pace.USUAL, quiet={"late": Quiet(10, 15), "never": Quiet(0, 0)}[name]))
        async with worker_database.transaction() as worker:
            await plan_notice(worker, person, "message_new", event_id=new_id())
    await db.execute("reset role")
    await db.execute("update notice set due_at = now() - interval '1 day'")
    assert await send_notices(worker_database, settings, vault, clock=lambda: noon() - timedelta(hours=1)) == 1
    assert read_inbox(settings.inbox)[0].to == "never@example.org"
    held = await db.fetchval("select due_at from notice where person_id = $1", people["late"])
    assert held == noon() + timedelta(hours=3), "three in the afternoon"
    assert await send_notices(worker_database, settings, vault, clock=lambda: held) == 1
    assert read_inbox(settings.inbox)[0].to == "late@example.org"


async def test_whoever_shares_their_phone_since_is_told_nothing_any_more(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    person = await made.person()
    await made.contact(person, "amina@example.org")
    async with worker_database.transaction() as worker:
        await plan_notice(worker, person, "message_new", event_id=new_id())
    await db.execute("reset role")
    await db.execute("update person set discreet = true where id = $1", person)
    assert await send_notices(worker_database, settings, vault, clock=noon) == 0
    assert [row["state"] for row in await planned(db)] == ["dropped"]


async def test_what_nobody_needs_to_hear_any_more_is_not_told(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    people = [await made.person(), await made.person()]
    match, other = new_id(), new_id()
    for number, person in enumerate(people):
        await made.contact(person, f"stale{number}@example.org")
    async with worker_database.transaction() as worker:
        for person, about in zip(people, (match, other), strict=True):
            await plan_notice(worker, person, "match_asked", event_id=new_id(), object_id=about)
        assert await drop_notices(worker, match, at=now()) == {people[0]}
        assert await drop_notices(worker, match, at=now()) == set()
    assert await send_notices(worker_database, settings, vault, clock=noon) == 1
    assert read_inbox(settings.inbox)[0].to == "stale1@example.org"
