"""Debian's Chromium, as tests and benchmarks drive it."""

import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Playwright, async_playwright

from buurtnet.local.refusals import Refused
from buurtnet.settings import read_settings

WINDOWLESS = "chromium-headless-shell"
"""The same browser without windows: to open a page costs it a tenth, and it shows no notices."""
WINDOWED = ("chromium", "chromium-browser", "google-chrome")
SHARED, ENOUGH = Path("/dev/shm"), 1 << 30


def _keeps_in_memory() -> bool:
    """Whether there is room in memory for what a browser's processes share: in containers there is often hardly any. On disk a page costs a seventh more."""
    return SHARED.is_dir() and shutil.disk_usage(SHARED).free >= ENOUGH


QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
QUIET += [] if _keeps_in_memory() else ["--disable-dev-shm-usage"]
PLAIN = [*QUIET, "--disable-gpu"]
DRAWING = [*QUIET, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""The map draws with WebGL; without a graphics card that makes every page half as dear again, so only the map is looked at like this."""


def find_chromium(*, windowed: bool = False) -> str:
    """The browser's program, if there is one the windowless one unless that will not do; refuses where there is none."""
    programs = WINDOWED if windowed else (WINDOWLESS, *WINDOWED)
    path = read_settings().chromium or next(filter(None, map(shutil.which, programs)), "")
    if not path:
        raise Refused("Chromium is missing; name it in BUURTNET_CHROMIUM.")
    return path


_driving: list[Playwright] = []
_browsers = 0


@asynccontextmanager
async def _driver() -> AsyncGenerator[Playwright]:
    """The program that drives browsers, one for all that are open."""
    global _browsers
    if not _driving:
        _driving.append(await async_playwright().start())
    _browsers += 1
    try:
        yield _driving[0]
    finally:
        _browsers -= 1
        if not _browsers:
            await _driving.pop().stop()


@asynccontextmanager
async def browsing(flags: Sequence[str] = PLAIN, *, windowed: bool = False) -> AsyncGenerator[Browser]:
    """A browser, closed at the end."""
    async with _driver() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(windowed=windowed), args=list(flags))
        yield browser
        await browser.close()
