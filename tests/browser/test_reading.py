"""The pages in plain words on the smallest phone, and the notice form from both ends."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Person
from tests.browser.test_journeys import appears

pytestmark = pytest.mark.browser

PAGES = ("/about", "/privacy", "/rules", "/accessibility", "/contact", "/report", "/helplines")
SMALL = {"width": 320, "height": 640}
RULER = """() => ({
  wide: document.scrollingElement.scrollWidth - innerWidth,
  small: [...document.querySelectorAll('footer a, main .tap, main .btn:not([hidden])')].map(e => [e.innerText.trim(), e.getBoundingClientRect()])
    .filter(([, box]) => box.height < 43.5).map(([name]) => name),
})"""


@pytest.mark.parametrize("language", ["nl", "fr", "ar", "tr"])
async def test_nothing_sticks_out_on_the_smallest_phone(meet: Callable[..., Any], language: str) -> None:
    reader: Person = await meet(language=language, size=SMALL)
    faults = []
    for path in PAGES:
        await reader.open(path)
        found = await reader.page.evaluate(RULER)
        if found["wide"] > 0 or found["small"]:
            faults.append((path, found))
    assert faults == [] and reader.complaints == []


@pytest.mark.parametrize("script", [True, False])
async def test_a_visitor_reports_something_and_hears_what_was_decided(meet: Callable[..., Any], script: bool) -> None:
    address = f"zoe-{script}@example.org".lower()
    zoe: Person = await meet(language="nl", script=script, size=SMALL)
    await zoe.open("/rules")
    await zoe.send("main a[href='/report']")
    await zoe.type("[name=text]", "Op de affiche staat een naam.")
    await zoe.type("[name=where_seen]", "De bushalte")
    await zoe.type("[name=address]", f"{'z' * 70}@example.org")
    await zoe.send("main form button[type=submit]")
    assert await zoe.page.locator("#address-wrong").count() == 1
    assert await zoe.page.locator("[name=text]").input_value() == "Op de affiche staat een naam."
    await zoe.type("[name=address]", address)
    await zoe.send("main form button[type=submit]")
    answer = zoe.path
    assert answer.startswith("/reports/") and "Op de affiche" not in await zoe.text()

    sara: Person = await meet()
    await sara.sign_in_as_staff()
    await sara.open(f"/desk{answer}")
    assert "De bushalte" in await sara.text()
    await sara.page.locator("label:has(input[value=handled])").click()
    await sara.send("main form[action*='/desk/reports/'][action*='once='] button[type=submit]:not([formaction])")
    await sara.send("button[formaction$='/now']")

    await appears(zoe, answer, "form[action*='/appeal']")
    for _ in range(100):
        letters = [letter async for letter in _letters(zoe, address)]
        if len(letters) == 2:
            break
        await zoe.page.wait_for_timeout(100)
    assert len(letters) == 2 and all(answer in letter for letter in letters), "word that it came, and what was decided"


async def _letters(person: Person, address: str) -> Any:
    inbox = await person.context.request.get(f"{person.site.url}/inbox.json")
    for letter in await inbox.json():
        if letter["to"] == address:
            yield letter["text"]
