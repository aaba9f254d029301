"""My data: looking at it, taking it along, and being forgotten, on a phone that kept pages; nothing personal stays on it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Person
from tests.browser.test_journeys import place
from tests.browser.test_offline import LEFT, WORKER

pytestmark = pytest.mark.browser
NAME, WORDS = "Zeynepkanarie", "Wie leent mij een kruiwagen?"


async def see_and_take(person: Person) -> None:
    """Through the pages of my data, and the two files."""
    await person.open("/me")
    await person.send("main a[href='/me/data']")
    await person.send("main a[href='/me/data/kept/posts']")
    assert WORDS in await person.text()
    await person.open("/me/data")
    for kind in ("html", "json"):
        async with person.page.expect_download() as awaited:
            await person.tap(f"main a[href='/me/data/file.{kind}']")
        text = (await (await awaited.value).path()).read_text(encoding="utf-8")
        assert WORDS in text and NAME in text, kind
    await person.send("main a[href='/me/data/looks']")


async def keeps(person: Person) -> list[str]:
    """What the phone keeps of the person, after the time it has for that."""
    for _ in range(20):
        if found := [text for text in await person.page.evaluate(LEFT) if NAME in text or WORDS in text]:
            return found
        await person.page.wait_for_timeout(100)
    return []


async def be_forgotten(person: Person, address: str) -> None:
    """From the page that says what happens to the goodbye."""
    await person.open("/me/data")
    await person.send("main a[href='/me/data/forget']")
    await person.send("main a[href='/me/data/forget/sure']")
    await person.send("main form[action='/me/data/forget/code'] button")
    await person.type("[name=code]", await person.code(address))
    await person.send()
    await person.send("main form[action='/me/data/forget'] button")
    assert await person.page.locator(".wrong").count() >= 1, "it asks once more"
    await person.page.locator("label:has(input[name=sure])").click()
    await person.send("main form[action='/me/data/forget'] button")
    assert person.path == "/forgotten"


@pytest.mark.parametrize("script", [True, False])
async def test_my_data_is_seen_taken_along_and_forgotten(meet: Callable[..., Any], script: bool) -> None:
    zeynep, address = await meet(script=script), f"forget-{script}@example.org"
    post = await place(zeynep, "need", WORDS, "things.lend", address, NAME, zeynep.site.ground.asker_hood)
    await see_and_take(zeynep)
    if script:
        await zeynep.page.wait_for_function(WORKER)
        await zeynep.open(f"/posts/{post}")
        assert await keeps(zeynep), "there is something to be left"
    await be_forgotten(zeynep, address)
    assert not [cookie for cookie in await zeynep.context.cookies() if cookie["name"] in ("session", "mine", "draft")]
    if script:
        assert not await keeps(zeynep), "nothing personal stays on the phone"
    for path in ("/me", f"/posts/{post}", "/me/data/file.json"):
        await zeynep.open(path)
        assert zeynep.path.startswith("/sign-in") and NAME not in await zeynep.page.content(), path
