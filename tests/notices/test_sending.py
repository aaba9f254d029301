"""Many notices, many workers, and workers that are cut off: nobody gets more messages than they want, and next to none twice."""

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest
from aiosmtpd.controller import Controller

from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import Letter, read_inbox
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.actions import drop_notices, plan_notice, set_wishes
from buurtnet.notices.actions.sending import LEASE
from buurtnet.notices.jobs import send_notices
from buurtnet.notices.queries import get_wishes
from buurtnet.notices.schemas import NewWishes, Pace
from buurtnet.settings import Settings
from tests.committed import Committed
from tests.made import Made
from tests.notices.conftest import noon


def viewer(person_id: UUID) -> Viewer:
    return Viewer(person_id=person_id, actor_id=person_id, language="nl")


async def plan(database: Database, person: UUID, *kinds: str) -> None:
    async with database.transaction() as db:
        for kind in kinds:
            await plan_notice(db, person, kind, event_id=new_id(), object_id=new_id())


def letters(settings: Settings, address: str) -> list[Letter]:
    return [letter for letter in read_inbox(settings.inbox, last=1000) if letter.to == address]


@pytest.fixture
async def reached(made: Made) -> tuple[UUID, str]:
    person, address = await made.person("Leila"), f"leila.{new_id().hex}@example.org"
    await made.contact(person, address)
    return person, address


async def test_what_waits_comes_in_one_message(worker_database: Database, settings: Settings, vault: Vault, reached) -> None:
    person, address = reached
    await plan(worker_database, person, "match_asked", "match_offered", "post_opened")
    assert await send_notices(worker_database, settings, vault, clock=noon) == 1
    [letter] = letters(settings, address)
    assert letter.subject == "There is news for you"
    assert letter.text.count("/matches/") == 2 and letter.text.count("/posts/") == 1 and letter.html.count("<a href") == 5
    assert f"{settings.url}/me/notices" in letter.text


async def test_nobody_waits_for_who_takes_a_notice_back(worker_database: Database, settings: Settings, vault: Vault, reached) -> None:
    """Who takes it back may want the person next, whom the sending holds: had it waited, both would wait for each other."""
    person, address = reached
    about = new_id()
    async with worker_database.transaction() as db:
        await plan_notice(db, person, "match_asked", event_id=new_id(), object_id=about)
    async with worker_database.transaction() as db:
        assert await drop_notices(db, about, at=noon()) == {person}
        async with asyncio.timeout(10):
            assert await send_notices(worker_database, settings, vault, clock=noon) == 0
    assert await send_notices(worker_database, settings, vault, clock=noon) == 0
    assert letters(settings, address) == []


async def test_the_same_news_twice_is_one_line(worker_database: Database, settings: Settings, vault: Vault, reached) -> None:
    person, address = reached
    await plan(worker_database, person, "message_new", "message_new", "match_thanks", "match_thanks")
    assert await send_notices(worker_database, settings, vault, clock=noon) == 1
    [letter] = letters(settings, address)
    assert letter.text.count("A neighbour wrote to you.") == 1 and letter.text.count("It is not needed any more.") == 1


async def test_several_things_in_one_text_message_are_news(worker_database: Database, made: Made, settings: Settings, vault: Vault) -> None:
    person, number = await made.person("Leila", language="fr"), "+32470999112"
    await made.contact(person, number, "sms")
    await plan(worker_database, person, "match_asked", "match_offered")
    await send_notices(worker_database, settings, vault, clock=noon)
    [letter] = letters(settings, number)
    assert letter.text.startswith(f"Il y a des nouvelles pour vous: {settings.url}\n") and "/matches" not in letter.text


async def test_a_second_message_waits_for_the_next_day_and_an_agreement_does_not(
    db: Db, worker_database: Database, settings: Settings, vault: Vault, reached
) -> None:
    person, address = reached
    await set_wishes(db, viewer(person), NewWishes(Pace.DAILY))
    await plan(worker_database, person, "match_asked")
    assert await send_notices(worker_database, settings, vault, clock=noon) == 1
    await plan(worker_database, person, "match_offered", "match_agreed")
    await db.execute("reset role")
    await db.execute("update notice set due_at = $1 where state = 'due'", noon())
    soon = noon() + timedelta(hours=1)
    assert await send_notices(worker_database, settings, vault, clock=lambda: soon) == 1
    assert [letter.subject for letter in letters(settings, address)] == ["You both said yes", "A neighbour could use your help"]
    assert await db.fetchval("select due_at from notice where state = 'due'") == noon() + timedelta(days=1)
    assert await send_notices(worker_database, settings, vault, clock=lambda: noon(2) - timedelta(minutes=1)) == 0
    assert await send_notices(worker_database, settings, vault, clock=lambda: noon(2)) == 1


async def test_a_choice_made_today_holds_for_what_was_planned_before(
    db: Db, worker_database: Database, settings: Settings, vault: Vault, reached
) -> None:
    person, address = reached
    await plan(worker_database, person, "match_asked", "match_offered")
    await set_wishes(db, viewer(person), NewWishes(Pace.OWN))
    assert await send_notices(worker_database, settings, vault, clock=noon) == 1
    assert [letter.subject for letter in letters(settings, address)] == ["A neighbour can help you"]
    assert await db.fetchval("select state from notice where kind = 'match_asked'") == "dropped"


