"""Every screen as people have it before them: in each language, light and dark, small, zoomed in, with few colours, and without scripts."""

import json
from collections import defaultdict
from collections.abc import AsyncGenerator
from itertools import groupby
from typing import Any

import pytest
from allpairspy import AllPairs
from playwright.async_api import Browser

from buurtnet.web.static import STATIC
from tests.access import ROUTES, Route
from tests.browser.looking import FACTORS, SCHEMES, SHAPES, Eye, Form, share
from tests.browser.screens import Screen, is_for_people, list_screens, showing
from tests.stage import RESIDENTS, Stage

pytestmark = pytest.mark.browser

FORMS = sorted((Form(*values) for values in AllPairs(list(FACTORS.values()))), key=lambda form: (form.script, form.language))
"""So few combinations that every two values of two factors occur together."""
LOADED = [list(forms) for _, forms in groupby(FORMS, key=lambda form: (form.script, form.language))]
"""The same by what a page is loaded with; the rest changes while somebody looks at it."""
EACH = 2
"""In how many forms of one lot a screen is looked at."""
EYES = 2


@pytest.fixture(scope="module")
async def screens(stage: Stage) -> list[Screen]:
    return await list_screens(stage)


@pytest.fixture(scope="module")
async def eyes(stage: Stage, chromium: Browser, drawing_chromium: Browser) -> AsyncGenerator[list[Eye]]:
    async with showing(stage) as url:
        opened = [await Eye.open_in(chromium, stage, url) for _ in range(EYES)]
        opened.append(await Eye.open_in(drawing_chromium, stage, url, draws=True))
        yield opened
        for eye in opened:
            await eye.context.close()


async def test_every_two_values_of_the_factors_meet() -> None:
    met = {(a, b) for form in FORMS for a in _pairs(form) for b in _pairs(form)}
    wanted = {((one, x), (other, y)) for one in FACTORS for other in FACTORS if one != other for x in FACTORS[one] for y in FACTORS[other]}
    assert wanted - met == set()


def _pairs(form: Form) -> list[tuple[str, object]]:
    return [(factor, getattr(form, factor)) for factor in FACTORS]


async def visit(eye: Eye, asked: tuple[Screen, int]) -> list[str]:
    """Looks at the screen in some forms of a lot, and goes through it with the Tab key in the first."""
    screen, number = asked
    lot, turn = LOADED[number % len(LOADED)], number // len(LOADED) * EACH
    forms = list(dict.fromkeys(lot[(turn + more) % len(lot)] for more in range(EACH)))
    await eye.show(screen, forms[0])
    faults = [f"{screen.name} ({forms[0]}): {fault}" for fault in await eye.walk()]
    for form in forms:
        await eye.shape(form)
        faults += [f"{screen.name} ({form}): {fault}" for fault in await eye.judge()]
    return faults


async def test_screens(eyes: list[Eye], screens: list[Screen]) -> None:
    found = await share(eyes, [(screen, number) for number, screen in enumerate(screens)], visit)
    if found:
        pytest.fail("\n".join(found))


MIDDLE = {"GET /join/about", "GET /sign-in/code", "GET /sign-in/who", "GET /kept", "GET /staff/begin"}
"""Pages that are there only in the middle of something: `test_reader.py` and `test_journeys.py` go through them."""
LEADING_ON = {"GET /f/{code:str}", "GET /conversations/{conversation_id:uuid}/newer"}
"""What shows nothing by itself: the way from a flyer, and news where there is none."""


async def test_every_page_of_the_matrix_is_a_screen(screens: list[Screen]) -> None:
    """Whoever gets a good answer to a GET was shown: what is not among the screens is a part of a page or no page, or nobody gets it."""
    shown = {screen.route for screen in screens}
    nobodys = {name for name, route in ROUTES.items() if name.startswith("GET ") and is_for_people(name) and not _is_good(name, route)}
    assert nobodys - shown == MIDDLE | LEADING_ON, "pages that nobody looks at"


def _is_good(name: str, route: Route) -> bool:
    method, path = name.split(" ")
    return any(200 in route.statuses(method, path, target).values() for target in route.of or (None,))


async def test_no_two_pages_have_the_same_title(screens: list[Screen]) -> None:
    """Two pages of one person, that is; a page that a form of it shows again keeps its own."""
    named = defaultdict(set)
    for screen in screens:
        named[screen.actor, screen.title].add(SAME.get(screen.route.partition(" ")[2], screen.route.partition(" ")[2]))
    assert {key: sorted(paths) for key, paths in named.items() if len(paths) > 1} == {}


