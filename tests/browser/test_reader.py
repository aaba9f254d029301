"""By ear: the journeys of a resident through what a screen reader is told alone, that is roles, names, states and what is announced."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Route, expect

from buurtnet.themes.queries import list_themes
from buurtnet.web.language import _, speaking
from tests.browser.neighbours import Neighbour
from tests.browser.screens import showing
from tests.stage import HOME, Stage

pytestmark = pytest.mark.browser
READ_IN = ("nl", "ar")


class Listener(Neighbour):
    """Somebody who hears the page: finds things by their role and by what is said of them, in their language."""

    language = "nl"

    def say(self, text: str, **values: object) -> str:
        with speaking(self.language):
            return _(text, **values)

    def find(self, role: Any, text: str, within: Locator | None = None, **values: object) -> Locator:
        return (within or self.page).get_by_role(role, name=self.say(text, **values), exact=True)

    async def go(self, role: Any, text: str, **values: object) -> None:
        """Presses it, and hears the name of the page it leads to first."""
        await self.press(self.find(role, text, **values))
        await self.hear_page()

    async def hear_page(self) -> None:
        heading = self.page.get_by_role("main").get_by_role("heading", level=1)
        assert await heading.count() == 1, self.path
        assert (await self.page.title()).endswith(" · Buurtnet"), self.path
        assert await self.faults() == [], self.path

    async def hears_heading(self, text: str, **values: object) -> None:
        await expect(self.find("heading", text, **values)).to_be_visible()


@pytest.fixture
async def meet(stage: Stage, chromium: Browser) -> AsyncGenerator[Callable[..., Any]]:
    async with showing(stage, lasting=True) as url:
        met: list[Listener] = []

        async def make(actor: str, language: str) -> Listener:
            person = await Listener.meet(chromium, stage, url, actor, language=language)
            assert isinstance(person, Listener)
            person.language = language
            met.append(person)
            return person

        yield make
        for one in met:
            await one.context.close()


@pytest.mark.parametrize("language", READ_IN)
async def test_the_first_need(meet: Callable[..., Any], language: str) -> None:
    leila = await meet("visitor", language)
    branch = next(one for one in await list_themes(leila.stage.db, language) if one.theme.slug == "transport")
    labels = [branch.theme.label, next(one.label for one in branch.children if one.slug == "transport.move")]
    await leila.open("/")
    await leila.hear_page()
    await leila.go("link", "I ask something")
    await expect(leila.find("img", "Step %(n)s of %(of)s", n=1, of=4)).to_have_count(1)
    for label in labels:
        await leila.press(leila.page.get_by_role("main").get_by_role("link", name=label, exact=True))
        await leila.hear_page()
    words = leila.find("textbox", "What do you need?")
    await leila.press(leila.find("button", "Go on"))
    await hears_what_is_wrong(leila, words)
    await words.fill("Wie helpt mij een kast dragen?")
    when = leila.find("group", "When?")
    await expect(leila.find("radio", "It does not matter", within=when)).to_be_checked()
    await leila.go("button", "Go on")
    address = leila.find("textbox", "Your mobile number or your e-mail address")
    await address.fill("no address")
    await leila.press(leila.find("button", "Send me a code"))
    await hears_what_is_wrong(leila, leila.find("textbox", "Your mobile number or your e-mail address"))
    await address.fill(f"leila-{language}@example.org")
    await leila.go("button", "Send me a code")
    code = leila.find("textbox", "The six digits")
    await expect(code).to_be_focused()
    await code.fill(await leila.code())
    await leila.go("button", "Next")
    await leila.page.get_by_role("main").get_by_role("radio", name=HOME).check(force=True)
    await leila.find("radio", "Yes", within=leila.find("group", "Are you 18 or older?")).check(force=True)
    await leila.find("radio", "No, it is mine").check(force=True)
    await leila.go("button", "I agree and take part")
    await leila.hears_heading("This is what the other sees")
    await leila.go("button", "Place it")
    await leila.hears_heading("What I ask")
    await leila.hears_heading("A worker looks at it first")


async def hears_what_is_wrong(person: Listener, field: Locator) -> None:
    """The list of what is wrong is heard first; it leads to the field, which says the same of itself."""
    alert = person.page.get_by_role("alert")
    await expect(alert).to_be_focused()
    assert (await person.page.title()).startswith(person.say("Not right yet"))
    link = alert.get_by_role("link").first
    said = (await link.inner_text()).strip()
    await link.press("Enter")
    await expect(field).to_be_focused()
    assert await field.get_attribute("aria-invalid") == "true"
    described = await field.evaluate(
        "e => (e.getAttribute('aria-describedby') ?? '').split(' ').map(id => document.getElementById(id)?.innerText ?? '').join(' ')"
    )
    assert any(part and part in described for part in (said, said.split("\n")[-1])), (said, described)


@pytest.mark.parametrize("language", READ_IN)
async def test_answering_as_the_helper(meet: Callable[..., Any], language: str) -> None:
    helper = await meet("helper", language)
    await helper.open("/")
    await helper.hears_heading("Waits for your answer")
    await helper.open(f"/matches/{helper.stage.ids['match asked']}")
    await helper.hear_page()
    card = helper.page.get_by_role("main").get_by_role("article").first
    for answer in ("Not now", "No"):
        await expect(helper.find("button", answer, within=card)).to_be_visible()
    await helper.go("button", "Yes, gladly")
    assert await helper.value("select state from match where id = $1", helper.stage.ids["match asked"]) == "offered"


@pytest.mark.parametrize("language", READ_IN)
async def test_answering_as_who_asks(meet: Callable[..., Any], language: str) -> None:
    asker = await meet("asker", language)
    await asker.open(f"/matches/{asker.stage.ids['match offered']}")
    await asker.hears_heading("Somebody in your neighbourhood can help")
    await asker.go("button", "Yes, gladly")
    assert await asker.value("select state from match where id = $1", asker.stage.ids["match offered"]) == "agreed"


@pytest.mark.parametrize("language", READ_IN)
async def test_talking_and_saying_that_it_worked_out(meet: Callable[..., Any], language: str) -> None:
    receiver = await meet("receiver", language)
    await receiver.open(f"/matches/{receiver.stage.ids['match agreed']}")
    await receiver.hear_page()
    await receiver.go("link", "Write to each other")
    await receiver.find("textbox", "Your message").fill("Dag, kan het zaterdag?")
    await receiver.go("button", "Send")
    messages = receiver.find("log", "Messages")
    await expect(messages.get_by_role("listitem").last).to_contain_text("Dag, kan het zaterdag?")
    await receiver.open(f"/matches/{receiver.stage.ids['match agreed']}")
    await receiver.go("button", "Yes, it worked out")
    await expect(receiver.find("button", "Yes, it worked out")).to_have_count(0)


@pytest.mark.parametrize("language", READ_IN)
async def test_reporting(meet: Callable[..., Any], language: str) -> None:
    giver = await meet("giver", language)
    await giver.open(f"/conversations/{giver.stage.ids['conversationagreed']}")
    await giver.hear_page()
    await giver.go("link", "Report or stop")
    await giver.go("button", "Tell my worker")
    await giver.hears_heading("Thank you for telling us")


async def test_what_the_page_fetches_is_announced_and_takes_no_focus(meet: Callable[..., Any]) -> None:
    asker = await meet("asker", "nl")
    held = asyncio.Event()

    async def hold(route: Route) -> None:
        await held.wait()
        await route.continue_()

    await asker.page.route("**/fits", hold)
    await asker.open(f"/posts/{asker.stage.ids['quiet']}")
    place = await asker.page.locator("[hx-get$='/fits']").element_handle()
    before = await place.inner_text()
    assert await place.get_attribute("role") == "status", "it is there before its words change"
    assert await place.get_attribute("aria-busy") == "true"
    await asker.page.get_by_role("link", name="Buurtnet").focus()
    held.set()
    await asker.page.wait_for_function("place => !place.hasAttribute('aria-busy')", arg=place)
    assert await place.inner_text() not in ("", before)
    assert await place.evaluate("e => e.isConnected && !e.querySelector('[role=status], [role=alert]')"), "it is said once"
    await expect(asker.page.get_by_role("link", name="Buurtnet")).to_be_focused()


async def test_a_part_that_cannot_come_is_said_at_the_edge(meet: Callable[..., Any]) -> None:
    asker = await meet("asker", "nl")
    await asker.page.route(
        "**/fits", lambda route: route.fulfill(status=503, content_type="text/html", body="<p id='refusal'>Nu even niet.</p>")
    )
    await asker.open(f"/posts/{asker.stage.ids['quiet']}")
    said = asker.page.locator("#said")
    await expect(said).to_have_text("Nu even niet.")
    assert (await said.get_attribute("role"), await said.get_attribute("aria-live")) == ("status", "polite")
    assert await asker.page.locator("[aria-busy]").count() == 0


@pytest.mark.parametrize("language", READ_IN)
async def test_what_was_saved_is_announced(meet: Callable[..., Any], language: str) -> None:
    asker = await meet("asker", language)
    await asker.open("/me/times")
    await asker.hear_page()
    await asker.press(asker.page.get_by_role("main").get_by_role("button").last)
    await expect(asker.page.get_by_role("main").get_by_role("status")).to_contain_text(asker.say("Saved."))
