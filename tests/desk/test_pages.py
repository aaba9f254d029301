"""The desk's navigation: no link that the worker's role may not open."""

import re

import httpx
import pytest

from tests.made import Made


@pytest.mark.parametrize("role", ["facilitator", "coordinator", "mapper"])
async def test_every_link_of_the_navigation_opens(client: httpx.AsyncClient, made: Made, role: str) -> None:
    await made.sign_in(client, await made.staff(role=role), kind="staff")
    page = (await client.get("/desk")).text
    links = re.findall(r'<li><a href="([^"]+)"', page.partition("desk-nav")[2].partition("</nav>")[0])
    assert "/map" in links
    for link in links:
        answer = await client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, link


async def test_one_line_of_the_navigation_is_the_current_one(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    for path in ("/desk/people", "/desk/people/new", "/desk/tasks"):
        page = (await client.get(path)).text
        assert re.findall(r'<a href="([^"]+)"[^>]* aria-current="page"', page) == [path]
