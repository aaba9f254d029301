"""Two people write to each other; nobody else reads it, and a worker only what was reported."""

from uuid import UUID

import asyncpg
import httpx
import pytest

from buurtnet.conversations.actions import (
    close_conversation,
    mark_read,
    open_conversation,
    report_conversation,
    send_message,
    share_contact,
    stop_conversation,
)
from buurtnet.conversations.events import MessageSent
from buurtnet.conversations.jobs import tell_reader
from buurtnet.conversations.queries import get_conversation, list_conversations, read_reported
from buurtnet.conversations.rules import FIRST_MESSAGES, FIRSTS, PHRASES, ConversationIsClosed, NothingToShare, should_tell
from buurtnet.conversations.schemas import NewMessage
from buurtnet.kit.audit import grant_access
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.web.language import _, speaking
from tests.made import Made


class Two:
    """Two neighbours with a conversation; `as_` acts as one of them, for row-level security too."""

    def __init__(self, db: Db, amina: UUID, hatice: UUID, conversation: UUID) -> None:
        self.db, self.amina, self.hatice, self.id = db, amina, hatice, conversation

    async def as_(self, person: UUID) -> Viewer:
        await self.db.execute("select set_config('app.viewer', $1, true)", str(person))
        return Viewer(person_id=person, actor_id=person, language="nl")


@pytest.fixture
async def two(db: Db, made: Made) -> Two:
    amina, hatice = await made.person(), await made.person("Hatice")
    return Two(db, amina, hatice, await open_conversation(db, amina, hatice))


async def test_they_write_and_the_other_reads(db: Db, vault: Vault, two: Two) -> None:
    amina = await two.as_(two.amina)
    sent = await send_message(db, amina, vault, two.id, NewMessage(text="  Dag buur, zaterdag?  "))
    sealed = await db.fetchval("select body from message where id = $1", sent)
    assert b"zaterdag" not in sealed and vault.open_text(sealed, "message", "body", sent) == "Dag buur, zaterdag?"
    hatice = await two.as_(two.hatice)
    page = await get_conversation(db, hatice, vault, two.id)
    assert (
        page.name == "Amina"
        and page.unread
        and [(message.text, message.mine) for message in page.messages] == [("Dag buur, zaterdag?", False)]
    )
    [card] = (await list_conversations(db, hatice)).items
    assert (card.unread, card.name) == (1, "Amina")
    await mark_read(db, hatice, two.id, at=now())
    assert (await list_conversations(db, hatice)).items[0].unread == 0


async def test_a_first_sentence_comes_in_each_readers_language(db: Db, vault: Vault, two: Two) -> None:
    amina = await two.as_(two.amina)
    assert [phrase.key for phrase in (await get_conversation(db, amina, vault, two.id)).phrases] == list(FIRSTS)
    with speaking("fr") as french:
        await send_message(db, amina, vault, two.id, NewMessage(phrase="hello_when"))
        [mine] = (await get_conversation(db, amina, vault, two.id)).messages
        assert (mine.text, mine.original) == (_(PHRASES["hello_when"]), None)
    assert (await get_conversation(db, amina, vault, two.id)).phrases == []
    hatice = await two.as_(two.hatice)
    with speaking("en"):
        [read] = (await get_conversation(db, hatice, vault, two.id)).messages
        assert (read.text, read.original, read.language) == (PHRASES["hello_when"], mine.text, french.code)
    with pytest.raises(Invalid):
        await send_message(db, hatice, vault, two.id, NewMessage(phrase="contact"))


@pytest.mark.parametrize("text", ["", "   ", "\x00", "x" * 2001])
async def test_nothing_and_too_much_is_refused(db: Db, vault: Vault, two: Two, text: str) -> None:
    with pytest.raises(Invalid):
        await send_message(db, await two.as_(two.amina), vault, two.id, NewMessage(text=text))


async def test_nobody_else_reads_or_writes_not_even_past_the_handlers(db: Db, vault: Vault, two: Two, made: Made) -> None:
    await send_message(db, await two.as_(two.amina), vault, two.id, NewMessage(text="Tussen ons"))
    sara = await made.staff()
    for person in (await made.person("Buur"), sara):
        stranger = await two.as_(person)
        with pytest.raises(NotFound):
            await get_conversation(db, stranger, vault, two.id)
        with pytest.raises(NotFound):
            await send_message(db, stranger, vault, two.id, NewMessage(text="Hallo"))
        for deed in (
            report_conversation(db, stranger, two.id, at=now()),
            stop_conversation(db, stranger, two.id),
            share_contact(db, stranger, vault, two.id),
        ):
            with pytest.raises(NotFound):
                await deed
        assert await db.fetch("select body from message") == [], "row-level security is the second wall"
        assert (await list_conversations(db, stranger)).items == []
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(
            "insert into message (id, conversation_id, author_id, body) values ($1, $2, $3, $4)", two.amina, two.id, two.amina, b""
        )


