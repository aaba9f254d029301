"""Phones that are shared, looked at, lost or second ones: who gets in, what stays on them, and what was being written."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Person
from tests.browser.test_journeys import place

pytestmark = pytest.mark.browser
WORDS = "Kan het ook op zondag, na de middag?"


async def sign_in(person: Person, address: str, *, stay: str = "yes") -> None:
    """With a code, on a phone that is their own or not."""
    await person.open("/sign-in")
    await person.type("[name=address]", address)
    await person.send()
    await person.type("[name=code]", await person.code(address))
    await person.send(f"button[name=stay][value={stay}]")


async def pick(person: Person, pictures: tuple[int, int, int, int], name: str = "pin") -> None:
    """Four pictures, one after the other."""
    for place_, picture in enumerate(pictures, 1):
        await person.tap(f"label:has(input[name={name}{place_}][value='{picture}'])")


async def session_cookie(person: Person) -> dict[str, Any]:
    return next(cookie for cookie in await person.context.cookies() if cookie["name"] == "session")


async def test_a_second_phone_and_signing_out_everywhere(meet: Callable[..., Any]) -> None:
    first, second = await meet(), await meet(script=False)
    await first.open("/join")
    await first.join("two-phones@example.org", "Amina", first.site.ground.asker_hood)
    await sign_in(second, "two-phones@example.org")
    assert second.path == "/" and "Amina" in await second.text()
    await second.open("/me")
    await second.send("form[action^='/me/sign-out-everywhere'] button")
    assert "Amina" not in await second.text()
    await first.open("/messages")
    assert first.path.startswith("/sign-in"), "the other phone is signed out at its next request"
    assert "Amina" not in await first.text()


@pytest.mark.parametrize("script", [True, False])
async def test_what_was_being_written_when_the_session_ended_is_sent_after_signing_in(meet: Callable[..., Any], script: bool) -> None:
    address = f"writing-{script}@example.org"
    first, second = await meet(script=script), await meet(script=False)
    post = await place(first, "need", "Wie helpt mij met de trap?", "transport.move", address, "Amina", first.site.ground.asker_hood)
    await first.open(f"/posts/{post}/change")
    await first.page.locator("[name=text]").fill(WORDS)
    await sign_in(second, address)
    await second.open("/me")
    await second.send("form[action^='/me/sign-out-everywhere'] button")

    await first.send()
    assert first.path == "/sign-in?next=/kept"
    await first.page.locator("[name=address]").fill(address)
    await first.send()
    await first.page.locator("[name=code]").fill(await first.code(address))
    await first.send("button[name=stay][value=yes]")
    assert first.path == "/kept" and await first.page.locator("textarea").input_value() == WORDS
    await first.send()
    assert first.path == f"/posts/{post}" and WORDS in await first.text()
    await first.open("/kept")
    assert first.path == "/", "sent once, and then it is gone"


async def test_the_next_one_on_the_phone_does_not_see_what_was_being_written(meet: Callable[..., Any]) -> None:
    shared, elsewhere = await meet(script=False), await meet(script=False)
    ground = shared.site.ground
    await elsewhere.open("/join")
    await elsewhere.join("next-one@example.org", "Bilal", ground.asker_hood)
    post = await place(shared, "need", "Wie wandelt mee?", "company.walk", "same-phone@example.org", "Amina", ground.asker_hood)
    await shared.open(f"/posts/{post}/change")
    await shared.page.locator("[name=text]").fill(WORDS)
    second = await meet(script=False)
    await sign_in(second, "same-phone@example.org")
    await second.open("/me")
    await second.send("form[action^='/me/sign-out-everywhere'] button")
    await shared.send()
    assert shared.path == "/sign-in?next=/kept"
    await shared.page.locator("[name=address]").fill("next-one@example.org")
    await shared.send()
    await shared.page.locator("[name=code]").fill(await shared.code("next-one@example.org"))
    await shared.send("button[name=stay][value=yes]")
    assert shared.path == "/" and WORDS not in await shared.page.content() and "Bilal" in await shared.text()
    for path in ("/kept", "/new/preview", "/new/need/company.walk", f"/posts/{post}/change"):
        await shared.open(path)
        assert WORDS not in await shared.page.content(), path


async def test_two_people_share_a_number(meet: Callable[..., Any]) -> None:
    amina, bilal = await meet(script=False), await meet(script=False)
    ground, address = amina.site.ground, "household@example.org"
    await amina.open("/join")
    await amina.join(address, "Amina", ground.asker_hood)
    await amina.open("/me/pin")
    await pick(amina, (1, 2, 3, 4))
    await amina.send()

    await bilal.open("/join")
    await bilal.type("[name=address]", address)
    await bilal.send()
    await bilal.type("[name=code]", await bilal.code(address))
    await bilal.send()
    assert bilal.path.startswith("/sign-in/who") and "Amina" not in await bilal.text(), "pictures, no names"
    pictures = await bilal.page.locator("button.tile[name=picture]").evaluate_all("all => all.map(one => one.value)")
    await bilal.send("main a[href^='/join/about']")
    await bilal.page.locator(f"input[name=neighbourhood_id][value='{ground.asker_hood}']").first.check(force=True)
    await bilal.page.locator("label:has(input[name=adult][value=yes])").click()
    await bilal.page.locator("label:has(input[name=discreet][value=yes])").click()
    await bilal.page.locator("[name=given_name]").fill("Bilal")
    own = await bilal.page.locator("input[name=picture]").first.get_attribute("value")
    assert own not in pictures, "the picture of the other one is taken"
    await bilal.page.locator(f"label:has(input[name=picture][value='{own}'])").click()
    await bilal.send("button[name=consent]")
    assert "Bilal" in await bilal.text()

    phone = await meet(script=False)
    await sign_in(phone, address, stay="no")
    assert phone.path.startswith("/sign-in/who")
    assert await phone.page.locator("button.tile[name=picture]").count() == 2
    await phone.send(f"button.tile[value='{pictures[0]}']")
    for _ in range(5):
        await pick(phone, (4, 3, 2, 1))
        await phone.send()
        assert await phone.page.locator(".wrong").count() >= 1
    await pick(phone, (1, 2, 3, 4))
    await phone.send()
    assert await phone.page.locator("#refusal").count() == 1, "the tries are over, the right pictures come too late"
    await phone.open("/")
    assert "Amina" not in await phone.text()

    other = await meet(script=False)
    await sign_in(other, address, stay="no")
    await other.send(f"button.tile[value='{own}']")
    assert "Bilal" in await other.text()


async def test_a_card_is_given_and_opens_the_account_on_any_phone(meet: Callable[..., Any]) -> None:
    sara = await meet(script=False)
    await sara.sign_in_as_staff()
    await sara.open("/desk/cards")
    await sara.page.locator("[name=count]").fill("1")
    await sara.send("main form[action^='/desk/cards'] button, main form button")
    typed = (await sara.page.locator(".printed-card .code").inner_text()).strip()
    await sara.open("/desk/people/new")
    await sara.page.locator("[name=given_name]").fill("Fatma")
    await sara.page.locator("[name=neighbourhood_id]").first.select_option(str(sara.site.ground.asker_hood))
    await sara.page.locator("label:has(input[name=languages][value=tr])").first.click()
    await sara.page.locator("label:has(input[name=consent])").first.click()
    await sara.send("main form:not([role=search]) .acts button[type=submit]")
    form = "form[action$='/card/print']"
    await sara.page.locator(f"details:has({form}) > summary").first.click()
    await sara.page.locator(f"{form} [name=code]").fill(typed)
    for place_, picture in enumerate((5, 6, 7, 8), 1):
        await sara.page.locator(f"{form} label:has(input[name=pin{place_}][value='{picture}'])").click()
    await sara.send(f"{form} button[formaction$='/card']")

    fatma = await meet(language="tr", script=False)
    await fatma.open("/sign-in")
    await fatma.send("main a[href^='/sign-in/card']")
    await fatma.type("[name=code]", typed.lower())
    await pick(fatma, (8, 7, 6, 5))
    await fatma.send()
    assert await fatma.page.locator(".wrong").count() >= 1
    assert await fatma.page.locator("[name=code]").input_value() == typed.lower(), "what was typed stays"
    await pick(fatma, (5, 6, 7, 8))
    await fatma.send()
    assert fatma.path == "/" and "Fatma" in await fatma.text()
    assert (await session_cookie(fatma))["expires"] == -1, "without the wish to stay the session ends with the browser"


async def test_a_page_is_left_quickly_without_a_way_back(meet: Callable[..., Any]) -> None:
    amina = await meet()
    await amina.open("/join")
    await amina.join("leave@example.org", "Amina", amina.site.ground.asker_hood)
    for path in ("/", "/me", "/messages", "/posts", "/new/need", "/new/need/transport.move", "/me/keep-away", "/call-me"):
        await amina.open(path)
        away = amina.page.locator("a[data-leave]")
        assert await away.count() == 1 and (await away.get_attribute("rel")) == "noreferrer", path
    await amina.open("/me/keep-away")
    await amina.page.route("**wikipedia.org/**", lambda route: route.fulfill(body="<title>Encyclopedia</title>", content_type="text/html"))
    await amina.page.locator("a[data-leave]").click()
    await amina.page.wait_for_url("**wikipedia.org/**")
    assert amina.site.url not in amina.page.url
    await amina.page.go_back()
    assert "keep-away" not in amina.page.url, "the way back does not lead to the page that was left"


async def test_somebody_else_looks_at_this_phone(meet: Callable[..., Any]) -> None:
    """Discreet from the first minute: nothing to install, nothing kept, no notice, and the session ends with the tab."""
    amina = await meet()
    await amina.open("/join")
    address = "+32470112233"
    await amina.type("[name=address]", "0470 11 22 33")
    await amina.send()
    await amina.type("[name=code]", await amina.code(address))
    await amina.send()
    await amina.page.locator(f"input[name=neighbourhood_id][value='{amina.site.ground.asker_hood}']").first.check(force=True)
    await amina.tap("label:has(input[name=adult][value=yes])")
    await amina.tap("label:has(input[name=discreet][value=yes])")
    await amina.send("button[name=consent]")
    assert (await session_cookie(amina))["expires"] == -1, "gone with the tab"
    answers: list[Any] = []
    amina.page.on("response", lambda answer: answers.append(answer) if answer.request.resource_type == "document" else None)
    for path in ("/", "/me", "/messages", "/posts", "/new", "/me/safety"):
        await amina.open(path)
        assert await amina.page.locator("link[rel=manifest]").count() == 0, "no hint to install"
        assert await amina.page.locator("html").get_attribute("data-kept") == "never"
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    await amina.page.wait_for_timeout(400)
    kept = await amina.page.evaluate(
        """async () => ({
            workers: (await navigator.serviceWorker.getRegistrations()).length,
            caches: (await caches.keys()).length,
            databases: (await indexedDB.databases()).length,
            stored: localStorage.length + sessionStorage.length,
        })"""
    )
    assert kept == {"workers": 0, "caches": 0, "databases": 0, "stored": 0}
    await sign_in(other := await meet(script=False), address, stay="yes")
    assert (await session_cookie(other))["expires"] == -1, "also where somebody says that the phone is their own"
    assert not re.search(r"manifest", await other.page.content())
    letters = await (await amina.context.request.get(amina.site.url + "/inbox.json")).json()
    texts = [letter["text"] for letter in letters if letter["to"] == address]
    assert texts and all(re.fullmatch(r"[^\d]{0,20}\d{6}\s+@\S+ #\d{6}\s*", text) for text in texts), "nothing but six digits"
