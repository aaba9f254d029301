"""Looking at one screen: axe, the ruler and the Tab key, in each of the forms in which people have a page before them."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from playwright.async_api import Browser, CDPSession, ConsoleMessage, Error, Page

from buurtnet.web.language import LANGUAGES
from tests.browser.screens import Screen
from tests.stage import Stage

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
EYES = Path(__file__).with_suffix(".js")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
MORE = ("heading-order", "landmark-one-main", "landmark-unique", "region", "page-has-heading-one")
"""Of axe's good practice, beyond WCAG 2.2 AA."""
LESS = ("target-size",)
"""What the ruler measures more strictly, 44 px for 24; axe minds what lies half under the bar, wherever the page happens to be scrolled to."""
RUN = """([tags, more, less]) => axe.run(document, {
  runOnly: tags, rules: Object.fromEntries([...more.map(id => [id, {enabled: true}]), ...less.map(id => [id, {enabled: false}])]),
  resultTypes: ['violations'], elementRef: false
}).then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""
LOOKS = ("color-contrast", "link-in-text-block", "scrollable-region-focusable")
"""The rules that depend on how a page looks; the others ask what stands on it and what of that can be seen at all."""
RUN_LOOKS = """looks => axe.run(document, {runOnly: {type: 'rule', values: looks}, resultTypes: ['violations'], elementRef: false})
  .then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))"""
LOADED = """() => [...document.querySelectorAll('[hx-trigger="load"]')].every(part =>
  performance.getEntriesByName(new URL(part.getAttribute('hx-get'), location).href).length && !part.closest('.htmx-request, .htmx-swapping, .htmx-settling'))"""
"""Whether the parts that a page brings by itself are there."""
DRAWN = "() => !document.querySelector('#map-canvas') || document.querySelector('.moving')"
"""Whether the map has taken the place of the drawing, where there is one."""
SEND = """([address, fields]) => {
  const form = Object.assign(document.createElement('form'), {method: 'post', action: address});
  for (const [name, value] of fields) form.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
  document.body.append(form);
  form.submit();
}"""


class Shape(NamedTuple):
    """How large a page is, and what else is special about how it is shown."""

    width: int
    height: int
    scale: int = 1
    forced: bool = False
    spaced: bool = False


SHAPES = {
    "phone": Shape(360, 740, 2),
    "320 px": Shape(320, 640, 2),
    "400 % zoom": Shape(320, 200, 4),
    "forced colours": Shape(360, 740, forced=True),
    "laptop": Shape(1280, 800),
    "wide spacing": Shape(360, 740, spaced=True),
}
"""400 % zoom of a window of 1280 × 800 leaves 320 × 200."""
SCHEMES = ("light", "dark")
FACTORS = {
    "language": [language.code for language in LANGUAGES],
    "scheme": list(SCHEMES),
    "shape": list(SHAPES),
    "script": [True, False],
}


class Form(msgspec.Struct, frozen=True):
    """One combination of the factors."""

    language: str
    scheme: str
    shape: str
    script: bool

    def __str__(self) -> str:
        return f"{self.language}, {self.scheme}, {self.shape}{'' if self.script else ', no JavaScript'}"


EXPECTED = ("the server responded with a status of 4", "Service Worker registration blocked")
"""Refusals, and that these browsers keep nothing of one person for the next; `test_offline.py` is about that."""


def note_complaints(page: Page, complaints: list[str]) -> None:
    """Notes what the browser complains of on the page, beyond what is expected."""

    def hear(said: ConsoleMessage) -> None:
        if said.type in ("error", "warning") and not any(part in said.text for part in EXPECTED):
            complaints.append(said.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))


class Eye:
    """A window of its own that opens screens and says what is wrong with them."""

    def __init__(self, stage: Stage, url: str, page: Page, session: CDPSession, *, draws: bool) -> None:
        self.stage, self.url, self.context, self.page, self.session, self.draws = stage, url, page.context, page, session, draws
        self.complaints: list[str] = []
        self._compiled: dict[Path, str] = {}
        self._judged: set[str] = set()
        note_complaints(page, self.complaints)

    @classmethod
    async def open_in(cls, browser: Browser, stage: Stage, url: str, *, draws: bool = False) -> "Eye":
        context = await browser.new_context(reduced_motion="reduce", service_workers="block")
        context.set_default_timeout(15_000)
        page = await context.new_page()
        return cls(stage, url, page, await context.new_cdp_session(page), draws=draws)

    async def show(self, screen: Screen, form: Form) -> None:
        """Opens the screen in the form; where scripts are off, they are until it has been loaded."""
        await self.context.clear_cookies()
        crumbs = {"language": f"{form.language}.mine", **screen.sent.get("cookies", {})}
        if screen.actor in self.stage.tokens:
            crumbs["session"] = self.stage.tokens[screen.actor]
        await self.context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in crumbs.items()])
        self.complaints.clear()
        self._judged.clear()
        await self.session.send("Emulation.setScriptExecutionDisabled", {"value": not form.script})
        if screen.method == "GET":
            query = "&".join(f"{name}={value}" for name, value in screen.sent.get("params", {}).items())
            await self.page.goto(f"{self.url}{screen.address}{'?' + query if query else ''}")
        else:
            await self._send(screen)
        if form.script:
            await self.page.wait_for_function(LOADED)
            if self.draws:
                await self.page.wait_for_function(DRAWN)
        await self.session.send("Emulation.setScriptExecutionDisabled", {"value": False})
        await self._run(EYES)
        await self.shape(form)

    async def _run(self, file: Path) -> None:
        """Runs a script of ours on the page; it is compiled once for all pages that this process of the browser shows."""
        if file in self._compiled:
            with suppress(Error):  # another process, which has not heard of it
                await self.session.send("Runtime.runScript", {"scriptId": self._compiled[file]})
                return
        await self.session.send("Runtime.enable")
        compiled = await self.session.send(
            "Runtime.compileScript", {"expression": f"{file.read_text()}; void 0", "sourceURL": file.name, "persistScript": True}
        )
        self._compiled[file] = compiled["scriptId"]
        await self.session.send("Runtime.runScript", {"scriptId": compiled["scriptId"]})

    async def _send(self, screen: Screen) -> None:
        """What a form answers that leads on to no other page; sent from a page of ours, as forms are."""
        await self.page.goto(f"{self.url}/helplines")
        fields = [
            (name, str(one))
            for name, value in screen.sent.get("data", {}).items()
            for one in (value if isinstance(value, list) else [value])
        ]
        async with self.page.expect_navigation():
            await self.page.evaluate(SEND, [screen.address, fields])

    async def shape(self, form: Form) -> None:
        """Gives the window the size, the colours and the zoom of the form."""
        shape = SHAPES[form.shape]
        metrics = {"width": shape.width, "height": shape.height, "deviceScaleFactor": shape.scale, "mobile": False}
        await self.session.send("Emulation.setDeviceMetricsOverride", metrics)
        scheme: Any = form.scheme
        await self.page.emulate_media(color_scheme=scheme, forced_colors="active" if shape.forced else "none", reduced_motion="reduce")
        await self.page.evaluate("on => window.lookAt?.space(on)", shape.spaced)

    async def read(self) -> bytes:
        """What the page that is shown is to whoever looks at it; the same twice, in the same form, looks the same."""
        return sha256((await self.page.evaluate("() => lookAt.page()")).encode(errors="replace")).digest()

    async def judge(self) -> list[str]:
        """What axe and the ruler find on the page that is shown; where the same was visible before in another form, axe asks for its looks alone."""
        if await self.page.evaluate("typeof axe === 'undefined'"):
            await self._run(AXE)
        visible = await self.page.evaluate("() => lookAt.visible()")
        found = await self.page.evaluate(*(RUN_LOOKS, LOOKS) if visible in self._judged else (RUN, [TAGS, MORE, LESS]))
        self._judged.add(visible)
        return list(dict.fromkeys([*found, *await self.page.evaluate("() => lookAt.ruler()"), *self.complaints]))

    async def walk(self) -> list[str]:
        """What is wrong on the way of the Tab key through the page that is shown."""
        presses = await self.page.evaluate("() => lookAt.walk()")
        key = {"type": "rawKeyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
        await asyncio.gather(*(self.session.send("Input.dispatchKeyEvent", key) for _ in range(presses)))
        return await self.page.evaluate("() => lookAt.told()")


async def share(eyes: Sequence[Eye], visits: Sequence[Any], visit: Any) -> list[str]:
    """Does all visits, each a tuple with a screen first, with all eyes at once; gives what was wrong with each, with its name before it."""
    waiting = {draws: iter([one for one in visits if one[0].draws is draws]) for draws in (True, False)}
    faults: list[str] = []

    async def look(eye: Eye) -> None:
        for one in waiting[eye.draws]:
            faults.extend(await visit(eye, one))

    await asyncio.gather(*(look(eye) for eye in eyes))
    return sorted(faults)
