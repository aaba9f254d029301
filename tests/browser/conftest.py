"""The whole thing as people meet it: PostgreSQL, Valkey, web server and worker as processes, and Chromium at phone size."""

import contextlib
import re
import tempfile
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pyotp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from buurtnet.kit.clock import now
from buurtnet.local.journey import Ground, lay_ground
from buurtnet.local.ports import hold_port
from buurtnet.local.serve import embedded, reached_at
from buurtnet.local.supervise import serving
from buurtnet.settings import Settings, read_settings
from tests.chromium import DRAWING, browsing

expect.set_options(timeout=15_000)
PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
STAFF_COOKIES: list[Any] = []
TYPED_CODES: set[tuple[str, str]] = set()
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


class Site(msgspec.Struct, frozen=True):
    """The running installation."""

    settings: Settings
    ground: Ground

    @property
    def url(self) -> str:
        return self.settings.url


@pytest.fixture(scope="session")
async def site() -> AsyncGenerator[Site]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="buurtnet-browser-")))
        folder.chmod(0o755)
        held = hold_port(None)
        port = held.getsockname()[1]
        here = stack.enter_context(embedded(folder / "home", reached_at(port, read_settings()), durable=False, sample_map=True))
        ground = await lay_ground(here.settings, None)
        stack.enter_context(serving(here.settings, held))
        yield Site(here.settings, ground)


@pytest.fixture(scope="session")
async def chromium() -> AsyncGenerator[Browser]:
    async with browsing() as browser:
        yield browser


@pytest.fixture(scope="module")
async def drawing_chromium() -> AsyncGenerator[Browser]:
    async with browsing(DRAWING) as browser:
        yield browser


class Person:
    """Somebody with a phone: counts what they tap and what they type, and hears what the browser complains of."""

    def __init__(self, site: Site, context: BrowserContext, page: Page) -> None:
        self.site, self.context, self.page = site, context, page
        self.taps, self.typed, self.complaints = 0, 0, []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def open(self, path: str) -> None:
        await self.page.goto(self.site.url + path)

    async def tap(self, selector: str) -> None:
        self.taps += 1
        await self.page.locator(selector).first.click()

    async def send(self, selector: str = "main form button[type=submit]:not([name=language], [formaction], [hidden])") -> None:
        """Taps what sends the form, and waits for the page it leads to."""
        self.taps += 1
        async with self.page.expect_navigation():
            await self.page.locator(selector).first.click()

    async def type(self, selector: str, text: str) -> None:
        self.typed += 1
        await self.page.locator(selector).first.fill(text)

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site.url)

    async def text(self) -> str:
        return await self.page.locator("body").inner_text()

    async def code(self, address: str) -> str:
        """The digits that were mailed to the address last, once a letter is there whose digits were not typed before."""
        async with httpx.AsyncClient(base_url=self.site.url) as client:
            for _ in range(200):
                letters = (await client.get("/inbox.json")).json()
                mine = [letter["text"] for letter in letters if letter["to"] == address]
                if mine and (found := re.search(r"\b(\d{6})\b", mine[0])) and (address, found[1]) not in TYPED_CODES:
                    TYPED_CODES.add((address, found[1]))
                    return found[1]
                await self.page.wait_for_timeout(50)
        raise AssertionError(f"no code came for {address}")

    async def join(self, address: str, name: str, neighbourhood_id: int) -> None:
        """From the page that asks for an address to the end of joining."""
        await self.type("[name=address]", address)
        await self.send()
        await self.type("[name=code]", await self.code(address))
        await self.send()
        place = self.page.locator(f"input[name=neighbourhood_id][value='{neighbourhood_id}']").first
        if await place.get_attribute("type") != "hidden":  # the flyer brought it
            self.taps += 1
            await place.check(force=True)
        for field, value in (("adult", "yes"), ("discreet", "no")):
            self.taps += 1
            await self.page.locator(f"label:has(input[name={field}][value={value}])").first.click()
        if name:
            await self.type("[name=given_name]", name)
        await self.send("button[name=consent]")

    async def sign_in_as_staff(self) -> None:
        """The facilitator of the run: mailed code and authenticator once, afterwards with the same session, for digits are not taken twice."""
        if STAFF_COOKIES:
            await self.context.add_cookies(STAFF_COOKIES)
            return
        await self.open("/staff/sign-in")
        await self.type("[name=address]", self.site.ground.email)
        await self.send()
        await self.type("[name=code]", await self.code(self.site.ground.email))
        await self.type("[name=totp]", pyotp.parse_uri(self.site.ground.otpauth).at(now()))
        await self.send()
        STAFF_COOKIES.extend(cookie for cookie in await self.context.cookies() if cookie["name"] == "session")

    async def check_access(self, **options: Any) -> list[str]:
        """What axe finds wrong with the page, by WCAG 2.2 A and AA."""
        await self.page.evaluate(AXE.read_text() + "; void 0") if await self.page.evaluate("typeof axe === 'undefined'") else None
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = await self.page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
        return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]]


@pytest.fixture
async def meet(site: Site, chromium: Browser) -> AsyncGenerator[Callable[..., Any]]:
    """Makes a person with a browser of their own: `await meet(language="ar", script=False)`."""
    contexts: list[BrowserContext] = []

    async def make(*, language: str = "nl", script: bool = True, dark: bool = False, size: dict[str, int] | None = None) -> Person:
        context = await chromium.new_context(
            viewport=size or PHONE,  # type: ignore[arg-type]
            locale=language,
            extra_http_headers={"Accept-Language": language},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        return Person(site, context, await context.new_page())

    yield make
    for context in contexts:
        await context.close()
