"""The queue with the keyboard alone, and two workers who go through it at once."""

import re
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from typing import Any

import asyncpg
import pytest

from buurtnet.kit.db import _set_up
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import read_vault
from tests.browser.conftest import LAPTOP, Person, Site
from tests.made import Made

ITEMS = 50


@pytest.fixture
async def made(site: Site) -> AsyncGenerator[Made]:
    """Puts people and posts into the running installation."""
    db = await asyncpg.connect(site.settings.worker_url)
    await _set_up(db)
    made = Made(db, read_vault(site.settings.keys))
    made._organisation = await db.fetchval("select organisation_id from staff where role = 'facilitator' limit 1")
    yield made
    await db.close()


async def place(made: Made, count: int, word: str) -> str:
    """Posts that a rule flagged, and the address of the list in which only they stand."""
    author = await made.person("Kobe")
    for number in range(count):
        text = f"Wie draagt mijn {word} nummer {number}? Bel 0470 12 34 {number:02}"
        post = await made.post(author, state="waiting", text=text)
        starts = text.index("0470")
        await made.insert(
            "flag", id=new_id(), object_kind="post", object_id=post, kind="contact", leads_to="review", starts=starts, ends=len(text)
        )
    return f"/desk/posts?q={word}"


class Hands:
    """Somebody at a keyboard, who counts what they press."""

    def __init__(self, person: Person) -> None:
        self.person, self.page, self.pressed = person, person.page, Counter[str]()

    async def press(self, *keys: str) -> None:
        """Presses the keys, of which the last one leads to another page."""
        for key in keys[:-1]:
            await self.page.keyboard.press(key)
        async with self.page.expect_navigation():
            await self.page.keyboard.press(keys[-1])
        self.pressed.update(keys)

    @property
    def item(self) -> str | None:
        found = re.search(r"/desk/posts/([0-9a-f-]{36})", self.page.url)
        return found[1] if found else None


async def test_fifty_flagged_posts_with_the_keyboard_alone(meet: Callable[..., Any], made: Made) -> None:
    address = await place(made, ITEMS, "kanariekast")
    sara = await meet(language="en", size=LAPTOP)
    await sara.sign_in_as_staff()
    await sara.open(address)
    hands = Hands(sara)
    await hands.press("j")
    seen: list[str] = []
    for number in range(ITEMS):
        assert hands.item is not None and hands.item not in seen, "each verdict leads to an item that was not there yet"
        seen.append(hands.item)
        assert await sara.page.locator("article mark").count(), "the words for which it waits stand out"
        await hands.press(*(("r", "1") if number % 5 == 0 else ("a",)))
    assert hands.item is None, "the list is empty"
    assert hands.pressed.total() <= 2 * ITEMS
    assert hands.pressed == {"j": 1, "a": 40, "r": 10, "1": 10}

    await hands.press("u")
    assert hands.item == seen[-1], "what was taken back is there again"
    await hands.press("a")
    async with made.db.transaction():
        await made.pass_seconds()
    states: dict[str, int] = {}
    for _ in range(150):
        rows = await made.db.fetch("select state, count(*) from post where text like '%kanariekast%' group by 1")
        states = {row["state"]: row["count"] for row in rows}
        if "waiting" not in states:
            break
        await sara.page.wait_for_timeout(100)
    assert states == {"open": 40, "refused": 10}
    assert {
        row["reason"] for row in await made.db.fetch("select reason from decision where verdict = 'refused' and object_id = any($1)", seen)
    } == {"contact"}
    assert sara.complaints == []


async def test_two_workers_go_through_the_same_queue(meet: Callable[..., Any], made: Made) -> None:
    address = await place(made, 6, "kanariezetel")
    hands: list[Hands] = []
    for name in ("Mehdi", "Nora"):
        worker = await meet(language="en", size=LAPTOP)
        token = await made.session(await made.staff(name), kind="staff")
        await worker.context.add_cookies([{"name": "session", "value": token, "url": worker.site.url}])
        await worker.open(address)
        hands.append(Hands(worker))
    mehdi, nora = hands
    await mehdi.press("j")
    await nora.press("j")
    assert mehdi.item == nora.item
    await mehdi.press("c")
    await nora.press("a")
    assert "Mehdi is looking at this now." in await nora.person.text()
    await nora.press("j")
    held, mine = mehdi.item, nora.item
    assert held != mine
    await mehdi.press("a")
    assert mehdi.item == mine, "the next one that nobody holds"
    await nora.press("a")
    await mehdi.press("r", "2")
    assert "Nora approved this." in await mehdi.person.text(), "a stale act is refused and says who did what"
    await mehdi.press("j")
    while nora.item or mehdi.item:
        for one in hands:
            if one.item:
                await one.press("a")
                if "approved this." in await one.person.text():
                    await one.person.open(address)
                    if await one.page.locator(".queue a").count():
                        await one.press("j")
    rows = await made.db.fetch(
        "select object_id, count(*) from decision d join post p on p.id = d.object_id where p.text like '%kanariezetel%'"
        " and d.undone_at is null group by 1"
    )
    assert [row["count"] for row in rows] == [1] * 6, "each item has one verdict"
