"""The shell in Chromium: under its own security policy, with and without script, narrow, enlarged and right to left."""

import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Page

from tests.chromium import browsing

TOP = Path(__file__).parents[2]
PLACES = ("/gallery", "/form", "/desk-gallery", "/about", "/nowhere")

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address() -> Generator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
    server = subprocess.Popen(
        [*command, "tests.web.gallery.app:create_gallery"], cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    for _ in range(200):
        try:
            httpx.get(f"http://127.0.0.1:{port}/about")
            break
        except httpx.TransportError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(10)


@pytest.fixture(scope="module")
async def chromium() -> AsyncGenerator[Browser]:
    async with browsing() as browser:
        yield browser


async def open_page(
    chromium: Browser, address: str, path: str, *, who: str = "resident", language: str = "nl", width: int = 360, **options
) -> tuple[Page, list[str]]:
    """The page as somebody has it open, and everything the browser complains about."""
    context = await chromium.new_context(viewport={"width": width, "height": 740}, locale=language, **options)
    await context.add_cookies([{"name": "who", "value": who, "url": address}])
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") and "status of" not in line.text else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(address + path)
    return page, said


@pytest.mark.parametrize("path", PLACES)
async def test_nothing_breaks_the_policy_and_nothing_sticks_out(chromium: Browser, address: str, path: str) -> None:
    for language in ("nl", "ar"):
        for width in (320, 1280):
            page, said = await open_page(chromium, address, path, language=language, width=width)
            assert said == []
            assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), (language, width)
            await page.context.close()


async def test_text_twice_as_large_still_fits(chromium: Browser, address: str) -> None:
    for path in PLACES:
        page, _ = await open_page(chromium, address, path, width=360)
        await page.evaluate("document.documentElement.style.fontSize = '225%'")
        assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth"), path
        await page.context.close()


async def test_pictograms_of_the_sprite_are_drawn(chromium: Browser, address: str) -> None:
    page, _ = await open_page(chromium, address, "/gallery")
    boxes = await page.evaluate("[...document.querySelectorAll('.bar svg use')].map(use => use.getBoundingClientRect().width)")
    assert len(boxes) == 4
    assert all(width > 5 for width in boxes)
    await page.context.close()


@pytest.mark.parametrize("path", ["/form", "/form-in-place"])
@pytest.mark.parametrize("script", [True, False])
async def test_a_wrong_form_comes_back_filled_in(chromium: Browser, address: str, path: str, script: bool) -> None:
    page, said = await open_page(chromium, address, path, java_script_enabled=script)
    await page.fill("#text", "Mijn kast <b> moet naar boven")
    await page.check("input[value=today]")
    await page.click("#wish button[type=submit]")
    await page.wait_for_selector("#contact-wrong")
    assert await page.input_value("#text") == "Mijn kast <b> moet naar boven"
    assert await page.is_checked("input[value=today]")
    if script and path == "/form":
        assert await page.evaluate("document.activeElement.matches('[data-focus]')")
    assert said == []
    await page.context.close()


async def test_strangers_scripts_are_not_loaded(chromium: Browser, address: str) -> None:
    page, _ = await open_page(chromium, address, "/gallery")
    add = "(address) => { const s = document.createElement('script'); try { s.src = address; return s.src } catch { return 'refused' } }"
    assert await page.evaluate(add, "https://elsewhere.example/x.js") == "refused"
    assert (await page.evaluate(add, "/static/x.js")).endswith("/static/x.js")
    await page.context.close()


async def test_the_page_can_be_left_quickly(chromium: Browser, address: str) -> None:
    page, _ = await open_page(chromium, address, "/gallery")
    await page.context.route("https://*.wikipedia.org/**", lambda route: route.fulfill(body="neutral"))
    for _ in range(3):
        await page.keyboard.press("Shift")
    await page.wait_for_url("https://nl.wikipedia.org/")
    await page.go_back()
    assert "/gallery" not in page.url
    await page.context.close()


async def test_languages_and_the_desks_menu_open_without_script(chromium: Browser, address: str) -> None:
    page, _ = await open_page(chromium, address, "/about", who="", java_script_enabled=False)
    await page.click(".tongue")
    await page.click("#tongue-list button[value=ar]")
    await page.wait_for_selector("html[dir=rtl]")
    await page.context.close()
    page, _ = await open_page(chromium, address, "/desk-gallery", who="facilitator", java_script_enabled=False)
    assert not await page.is_visible(".desk-nav")
    await page.click(".desk-open")
    assert await page.is_visible(".desk-nav")
    await page.click(".desk-close button")
    assert not await page.is_visible(".desk-nav")
    await page.context.close()


async def test_the_desks_keys_press_buttons_but_not_while_somebody_types(chromium: Browser, address: str) -> None:
    page, _ = await open_page(chromium, address, "/desk-gallery", who="facilitator", width=1280)
    await page.evaluate(
        "document.addEventListener('submit', event => { event.preventDefault(); window.pressed = event.submitter.dataset.key })"
    )
    await page.keyboard.press("s")
    assert await page.evaluate("window.pressed") == "s"
    await page.evaluate("window.pressed = ''; document.querySelector('main').append(document.createElement('textarea'))")
    await page.focus("textarea")
    await page.keyboard.press("s")
    assert await page.evaluate("window.pressed") == ""
    await page.context.close()