async def test_a_worker_reads_what_was_reported_and_only_with_a_grant(db: Db, connection: Db, vault: Vault, two: Two, made: Made) -> None:
    amina = await two.as_(two.amina)
    await send_message(db, amina, vault, two.id, NewMessage(text="Voor de melding"))
    await report_conversation(db, amina, two.id, at=now())
    await send_message(db, amina, vault, two.id, NewMessage(text="Na de melding"))
    assert await connection.fetchval("select payload->>'by' from outbox where kind = 'conversations.ConversationReported'") == str(
        two.amina
    )
    sara = await two.as_(await made.staff())
    assert await read_reported(db, vault, two.id) == []
    await grant_access(db, sara, two.id, subject=two.amina, object_kind="conversation", reason="reported")
    assert [message.text for message in await read_reported(db, vault, two.id)] == ["Voor de melding"]


async def test_what_is_over_takes_no_message(db: Db, vault: Vault, two: Two) -> None:
    amina = await two.as_(two.amina)
    await stop_conversation(db, amina, two.id)
    with pytest.raises(ConversationIsClosed):
        await send_message(db, amina, vault, two.id, NewMessage(text="Nog iets"))
    with pytest.raises(ConversationIsClosed):
        await stop_conversation(db, amina, two.id)
    await close_conversation(db, two.id)
    assert await db.fetchval("select closed_at is not null from conversation where id = $1", two.id)


async def test_a_number_is_shared_by_its_owner_alone(db: Db, vault: Vault, two: Two, made: Made) -> None:
    amina = await two.as_(two.amina)
    with pytest.raises(NothingToShare):
        await share_contact(db, amina, vault, two.id)
    await made.contact(two.amina, "amina@example.org")
    number = await made.contact(two.amina, "+32470123456", "sms")
    others = await made.contact(two.hatice, "hatice@example.org")
    with pytest.raises(NothingToShare):
        await share_contact(db, amina, vault, two.id, others)
    await share_contact(db, amina, vault, two.id)
    await share_contact(db, amina, vault, two.id, number)
    messages = (await get_conversation(db, await two.as_(two.hatice), vault, two.id)).messages
    assert [(message.text, message.phrase) for message in messages] == [("+32470123456", "contact")] * 2


async def test_money_with_an_address_and_other_apps_are_told_to_a_worker_early_on(db: Db, vault: Vault, two: Two) -> None:
    amina = await two.as_(two.amina)
    await send_message(db, amina, vault, two.id, NewMessage(text="Zaterdag om tien uur?"))
    assert not await db.fetchval("select exists (select from outbox where kind = 'conversations.MessageFlagged')")
    await send_message(db, amina, vault, two.id, NewMessage(text="Kom op whatsapp, daar praten we verder"))
    assert await db.fetchval("select count(*) from outbox where kind = 'conversations.MessageFlagged'") == 1
    await send_message(db, amina, vault, two.id, NewMessage(text="Stuur 50 euro en bel 0470 12 34 56"))
    assert await db.fetchval("select count(*) from outbox where kind = 'conversations.MessageFlagged'") == 2


@pytest.mark.parametrize(
    ("kinds", "leads_to", "number", "tells"),
    [
        ({"app"}, {"review"}, 1, True),
        ({"app"}, {"review"}, FIRST_MESSAGES + 1, False),
        ({"money"}, {"review"}, 1, False),
        ({"money", "contact"}, {"review"}, 2, True),
        ({"money", "contact"}, {"review"}, 40, False),
        ({"violence"}, {"danger"}, 40, True),
        (set(), set(), 1, False),
    ],
)
def test_what_a_worker_is_told(kinds: set[str], leads_to: set[str], number: int, tells: bool) -> None:
    assert should_tell(kinds, leads_to, number) is tells


async def test_one_notice_until_the_reader_has_looked(
    db: Db, connection: Db, vault: Vault, two: Two, made: Made, worker_database: Database
) -> None:
    await made.contact(two.hatice, "hatice@example.org")
    amina = await two.as_(two.amina)

    async def write() -> None:
        sent = await send_message(db, amina, vault, two.id, NewMessage(text="Dag"))
        async with worker_database.transaction() as worker_db:
            await tell_reader(worker_db, MessageSent(sent))

    async def told() -> int:
        return await connection.fetchval("select count(*) from notice where person_id = $1 and kind = 'message_new'", two.hatice)

    await write()
    await write()
    assert await told() == 1
    await mark_read(db, Viewer(person_id=two.hatice), two.id, at=now())
    await write()
    assert await told() == 2


