"""What the pages of a resident weigh on the way to a phone: Chromium on a running installation with the small sample, bytes as they are sent."""

import asyncio
import contextlib
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.sessions import cookie_name
from buurtnet.local.ports import hold_port
from buurtnet.local.refusals import Refused
from buurtnet.local.serve import embedded, reached_at
from buurtnet.local.supervise import serving
from buurtnet.people.actions import open_session
from buurtnet.sample.small import plant_small
from buurtnet.settings import Settings, read_settings

FLAGS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
PHONE = {"width": 360, "height": 740}
KB = 1000
FIRST, LATER, HTML, CSS, JS, SPRITE = 60 * KB, 15 * KB, 14 * KB, 12 * KB, 25 * KB, 6 * KB
KINDS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Image": "image"}
ASKED = """
select m.id, m.helper_id from match m join person p on p.id = m.helper_id
 where m.state = 'asked' and p.managed_by is null and not p.discreet order by m.id limit 1
"""
PATIENCE = 30_000


class Meter:
    """Counts what pages bring over the network; what comes from the cache weighs nothing and is no request."""

    def __init__(self, session: CDPSession) -> None:
        self.kinds: dict[str, str] = {}
        self.kept: set[str] = set()
        self.bytes: Counter[str] = Counter()
        self.requests, self.heaviest = 0, 0
        session.on("Network.requestServedFromCache", lambda event: self.kept.add(event["requestId"]))
        session.on("Network.responseReceived", self._note)
        session.on("Network.loadingFinished", self._weigh)

    def _note(self, event: dict[str, Any]) -> None:
        response = event["response"]
        if not (response.get("fromDiskCache") or response["url"].startswith("data:")):
            self.kinds[event["requestId"]] = KINDS.get(event["type"], "other")

    def _weigh(self, event: dict[str, Any]) -> None:
        kind, size = self.kinds.get(event["requestId"]), int(event["encodedDataLength"])
        if kind is None or event["requestId"] in self.kept:
            return
        self.bytes[kind] += size
        self.requests += 1
        if kind == "html":
            self.heaviest = max(self.heaviest, size)

    def line(self, case: str, *, budget: int | None) -> dict[str, object]:
        """The figures as one line; `within` says whether the budgets are kept, that of HTML by each page."""
        total = sum(self.bytes.values())
        parts = (
            (self.heaviest, HTML),
            (self.bytes["css"], CSS),
            (self.bytes["js"], JS),
            (self.bytes["image"], SPRITE),
            (total, budget or total),
        )
        within = {} if budget is None else {"budget_bytes": budget, "within": all(size <= most for size, most in parts)}
        sizes = {f"{kind}_bytes": self.bytes[kind] for kind in ("html", "css", "js")}
        return {"bench": "weight", "case": case, **sizes, "total_bytes": total, "requests": self.requests, **within}


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each page: the landing page and the whole way to the first words with an empty cache, the others as later pages.

    `quick` changes nothing: one visit of each is exact.
    """
    with contextlib.ExitStack() as stack, contextlib.redirect_stdout(sys.stderr):
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="buurtnet-bench-")))
        folder.chmod(0o755)
        held = hold_port(None)
        port = held.getsockname()[1]
        here = stack.enter_context(embedded(folder / "home", reached_at(port, read_settings()), durable=False))
        plant_small(here.settings)
        stack.enter_context(serving(here.settings, held))
        lines = asyncio.run(measure(here.settings))
    yield from lines


async def measure(settings: Settings) -> list[dict[str, object]]:
    """The lines of a running installation."""
    match_id, token = await _find_question(settings)
    async with _chromium() as browser:
        lines = [await _visit(settings, browser, "landing, empty cache", ["/"], budget=FIRST)]
        lines.append(await _visit(settings, browser, "first visit, to the first words", FIRST_WAY, budget=FIRST))
        resident = await browser.new_context(viewport=PHONE, locale="nl", base_url=settings.url)  # type: ignore[arg-type]
        await resident.add_cookies([{"name": cookie_name(settings.secure), "value": token, "url": settings.url}])
        await _open(await resident.new_page(), ["/about"])
        for case, path in (
            ("home, signed in", "/"),
            ("theme", "/new/need"),
            ("say", "/new/need/transport.move"),
            ("match card", f"/matches/{match_id}"),
            ("own posts", "/posts"),
            ("messages", "/messages"),
        ):
            lines.append(await _measure_in(resident, case, [path], budget=LATER))
        lines.append(await _visit(settings, browser, "map, empty cache", ["/map"], budget=None))
    return lines


FIRST_WAY = ["/", "/new/need", "/new/need/transport", "/new/need/transport.move"]


async def _find_question(settings: Settings) -> tuple[str, str]:
    """A question that waits, and a session of the helper who is asked."""
    database = Database(settings.worker_url, size=1)
    await database.open()
    try:
        async with database.transaction() as db:
            row = await db.fetchrow(ASKED)
            assert row is not None
            session = await open_session(db, row["helper_id"], stay=True, at=now())
    finally:
        await database.close()
    return str(row["id"]), session.token


@contextlib.asynccontextmanager
async def _chromium() -> AsyncGenerator[Browser]:
    path = read_settings().chromium or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        await browser.close()


async def _visit(settings: Settings, browser: Browser, case: str, paths: list[str], *, budget: int | None) -> dict[str, object]:
    """Pages one after the other in a browser that was never here."""
    context = await browser.new_context(viewport=PHONE, locale="nl", base_url=settings.url)  # type: ignore[arg-type]
    try:
        return await _measure_in(context, case, paths, budget=budget)
    finally:
        await context.close()


async def _measure_in(context: BrowserContext, case: str, paths: list[str], *, budget: int | None) -> dict[str, object]:
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    meter = Meter(session)
    await _open(page, paths)
    await page.close()
    return meter.line(case, budget=budget)


async def _open(page: Page, paths: list[str]) -> None:
    for path in paths:
        answer = await page.goto(path, wait_until="networkidle", timeout=PATIENCE)
        if answer is None or answer.status != 200:
            raise Refused(f"{path} answered {answer.status if answer else 'nothing'}.")