SAME = {
    "/card/{token:str}": "/sign-in/card",
    "/desk/people/{person_id:uuid}/contact": "/desk/people/{person_id:uuid}",
    "/desk/reports/{report_id:uuid}/open": "/desk/reports/{report_id:uuid}",
    "/join/about": "/sign-in/who",
    "/s/{mark:str}/undo": "/s/{mark:str}",
    "/me/data/forget/digits": "/me/data/forget/code",
    "/decisions/{decision_id:uuid}": "/posts/{post_id:uuid}/decision",
    "/staff/passkeys/app": "/staff/passkeys",
    "/desk/referrals/{referral_id:uuid}/words": "/desk/referrals/{referral_id:uuid}",
    "/desk/posts/{post_id:uuid}/preview": "/desk/people/{person_id:uuid}/preview",
    "/desk/tasks/{task_id:uuid}/call": "/desk/tasks",
    "/desk/network/people/{person_id:uuid}": "/desk/network/people",
    "/map/downloads/{file:str}": "/static/{name:str}",
}
"""The same page at another address: with the card known, with what was opened, or refused because nothing had begun."""
MARKS = {
    "a chosen answer": ("/new/need/transport.move", "label.chip:has(input:checked)", "e => { e.querySelector('input').checked = false }"),
    "the page one is on": ("/me", ".bar a[aria-current]", "e => e.removeAttribute('aria-current')"),
    "the area that is shown": ("/posts/near", "a.chip[aria-current]", "e => e.removeAttribute('aria-current')"),
    "a step that is done": ("/new/need", ".steps i.on", "e => e.classList.remove('on')"),
    "how much a part counts": ("/desk/matches/{match}", ".barline", "e => e.querySelector('rect + rect').remove()"),
    "an icon": ("/posts", ".pic", "e => e.querySelector('svg').remove()"),
    "a button": ("/call-me", "main .btn", "e => e.style.border = '0'"),
    "where the focus is": ("/call-me", "main .btn", "e => e.focus()"),
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("mark", MARKS)
async def test_marks_are_seen_in_forced_colours(eyes: list[Eye], stage: Stage, mark: str, scheme: str) -> None:
    path, selector, change = MARKS[mark]
    address = path.format(match=stage.ids["match suggested"])
    actor = "facilitator" if address.startswith("/desk") else "asker"
    eye = eyes[0]
    await eye.show(Screen(route=f"GET {path}", target=None, actor=actor, address=address), Form("nl", scheme, "forced colours", True))
    # Playwright cuts pictures by the size that it set itself.
    await eye.page.set_viewport_size({"width": SHAPES["phone"].width, "height": SHAPES["phone"].height})
    found = eye.page.locator(selector).locator("visible=true").first
    await found.scroll_into_view_if_needed()
    box = await found.bounding_box()
    assert box is not None
    clip: Any = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "height": box["height"] + 16}
    before = await eye.page.screenshot(clip=clip)
    await found.evaluate(change)
    await eye.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert await eye.page.screenshot(clip=clip) != before, f"{mark} cannot be seen"


PRINTED = ("GET /matches/{match_id:uuid}", "GET /desk/people/{person_id:uuid}", "POST /desk/cards", "GET /map", "GET /helplines")
OFF_PAPER = "() => [...document.querySelectorAll('nav, .top, .foot, .skip, .leave, .screen')].filter(e => e.checkVisibility()).map(e => e.className)"
INK = "() => [document.documentElement, document.querySelector('main')].map(e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor])"


@pytest.mark.parametrize("route", PRINTED)
async def test_sheets_print_black_on_white_without_what_is_for_screens(eyes: list[Eye], screens: list[Screen], route: str) -> None:
    screen = next(screen for screen in screens if screen.route == route)
    eye = next(eye for eye in eyes if eye.draws is screen.draws)
    await eye.show(screen, Form("nl", "dark", "laptop", True))
    await eye.page.emulate_media(media="print", color_scheme="dark")
    await eye.session.send("Emulation.setDeviceMetricsOverride", {"width": 718, "height": 1047, "deviceScaleFactor": 1, "mobile": False})
    faults = [fault for fault in await eye.judge() if fault.startswith(("color-contrast", "sticks", "text is"))]
    assert (faults, await eye.page.evaluate(OFF_PAPER)) == ([], [])
    assert (await eye.page.evaluate(INK))[0] == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    await eye.page.emulate_media(media="screen")


async def test_nothing_moves_for_who_wants_no_movement(eyes: list[Eye]) -> None:
    eye = eyes[-1]
    await eye.show(Screen(route="GET /map", target=None, actor="visitor", address="/map"), Form("nl", "light", "phone", True))
    moving = """() => [...document.querySelectorAll('*')].map(e => getComputedStyle(e))
      .filter(style => /[1-9]/.test(style.transitionDuration + style.animationDuration)).length"""
    assert await eye.page.evaluate(moving) == 0
    await eye.page.emulate_media(reduced_motion="no-preference")
    assert await eye.page.evaluate(moving) > 0


async def test_the_skip_link_leads_past_the_header(eyes: list[Eye]) -> None:
    eye = eyes[0]
    await eye.show(Screen(route="GET /posts", target=None, actor="asker", address="/posts"), Form("ar", "light", "phone", True))
    await eye.page.keyboard.press("Tab")
    assert await eye.page.evaluate("document.activeElement.className") == "skip"
    await eye.page.keyboard.press("Enter")
    await eye.page.keyboard.press("Tab")
    assert await eye.page.evaluate("document.activeElement.closest('main') !== null")


HTML, FIRST = 14_000, 60_000
LIGHT = ("app.css", "app.js", "icons.svg")


async def test_pages_of_residents_keep_to_their_weight(stage: Stage, screens: list[Screen]) -> None:
    """As they travel: a page, and a first visit with what every page needs."""
    manifest = json.loads((STATIC / "manifest.json").read_text())
    shared = sum((STATIC / f"{manifest[name]}.br").stat().st_size for name in LIGHT)
    heavy = {}
    for screen in screens:
        if screen.method == "GET" and screen.actor in ("visitor", *RESIDENTS) and screen.route not in ("GET /map", "GET /api/docs"):
            answer = await stage.ask(screen.actor, "GET", screen.address, headers={"Accept-Encoding": "gzip"}, **screen.sent)
            size = int(answer.headers["content-length"])
            heavy |= {screen.name: size} if size > HTML or size + shared > FIRST else {}
    assert heavy == {}
