"""A language that is two fifths longer than English still fits the smallest phones, from left to right and from right to left."""

import itertools
from collections.abc import AsyncGenerator, Generator

import msgspec
import pytest
from playwright.async_api import Browser

from tests.browser.looking import Eye, Form, share
from tests.browser.screens import Screen, list_screens, showing
from tests.pseudo import PSEUDO, spoken
from tests.stage import Stage

pytestmark = pytest.mark.browser

SMALL = ("320 px", "phone")
OVERLAPS = """() => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest(".sr, .skip, .said-now, svg, .maplibregl-map, [popover]");
  const lines = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !shown(e)) continue;
    range.selectNodeContents(texts.currentNode);
    for (const r of range.getClientRects()) if (r.width > 2 && r.height > 2) lines.push({ e, r, fixed: Boolean(e.closest(".bar, .acting, .top")) });
  }
  const faults = new Set();
  for (const [n, a] of lines.entries()) for (const b of lines.slice(n + 1)) {
    if (a.fixed !== b.fixed || a.e === b.e) continue;
    const wide = Math.min(a.r.right, b.r.right) - Math.max(a.r.left, b.r.left);
    const high = Math.min(a.r.bottom, b.r.bottom) - Math.max(a.r.top, b.r.top);
    if (wide > 2 && high > 0.5 * Math.min(a.r.height, b.r.height)) faults.add(`${a.e.innerText.slice(0, 40)} lies over ${b.e.innerText.slice(0, 40)}`);
  }
  return [...faults];
}"""
"""Lines of two texts that lie over one another by more than half a line: descenders may touch, words may not."""


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with spoken(tmp_path_factory.mktemp("locales")):
        yield


@pytest.fixture(scope="module")
async def screens(stage: Stage) -> list[Screen]:
    return [
        msgspec.structs.replace(one, address=one.address.replace("/offline/ar", "/offline/xl"))
        for one in await list_screens(stage)
        if not one.address.startswith(("/api", "/inbox"))  # What is for programmers, and letters as they went out.
    ]


@pytest.fixture(scope="module")
async def eyes(stage: Stage, chromium: Browser, drawing_chromium: Browser) -> AsyncGenerator[list[Eye]]:
    async with showing(stage) as url:
        opened = [await Eye.open_in(chromium, stage, url) for _ in range(2)]
        opened.append(await Eye.open_in(drawing_chromium, stage, url, draws=True))
        yield opened
        for eye in opened:
            await eye.context.close()


async def measure(eye: Eye, asked: tuple[Screen, str]) -> list[str]:
    """What sticks out, is cut, lies over something else or is too small to be touched, at each width."""
    screen, language = asked
    forms = [Form(language, "light", width, script=True) for width in SMALL]
    await eye.show(screen, forms[0])
    faults = [] if "⟦" in await eye.page.content() else [f"{screen.name} is not shown in {language}"]
    for form in forms:
        await eye.shape(form)
        found = await eye.page.evaluate("() => lookAt.ruler()") + await eye.page.evaluate(OVERLAPS)
        faults += [f"{screen.name} ({form}): {fault}" for fault in found if " is written " not in fault]
    return faults


async def test_longer_words_fit_small_phones(eyes: list[Eye], screens: list[Screen], made_up: None) -> None:
    """Every screen in one of the two directions, in turn."""
    languages = itertools.cycle(one.code for one in PSEUDO)
    found = await share(eyes, list(zip(screens, languages, strict=False)), measure)
    if found:
        pytest.fail("\n".join(found))
