"""Addresses at which nobody is any more: refused at once, or by a letter that comes back later."""

import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import httpx
import msgspec
import pytest
from aiosmtpd.controller import Controller

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import read_inbox, says_gone
from buurtnet.kit.outbox import deliver
from buurtnet.kit.vault import Vault
from buurtnet.notices.actions import plan_notice, take_back
from buurtnet.notices.jobs import send_notices
from buurtnet.notices.rules.marks import bounce_mark, read_bounce_mark
from buurtnet.notices.rules.returned import read_report
from buurtnet.settings import Settings
from buurtnet.worker import list_reactions
from tests.made import Made
from tests.notices.conftest import noon


def report(to: str, *, action: str = "failed", status: str = "5.1.1", kind: str = "delivery-status") -> bytes:
    """A letter as Postfix writes it (RFC 3464)."""
    return f"""From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="B/x"

--B/x
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--B/x
Content-Type: message/{kind}

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4C7A

Final-Recipient: rfc822; amina@example.org
Original-Recipient: rfc822;amina@example.org
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.org
Diagnostic-Code: smtp; 550 {status} <amina@example.org>: user unknown

--B/x
Content-Type: message/rfc822

From: buurtnet@example.org
To: amina@example.org
Subject: A neighbour could use your help

Somebody near you.

--B/x--
""".encode()


class Refusing:
    """A real SMTP server that answers each address as it was told to, and keeps from whom letters came."""

    def __init__(self, **answers: str) -> None:
        self.answers, self.senders, self.letters = answers, list[str](), list[str]()

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        answer = self.answers.get(address.partition("@")[0], "250 ok")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope) -> str:
        self.senders.append(envelope.mail_from)
        self.letters.append(envelope.content.decode())
        return "250 ok"


@contextmanager
def mail_server(settings: Settings, **answers: str) -> Generator[tuple[Settings, Refusing]]:
    server = Refusing(**answers)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    url = f"smtp://127.0.0.1:{port}?from=buurt@example.org&bounces=terug@bounce.example.org"
    yield msgspec.structs.replace(settings, mail_url=url, url="https://buurtnet.example.org"), server
    controller.stop()


async def plan(database: Database, person: UUID, *kinds: str) -> None:
    async with database.transaction() as db:
        for kind in kinds:
            await plan_notice(db, person, kind, event_id=new_id(), object_id=new_id())


async def state(db: Db) -> tuple[str, str, int]:
    await db.execute("reset role")
    return tuple(await db.fetchrow("select channel, state, tries from notice"))


async def is_failing(db: Db, contact_id: UUID) -> bool:
    await db.execute("reset role")
    return await db.fetchval("select failing_since is not null from contact where id = $1", contact_id)


@pytest.mark.parametrize(
    ("code", "said", "gone"),
    [
        (550, "no such user", True),
        (550, "5.1.1 <amina@example.org>: Recipient address rejected: User unknown", True),
        (550, "5.1.10 null MX", True),
        (550, "5.2.1 This mailbox is disabled", True),
        (552, "5.2.2 The mailbox is full", False),
        (550, "5.7.26 Unauthenticated email is not accepted", False),
        (554, "5.7.1 Service unavailable; client [195.1.1.5] blocked", False),
        (550, "5.1.8 Sender address rejected", False),
        (550, "5.4.1 Relay access denied", False),
        (450, "4.2.1 greylisted, try again", False),
        (421, "busy", False),
    ],
)
def test_only_a_refusal_of_the_address_itself_is_for_good(code: int, said: str, gone: bool) -> None:
    assert says_gone(code, said) is gone


