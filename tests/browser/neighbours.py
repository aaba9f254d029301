"""People of the stage with a browser in their hands: what they do lasts until the end of the test."""

from collections.abc import Sequence
from typing import Any

from playwright.async_api import Browser, BrowserContext, Locator, Page

from buurtnet.kit.sessions import cookie_name
from buurtnet.people.rules import sign_in_digits
from tests.browser.looking import AXE, LESS, MORE, RUN, TAGS, note_complaints
from tests.stage import Stage


class Neighbour:
    """Somebody with a phone."""

    def __init__(self, stage: Stage, url: str, context: BrowserContext, page: Page) -> None:
        self.stage, self.url, self.context, self.page = stage, url, context, page
        self.complaints: list[str] = []
        note_complaints(page, self.complaints)

    @classmethod
    async def meet(cls, browser: Browser, stage: Stage, url: str, actor: str, *, language: str = "nl", script: bool = True) -> "Neighbour":
        """The actor, signed in (a visitor is not), who reads the language."""
        context = await browser.new_context(
            viewport={"width": 360, "height": 740},
            locale=language,
            java_script_enabled=script,
            reduced_motion="reduce",
            service_workers="block",
        )
        context.set_default_timeout(15_000)
        crumbs = {"language": language if actor == "visitor" else f"{language}.mine"}
        if actor in stage.tokens:
            crumbs[cookie_name(False)] = stage.tokens[actor]
        await context.add_cookies([{"name": name, "value": value, "url": url} for name, value in crumbs.items()])
        return cls(stage, url, context, await context.new_page())

    async def open(self, path: str) -> None:
        await self.page.goto(self.url + path)

    async def press(self, what: str | Locator) -> None:
        """Presses what leads on to a page, and waits for it."""
        found = self.page.locator(what).first if isinstance(what, str) else what
        async with self.page.expect_navigation():
            await found.click()

    async def choose(self, name: str, value: str) -> None:
        await self.page.locator(f"main input[name={name}][value='{value}']").first.check(force=True)

    async def fill(self, name: str, text: str) -> None:
        await self.page.locator(f"main [name={name}]").fill(text)

    async def code(self) -> str:
        """The digits that were sent last, to whomever."""
        code_id = await self.stage.db.fetchval("select id from sign_in_code order by id desc limit 1")
        return sign_in_digits(self.stage.vault, code_id)

    async def text(self) -> str:
        return await self.page.locator("main").inner_text()

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.url)

    async def value(self, statement: str, *values: Any) -> Any:
        """What the database says of it."""
        return await self.stage.db.fetchval(statement, *values)

    async def faults(self, rules: Sequence[str] = MORE) -> list[str]:
        """What axe finds on the page, and what the browser complained of."""
        await self.page.evaluate(f"{AXE.read_text()}; void 0")
        return [*await self.page.evaluate(RUN, [TAGS, rules, LESS]), *self.complaints]
