"""What people come for, from the first visit to a completed help, at phone size, with and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Person

pytestmark = pytest.mark.browser


async def say(person: Person, kind: str, text: str, theme: str = "transport.move") -> None:
    """From the landing page to the words of a post."""
    await person.open("/")
    await person.send(f"main a[href='/new/{kind}']")
    await person.send(f"main a[href$='/{theme.split('.')[0]}']")
    await person.send(f"main a[href$='/{theme}']")
    await person.type("[name=text]", text)
    await person.send()


async def place(person: Person, kind: str, text: str, theme: str, address: str, name: str, neighbourhood_id: int) -> str:
    """The first post of somebody new; returns its id."""
    await say(person, kind, text, theme)
    await person.join(address, name, neighbourhood_id)
    assert text in await person.text(), "the preview shows what the other sees"
    await person.send()
    return re.findall(r"[0-9a-f-]{36}", person.path)[0]


async def appears(person: Person, path: str, selector: str) -> None:
    """Opens the page until the worker process has brought what is waited for."""
    for _ in range(60):
        await person.open(path)
        if await person.page.locator(selector).count():
            return
        await person.page.wait_for_timeout(100)
    raise AssertionError(f"{selector} did not appear on {path}: {(await person.text())[:400]}")


@pytest.mark.parametrize(("language", "script"), [("nl", True), ("ar", False)])
async def test_from_a_need_to_a_completed_help(meet: Callable[..., Any], language: str, script: bool) -> None:
    tag = f"{language}{'-js' if script else ''}"
    theme = "transport.move" if script else "things.lend"
    hassan, amina, sara = (
        await meet(language=language, script=script),
        await meet(language=language, script=script),
        await meet(script=script),
    )
    ground = hassan.site.ground
    offer = await place(hassan, "offer", "Ik draag graag iets zwaars.", theme, f"hassan-{tag}@example.org", "Hassan", ground.helper_hood)
    need = await place(amina, "need", "Wie helpt een kast dragen?", theme, f"amina-{tag}@example.org", "Amina", ground.asker_hood)
    assert amina.typed <= 4, "what, contact, code, a name if wanted"
    assert amina.taps <= 12, f"{amina.taps} taps for a first need, also without a flyer"

    await sara.sign_in_as_staff()
    for post in (offer, need):
        await sara.open(f"/desk/posts/{post}")
        await sara.send("button[value=approved]")
        await sara.send("button[formaction$='/now']")
    await appears(sara, "/desk/matches", "a[href^='/desk/matches/']")
    await sara.send("a[href^='/desk/matches/']")
    await sara.send("button[value=confirm]")
    await sara.send("button[formaction$='/now']")

    await appears(hassan, "/", "main [href^='/matches/'], main form[action^='/matches/']")
    match = re.search(r"/matches/([0-9a-f-]{36})", await hassan.page.content())[1]
    await hassan.open(f"/matches/{match}")
    assert "Amina" not in await hassan.text(), "no name before both yes"
    hassan.taps = 0
    await hassan.send("button[value=yes]")
    assert hassan.taps <= 2

    await appears(amina, "/", f"main [href^='/matches/{match}'], main form[action^='/matches/{match}']")
    await amina.open(f"/matches/{match}")
    assert "Hassan" not in await amina.text()
    await amina.send("button[value=yes]")
    await amina.open(f"/matches/{match}")
    assert "Hassan" in await amina.text(), "both said yes: now they know each other's names"

    await amina.send("a[href^='/conversations/']")
    await amina.type("[name=text]", "Dag, kan het zaterdag?")
    await amina.send("form:has([name=text]) button[type=submit]")
    await hassan.open(amina.path)
    assert "Dag, kan het zaterdag?" in await hassan.text()

    for person in (amina, hassan):
        await person.open(f"/matches/{match}")
        await person.send("form[action*='/done'] button[type=submit]")
    await appears(sara, "/desk/network", "table.figures")
    for person in (hassan, amina, sara):
        assert person.complaints == []


async def test_nothing_typed_is_lost_on_the_way(meet: Callable[..., Any]) -> None:
    leila = await meet(language="fr", script=False)
    await say(leila, "need", "Qui peut m'aider à porter une armoire ?")
    await leila.type("[name=address]", "not an address")
    await leila.send()
    assert await leila.page.locator("[name=address]").input_value() == "not an address"
    assert await leila.page.locator(".wrong").count() >= 1
    assert await leila.page.locator("html").get_attribute("lang") == "fr"
    await leila.open("/new/need/transport.move")
    assert await leila.page.locator("[name=text]").input_value() == "Qui peut m'aider à porter une armoire ?"


async def test_the_language_is_a_choice_on_every_page(meet: Callable[..., Any]) -> None:
    person = await meet(language="nl")
    await person.open("/new/need")
    await person.send("footer button[name=language][value=ar]")
    assert person.path == "/new/need"
    assert await person.page.locator("html").get_attribute("dir") == "rtl"
