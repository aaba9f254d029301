"""Every screen in every form: each page of the matrix × language × light and dark × size, zoom, forced colours and wide spacing × with and
without JavaScript, looked at by axe (WCAG 2.2 A and AA) and by the ruler of `tests/browser/looking.js`, and gone through with the Tab key.

A line for each language with and without JavaScript; `faults` says what was found, each with its screen and its form. `--quick` looks at
every sixteenth screen, each time others, in two of the forms.
"""

import asyncio
import time
from collections.abc import Iterator
from itertools import product

from tests.bench._site import shown_stage
from tests.browser.looking import FACTORS, SCHEMES, SHAPES, Eye, Form, share
from tests.browser.screens import Screen, list_screens
from tests.chromium import DRAWING, browsing

EYES = 2
STEP, FEW = 16, 2
SHOWN = 20
"""Faults that a line shows."""


def run(quick: bool) -> Iterator[dict[str, object]]:
    """A line for each language, with scripts and without."""
    yield from asyncio.run(_measure(quick))


async def _measure(quick: bool) -> list[dict[str, object]]:
    lines: list[dict[str, object]] = []
    async with shown_stage() as (stage, url), browsing() as browser, browsing(DRAWING) as drawing:
        screens = await list_screens(stage)
        eyes = [await Eye.open_in(browser, stage, url) for _ in range(EYES)]
        eyes.append(await Eye.open_in(drawing, stage, url, draws=True))
        for number, (language, script) in enumerate(product(FACTORS["language"], FACTORS["script"])):
            forms = [Form(str(language), scheme, shape, bool(script)) for scheme in SCHEMES for shape in SHAPES]
            chosen = screens[number % STEP :: STEP] if quick else screens
            forms = [forms[(number + more) % len(forms)] for more in range(FEW)] if quick else forms
            lines.append(await _look(eyes, chosen, forms))
    return lines


async def _look(eyes: list[Eye], screens: list[Screen], forms: list[Form]) -> dict[str, object]:
    async def visit(eye: Eye, asked: tuple[Screen]) -> list[str]:
        (screen,) = asked
        await eye.show(screen, forms[0])
        faults = [f"{screen.name} ({forms[0]}): {fault}" for fault in await eye.walk()]
        for form in forms:
            await eye.shape(form)
            faults += [f"{screen.name} ({form}): {fault}" for fault in await eye.judge()]
        return faults

    began = time.perf_counter()
    faults = await share(eyes, [(screen,) for screen in screens], visit)
    return {
        "bench": "access",
        "case": f"{forms[0].language}, {'with' if forms[0].script else 'without'} JavaScript",
        "pages": len(screens),
        "combinations": len(screens) * len(forms),
        "violations": len(faults),
        "seconds": round(time.perf_counter() - began, 1),
        "within": not faults,
        **({"faults": faults[:SHOWN]} if faults else {}),
    }
