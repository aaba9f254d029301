"""Every screen in every form: each page of the matrix × language × light and dark × size, zoom, forced colours and wide spacing × with and
without JavaScript, looked at by axe (WCAG 2.2 A and AA) and by the ruler of `tests/browser/looking.js`, and gone through with the Tab key.

A line for each language with and without JavaScript, as soon as it is known; `faults` says what was found, each with its screen and its form.
`distinct` are the combinations whose page was not the same, to the byte, in an earlier one of the same size and colours: without JavaScript most
are what they were with it. These are opened and gone through all the same; what axe and the ruler found stands.
`--only` looks at what fits by that name: `--only /desk`, `--only ' as (visitor|asker)'`, `--only '(ar, dark'`, or a fault to look at once more.
`--quick` looks at every sixteenth screen, each time others, in two of the forms.
"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Iterator
from itertools import product

from tests.bench._site import shown_stage
from tests.browser.looking import FACTORS, SCHEMES, SHAPES, Eye, Form, share
from tests.browser.screens import Screen, list_screens
from tests.chromium import DRAWING, browsing

EYES = 2
STEP, FEW = 16, 2
SHOWN = 20
"""Faults that a line shows."""


Visit = tuple[Screen, list[Form]]
"""A screen, and the forms of one language and script in which it is looked at."""

Known = dict[tuple[str, str, bytes], list[str]]
"""What was found on a page in a scheme and a shape. Most pages are the same to the byte with and without scripts; such a one is judged once."""


def run(quick: bool, only: str = "") -> Iterator[dict[str, object]]:
    """A line for each language, with scripts and without; `only` is looked for in the name of a screen with its form."""
    with asyncio.Runner() as runner:
        lines = _measure(quick, re.compile(only))
        while line := runner.run(_next(lines)):
            yield line


async def _next(lines: AsyncGenerator[dict[str, object]]) -> dict[str, object] | None:
    return await anext(lines, None)


async def _measure(quick: bool, only: re.Pattern[str]) -> AsyncGenerator[dict[str, object]]:
    async with shown_stage() as (stage, url), browsing() as browser, browsing(DRAWING) as drawing:
        screens = await list_screens(stage)
        eyes = [await Eye.open_in(browser, stage, url) for _ in range(EYES)]
        eyes.append(await Eye.open_in(drawing, stage, url, draws=True))
        known: Known = {}
        for number, (language, script) in enumerate(product(FACTORS["language"], FACTORS["script"])):
            forms = [Form(str(language), scheme, shape, bool(script)) for scheme in SCHEMES for shape in SHAPES]
            chosen = screens[number % STEP :: STEP] if quick else screens
            forms = [forms[(number + more) % len(forms)] for more in range(FEW)] if quick else forms
            visits = [(screen, [form for form in forms if only.search(name_of(screen, form))]) for screen in chosen]
            visits = [visit for visit in visits if visit[1]]
            if visits:
                yield await _look(eyes, visits, known)


def name_of(screen: Screen, form: Form) -> str:
    """What a fault bears in front."""
    return f"{screen.name} ({form})"


async def _look(eyes: list[Eye], visits: list[Visit], known: Known) -> dict[str, object]:
    async def judge(eye: Eye, form: Form) -> list[str]:
        page = (form.scheme, form.shape, await eye.read())
        if page not in known:
            known[page] = await eye.judge()
        return list(dict.fromkeys([*known[page], *eye.complaints]))

    async def visit(eye: Eye, asked: Visit) -> list[str]:
        screen, forms = asked
        faults: list[str] = []
        await eye.show(screen, forms[0])
        for form in forms:
            await eye.shape(form)
            found = await eye.walk() if form.scheme == forms[0].scheme else []
            faults += [f"{name_of(screen, form)}: {fault}" for fault in [*found, *await judge(eye, form)]]
        return faults

    began, before = time.perf_counter(), len(known)
    faults = await share(eyes, visits, visit)
    first = visits[0][1][0]
    return {
        "bench": "access",
        "case": f"{first.language}, {'with' if first.script else 'without'} JavaScript",
        "pages": len(visits),
        "combinations": sum(len(forms) for _, forms in visits),
        "distinct": len(known) - before,
        "violations": len(faults),
        "seconds": round(time.perf_counter() - began, 1),
        "within": not faults,
        **({"faults": faults[:SHOWN]} if faults else {}),
    }
