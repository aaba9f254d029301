"""Every counter leads to its list and is as long as that list, everywhere and in each neighbourhood."""

import html
import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.ids import new_id
from buurtnet.web.language import today
from tests.made import Made

COUNTER = re.compile(r'<a[^>]* href="([^"]+)"[^>]*>(?:(?!</a>).)*?<(?:b|span) class="n" data-count="([^"]+)">(\d+)</', re.DOTALL)
CHIP = re.compile(r'<a class="chip" href="([^"]*list=(\w+))"[^>]*>[^<]*<b class="n">(\d+)</b>')
UUIDS = "[0-9a-f]{8}-[0-9a-f-]{27}"
ITEMS = {
    "/desk/posts": f"/desk/posts/({UUIDS})",
    "/desk/matches": f"/desk/matches/({UUIDS})",
    "/desk/reports": f"/desk/reports/({UUIDS})",
    "/desk/unmatched": f'id="need-({UUIDS})',
    "/desk/tasks": f'id="task-({UUIDS})',
    "/desk/left-out": f'<li id="(?:person|post|match)-({UUIDS})',
}
OWN, BACKUP, FAR = "Brabantwijk", "Collignon", "Helmet"


class Filled:
    """What stands in a neighbourhood: some of everything that is counted."""

    def __init__(self, made: Made) -> None:
        self.made = made

    async def fill(self, hood: str, organisation_id: UUID, *, times: int) -> None:
        for number in range(times):
            asker = await self.made.person(f"Amina{number}", hood, organisation_id=organisation_id)
            helper = await self.made.person(f"Bart{number}", hood, organisation_id=organisation_id)
            await self._post(asker, helper, number)
            await self._tasks(hood, organisation_id, asker)
            await self.made.insert(
                "report",
                id=new_id(),
                organisation_id=organisation_id,
                neighbourhood_id=await self.made.hood(hood),
                object_kind="other",
                text="Er klopt iets niet",
                language="nl",
            )

    async def _post(self, asker: UUID, helper: UUID, number: int) -> None:
        made, long_ago = self.made, now() - timedelta(days=10)
        await made.post(asker, state="waiting")
        await made.post(asker, "need", "papers.letter", state="waiting")
        await made.post(asker, created_at=long_ago)
        need, offer = await made.post(asker), await made.post(helper, "offer")
        await made.match(need, offer, "suggested")
        need, offer = await made.post(asker, engaged=1), await made.post(helper, "offer", engaged=1)
        await made.match(need, offer, "agreed", agreed_at=long_ago)
        for _ in range(4):
            need, offer = await made.post(asker, state="met"), await made.post(helper, "offer", engaged=1)
            await made.match(need, offer, "completed", agreed_at=now() - timedelta(days=2))
        first, second = sorted((asker, helper))
        if number % 2:
            await made.insert("tie", a=first, b=second, first_on=today(), last_on=today(), a_helped=1)
            for one in (asker, helper):
                await made.insert("tie_component", person_id=one, component=first)

    async def _tasks(self, hood: str, organisation_id: UUID, person_id: UUID) -> None:
        place = {"organisation_id": organisation_id, "neighbourhood_id": await self.made.hood(hood), "person_id": person_id}
        for days in (-3, 0, 4):
            await self.made.insert("task", id=new_id(), kind="follow_up", due_on=today() + timedelta(days=days), **place)
        gone = {"kind": "clock", "object_kind": "match", "object_id": new_id()}
        await self.made.insert("task", id=new_id(), due_on=today(), **gone, **place)


@pytest.fixture
async def worker(client: httpx.AsyncClient, made: Made) -> UUID:
    """A worker of one neighbourhood who stands in for another, signed in; around them a town in which something of everything waits."""
    own, other = await made.home_organisation(), await made.organisation("Buurtwerk Noord")
    worker = await made.staff(hoods=[OWN])
    await made.insert("staff_area", person_id=worker, neighbourhood_id=await made.hood(BACKUP), backup=True)
    filled = Filled(made)
    await filled.fill(OWN, own, times=3)
    await filled.fill(BACKUP, own, times=2)
    await filled.fill(FAR, own, times=1)
    await filled.fill(OWN, other, times=1)
    placeless = {"id": new_id(), "organisation_id": own, "object_kind": "other", "text": "Zonder plaats", "language": "nl"}
    await made.insert("report", **placeless)
    await made.sign_in(client, worker, kind="staff")
    return worker


def counters_of(page: str) -> Mapping[str, tuple[str, int]]:
    """The address and the number of every counter of a page, by its name."""
    return {name: (html.unescape(href), int(number)) for href, name, number in COUNTER.findall(page)}


async def count_items(client: httpx.AsyncClient, href: str) -> int:
    """How many items the list has on all its pages."""
    pattern, found, seen = ITEMS[href.partition("?")[0]], set[str](), set[str]()
    while href and href not in seen:
        seen.add(href)
        answer = await client.get(href)
        assert answer.status_code == 200, href
        found |= set(re.findall(pattern, answer.text))
        more = re.search(r'href="([^"]*after=[^"]*)"', answer.text)
        href = html.unescape(more[1]) if more else ""
    return len(found)


NAMES = {"posts", "matches", "reports", "unmatched", "tasks", "late", "silent"}
LISTS = {"nobody", "unanswered", "silent", "carrying"}


async def test_every_counter_is_as_long_as_the_list_it_leads_to(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    start = counters_of((await client.get("/desk")).text.partition("<main")[2])
    left_out = {name: (html.unescape(href), int(number)) for href, name, number in CHIP.findall((await client.get("/desk/left-out")).text)}
    areas = {await made.hood(OWN), await made.hood(BACKUP)}
    assert set(start) == NAMES | {f"{name}/{area}" for name in NAMES for area in areas}
    assert set(left_out) == LISTS
    for name, (href, number) in {**start, **left_out}.items():
        assert number > 0, f"nothing of {name} was made"
        assert await count_items(client, href) == number, (name, href)


async def test_the_navigation_counts_the_same(client: httpx.AsyncClient, worker: UUID) -> None:
    page = (await client.get("/desk")).text
    navigation, start = counters_of(page.partition("<main")[0]), counters_of(page.partition("<main")[2])
    assert set(navigation) >= {"tasks", "posts", "matches", "reports", "unmatched"}
    assert {name: number for name, (_, number) in navigation.items()}.items() <= {
        name: number for name, (_, number) in start.items()
    }.items()


async def test_what_is_over_or_for_others_is_not_counted(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    counts = {name: number for name, (_, number) in counters_of((await client.get("/desk")).text).items()}
    assert (counts["tasks"], counts["late"]) == (10, 5), "due by today in five households; what comes later or is over stands nowhere"
    assert counts["reports"] == 6, "five of the neighbourhoods and one without a place"
    assert counts[f"posts/{await made.hood(OWN)}"] == 6


async def test_without_a_basis_for_secrecy_sensitive_things_are_in_no_counter(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    await made.sign_in(client, await made.staff("Mo", hoods=[OWN, BACKUP], secrecy=None), kind="staff")
    start = counters_of((await client.get("/desk")).text.partition("<main")[2])
    assert start["posts"][1] == 5
    for name in ("posts", "matches", "unmatched", "silent"):
        assert await count_items(client, start[name][0]) == start[name][1], name
