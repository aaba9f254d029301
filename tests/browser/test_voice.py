"""Somebody who cannot write speaks: recorded for real by the browser's own test device, written down by a worker, heard by who said yes."""

import re
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import PHONE, Person, Site
from tests.browser.test_journeys import appears, place
from tests.chromium import PLAIN, browsing
from tests.sounds import RECORDED

pytestmark = pytest.mark.browser

LISTENING = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required"]
PLAY = """
async audio => {
  await audio.play();
  await new Promise((heard) => audio.addEventListener("timeupdate", () => audio.currentTime > 0.2 && heard()));
  return audio.duration;
}
"""


@pytest.fixture(scope="module")
async def with_microphone() -> AsyncGenerator[Browser]:
    """A browser whose microphone beeps."""
    async with browsing(PLAIN + LISTENING) as browser:
        yield browser


async def speak(person: Person) -> None:
    """On the recorder's page: speaks for two seconds, listens to it, keeps it."""
    await person.tap("[data-do=start]")
    await person.page.locator("[data-level]", has_text=re.compile(r"\w")).wait_for()
    await person.page.wait_for_timeout(2000)
    await person.tap("[data-do=stop]")
    kept = person.page.locator("[data-when=kept] audio")
    await kept.wait_for()
    await kept.evaluate("async audio => { await audio.play(); audio.pause(); }")
    await person.send("[data-when=kept] button[type=submit]")


async def test_from_a_spoken_need_to_a_spoken_answer(site: Site, with_microphone: Browser, meet: Callable[..., Any]) -> None:
    context = await with_microphone.new_context(viewport=PHONE, locale="tr", extra_http_headers={"Accept-Language": "tr"})  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    amina = Person(site, context, await context.new_page())
    hassan, sara = await meet(script=False), await meet()
    ground, theme = site.ground, "home.repair"
    offer = await place(hassan, "offer", "Ik herstel graag iets kleins.", theme, "hassan-voice@example.org", "Hassan", ground.helper_hood)

    await amina.open("/new/need")
    await amina.send(f"main a[href$='/{theme.split('.')[0]}']")
    await amina.send(f"main a[href$='/{theme}']")
    await amina.send("button[formaction$='/voice']")
    await speak(amina)
    assert 1.5 < await amina.page.locator("audio[src='/new/voice']").evaluate(PLAY) <= 31, "what the server kept says how long it is"
    await amina.send()
    await amina.join("amina-voice@example.org", "Amina", ground.asker_hood)
    await amina.send()
    need = re.findall(r"[0-9a-f-]{36}", amina.path)[0]
    assert await amina.page.locator(f"audio[src='/posts/{need}/voice']").count()
    assert amina.typed <= 3, "an address, its code, a name: nothing else was typed"

    await sara.sign_in_as_staff()
    await sara.open(f"/desk/posts/{need}")
    assert not await sara.page.locator("button[value=approved]").count(), "nothing is there yet that neighbours could read"
    heard = await sara.context.request.get(f"{site.url}/desk/posts/{need}/voice")
    assert heard.headers["content-type"] == "audio/webm" and len(await heard.body()) > 1000
    await sara.type("[name=words]", "Mijn kraan drupt. Wie kijkt eens?")
    await sara.send("form[action*='/words'] button")
    await sara.send("button[value=approved]")
    await sara.send("button[formaction$='/now']")
    await sara.open(f"/desk/posts/{offer}")
    await sara.send("button[value=approved]")
    await sara.send("button[formaction$='/now']")
    await appears(sara, "/desk/matches", "a[href^='/desk/matches/']")
    await sara.send("a[href^='/desk/matches/']")
    await sara.send("button[value=confirm]")
    await sara.send("button[formaction$='/now']")

    await appears(hassan, "/", "main [href^='/matches/'], main form[action^='/matches/']")
    match = re.search(r"/matches/([0-9a-f-]{36})", await hassan.page.content())[1]
    await hassan.open(f"/matches/{match}")
    assert "Mijn kraan drupt" in await hassan.text() and not await hassan.page.locator("audio").count(), "no voice before both yes"
    assert (await hassan.context.request.get(f"{site.url}/matches/{match}/voice")).status == 404
    await hassan.send("button[value=yes]")
    await appears(amina, "/", f"main [href^='/matches/{match}'], main form[action^='/matches/{match}']")
    await amina.open(f"/matches/{match}")
    await amina.send("button[value=yes]")
    await hassan.open(f"/matches/{match}")
    assert (await hassan.context.request.get(f"{site.url}/matches/{match}/voice")).status == 200
    assert await hassan.page.locator(f"audio[src='/matches/{match}/voice']").count()

    await hassan.send("a[href^='/conversations/']")
    talk = hassan.path.partition("#")[0]
    await hassan.send(f"a[href='{talk}/voice']")
    await hassan.page.set_input_files("input[name=voice]", {"name": "opname.webm", "mimeType": "audio/webm", "buffer": b"no sound"})
    await hassan.send("[data-file] button")
    assert await hassan.page.locator(".wrong").count(), "what cannot be played says so, and the page is still there"
    await hassan.page.set_input_files("input[name=voice]", {"name": "opname.webm", "mimeType": "audio/webm", "buffer": RECORDED})
    await hassan.send("[data-file] button")
    assert await hassan.page.locator(".talk audio").count() == 1

    await amina.open(talk)
    assert 1.5 < await amina.page.locator(".talk audio").evaluate(PLAY) <= 31
    await amina.tap("summary:has(use[href$='#calendar'])")
    amina.taps = 0
    await amina.send("button[value=when]")
    await amina.send(f"a[href='{talk}/voice']")
    await speak(amina)
    assert await amina.page.locator(".talk audio").count() == 2
    await hassan.open(talk)
    assert await hassan.page.locator(".talk audio").count() == 2 and await hassan.page.locator(".talk [lang=tr]").count() == 1
    await hassan.tap("summary:has(use[href$='#calendar'])")
    await hassan.send("button[value=when]")
    await amina.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await amina.page.locator(".talk li:not([hidden])").nth(3).wait_for()
    assert await amina.page.locator("#newest").count() >= 1
    for person in (amina, hassan, sara):
        assert [one for one in person.complaints if "422" not in one] == []
    await context.close()


async def test_without_a_microphone_the_page_says_what_else_to_do(meet: Callable[..., Any]) -> None:
    person = await meet(language="en")
    await person.open("/new/need/unknown/voice")
    await person.tap("[data-do=start]")
    await person.page.locator("[role=alert]:visible").wait_for()
    assert await person.page.locator("input[type=file]").is_visible(), "a sound can still be chosen"
    await person.send("main a[href*='whole=true'] >> nth=-1")
    assert await person.page.locator("[name=text]").is_visible()
