""" "Use my location" in a browser: the position stays on the device."""

import json
import re
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Route

from buurtnet.geography import queries
from buurtnet.kit.db import Db
from tests.chromium import browsing
from tests.geography.test_choose import show

ASSETS = Path(__file__).parents[2] / "src" / "buurtnet" / "web" / "assets"
SITE = "http://127.0.0.1:1"
COLLIGNON = {"latitude": 50.869, "longitude": 4.378}
GHENT = {"latitude": 51.05, "longitude": 3.72}

pytestmark = pytest.mark.browser


@pytest.fixture
async def phone() -> AsyncGenerator[BrowserContext]:
    async with browsing() as browser:
        yield await browser.new_context(viewport={"width": 360, "height": 740})


async def open_choice(phone: BrowserContext, db: Db, asked: list[Any]) -> Page:
    """The fragment on a page of its own, with every request it makes."""
    choice = await queries.get_choice(db, "en")
    html = f"<!doctype html><meta charset=utf-8><form>{show(choice, 'en')}</form>"
    outlines = await queries.outlines_geojson(db, choice.municipality_id or 0)

    async def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        asked.append((route.request.method, route.request.url, route.request.post_data))
        if path == "/":
            await route.fulfill(body=html, content_type="text/html")
        elif path.startswith("/outlines/"):
            await route.fulfill(body=outlines, content_type="application/geo+json")
        elif re.match(r"/static/locate.*\.js", path):
            await route.fulfill(body=(ASSETS / "entries" / "locate.js").read_text(), content_type="text/javascript")
        elif path == "/scripts/places.js":
            await route.fulfill(body=(ASSETS / "scripts" / "places.js").read_text(), content_type="text/javascript")
        else:
            await route.fulfill(status=404)

    page = await phone.new_page()
    await page.route("**/*", answer)
    await page.goto(f"{SITE}/")
    return page


async def press(page: Page) -> tuple[str, str | None]:
    """What is said after the button, and which neighbourhood is chosen then."""
    await page.click("[data-locate]")
    said = page.locator("[data-locate-said]")
    await page.wait_for_function("t => !['', 'Looking …'].includes(document.querySelector('[data-locate-said]').textContent)", arg=None)
    chosen = page.locator("input[name=neighbourhood_id]:checked")
    return await said.inner_text(), (await chosen.get_attribute("value")) if await chosen.count() else None


async def test_position_chooses_and_is_not_sent(phone: BrowserContext, db: Db) -> None:
    await phone.grant_permissions(["geolocation"])
    await phone.set_geolocation(COLLIGNON)
    asked: list[Any] = []
    page = await open_choice(phone, db, asked)
    said, chosen = await press(page)
    ids = {hood.names["nl"]: hood.id for hood in await queries.list_neighbourhoods(db)}
    assert (said, chosen) == ("Your phone says: Collignon. Is that right?", str(ids["Collignon"]))
    assert await page.locator("a.on").get_attribute("data-place") == chosen
    everything = json.dumps(asked)
    assert "/outlines/" in everything
    assert all(method == "GET" and body is None for method, _, body in asked)
    assert "50.8" not in everything
    assert "4.37" not in everything


async def test_somewhere_else_and_refused(phone: BrowserContext, db: Db) -> None:
    page = await open_choice(phone, db, [])
    assert await press(page) == ("Your phone does not tell where it is. Please choose from the list.", None)
    await phone.grant_permissions(["geolocation"])
    await phone.set_geolocation(GHENT)
    assert await press(page) == ("You are somewhere else now. Please choose from the list.", None)


async def test_map_chooses_in_the_list(phone: BrowserContext, db: Db) -> None:
    page = await open_choice(phone, db, [])
    await page.click("[data-place] >> nth=4")
    wanted = await page.locator("[data-place] >> nth=4").get_attribute("data-place")
    assert await page.locator("input:checked").get_attribute("value") == wanted
    assert await page.locator("a.on").get_attribute("data-place") == wanted
