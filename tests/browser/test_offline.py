"""Without a connection: what can be read, what waits, that it is sent once and only once, and that nothing of a person stays on a phone they left."""

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from buurtnet.kit.clock import now
from buurtnet.kit.db import _set_up
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import read_vault, token, token_hash
from tests.browser.conftest import PHONE, Site
from tests.chromium import PLAIN, find_chromium
from tests.made import Made

pytestmark = pytest.mark.browser

LEFT = """async mark => {
  const left = [...Object.values(localStorage), ...Object.values(sessionStorage)];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) left.push(name, request.url, await (await cache.match(request)).text());
  }
  for (const { name, version } of await indexedDB.databases()) {
    const db = await new Promise((resolve, reject) => {
      const asked = indexedDB.open(name, version);
      asked.onsuccess = () => resolve(asked.result); asked.onerror = reject;
    });
    for (const store of db.objectStoreNames) {
      const asked = db.transaction(store).objectStore(store).getAll();
      left.push(...await new Promise(resolve => asked.onsuccess = () => resolve(asked.result.map(one => JSON.stringify(one)))));
    }
    db.close();
  }
  return left;
}"""
PREPARED = (
    "async path => { for (const name of await caches.keys()) if (await (await caches.open(name)).match(path)) return true; return false }"
)
WORKER = "async () => Boolean((await navigator.serviceWorker.getRegistration())?.active)"