async def test_a_former_neighbour_leaves_no_word(db: Db, connection: Db, vault: Vault, two: Two) -> None:
    await send_message(db, await two.as_(two.amina), vault, two.id, NewMessage(text="Tot ziens"))
    await connection.execute("set local role none")
    await connection.execute("delete from person where id = $1", two.amina)
    await connection.execute("set local role buurtnet_web")
    page = await get_conversation(db, await two.as_(two.hatice), vault, two.id)
    assert page.name is None and page.messages == []


async def test_the_pages(client: httpx.AsyncClient, connection: Db, two: Two, made: Made) -> None:
    here = f"/conversations/{two.id}"
    assert (await client.get("/messages")).status_code in (303, 401)
    await made.sign_in(client, await made.person("Buur"))
    assert (await client.get(here)).status_code == (await client.get(here + "/report")).status_code == 404
    await made.contact(two.amina, "+32470123456", "sms")
    await made.sign_in(client, two.amina)
    page = await client.get(here)
    assert "Hatice" in page.text and "When does it suit you" in page.text
    for sent in ({"phrase": "hello_when"}, {"text": "Zaterdag <b>om tien</b>?"}):
        assert (await client.post(here + "/messages", data=sent)).headers["location"] == here + "#newest"
    wrong = await client.post(here + "/messages", data={"text": " "})
    assert wrong.status_code == 422 and "Write something first" in wrong.text
    assert "+32470123456" in (await client.get(here + "/share-number")).text
    assert (await client.post(here + "/share-number", data={})).status_code == 303
    await made.sign_in(client, two.hatice)
    assert "New" in (await client.get("/messages")).text
    page = await client.get(here)
    assert "&lt;b&gt;om tien" in page.text and "+32470123456" in page.text
    assert await connection.fetchval("select read_at is not null from participant where person_id = $1", two.hatice)
    assert "Thank you for telling us" in (await client.get((await client.post(here + "/report")).headers["location"])).text
    assert (await client.post(here + "/stop")).status_code == 303
    closed = await client.post(here + "/messages", data={"text": "Nog iets"})
    assert closed.status_code == 409 and "Nog iets" not in (await client.get(here)).text


async def test_programs_do_the_same(client: httpx.AsyncClient, two: Two, made: Made) -> None:
    here = f"/api/v1/conversations/{two.id}"
    assert (await client.get(here)).status_code == 401
    await made.sign_in(client, two.amina)
    sent = await client.post(here + "/messages", json={"text": "Dag buur"})
    assert sent.status_code == 201 and sent.headers["location"] == here
    assert (await client.post(here + "/messages", json={"text": ""})).status_code == 422
    assert (await client.post(here + "/share-number", json={})).status_code == 409
    await made.sign_in(client, two.hatice)
    assert (await client.get("/api/v1/conversations")).json()["items"][0]["unread"] == 1
    assert (await client.get(here)).json()["messages"][0]["text"] == "Dag buur"
    for deed in ("read", "report", "stop"):
        assert (await client.post(f"{here}/{deed}")).status_code == 204
    assert (await client.get("/api/v1/conversations")).json()["items"][0]["unread"] == 0
    assert (await client.post(here + "/messages", json={"text": "Nog iets"})).status_code == 409
    await made.sign_in(client, await made.person("Buur"))
    assert {(await client.get(here)).status_code, (await client.post(here + "/stop")).status_code} == {404}


async def test_only_ones_own_worker_reads_along(db: Db, vault: Vault, two: Two, made: Made) -> None:
    sara, mehdi = await made.staff("Sara"), await made.staff("Mehdi")
    await db.execute("select set_config('app.viewer', $1, true)", str(two.amina))
    for worker, reads in ((sara, True), (mehdi, False)):
        viewer = Viewer(person_id=two.amina, actor_id=worker)
        await made.db.execute("set local role none")
        await made.db.execute("update person set managed_by = $2 where id = $1", two.amina, sara)
        await made.db.execute("set local role buurtnet_web")
        if reads:
            await get_conversation(db, viewer, vault, two.id)
            continue
        for refused in (
            get_conversation(db, viewer, vault, two.id),
            list_conversations(db, viewer),
            send_message(db, viewer, vault, two.id, NewMessage(text="Dag")),
        ):
            with pytest.raises(NotFound):
                await refused
