"""No name anywhere before both said yes: not on a page, not in an answer for programs, not in a mail or a text message."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Person
from tests.browser.test_journeys import appears, place

pytestmark = pytest.mark.browser
ASKER, HELPER = "Zonnebloemira", "Korenwolfgang"
"""Names that stand nowhere else."""
LINK = re.compile(r'(?:href|action|hx-get)="(/[^"#]*)"')
NOT_FOLLOWED = re.compile(r"/(static|sign-out|language|f|tiles|map|api/docs)\b|/(answer|done|withdraw|renew|again|appeal|resume)\b")
PROGRAMS = ("/api/v1/me", "/api/v1/posts", "/api/v1/offers", "/api/v1/matches", "/api/v1/conversations")


async def read_everything(person: Person) -> dict[str, str]:
    """What somebody can open by following links from their start, and what a program gets with their session."""
    read: dict[str, str] = {}
    waiting = ["/", "/posts/near?kind=need", *PROGRAMS]
    while waiting:
        path = waiting.pop()
        if path in read or NOT_FOLLOWED.search(path) or len(read) > 120:
            continue
        answer = await person.context.request.get(person.site.url + path)
        read[path] = await answer.text()
        links = (found.replace("&amp;", "&") for found in LINK.findall(read[path]))
        waiting += [re.sub(r"[?&]once=[^&]*", "", link) for link in links]
        waiting += [f"/api/v1/matches/{found}" for found in re.findall(r"/matches/([0-9a-f-]{36})", path)]
        waiting += [f"/api/v1/posts/{found}" for found in re.findall(r"/posts/([0-9a-f-]{36})", path)]
    return read


async def letters_to(person: Person, address: str) -> dict[str, str]:
    """What was mailed or sent to the address."""
    letters = await (await person.context.request.get(person.site.url + "/inbox.json")).json()
    return {f"letter {number}": repr(letter) for number, letter in enumerate(letters) if letter["to"] == address}


def where(name: str, read: dict[str, str]) -> list[str]:
    return [path for path, text in read.items() if name in text]


async def test_names_come_only_when_both_said_yes(meet: Callable[..., Any]) -> None:
    helper, asker, sara = await meet(script=False), await meet(script=False), await meet(script=False)
    ground, theme = helper.site.ground, "learning.skill"
    offer = await place(helper, "offer", "Ik leer je fietsen.", theme, "wolf@example.org", HELPER, ground.helper_hood)
    need = await place(asker, "need", "Wie leert mij fietsen?", theme, "zon@example.org", ASKER, ground.asker_hood)
    await sara.sign_in_as_staff()
    for post in (offer, need):
        await sara.open(f"/desk/posts/{post}")
        await sara.send("button[value=approved]")
        await sara.send("button[formaction$='/now']")
    await appears(sara, "/desk/matches", f"a[href^='/desk/matches/'], [href*='{need}']")
    await sara.send("a[href^='/desk/matches/']")
    await sara.send("button[value=confirm]")
    await sara.send("button[formaction$='/now']")

    async def everything(person: Person, address: str) -> dict[str, str]:
        return await read_everything(person) | await letters_to(person, address)

    await appears(helper, "/", "main form[action^='/matches/']")
    match = re.search(r"/matches/([0-9a-f-]{36})", await helper.page.content())[1]
    read = await everything(helper, "wolf@example.org")
    assert f"/matches/{match}" in read and f"/api/v1/matches/{match}" in read and len(read) > 20
    assert where(ASKER, read) == []
    assert where(HELPER, await everything(asker, "zon@example.org")) == []

    await helper.open("/")
    helper.taps = 0
    await helper.send("main form[action^='/matches/'] button[value=yes]")
    assert helper.taps == 1, "an answer is one tap from the start"
    await appears(asker, "/", "main form[action^='/matches/']")
    read = await everything(asker, "zon@example.org")
    assert f"/matches/{match}" in read and f"/api/v1/matches/{match}" in read
    assert where(HELPER, read) == []
    assert where(ASKER, await everything(helper, "wolf@example.org")) == []

    await asker.open(f"/matches/{match}")  # what a notice leads to
    asker.taps = 1
    await asker.send("main form[action^='/matches/'] button[value=yes]")
    assert asker.taps == 2, "and two from a notice"
    read = await everything(asker, "zon@example.org")
    assert f"/matches/{match}" in where(HELPER, read) and [path for path in where(HELPER, read) if path.startswith("letter")] == []
    assert f"/matches/{match}" in where(ASKER, await everything(helper, "wolf@example.org"))
