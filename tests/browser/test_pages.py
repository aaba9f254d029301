"""Every page that people see: nothing sticks out, every target is large enough, axe finds nothing, in four languages and both modes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import LAPTOP, PHONE

pytestmark = pytest.mark.browser

RULER = """() => {
  const seen = e => { const r = e.getBoundingClientRect(), s = getComputedStyle(e);
    return r.width > 1 && r.height > 1 && s.visibility !== 'hidden' && !e.closest('[hidden]') };
  const name = e => (e.innerText || e.getAttribute('aria-label') || e.name || e.tagName).trim().slice(0, 40);
  const targets = [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')].filter(seen);
  const small = targets.filter(e => {
    const box = e.closest('label.chip') || e, r = box.getBoundingClientRect();
    const inText = e.tagName === 'A' && getComputedStyle(e).display === 'inline' && e.closest('p, li, td, dd, th');
    return !inText && (r.height < 43.5 || r.width < 43.5) }).map(name);
  return { wide: document.scrollingElement.scrollWidth - innerWidth, small };
}"""
VISITOR = [
    "/",
    "/about",
    "/join",
    "/sign-in",
    "/sign-in/card",
    "/staff/sign-in",
    "/new",
    "/new/need",
    "/new/need/transport",
    "/new/need/transport.move",
    "/report",
    "/helplines",
    "/map",
    "/api/docs",
]
RESIDENT = ["/", "/new", "/posts", "/posts/near", "/messages", "/matches", "/me", "/call-me"]
DESK = [
    "/desk",
    "/desk/posts",
    "/desk/matches",
    "/desk/reports",
    "/desk/tasks",
    "/desk/people",
    "/desk/people/new",
    "/desk/cards",
    "/desk/network",
]
FORMS = [("nl", False, PHONE), ("ar", True, PHONE), ("fr", False, {"width": 320, "height": 640}), ("en", True, LAPTOP)]


async def look(person: Any, paths: list[str]) -> list[str]:
    faults = []
    for path in paths:
        await person.open(path)
        ruler = await person.page.evaluate(RULER)
        if ruler["wide"] > 0:
            faults.append(f"{path}: sticks out {ruler['wide']} px")
        if ruler["small"]:
            faults.append(f"{path}: small targets {ruler['small'][:4]}")
        faults += [f"{path}: {fault}" for fault in await person.check_access()]
    return sorted({*faults, *person.complaints})


@pytest.mark.parametrize(("language", "dark", "size"), FORMS)
async def test_pages_of_a_visitor(meet: Callable[..., Any], language: str, dark: bool, size: dict[str, int]) -> None:
    assert await look(await meet(language=language, dark=dark, size=size), VISITOR) == []


@pytest.mark.parametrize(("language", "dark", "size"), FORMS)
async def test_pages_of_a_resident(meet: Callable[..., Any], language: str, dark: bool, size: dict[str, int]) -> None:
    person = await meet(language=language, dark=dark, size=size)
    await person.open("/join")
    await person.join(f"pages-{language}@example.org", "", person.site.ground.asker_hood)
    assert await look(person, RESIDENT) == []


@pytest.mark.parametrize(("language", "dark", "size"), [("nl", False, PHONE), ("fr", True, LAPTOP)])
async def test_pages_of_a_facilitator(meet: Callable[..., Any], language: str, dark: bool, size: dict[str, int]) -> None:
    sara = await meet(language=language, dark=dark, size=size)
    await sara.sign_in_as_staff()
    assert await look(sara, DESK) == []
