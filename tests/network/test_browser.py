"""The map in Chromium: it moves under the policy of the pages, weighs little, keeps its table in step, and is whole without a script."""

from collections.abc import AsyncGenerator

import asyncpg
import msgspec
import pytest
from playwright.async_api import Browser, Page

from buurtnet.kit.db import _set_up
from buurtnet.kit.ids import new_id
from buurtnet.local.ports import hold_port
from buurtnet.local.postgres import Cluster
from buurtnet.local.supervise import serving
from buurtnet.network.actions import measuring
from buurtnet.settings import Settings
from tests.chromium import DRAWING, PLAIN, browsing
from tests.network.city import settle
from tests.network.conftest import CROWDED, ON, SMALL

BUDGET = 350_000
READY = "#map-sheet[data-ready]"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
async def address(template: str, cluster: Cluster, settings: Settings) -> AsyncGenerator[str]:
    """An installation whose map shows a month of Schaarbeek."""
    cluster.create_database("map_in_browser", template=template)
    db = await asyncpg.connect(cluster.url("superuser", "map_in_browser"))
    await _set_up(db)
    hood = {row["name"]: row["id"] for row in await db.fetch("select names->>'nl' as name, id from neighbourhood")}
    async with db.transaction():
        await settle(db, {hood[name]: many for name, many in (CROWDED | SMALL).items()}, on=ON, degree=3)
        organisation = await db.fetchval("select id from organisation limit 1")
        await db.execute(
            "insert into area (id, organisation_id, names, neighbourhoods, map_published_on, decided_how) values ($1, $2, $3, $4, '2026-09-03', 'Samen')",
            new_id(),
            organisation,
            {"nl": "1030"},
            list(hood.values()),
        )
        await measuring.freeze_month(db, on=ON)
    await db.close()
    held = hold_port(None)
    here = f"http://127.0.0.1:{held.getsockname()[1]}"
    own = msgspec.structs.replace(
        settings, database_url=cluster.url("web", "map_in_browser"), worker_url=cluster.url("worker", "map_in_browser"), url=here
    )
    with serving(own, held):
        yield here


@pytest.fixture(scope="module")
async def chromium() -> AsyncGenerator[Browser]:
    async with browsing(DRAWING) as browser:
        yield browser


async def open_map(
    chromium: Browser, address: str, path: str = "/map", *, width: int = 1280, language: str = "nl", **options
) -> tuple[Page, list[str]]:
    context = await chromium.new_context(viewport={"width": width, "height": 800}, locale=language, **options)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(address + path)
    return page, said


@pytest.mark.parametrize(
    ("width", "scheme", "language"), [(360, "light", "nl"), (360, "dark", "ar"), (1280, "dark", "fr"), (320, "light", "en")]
)
async def test_the_map_moves_under_the_policy_and_nothing_sticks_out(
    chromium: Browser, address: str, width: int, scheme: str, language: str
) -> None:
    page, said = await open_map(chromium, address, width=width, language=language, color_scheme=scheme)
    await page.wait_for_selector(READY, timeout=30_000)
    assert said == []
    assert await page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    small = await page.evaluate(
        "[...document.querySelectorAll('main a, main button, main select')]"
        ".filter(e => e.offsetWidth && (e.offsetHeight < 44 || e.offsetWidth < 44)).map(e => e.outerHTML)"
    )
    assert small == []
    await page.context.close()


async def test_the_whole_page_weighs_little(chromium: Browser, address: str) -> None:
    context = await chromium.new_context(locale="nl")
    page = await context.new_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))
    await page.goto(address + "/map")
    await page.wait_for_selector(READY, timeout=30_000)
    sizes: dict[str, int] = {}
    for answer in answers:
        name = answer.url.removeprefix(address)
        length = answer.headers.get("content-length")
        sizes[name] = max(sizes.get(name, 0), int(length) if length else len(await answer.body()))
    assert sum("map-shared" in name for name in sizes) == 1
    assert sum(sizes.values()) <= BUDGET, sizes
    assert all(answer.url.startswith((address, "blob:", "data:")) for answer in answers)
    await context.close()


async def test_map_and_table_point_at_each_other(chromium: Browser, address: str) -> None:
    page, said = await open_map(chromium, address)
    await page.wait_for_selector(READY, timeout=30_000)
    await page.locator("#map-canvas").evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    box = await page.locator("#map-canvas").bounding_box()
    await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.7)
    await page.wait_for_selector("tr.on", timeout=5_000)
    named = (await page.inner_text("tr.on th")).strip()
    assert named in await page.inner_text("#map-tip")
    row = page.locator("tbody tr").first
    await row.hover()
    assert "on" in (await row.get_attribute("class") or "")
    assert said == []
    await page.context.close()


async def test_another_measure_comes_in_place_and_has_its_own_address(chromium: Browser, address: str) -> None:
    page, said = await open_map(chromium, address, language="en")
    await page.wait_for_selector(READY, timeout=30_000)
    await page.evaluate("window.stayed = true")
    chips = page.locator(".measures a")
    await chips.nth(0).click()
    await page.wait_for_url("**/map?measure=active**")
    await page.wait_for_function(
        "document.querySelector('.measures [aria-current]').textContent === document.querySelector('.measures a').textContent"
    )
    assert await page.evaluate("document.activeElement.textContent === document.querySelector('.measures a').textContent")
    assert await page.locator("th[aria-sort]").count() == 1
    await page.select_option("select[name=window]", "3")
    await page.wait_for_url("**window=3**")
    await page.go_back()
    await page.wait_for_url("**measure=active**window=12**")
    assert await page.evaluate("window.stayed === true")
    fresh, _ = await open_map(chromium, address, page.url.removeprefix(address), language="en")
    assert await fresh.inner_text("h1") == await page.inner_text("h1")
    assert said == []
    await fresh.context.close()
    await page.context.close()