class Line:
    """The way between a phone and the installation: `passing`, `away` (no connection) or `mute` (what the phone sends arrives, no answer comes)."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname, parts.port)
        self._open: set[asyncio.StreamWriter] = set()
        self.state = "passing"
        self.url = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._meet, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def become(self, state: str) -> None:
        self.state = state
        for writer in list(self._open) if state == "away" else []:
            writer.transport.abort()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.state == "away":
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._to)
        self._open |= {writer, far_writer}
        await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer, answers=True))
        self._open -= {writer, far_writer}

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool = False) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                if not (answers and self.state == "mute"):
                    writer.write(data)
                    await writer.drain()
            writer.close()

    async def stop(self) -> None:
        self.become("away")
        self._server.close()


class Street:
    """Amina and Hassan, who found each other: a conversation, a question that waits for Hassan, one that worked out perhaps."""

    def __init__(self, db: asyncpg.Connection, reader: asyncpg.Connection, made: Made) -> None:
        self.db, self.reader, self.made = db, reader, made

    async def settle(self) -> None:
        self.amina, self.hassan = await self.made.person("Amina"), await self.made.person("Hassan")
        self.conversation = new_id()
        await self.made.insert("conversation", id=self.conversation)
        for person in (self.amina, self.hassan):
            await self.made.insert("participant", conversation_id=self.conversation, person_id=person)
        self.asked = await self.match("asked", lapses_at=now() + timedelta(days=5))
        answers = {
            "offered_at": now(),
            "offer_answer": "yes",
            "need_answer": "yes",
            "agreed_at": now(),
            "conversation_id": self.conversation,
        }
        self.agreed = await self.match("agreed", **answers)

    async def match(self, state: str, **values: Any) -> UUID:
        need = await self.made.post(self.amina, "need", engaged=int(state == "agreed"))
        offer = await self.made.post(self.hassan, "offer", text="Ik draag graag iets zwaars.", engaged=int(state == "agreed"))
        given = {"need_id": need, "offer_id": offer, "asker_id": self.amina, "helper_id": self.hassan, "state": state, "origin": "engine"}
        given |= {"score": 0.8, "parts": [0.8, 1.0, 1.0, 1.0, 0.0], "metres": 300, "level": 0, "languages": ["nl"], "asked_at": now()}
        identity = new_id()
        await self.made.insert("match", id=identity, **(given | values))
        return identity

    async def session(self, person: UUID, *, days: float = 30) -> str:
        value = token()
        await self.made.insert(
            "session", token_hash=token_hash(value), person_id=person, kind="resident", expires_at=now() + timedelta(days=days)
        )
        return value

    async def messages(self) -> int:
        await self.reader.execute("select set_config('app.viewer', $1, false)", str(self.hassan))
        return await self.reader.fetchval("select count(*) from message where conversation_id = $1", self.conversation)

    async def posts(self, person: UUID, text: str) -> int:
        return await self.db.fetchval("select count(*) from post where author_id = $1 and text = $2", person, text)

    async def state(self, match: UUID) -> str:
        return await self.db.fetchval("select state from match where id = $1", match)


class Phone:
    """A phone with a browser on a line of its own."""

    def __init__(self, line: Line, context: BrowserContext, page: Page) -> None:
        self.line, self.context, self.page = line, context, page

    async def sign_in(self, session: str) -> None:
        await self.context.add_cookies([{"name": "session", "value": session, "url": self.line.url}])

    async def open(self, path: str) -> None:
        await self.page.goto(self.line.url + path)

    async def prepare(self, *paths: object) -> None:
        """Opens the start, waits until the worker has brought what it keeps, and opens the pages."""
        await self.open("/")
        await self.keeps("/helplines")
        for path in paths:
            await self.open(str(path))
            await self.keeps(str(path))

    async def keeps(self, path: str) -> None:
        await until(lambda: self.page.evaluate(PREPARED, path), True)

    async def lose(self) -> None:
        self.line.become("away")
        await self.context.set_offline(True)

    async def find(self) -> None:
        self.line.become("passing")
        await self.context.set_offline(False)

    async def write(self, text: str, page: Page | None = None) -> None:
        page = page or self.page
        await page.locator("[name=text]").fill(text)
        async with page.expect_navigation():
            await page.locator("form:has([name=text]) button[type=submit]:not([formaction], [hidden])").first.click()

    def says(self, text: str, page: Page | None = None) -> Any:
        return expect((page or self.page).locator("body")).to_contain_text(text)


@pytest.fixture
async def street(site: Site) -> AsyncGenerator[Street]:
    db = await asyncpg.connect(site.settings.owner_url)
    await _set_up(db)
    reader = await asyncpg.connect(site.settings.database_url)
    street = Street(db, reader, Made(db, read_vault(site.settings.keys)))
    async with db.transaction():
        await street.settle()
    yield street
    await reader.close()
    await db.close()


@pytest.fixture
async def line(site: Site) -> AsyncGenerator[Line]:
    line = Line(site.url)
    await line.start()
    yield line
    await line.stop()


@pytest.fixture
async def take_phone(line: Line, chromium: Browser) -> AsyncGenerator[Callable[[], Any]]:
    contexts: list[BrowserContext] = []

    async def take() -> Phone:
        context = await chromium.new_context(viewport=PHONE, locale="en")  # type: ignore[arg-type]
        contexts.append(context)
        context.set_default_timeout(15_000)
        return Phone(line, context, await context.new_page())

    yield take
    for context in contexts:
        await context.close()


async def until(ask: Callable[[], Any], wanted: object) -> None:
    for _ in range(150):
        if (found := await ask()) == wanted:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{found} instead of {wanted}")


async def test_own_pages_can_be_read_as_they_were(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    conversation, question = f"/conversations/{street.conversation}", f"/matches/{street.asked}"
    await phone.prepare(conversation, question)
    await phone.says("A neighbour could use your help")
    await phone.lose()
    for path, words in (("/", "Hello Hassan"), (conversation, "Amina"), (question, "Een kast naar boven dragen"), ("/helplines", "112")):
        await phone.open(path)
        await phone.says(words)
        await phone.says("There is no connection. You see this page as it was:")
    await phone.open("/report")
    await phone.says("We cannot reach the network now")
    await expect(phone.page.locator("[data-kept-pages] a[href='/messages']")).to_be_visible()
    await phone.find()
    await phone.open(question)
    await expect(phone.page.locator("#line")).to_be_empty()


async def test_a_message_waits_and_is_sent_once(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    path = f"/conversations/{street.conversation}"
    await phone.prepare(path)
    await phone.lose()
    await phone.write("Zaterdag om tien?")
    await phone.says("One thing waits for the connection.")
    await expect(phone.page.locator(".waits")).to_contain_text("Zaterdag om tien?")
    await phone.write("Of om elf?")
    await phone.says("Two things wait for the connection.")
    await expect(phone.page.locator(".waits")).to_have_count(2)
    assert await street.messages() == 0
    await phone.find()
    await phone.says("Sent.")
    await until(street.messages, 2)
    await phone.open(path)
    assert [await one.inner_text() for one in await phone.page.locator(".talk .mine .words").all()] == ["Zaterdag om tien?", "Of om elf?"]
    await expect(phone.page.locator(".waits")).to_have_count(0)


async def test_a_double_tap_is_one(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    await phone.prepare(f"/conversations/{street.conversation}")
    await phone.lose()
    await phone.page.locator("[name=text]").fill("Tot straks!")
    # Past the guard of the page: the browser sends the form itself, twice.
    await phone.page.locator("form:has([name=text])").evaluate("form => { form.submit(); setTimeout(() => form.submit(), 1) }")
    await phone.says("One thing waits for the connection.")
    await phone.find()
    await phone.says("Sent.")
    await until(street.messages, 1)


async def test_a_line_that_is_back_but_carries_nothing_yet_is_tried_again(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    await phone.prepare(f"/conversations/{street.conversation}")
    await phone.lose()
    await phone.write("Ik kom straks.")
    await phone.says("One thing waits for the connection.")
    await phone.context.set_offline(False)
    await asyncio.sleep(1)
    assert await street.messages() == 0
    phone.line.become("passing")
    await until(street.messages, 1)
    await phone.says("Sent.")


async def test_two_tabs_send_each_thing_once(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    conversation, question = f"/conversations/{street.conversation}", f"/matches/{street.asked}"
    await phone.prepare(conversation, question)
    other = await phone.context.new_page()
    await phone.lose()
    await phone.page.goto(phone.line.url + question)
    async with phone.page.expect_navigation():
        await phone.page.locator("button[value=yes]").click()
    await other.goto(phone.line.url + question)
    for page in (phone.page, other):
        await phone.says("One thing waits for the connection.", page)
        await expect(page.locator(".waits")).to_contain_text("Yes, gladly")
        await expect(page.locator("button[value=yes]")).to_be_hidden()
    await other.goto(phone.line.url + conversation)
    await phone.write("Ik kom graag.", other)
    await phone.find()
    await until(street.messages, 1)
    await until(lambda: street.state(street.asked), "offered")
    for page in (phone.page, other):
        await expect(page.locator("#line")).not_to_contain_text("wait")
        await expect(page.locator(".waits a")).to_have_count(0)


async def test_a_browser_killed_while_it_sends_does_not_double_it(street: Street, line: Line) -> None:
    path = f"/conversations/{street.conversation}"
    with tempfile.TemporaryDirectory(prefix="buurtnet-profile-", ignore_cleanup_errors=True) as profile:
        async with async_playwright() as playwright:

            async def start() -> Phone:
                context = await playwright.chromium.launch_persistent_context(
                    profile, executable_path=find_chromium(), args=PLAIN, viewport=PHONE, locale="en"
                )  # type: ignore[arg-type]
                return Phone(line, context, context.pages[0])

            phone = await start()
            session = await street.session(street.hassan)
            await phone.sign_in(session)
            await phone.prepare(path)
            await phone.lose()
            await phone.write("Ben ik er nog?")
            await phone.says("One thing waits for the connection.")
            await phone.context.set_offline(False)
            line.become("mute")
            await phone.page.evaluate("dispatchEvent(new Event('online'))")
            await until(street.messages, 1)
            kill(profile)
            line.become("passing")
            again = await start()
            await again.sign_in(session)
            await again.open(path)
            await again.says("Sent.")
            assert await street.messages() == 1
            await expect(again.page.locator(".talk .mine")).to_have_count(1)
            await again.context.close()


def kill(profile: str) -> None:
    """Ends the browser of the profile at once, as a phone does that needs the room."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if entry.name.isdigit() and f"--user-data-dir={profile}" in (entry / "cmdline").read_text().split("\0"):
                os.kill(int(entry.name), signal.SIGKILL)