async def test_whoever_wants_only_their_own_matters_is_not_planned_anything_else(db: Db, worker_database: Database, reached) -> None:
    person, _ = reached
    assert (await get_wishes(db, viewer(person))).pace is Pace.USUAL
    await set_wishes(db, viewer(person), NewWishes(Pace.OWN))
    assert (await get_wishes(db, viewer(person))).pace is Pace.OWN
    async with worker_database.transaction() as worker:
        assert await plan_notice(worker, person, "match_asked", event_id=new_id()) is None
        assert await plan_notice(worker, person, "done_asked", event_id=new_id()) is not None
    assert [row["kind"] for row in await db.fetch("select kind from notice")] == ["done_asked"]


async def test_a_pace_that_a_worker_sets_for_somebody_is_written_down(db: Db, made: Made) -> None:
    person, sara = await made.person(), await made.staff()
    await set_wishes(db, Viewer(person_id=person, actor_id=sara), NewWishes(Pace.WEEKLY))
    assert await db.fetchval("select count(*) from audit where action = 'notices set'") == 1


async def settle(town: Made, count: int) -> dict[UUID, str]:
    people = {}
    for number in range(count):
        person, address = await town.person(f"Buur {number}"), f"buur{number}.{new_id().hex}@example.org"
        await town.contact(person, address)
        people[person] = address
    return people


async def test_many_workers_at_once_keep_to_everybodys_pace(committed: Committed, town: Made, settings: Settings, vault: Vault) -> None:
    people = await settle(town, 24)
    for number, person in enumerate(people):
        await town.insert("preference", person_id=person, pace=[Pace.DAILY, Pace.USUAL, Pace.WEEKLY, Pace.OWN][number % 4])

    async def add(person: UUID) -> None:
        for _ in range(6):
            await town.insert(
                "notice", id=new_id(), event_id=new_id(), person_id=person, channel="email", kind="match_offered", object_id=new_id(),
                due_at=noon() - timedelta(hours=1),
            )  # fmt: skip
            await asyncio.sleep(0)

    async def add_all() -> None:
        for person in people:
            await add(person)

    async def work() -> None:
        for _ in range(12):
            await send_notices(committed.worker, settings, vault, clock=noon)
            await asyncio.sleep(0)

    await asyncio.gather(add_all(), *(work() for _ in range(5)))
    await send_notices(committed.worker, settings, vault, clock=noon)
    sent = Counter(letter.to for letter in read_inbox(settings.inbox, last=2000))
    for number, address in enumerate(people.values()):
        assert 1 <= sent[address] <= (1, 3, 3, 1)[number % 4]
    assert await town.db.fetchval("select count(*) from notice where state = 'due' and due_at <= $1", noon()) == 0


class Slow:
    """A mail server that takes every letter, and for one of them says so only once it is released."""

    def __init__(self, silent_at: int) -> None:
        self.letters: list[str] = []
        self.silent_at = silent_at
        self.released = threading.Event()

    async def handle_DATA(self, server, session, envelope) -> str:
        self.letters.append(envelope.rcpt_tos[0])
        if len(self.letters) == self.silent_at:
            await asyncio.to_thread(self.released.wait)
        return "250 ok"


async def test_a_job_that_is_cut_off_doubles_one_message_at_most(
    committed: Committed, town: Made, settings: Settings, vault: Vault
) -> None:
    people = await settle(town, 12)
    for person in people:
        await plan(committed.worker, person, "match_asked")
    mailbox = Slow(silent_at=5)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(mailbox, hostname="127.0.0.1", port=port)
    await asyncio.to_thread(server.start)
    real = msgspec.structs.replace(settings, mail_url=f"smtp://127.0.0.1:{port}?from=buurtnet@example.org")

    def at(moment: datetime) -> Callable[[], datetime]:
        return lambda: moment

    try:
        job = asyncio.create_task(send_notices(committed.worker, real, vault, clock=noon))
        while len(mailbox.letters) < 5:
            await asyncio.sleep(0.01)
        job.cancel()
        mailbox.released.set()
        await asyncio.gather(job, return_exceptions=True)
        assert await send_notices(committed.worker, real, vault, clock=at(noon() + LEASE / 2)) == 0, "the claim still stands"
        assert await send_notices(committed.worker, real, vault, clock=at(noon() + LEASE)) == 8
    finally:
        await asyncio.to_thread(server.stop)
    counted = Counter(mailbox.letters)
    assert set(counted) == set(people.values()) and sum(counted.values()) == 13
    assert await town.db.fetchval("select count(*) from notice where state = 'sent'") == 12


async def test_what_takes_longer_than_the_claim_is_left_for_later(
    committed: Committed, town: Made, settings: Settings, vault: Vault
) -> None:
    people = await settle(town, 6)
    for person in people:
        await plan(committed.worker, person, "match_asked")
    looked = 0

    def clock() -> datetime:
        """The servers are so slow that after the first message it is night."""
        nonlocal looked
        looked += 1
        return noon() + timedelta(hours=12 * (looked > 3))

    assert await send_notices(committed.worker, settings, vault, clock=clock) == 1
    assert await send_notices(committed.worker, settings, vault, clock=lambda: noon(2)) == 5
    sent = Counter(letter.to for letter in read_inbox(settings.inbox, last=2000))
    assert [sent[address] for address in people.values()] == [1] * 6
