"""Without JavaScript: everything a resident comes for, with plain links and forms, on the stage of `tests/stage.py`."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from playwright.async_api import Browser

from buurtnet.kit.vault import token_hash
from buurtnet.people.actions.sessions import hash_pin
from tests.browser.neighbours import Neighbour
from tests.browser.screens import showing
from tests.stage import HOME, Stage

pytestmark = pytest.mark.browser


@pytest.fixture
async def meet(stage: Stage, chromium: Browser) -> AsyncGenerator[Callable[..., Any]]:
    """Gives somebody of the stage a browser that runs no scripts."""
    async with showing(stage, lasting=True) as url:
        met: list[Neighbour] = []

        async def make(actor: str, language: str = "nl") -> Neighbour:
            met.append(await Neighbour.meet(chromium, stage, url, actor, language=language, script=False))
            return met[-1]

        yield make
        for one in met:
            await one.context.close()


SEND = "main form:not(.tongues) button[type=submit]"


@pytest.mark.parametrize(("kind", "language"), [("need", "nl"), ("offer", "ar")])
async def test_the_first_post_of_somebody_new(meet: Callable[..., Any], kind: str, language: str) -> None:
    leila = await meet("visitor", language)
    await leila.open("/")
    await leila.press(f"main a[href='/new/{kind}']")
    await leila.press("main a[href$='/transport']")
    await leila.press("main a[href$='/transport.move']")
    await leila.fill("text", "Wie helpt mij een kast dragen?")
    await leila.press("main form[action^='/new/'] button.btn:not([formaction])")
    await leila.fill("address", "leila@example.org")
    await leila.press("main form button.btn:not([formaction])")
    await leila.fill("code", "000000")
    await leila.press(SEND)
    assert await leila.page.locator(".wrong-list").count() == 1, "a wrong code is said"
    await leila.fill("code", await leila.code())
    await leila.press(SEND)
    await leila.choose("neighbourhood_id", str(await leila.stage.made.hood(HOME)))
    await leila.choose("adult", "yes")
    await leila.choose("discreet", "no")
    await leila.fill("given_name", "Leïla")
    await leila.press("main button[name=consent]")
    assert leila.path == "/new/preview"
    assert "Wie helpt mij een kast dragen?" in await leila.text()
    await leila.press("main form[action^='/posts'] button.btn")
    row = await leila.stage.db.fetchrow("select kind, state, text from post order by id desc limit 1")
    assert tuple(row) == (kind, "waiting", "Wie helpt mij een kast dragen?")
    assert await leila.page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize(("actor", "match", "answer", "state"), [
    ("helper", "asked", "yes", "offered"),
    ("helper", "asked", "no", "declined"),
    ("helper", "asked", "not_now", "resting"),
    ("asker", "offered", "yes", "agreed"),
    ("asker", "offered", "no", "declined"),
])  # fmt: skip
async def test_answering(meet: Callable[..., Any], actor: str, match: str, answer: str, state: str) -> None:
    person = await meet(actor)
    await person.open("/")
    match_id = person.stage.ids[f"match {match}"]
    await person.press(f"main form[action^='/matches/{match_id}/answer'] button[value={answer}]")
    assert await person.value("select state from match where id = $1", match_id) == state


async def test_talking_sharing_and_saying_that_it_worked_out(meet: Callable[..., Any]) -> None:
    receiver, giver = await meet("receiver"), await meet("giver", "ar")
    conversation, match = receiver.stage.ids["conversationagreed"], receiver.stage.ids["match agreed"]
    await receiver.open(f"/matches/{match}")
    await receiver.press("main a[href^='/conversations/']")
    await receiver.fill("text", "Dag, kan het zaterdag?")
    await receiver.press("main form:has([name=text]) button[type=submit]")
    await receiver.page.locator("main details:has(button[name=phrase]) summary").first.click()
    await receiver.press("main details[open] button[name=phrase]")
    await receiver.press("main a[href$='/share-number']")
    await receiver.press("main form[action*='/share-number'] button[type=submit]")
    await giver.open(f"/conversations/{conversation}")
    assert "Dag, kan het zaterdag?" in await giver.text()
    written = await giver.value(
        "select array_agg(phrase) from message where conversation_id = $1 and author_id = $2", conversation, receiver.stage.ids["receiver"]
    )
    assert "contact" in written and len([one for one in written if one not in (None, "contact")]) == 1, "a ready sentence and the number"
    for person in (receiver, giver):
        await person.open(f"/matches/{match}")
        await person.press("main form[action*='/done'] button[type=submit]")
    done = await receiver.value("select need_done_at is not null and offer_done_at is not null from match where id = $1", match)
    assert done or await receiver.value("select state from match where id = $1", match) == "completed"


async def test_saying_that_it_did_not_work_out(meet: Callable[..., Any]) -> None:
    receiver = await meet("receiver")
    match = receiver.stage.ids["match agreed"]
    await receiver.open(f"/matches/{match}")
    await receiver.press("main a[href$='/failed']")
    await receiver.press(SEND)
    assert await receiver.page.locator(".wrong-list, .wrong").count() >= 1, "a reason is asked"
    await receiver.choose("reason", "no_contact")
    await receiver.press(SEND)
    assert await receiver.value("select state from match where id = $1", match) == "failed"


async def test_reporting_and_stopping(meet: Callable[..., Any]) -> None:
    giver = await meet("giver", "ar")
    conversation = giver.stage.ids["conversationagreed"]
    await giver.open(f"/conversations/{conversation}")
    await giver.press("main a[href$='/report']")
    await giver.press("main form[action*='/report'] button[type=submit]")
    told = await giver.value("select count(*) from message where conversation_id = $1 and reported_at is not null", conversation)
    assert told > 0, "what was written up to now is marked for the worker"
    await giver.open(f"/conversations/{conversation}/report")
    await giver.press("main form[action*='/stop'] button[type=submit]")
    assert await giver.value("select closed_at is not null from conversation where id = $1", conversation)
    assert await giver.page.locator("main [name=text]").count() == 0


async def test_changing_renewing_and_taking_back(meet: Callable[..., Any]) -> None:
    asker = await meet("asker")
    post = asker.stage.ids["quiet"]
    await asker.stage.db.execute("update post set renewal_asked_at = now(), expires_at = now() + interval '3 days' where id = $1", post)
    await asker.open(f"/posts/{post}")
    await asker.press("main form[action*='/renew'] button")
    assert await asker.value("select expires_at > now() + interval '3 days' from post where id = $1", post)
    await asker.open(f"/posts/{post}")
    await asker.press(f"main a[href='/posts/{post}/fits']")
    await asker.open(f"/posts/{post}/change")
    await asker.fill("text", "Een tafel naar beneden dragen")
    await asker.press("main form[action*='/change'] button.btn:not([formaction])")
    assert await asker.value("select text from post where id = $1", post) == "Een tafel naar beneden dragen"
    await asker.open(f"/posts/{post}")
    await asker.press("main form[action*='/withdraw'] button")
    assert await asker.value("select state from post where id = $1", post) == "withdrawn"


async def test_pausing_and_being_back(meet: Callable[..., Any]) -> None:
    helper = await meet("helper", "ar")
    await helper.open("/me")
    await helper.press("main a[href='/me/pause']")
    await helper.press("main form[action^='?once='] button[type=submit]")
    assert await helper.value("select state from person where id = $1", helper.stage.ids["helper"]) == "paused"
    await helper.open("/me")
    await helper.press("main form[action^='/me/resume'] button")
    assert await helper.value("select state from person where id = $1", helper.stage.ids["helper"]) == "active"


async def test_changing_name_and_language(meet: Callable[..., Any]) -> None:
    asker = await meet("asker")
    await asker.open("/me/profile")
    await asker.page.locator("select[name=language]").select_option("fr")
    await asker.fill("given_name", "Amina")
    await asker.press(SEND)
    row = await asker.stage.db.fetchrow("select given_name, language from person where id = $1", asker.stage.ids["asker"])
    assert tuple(row) == ("Amina", "fr")


async def test_adding_an_address(meet: Callable[..., Any]) -> None:
    asker = await meet("asker")
    await asker.open("/me/contact")
    await asker.fill("address", "no address")
    await asker.press("main form[action='/me/contact'] button.btn")
    assert await asker.page.locator("[name=address]").input_value() == "no address"
    await asker.fill("address", "amina@example.org")
    await asker.press("main form[action='/me/contact'] button.btn")
    await asker.fill("code", await asker.code())
    await asker.press(SEND)
    assert "amina@example.org" in await asker.text()


async def test_signing_in_with_a_card(meet: Callable[..., Any]) -> None:
    visitor = await meet("visitor")
    stage = visitor.stage
    pin = await hash_pin(stage.vault, stage.ids["asker"], [1, 2, 3, 4])
    await stage.db.execute("update person set pin_hash = $2 where id = $1", stage.ids["asker"], pin)
    await visitor.open("/card/a card")
    for field, picture in (("pin1", 1), ("pin2", 2), ("pin3", 3), ("pin4", 5)):
        await visitor.choose(field, str(picture))
    await visitor.press(SEND)
    assert await visitor.page.locator(".wrong-list").count() == 1, "wrong pictures are said"
    for field, picture in (("pin1", 1), ("pin2", 2), ("pin3", 3), ("pin4", 4)):
        await visitor.choose(field, str(picture))
    await visitor.press(SEND)
    await visitor.open("/me")
    assert "Kanarienaamasker" in await visitor.text()


@pytest.mark.parametrize("actor", ["visitor", "asker"])
async def test_saying_that_something_is_wrong(meet: Callable[..., Any], actor: str) -> None:
    person = await meet(actor)
    await person.open("/about")
    await person.press("footer a[href='/report']")
    await person.fill("text", "Daar klopt iets niet.")
    await person.press("main form[action^='/report'] button")
    assert await person.value("select text from report order by id desc limit 1") == "Daar klopt iets niet."


async def test_asking_for_a_call(meet: Callable[..., Any]) -> None:
    helper = await meet("helper")
    await helper.open("/")
    await helper.press("header a[href='/call-me']")
    await helper.press("main form[action^='/call-me'] button")
    kinds = await helper.value("select array_agg(kind::text) from task where person_id = $1", helper.stage.ids["helper"])
    assert "call_back" in kinds


async def test_signing_out_everywhere(meet: Callable[..., Any]) -> None:
    here, there = await meet("helper"), await meet("helper", "fr")
    await here.open("/me")
    await here.press("main form[action='/me/sign-out-everywhere'] button")
    await there.open("/me")
    assert there.path.startswith("/sign-in")
    assert await there.value("select count(*) from session where token_hash = $1", token_hash(there.stage.tokens["helper"])) == 0
