"""The first visit, from a flyer's code to the first post, and coming back: taps, typed fields and bytes are counted."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Person
from tests.browser.test_journeys import place

pytestmark = pytest.mark.browser
MOST_TAPS, MOST_TYPED, MOST_BYTES = 12, 4, 60_000
FLYERS: dict[str, str] = {}


async def flyer(meet: Callable[..., Any], language: str) -> str:
    """The address in the code of a flyer for the asker's neighbourhood, printed at the desk once for each language."""
    if language not in FLYERS:
        sara = await meet(script=False)
        await sara.sign_in_as_staff()
        await sara.open("/desk/flyers")
        await sara.page.select_option("[name=neighbourhood_id]", str(sara.site.ground.asker_hood))
        await sara.page.locator(f"label:has(input[name=language][value={language}])").click()
        await sara.send()
        FLYERS[language] = "/f/" + re.search(r"/desk/flyers/(\w+)", sara.path)[1]
        assert await sara.page.locator(".flyer svg.qr").count() == 1
        assert "Sara" not in await sara.page.locator(".flyers").inner_text(), "a flyer names nobody"
    return FLYERS[language]


async def weigh(person: Person) -> list[float]:
    """From now on the bytes that come over the network, compressed as they are, one number for each thing that was fetched."""
    session = await person.context.new_cdp_session(person.page)
    await session.send("Network.enable")
    bytes_: list[float] = []
    session.on("Network.loadingFinished", lambda event: bytes_.append(event["encodedDataLength"]))
    return bytes_


async def tap_through(person: Person, kind: str, text: str, *, when: str) -> None:
    """From the start to the words: theme, finer theme, words, when."""
    await person.send(f"main a[href='/new/{kind}']")
    await person.send(f"main a[href='/new/{kind}/transport']")
    await person.send(f"main a[href='/new/{kind}/transport.move']")
    await person.type("[name=text]", text)
    await person.tap(f"label:has(input[name=when][value={when}])")
    await person.send()


@pytest.mark.parametrize("kind", ["need", "offer"])
@pytest.mark.parametrize(("language", "script"), [("nl", True), ("ar", False)])
async def test_the_first_post_takes_few_taps_and_few_bytes(meet: Callable[..., Any], kind: str, language: str, script: bool) -> None:
    code = await flyer(meet, language)
    person = await meet(language="en", script=script)
    fetched = await weigh(person)
    await person.open(code)
    assert await person.page.locator("html").get_attribute("lang") == language, "the flyer brings its language"
    await tap_through(person, kind, "Een kast naar de derde verdieping.", when="any")
    await person.join(f"first-{kind}-{language}@example.org", "Amina", person.site.ground.asker_hood)
    assert "Een kast naar de derde verdieping." in await person.text(), "this is what the other sees"
    await person.send("main form[action^='/posts'] button[type=submit]")
    assert re.fullmatch(r"/posts/[0-9a-f-]{36}\?new=true", person.path)
    assert await person.page.locator("section.coin a[href^='/new/']").count() == 1, "the other side of the coin"
    assert person.typed <= MOST_TYPED and person.taps <= MOST_TAPS, f"{person.typed} typed, {person.taps} taps"
    assert sum(fetched) <= MOST_BYTES, f"{sum(fetched):.0f} bytes from the flyer to the post, everything counted"
    assert person.complaints == []


async def test_help_on_saturday(meet: Callable[..., Any]) -> None:
    amina = await meet(language="en", script=False)
    await amina.open("/")
    await amina.send("main a[href='/new/need']")
    await amina.send("main a[href='/new/need/transport']")
    await amina.send("main a[href='/new/need/transport.move']")
    await amina.type("[name=text]", "Somebody to carry a cupboard")
    await amina.tap("label:has(input[name=when][value=day])")
    saturday = amina.page.locator("label:has(input[name=day])", has_text="Saturday").first
    said = re.sub(r"\s+", " ", await saturday.inner_text())
    await saturday.click()
    await amina.send()
    await amina.join("saturday@example.org", "", amina.site.ground.asker_hood)
    number = re.search(r"\d+", said)[0]
    assert f"Saturday {number} " in await amina.text()


async def test_who_comes_back_posts_in_five_taps_and_the_same_again_in_three(meet: Callable[..., Any]) -> None:
    amina = await meet(script=False)
    ground = amina.site.ground
    post = await place(amina, "need", "Wie wandelt er mee?", "company.walk", "again@example.org", "", ground.asker_hood)
    await amina.open("/")
    amina.taps = 0
    await amina.send("main a.door[href='/new/need']")
    await amina.send("main a[href='/new/need/things']")
    await amina.send("main a[href='/new/need/things.lend']")
    await amina.type("[name=text]", "Een boormachine voor een dag.")
    await amina.send()
    await amina.send("main form[action^='/posts'] button[type=submit]")
    assert "/posts/" in amina.path and amina.taps <= 5, f"{amina.taps} taps"

    await amina.open(f"/posts/{post}")
    await amina.send("form[action*='/withdraw'] button")
    await amina.open("/")
    amina.taps, amina.typed = 0, 0
    await amina.send("nav.bar a[href='/new']")
    await amina.send(f"form[action^='/posts/{post}/again'] button")
    assert "Wie wandelt er mee?" in await amina.text() and amina.path == "/new/preview"
    await amina.send("main form[action^='/posts'] button[type=submit]")
    assert "?new=true" in amina.path and (amina.taps, amina.typed) == (3, 0)