async def test_nothing_is_left_after_signing_out(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    await phone.prepare(f"/conversations/{street.conversation}", f"/matches/{street.asked}")
    assert any("Amina" in text for text in await phone.page.evaluate(LEFT)), "there was something to be left"
    await phone.open("/me")
    async with phone.page.expect_navigation():
        await phone.page.locator("form[action^='/sign-out'] button").click()
    await phone.says("Neighbours help each other")
    await phone.page.wait_for_load_state()
    left = await phone.page.evaluate(LEFT)
    assert not [text for text in left if text.startswith("kept-") or "Amina" in text or "Hassan" in text]
    assert not [cookie for cookie in await phone.context.cookies() if cookie["name"] in ("session", "mine", "draft")]
    await phone.lose()
    with contextlib.suppress(Exception):
        await phone.open(f"/conversations/{street.conversation}")
    await expect(phone.page.locator("body")).not_to_contain_text("Amina")


async def test_signing_out_without_a_connection_leaves_nothing_either(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    await phone.prepare(f"/conversations/{street.conversation}")
    await phone.lose()
    await phone.write("Dit gaat weg.")
    await phone.open("/me")
    await phone.says("One thing waits")
    phone.page.once("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
    await phone.page.locator("form[action^='/sign-out'] button").click()
    await phone.says("One thing waits")
    phone.page.once("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    async with phone.page.expect_navigation():
        await phone.page.locator("form[action^='/sign-out'] button").click()
    await phone.says("What was kept on this phone is gone.")
    left = await phone.page.evaluate(LEFT)
    assert not [text for text in left if text.startswith("kept-") or "Amina" in text or "Dit gaat weg" in text]
    await phone.find()
    assert await street.messages() == 0


async def test_who_signs_in_again_sends_what_waited(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    path = f"/conversations/{street.conversation}"
    await phone.prepare(path)
    await phone.lose()
    await phone.write("Ik ben er om tien.")
    await street.db.execute("delete from session where person_id = $1", street.hassan)
    await phone.find()
    await phone.says("Something waits to be sent. Sign in again")
    await phone.open("/")
    await phone.says("Something waits to be sent. Sign in again")
    left = await phone.page.evaluate(LEFT)
    assert not [text for text in left if "Amina" in text], "what can be read goes with the session"
    assert "Ik ben er om tien." not in await phone.page.content()
    assert await street.messages() == 0
    await phone.sign_in(await street.session(street.hassan))
    await phone.open(path)
    await phone.says("Sent.")
    await until(street.messages, 1)


async def test_somebody_else_on_the_phone_neither_sends_nor_sees_it(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    path = f"/conversations/{street.conversation}"
    await phone.prepare(path)
    await phone.lose()
    await phone.write("Alleen voor Amina.")
    third = await street.made.person("Leila")
    await phone.sign_in(await street.session(third))
    await phone.find()
    await asyncio.sleep(1)
    await phone.open("/")
    await phone.says("Hello Leila")
    await phone.keeps("/helplines")
    left = await phone.page.evaluate(LEFT)
    assert not [text for text in left if "Alleen voor Amina" in text or "Hassan" in text]
    assert await street.messages() == 0


@pytest.mark.parametrize(("discreet", "days"), [(True, 30), (False, 0.04)])
async def test_a_shared_phone_keeps_nothing(street: Street, take_phone: Callable[[], Any], discreet: bool, days: float) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    await phone.prepare(f"/conversations/{street.conversation}")
    await street.db.execute("update person set discreet = $2 where id = $1", street.hassan, discreet)
    await phone.sign_in(await street.session(street.hassan, days=days))
    await phone.open("/")
    await until(lambda: phone.page.evaluate(WORKER), False)
    await phone.open("/me")
    assert not [text for text in await phone.page.evaluate(LEFT) if "Amina" in text or text.startswith("kept-")]
    assert await phone.page.locator("link[rel=manifest]").count() == (0 if discreet else 1)
    await asyncio.sleep(1)
    assert not await phone.page.evaluate(WORKER)


async def test_what_is_refused_is_shown_with_its_words(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    path = f"/conversations/{street.conversation}"
    await phone.prepare(path)
    await phone.lose()
    await phone.write("Nog een vraag.")
    await street.db.execute("update conversation set closed_at = now() where id = $1", street.conversation)
    await phone.find()
    await phone.says("This could not be sent as it is. Your words are kept.")
    await phone.open("/")
    await expect(phone.page.locator(".waits")).to_contain_text("Nog een vraag.")
    await phone.page.locator(".waits a").click()
    await phone.says("This conversation is over")
    await phone.open("/")
    await phone.page.locator(".waits button").click()
    await expect(phone.page.locator(".waits")).to_have_count(0)
    await phone.open("/")
    await phone.page.wait_for_timeout(500)
    await expect(phone.page.locator(".waits")).to_have_count(0)
    assert await street.messages() == 0


async def test_a_post_is_made_without_a_connection(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.amina))
    await phone.prepare()
    await phone.lose()
    await phone.open("/new")
    async with phone.page.expect_navigation():
        await phone.page.locator("main a[href='/new/need']").click()
    await phone.page.locator("summary", has=phone.page.locator("xpath=..")).first.wait_for()
    await phone.page.locator("[data-root=transport] summary").click()
    await phone.page.locator("label:has([value='transport.move'])").click()
    await phone.page.locator("[name=text]").fill("Wie draagt een zetel?")
    await phone.page.locator("label:has([name=when][value=week])").click()
    await phone.page.locator("[data-step=say] button[type=submit]").click()
    seen = phone.page.locator("article.seen")
    await expect(seen).to_contain_text("Wie draagt een zetel?")
    await expect(seen).to_contain_text("This week")
    async with phone.page.expect_navigation():
        await phone.page.locator("[data-step=seen] button[type=submit]").click()
    await phone.says("One thing waits for the connection.")
    await expect(phone.page.locator(".waits")).to_contain_text("Wie draagt een zetel?")
    await phone.open("/new/offer")
    await phone.says("One thing waits for the connection.")
    await expect(phone.page.locator(".waits")).to_have_count(0)  # where the next post is written
    assert await street.posts(street.amina, "Wie draagt een zetel?") == 0
    await phone.find()
    await phone.says("Sent.")
    await until(lambda: street.posts(street.amina, "Wie draagt een zetel?"), 1)


async def test_words_typed_when_the_connection_went_go_on_to_what_the_other_sees(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.amina))
    await phone.prepare()
    await phone.open("/new/offer/transport.move")
    await phone.lose()
    await phone.write("Ik heb een kar.")
    await expect(phone.page.locator("article.seen")).to_contain_text("Ik heb een kar.")
    async with phone.page.expect_navigation():
        await phone.page.locator("[data-step=seen] button[type=submit]").click()
    await phone.says("One thing waits for the connection.")
    await phone.find()
    await until(lambda: street.posts(street.amina, "Ik heb een kar."), 1)


async def test_a_post_whose_day_is_over_is_mended_and_placed_once(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.amina))
    await phone.prepare()
    await phone.open("/new/need/transport.move?whole=true")
    await phone.page.locator("[name=text]").fill("Vandaag een kast.")
    await phone.page.locator("label:has([name=when][value=today])").click()
    await phone.lose()
    async with phone.page.expect_navigation():
        await phone.page.locator("main form button[type=submit]:not([formaction], [hidden])").first.click()
    await phone.page.evaluate("const real = Date.now; Date.now = () => real() - 3 * 86400000")
    async with phone.page.expect_navigation():
        await phone.page.locator("[data-step=seen] button[type=submit]").click()
    await phone.find()
    await phone.says("This could not be sent as it is.")
    await phone.page.locator(".waits a").click()
    await phone.says("The day you meant is over. Choose again when it suits.")
    assert await phone.page.locator("[name=text]").input_value() == "Vandaag een kast."
    await phone.page.locator("label:has([name=when][value=week])").click()
    await phone.page.locator("[data-step=say] button[type=submit]").click()
    async with phone.page.expect_navigation():
        await phone.page.locator("[data-step=seen] button[type=submit]").click()
    await until(lambda: street.posts(street.amina, "Vandaag een kast."), 1)
    await phone.open("/posts")
    await phone.page.wait_for_timeout(500)
    await expect(phone.page.locator(".waits")).to_have_count(0)


async def test_of_another_website_nothing_waits_and_nothing_shows(street: Street, take_phone: Callable[[], Any]) -> None:
    phone = await take_phone()
    await phone.sign_in(await street.session(street.hassan))
    path = f"/conversations/{street.conversation}"
    await phone.prepare(path)
    other = await phone.context.new_page()

    async def send(action: str, name: str, kind: str = "application/x-www-form-urlencoded") -> None:
        await other.goto("about:blank")
        form = {"method": "post", "action": phone.line.url + action, "enctype": kind}
        await other.evaluate(
            "([form, name]) => { const made = document.body.appendChild(Object.assign(document.createElement('form'), form));"
            " made.appendChild(Object.assign(document.createElement('input'), { name, value: 'Van elders.' })); made.submit() }",
            [form, name],
        )
        await asyncio.sleep(1)

    await send(f"{path}/messages?once={new_id()}", "text")
    await phone.lose()
    await send(f"{path}/messages?once={new_id()}", "text")
    assert not [text for text in await phone.page.evaluate(LEFT) if "Van+elders" in text]
    await send("/new/need", "$'<b id=foreign>", "text/plain")
    await expect(other.locator("#foreign")).to_have_count(0)
    await phone.find()
    await phone.open(path)
    await expect(phone.page.locator(".waits")).to_have_count(0)
    assert await street.messages() == 0


async def test_somebody_is_registered_on_the_street(site: Site, street: Street, take_phone: Callable[[], Any]) -> None:
    phone, page = await take_phone(), "/desk/people/new"
    operator = await asyncpg.connect(site.settings.worker_url)
    async with operator.transaction():
        made = Made(operator, read_vault(site.settings.keys))
        sara = await made.staff("Sara", organisation_id=await street.made.home_organisation())
        session = await made.session(sara, kind="staff")
    await operator.close()
    await phone.sign_in(session)
    await phone.open("/desk")
    await phone.keeps(page)
    await phone.open(f"/desk/people/{street.amina}")
    await phone.says("Amina")
    await phone.lose()
    for name in ("Straat-Yusra", "Straat-Nour"):
        await phone.open(page)
        await phone.says("There is no connection. You see this page as it was:")
        await phone.page.locator("[name=given_name]").fill(name)
        for box in ("languages", "consent"):
            await phone.page.locator(f"label:has([name={box}])").first.click()
        async with phone.page.expect_navigation():
            await phone.page.locator(f"form[action^='{page}'] button[type=submit]").first.click()
        await expect(phone.page.locator(".waits").last).to_contain_text(name)
    await phone.says("Two things wait for the connection.")
    await expect(phone.page.locator("[name=given_name]")).to_be_visible()
    kept = [one for one in await phone.page.evaluate(LEFT) if "/desk" in one or "Amina" in one]
    assert not any("Amina" in one for one in kept), "of the desk the phone holds one blank page"
    await phone.open("/desk/people")
    await expect(phone.page.locator(f"[data-kept-pages] a[href='{page}']")).to_be_visible()

    async def registered() -> int:
        return await street.db.fetchval("select count(*) from person where given_name like 'Straat-%' and managed_by = $1", sara)

    assert await registered() == 0
    await phone.find()
    await phone.open(page)
    await until(registered, 2)
    await expect(phone.page.locator(".waits")).to_have_count(0)
    await phone.open("/desk/people?q=Straat")
    await phone.says("Straat-Nour")
    assert not any("Straat-" in one for one in await phone.page.evaluate(LEFT)), "what was sent is gone from the phone"
