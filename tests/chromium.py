"""Debian's Chromium, as tests and benchmarks drive it."""

import shutil
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

from playwright.async_api import Browser, async_playwright

from buurtnet.local.refusals import Refused
from buurtnet.settings import read_settings

WINDOWLESS = "chromium-headless-shell"
"""The same browser without windows: to open a page costs it a tenth, and it shows no notices."""
WINDOWED = ("chromium", "chromium-browser", "google-chrome")
QUIET = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
PLAIN = [*QUIET, "--disable-dev-shm-usage", "--disable-gpu"]
DRAWING = [*QUIET, "--disable-dev-shm-usage", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
"""The map draws with WebGL; without a graphics card that makes every page half as dear again, so only the map is looked at like this."""


def find_chromium(*, windowed: bool = False) -> str:
    """The browser's program, if there is one the windowless one unless that will not do; refuses where there is none."""
    programs = WINDOWED if windowed else (WINDOWLESS, *WINDOWED)
    path = read_settings().chromium or next(filter(None, map(shutil.which, programs)), "")
    if not path:
        raise Refused("Chromium is missing; name it in BUURTNET_CHROMIUM.")
    return path


@asynccontextmanager
async def browsing(flags: Sequence[str] = PLAIN, *, windowed: bool = False) -> AsyncGenerator[Browser]:
    """A browser, closed at the end."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_chromium(windowed=windowed), args=list(flags))
        yield browser
        await browser.close()