async def test_an_address_that_is_refused_for_good_is_written_to_no_more(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    person = await made.person()
    contact = await made.contact(person, "gone@example.org")
    with mail_server(settings, gone="550 5.1.1 user unknown") as (real, server):
        await plan(worker_database, person, "post_opened")
        assert await send_notices(worker_database, real, vault, clock=noon) == 1
        assert await state(db) == ("email", "failed", 1) and await is_failing(db, contact)
        await plan(worker_database, person, "message_new")
        assert await db.fetchval("select count(*) from notice") == 1, "nobody can be reached: nothing is planned"
        assert server.letters == []


async def test_the_number_is_used_where_the_address_is_gone(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    person = await made.person()
    await made.contact(person, "gone@example.org")
    await made.contact(person, "+32470555111", "sms")
    with mail_server(settings, gone="550 user unknown") as (real, _server):
        await plan(worker_database, person, "post_opened")
        assert await send_notices(worker_database, real, vault, clock=noon) == 2
    assert await state(db) == ("sms", "sent", 2) and read_inbox(settings.inbox)[0].to == "+32470555111"


@pytest.mark.parametrize("answer", ["450 4.2.1 greylisted", "552 5.2.2 mailbox full", "550 5.7.1 blocked"])
async def test_a_refusal_for_some_time_is_tried_again(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault, answer: str
) -> None:
    person = await made.person()
    contact = await made.contact(person, "later@example.org")
    with mail_server(settings, later=answer) as (real, _server):
        await plan(worker_database, person, "post_opened")
        await send_notices(worker_database, real, vault, clock=noon)
    assert await state(db) == ("email", "due", 1) and not await is_failing(db, contact)


async def test_a_letter_bears_the_mark_under_which_it_comes_back(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    person = await made.person()
    contact = await made.contact(person, "amina@example.org")
    with mail_server(settings) as (real, server):
        await plan(worker_database, person, "post_opened")
        await send_notices(worker_database, real, vault, clock=noon)
    [sender], [letter] = server.senders, server.letters
    assert sender == f"terug+{bounce_mark(vault, contact)}@bounce.example.org" and len(sender.partition("@")[0]) <= 64
    assert read_bounce_mark(vault, sender) == read_bounce_mark(vault, sender.upper()) == contact
    assert "From: buurt@example.org" in letter and "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in letter
    assert "List-Unsubscribe: <https://buurtnet.example.org/s/" in letter.replace("\r\n ", " ")
    async with worker_database.transaction() as worker:
        assert await take_back(worker, vault, report(sender), at=now()) == "gone"
        assert await take_back(worker, vault, report(sender), at=now()) == "gone"
    assert await is_failing(db, contact)
    assert await db.fetchval("select count(*) from outbox where kind = 'notices.AddressFailed'") == 1


@pytest.mark.parametrize(
    ("action", "status", "found"),
    [
        ("failed", "5.1.1", "gone"),
        ("Failed", "5.0.0", "gone"),
        ("failed", "5.2.2", "not for good"),
        ("failed", "4.4.7", "not for good"),
        ("delayed", "4.4.7", "not for good"),
        ("delivered", "2.0.0", "not for good"),
    ],
)
async def test_only_a_report_of_failure_for_good_ends_writing(
    db: Db, worker_database: Database, made: Made, vault: Vault, action: str, status: str, found: str
) -> None:
    contact = await made.contact(await made.person(), "amina@example.org")
    letter = report(f"terug+{bounce_mark(vault, contact)}@example.org", action=action, status=status)
    async with worker_database.transaction() as worker:
        assert await take_back(worker, vault, letter, at=now()) == found
    assert await is_failing(db, contact) is (found == "gone")


async def test_what_is_no_report_of_ours_changes_nothing(db: Db, worker_database: Database, made: Made, vault: Vault) -> None:
    contact = await made.contact(await made.person(), "amina@example.org")
    mark = bounce_mark(vault, contact)
    forged = bounce_mark(Vault({"k1": bytes(32)}, bytes(32)), contact)
    cases = [
        (report(f"terug+{forged}@example.org"), "not ours"),
        (report(f"terug+{bounce_mark(vault, new_id())}@example.org"), "not ours"),
        (report("terug@example.org"), "not ours"),
        (report(f"terug+{mark}@example.org", kind="disposition-notification"), "no report"),
        (f"From: a@example.org\nTo: terug+{mark}@example.org\n\nI am away until Monday.".encode(), "no report"),
        (b"", "no report"),
        (b"\xff\xfe\x00 not a letter", "no report"),
        (f"To: terug+{mark}@example.org\nContent-Type: message/delivery-status\n\n".encode(), "no report"),
    ]
    async with worker_database.transaction() as worker:
        for letter, found in cases:
            assert await take_back(worker, vault, letter, at=now()) == found, letter
        assert await take_back(worker, vault, report("postmaster@example.org"), f"terug+{mark}@example.org", at=now()) == "gone"
    assert await is_failing(db, contact)


def test_parts_within_a_thousand_parts_are_no_report() -> None:
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{depth}"\n\n--b{depth}\n' for depth in range(1000))
    assert read_report(f"To: buurtnet@example.org\n{nested}".encode()) is None


def test_a_report_without_a_status_ends_nothing() -> None:
    letter = report("terug@example.org").replace(b"Status: 5.1.1\n", b"")
    found = read_report(letter)
    assert found is not None and not found.gone


@contextmanager
def text_gateway(status: int) -> Generator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", "11")
            self.end_headers()
            self.wfile.write(b'{"id": "1"}')

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sms"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("status", "after", "failing"),
    [(200, "sent", False), (422, "failed", True), (404, "failed", True), (429, "due", False), (500, "due", False)],
)
async def test_a_number_that_the_gateway_refuses_is_texted_no_more(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault, status: int, after: str, failing: bool
) -> None:
    person = await made.person()
    contact = await made.contact(person, "+32470555222", "sms")
    with text_gateway(status) as url:
        await plan(worker_database, person, "post_opened")
        await send_notices(worker_database, msgspec.structs.replace(settings, sms_url=url), vault, clock=noon)
    assert await state(db) == ("sms", after, 1) and await is_failing(db, contact) is failing


async def test_the_worker_who_looks_after_somebody_asks_for_another_address(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    sara = await made.staff()
    looked_after, alone = await made.person(managed_by=sara), await made.person()
    for number, person in enumerate((looked_after, alone)):
        contact = await made.contact(person, f"gone{number}@example.org")
        async with worker_database.transaction() as worker:
            await take_back(worker, vault, report(f"terug+{bounce_mark(vault, contact)}@example.org"), at=now())
    await deliver(worker_database, list_reactions(settings, vault))
    await db.execute("reset role")
    [task] = await db.fetch("select * from task")
    assert (task["kind"], task["person_id"], task["for_worker"], task["urgent"]) == ("unreached", looked_after, sara, False)


async def test_nobody_asks_for_an_address_that_works_again(
    db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    contact = await made.contact(await made.person(managed_by=await made.staff()), "gone@example.org")
    async with worker_database.transaction() as worker:
        await take_back(worker, vault, report(f"terug+{bounce_mark(vault, contact)}@example.org"), at=now())
    await db.execute("reset role")
    await db.execute("update contact set failing_since = null")
    await deliver(worker_database, list_reactions(settings, vault))
    assert await db.fetchval("select count(*) from task") == 0


async def test_the_person_reads_it_kindly_and_has_it_tried_again(client: httpx.AsyncClient, made: Made, db: Db, vault: Vault) -> None:
    leila, bart = await made.person("Leila"), await made.person("Bart")
    contact, other = await made.contact(leila, "leila@example.org"), await made.contact(bart, "bart@example.org")
    await made.sign_in(client, leila)
    assert "do not arrive" not in (await client.get("/me/contact")).text
    await db.execute("reset role")
    await db.execute("update contact set failing_since = now()")
    page = (await client.get("/me/contact")).text
    assert "do not arrive" in page and f'action="/me/contact/{contact}/again' in page
    assert (await client.post(f"/me/contact/{other}/again")).status_code == 404
    assert (await client.post(f"/me/contact/{contact}/again")).status_code == 303
    assert not await is_failing(db, contact) and await is_failing(db, other)
    assert "do not arrive" not in (await client.get("/me/contact")).text