async def test_turning_back_before_all_has_come_disturbs_nothing(chromium: Browser, address: str) -> None:
    page, said = await open_map(chromium, address, language="en")
    await page.wait_for_selector(READY, timeout=30_000)
    for pause in (0, 50, 100, 0, 200, 0, 50, 0, 100, 0, 0, 50):
        await page.select_option("select[name=window]", "3")
        await page.wait_for_url("**window=3**")
        await page.wait_for_timeout(pause)
        await page.go_back()
        await page.wait_for_url(lambda url: "window=3" not in url)
        await page.wait_for_timeout(pause)
    assert said == []
    await page.context.close()


async def test_on_a_phone_the_map_comes_first_and_its_choices_fold(chromium: Browser, address: str) -> None:
    page, said = await open_map(chromium, address, width=360)
    await page.wait_for_selector(READY, timeout=30_000)
    assert (await page.locator("#map-sheet").bounding_box())["y"] < 400
    fold, chip = page.locator(".picker > summary"), page.locator(".measures a").first
    assert not await chip.is_visible()
    await fold.press("Enter")
    await page.select_option("select[name=window]", "3")
    await page.wait_for_url("**window=3**")
    assert await page.evaluate("document.querySelector('.picker').open"), "who goes through the months with keys stays there"
    await chip.focus()
    await chip.press("Enter")
    await page.wait_for_url("**measure=active**")
    assert not await chip.is_visible() and await fold.evaluate("fold => fold === document.activeElement")
    await page.set_viewport_size({"width": 1280, "height": 800})
    assert await chip.is_visible() and not await fold.is_visible()
    assert said == []
    await page.context.close()


async def test_the_address_says_where_the_map_is_looked_at(chromium: Browser, address: str) -> None:
    page, _ = await open_map(chromium, address, "/map?measure=active", reduced_motion="reduce")
    await page.wait_for_selector(READY, timeout=30_000)
    await page.locator("[data-zoom=in]").click()
    await page.wait_for_function("location.hash")
    zoom, latitude, longitude = (float(part) for part in page.url.partition("#")[2].split("/"))
    assert 50.84 < latitude < 50.9 and 4.34 < longitude < 4.43
    other, said = await open_map(chromium, address, page.url.removeprefix(address), reduced_motion="reduce")
    await other.wait_for_selector(READY, timeout=30_000)
    await other.locator("[data-zoom=in]").click()
    await other.wait_for_function(f"location.hash.startsWith('#{zoom + 1:.2f}/')")
    assert other.url.endswith(f"/{latitude:.4f}/{longitude:.4f}") and said == []
    await other.context.close()
    await page.context.close()


async def test_the_map_is_kept_as_a_picture_with_its_title_and_rule(chromium: Browser, address: str) -> None:
    page, said = await open_map(chromium, address, language="en")
    await page.wait_for_selector(READY, timeout=30_000)
    async with page.expect_download() as download:
        await page.locator("[data-keep=picture]").click()
    kept = await download.value
    assert kept.suggested_filename.startswith("Map-of-the-network-") and kept.suggested_filename.endswith(".png")
    picture = (await kept.path()).read_bytes()
    assert picture[:4] == b"\x89PNG" and int.from_bytes(picture[16:20]) == 1600 and len(picture) > 20_000
    assert said == []
    await page.context.close()


async def test_without_a_script_there_are_drawing_table_and_form(chromium: Browser, address: str) -> None:
    page, _ = await open_map(chromium, address, java_script_enabled=False, language="en")
    assert await page.locator("svg.outlines path").count() == 15
    assert await page.locator("tbody tr").count() == 12
    await page.locator(".flows a").click()
    widths = await page.locator(".stream").evaluate_all(
        "all => all.map(one => [getComputedStyle(one).strokeWidth, one.getAttribute('stroke-width') + 'px'])"
    )
    assert widths and all(drawn == told for drawn, told in widths)
    await page.locator(".measures summary").click()
    await page.locator(".measures a").nth(4).click()
    await page.select_option("select[name=window]", "3")
    await page.locator("[data-pick-go]").click()
    assert "measure=without_tie" in page.url and "window=3" in page.url
    await page.context.close()


async def test_without_webgl_the_drawing_stays(address: str) -> None:
    async with browsing([*PLAIN, "--disable-3d-apis"]) as browser:
        page = await browser.new_page(locale="en")
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(str(error)))
        await page.goto(address + "/map")
        await page.locator(".measures a").nth(0).click()
        await page.wait_for_url("**/map?measure=active**")
        assert await page.locator("svg.outlines").is_visible() and not await page.locator("#map-canvas").is_visible()
        assert failures == []


async def test_printed_the_drawing_stands_for_the_map(chromium: Browser, address: str) -> None:
    page, _ = await open_map(chromium, address)
    await page.wait_for_selector(READY, timeout=30_000)
    assert not await page.locator("svg.outlines").is_visible()
    await page.emulate_media(media="print")
    assert await page.locator("svg.outlines").is_visible() and not await page.locator("#map-canvas").is_visible()
    await page.context.close()
