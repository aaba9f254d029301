"""What the pages of a resident weigh on the way to a phone, in bytes as they are sent, and how soon it has them, with the budget of each beside it.

On a running installation with the small sample: the landing page, the whole way to the first words, and the pages of every day; then the
landing page, a first post and a proposal by Lighthouse mobile (`lighthouse.py`), and the map of all of Flanders and Brussels, with everything that
it loads. At the end every page of a visitor and a resident in the matrix of the tests, on their stage: visited by a browser that was never
here, and by one that was. Each line comes as soon as it is known.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Request
from tests.bench._site import Question, find_question, running_sample, shown_stage
from tests.bench.lighthouse import QUICK_RUNS, RUNS, measure_speed
from tests.bench.tiles import REAL, publish
from tests.browser.screens import Screen, list_screens
from tests.chromium import DRAWING, browsing
from tests.stage import RESIDENTS, Stage

from buurtnet.kit.sessions import cookie_name
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings

PHONE = {"width": 360, "height": 740}
KB = 1000
LAPTOP = {"width": 1280, "height": 800}
FIRST, LATER, MAP = 60 * KB, 15 * KB, 350 * KB
PARTS = {"html": 14 * KB, "css": 12 * KB, "js": 25 * KB, "image": 6 * KB}
"""The budgets of a page (of HTML: of each page on the way), by what is sent."""
KINDS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Image": "image"}
PATIENCE = 30_000
FOR_PROGRAMMERS = "/api/docs"
"""Of all that visitors get the one page that is not made for phones."""
REFUSED = 499
"""Among all screens are those that say that something is not there, or not now."""


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
        found = {kind: self.bytes[kind] for kind in PARTS}
        line: dict[str, object] = {"bench": "weight", "case": case}
        for kind, size in found.items():
            line |= {f"{kind}_bytes": size} | ({} if budget is None else {f"{kind}_budget_bytes": PARTS[kind]})
        line |= {"total_bytes": total, "requests": self.requests}
        if budget is None:
            return line
        parts = {**found, "html": self.heaviest}
        return line | {"budget_bytes": budget, "within": total <= budget and all(parts[kind] <= most for kind, most in PARTS.items())}


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each page; `quick` leaves out those of the matrix. One visit of each is exact, of speed five are needed."""
    with running_sample() as settings:
        question = asyncio.run(find_question(settings))
        yield from asyncio.run(measure(settings, question))
        yield from measure_speed(settings, question, runs=QUICK_RUNS if quick else RUNS)
        if REAL.is_file():
            asyncio.run(publish(settings))
            yield from asyncio.run(measure_map(settings))
    if not quick:
        yield from asyncio.run(measure_screens())


async def measure(settings: Settings, question: Question) -> list[dict[str, object]]:
    """The lines of a running installation."""
    async with browsing() as browser:
        lines = [await _visit(settings, browser, "landing, empty cache", ["/"], budget=FIRST)]
        lines.append(await _visit(settings, browser, "first visit, to the first words", FIRST_WAY, budget=FIRST))
        resident = await browser.new_context(service_workers="block", viewport=PHONE, locale="nl", base_url=settings.url)  # type: ignore[arg-type]
        await resident.add_cookies([{"name": question.cookie, "value": question.token, "url": settings.url}])
        await _open(await resident.new_page(), ["/about"])
        for case, path in (
            ("home, signed in", "/"),
            ("theme", "/new/need"),
            ("say", "/new/need/transport.move"),
            ("match card", question.path),
            ("own posts", "/posts"),
            ("messages", "/messages"),
        ):
            lines.append(await _measure_in(resident, case, [path], budget=LATER))
        lines.append(await _visit(settings, browser, "map, empty cache", ["/map"], budget=None))
    return lines


async def measure_map(settings: Settings) -> list[dict[str, object]]:
    """The map of all of Flanders and Brussels as it opens, with the municipality of most figures, and looked at as a whole; the tiles too, which a
    worker of the page asks for."""
    lines: list[dict[str, object]] = []
    async with browsing(DRAWING) as browser:
        for case, path in (("map, 2767 neighbourhoods", "/map"), ("map, all of Flanders", "/map#7.6/50.97/4.25")):
            for form, size in (("phone", PHONE), ("laptop", LAPTOP)):
                context = await browser.new_context(service_workers="block", viewport=size, locale="nl", base_url=settings.url)  # type: ignore[arg-type]
                page, done = await context.new_page(), dict[str, Request]()
                page.on("requestfinished", lambda request, done=done: done.setdefault(request.url, request))
                await page.goto(path)
                await page.wait_for_selector("#map-sheet[data-ready]", timeout=PATIENCE)
                sizes = [await one.sizes() for url, one in done.items() if url.startswith(settings.url)]
                total = sum(one["responseBodySize"] + one["responseHeadersSize"] for one in sizes)
                line = {"bench": "weight", "case": f"{case}, {form}", "total_bytes": total, "requests": len(sizes)}
                lines.append(line | {"budget_bytes": MAP, "within": total <= MAP})
                await context.close()
    return lines


async def measure_screens() -> list[dict[str, object]]:
    """Two lines for every page of a visitor and a resident: the first visit of all, and one that finds the assets there."""
    lines: list[dict[str, object]] = []
    async with shown_stage() as (stage, url), browsing() as browser:
        screens = [one for one in await list_screens(stage) if one.method == "GET" and one.actor in ("visitor", *RESIDENTS)]
        for screen in screens:
            if screen.address == FOR_PROGRAMMERS:
                continue
            async with contextlib.AsyncExitStack() as stack:
                context = await browser.new_context(service_workers="block", viewport=PHONE, locale="nl", base_url=url)  # type: ignore[arg-type]
                stack.push_async_callback(context.close)
                await context.add_cookies([{**cookie, "url": url} for cookie in _cookies(stage, screen)])  # type: ignore[typeddict-item]
                for visit, budget in (("first", FIRST), ("later", LATER)):
                    heavy = screen.address.startswith("/map")
                    line = await _measure_in(context, screen.name, [screen.address], budget=None if heavy else budget, most=REFUSED)
                    lines.append(line | {"visit": visit})
    return lines


def _cookies(stage: Stage, screen: Screen) -> list[dict[str, str]]:
    crumbs: dict[str, str] = dict(screen.sent.get("cookies", {}))
    if screen.actor in stage.tokens:
        crumbs[cookie_name(False)] = stage.tokens[screen.actor]
    return [{"name": name, "value": value} for name, value in crumbs.items()]


FIRST_WAY = ["/", "/new/need", "/new/need/transport", "/new/need/transport.move"]


async def _visit(settings: Settings, browser: Browser, case: str, paths: list[str], *, budget: int | None) -> dict[str, object]:
    """Pages one after the other in a browser that was never here."""
    context = await browser.new_context(service_workers="block", viewport=PHONE, locale="nl", base_url=settings.url)  # type: ignore[arg-type]
    try:
        return await _measure_in(context, case, paths, budget=budget)
    finally:
        await context.close()


async def _measure_in(context: BrowserContext, case: str, paths: list[str], *, budget: int | None, most: int = 200) -> dict[str, object]:
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.enable")
    meter = Meter(session)
    await _open(page, paths, most=most)
    await page.close()
    return meter.line(case, budget=budget)


async def _open(page: Page, paths: list[str], *, most: int = 200) -> None:
    """Opens one after the other; refuses where the status of an answer is above `most`."""
    for path in paths:
        answer = await page.goto(path, wait_until="networkidle", timeout=PATIENCE)
        if answer is None or answer.status > most:
            raise Refused(f"{path} answered {answer.status if answer else 'nothing'}.")
