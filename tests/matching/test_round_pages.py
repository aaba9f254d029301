"""Rounds at the desk: what a worker reads of them, and asking for one."""

from uuid import UUID

import httpx
import pytest

from buurtnet.kit.apart import Apart
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.matching import jobs
from buurtnet.matching.actions.parts import PROGRAM_MIB
from buurtnet.matching.actions.rounds import open_round
from tests.made import Made


@pytest.fixture
async def area(made: Made) -> UUID:
    """Two neighbourhoods of which the facilitator of these tests has the first."""
    identity = new_id()
    hoods = [await made.hood("Brabantwijk"), await made.hood("Collignon")]
    await made.insert(
        "area", id=identity, organisation_id=await made.home_organisation(), names={"en": "Round the square"}, neighbourhoods=hoods
    )
    return identity


async def look(client: httpx.AsyncClient, area: UUID, what: str = "ask") -> httpx.Response:
    return await client.post("/desk/rounds", data={"area": str(area), "what": what})


async def do_parts(database: Database) -> None:
    async with Apart(most_mib=1024) as apart:
        await jobs.do_parts(database, apart)


async def test_from_the_button_to_the_result(
    client: httpx.AsyncClient, made: Made, connection: Db, worker_database: Database, area: UUID
) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    for name in ("Amina", "Leila"):
        await made.post(await made.person(name))
    await made.post(await made.person("Far", "Collignon"))
    await made.post(await made.person("Hatice"), "offer")
    page = await client.get("/desk/rounds")
    assert (
        page.status_code == 200 and "Round the square" in page.text and "Look for matches now" in page.text and "Last time" not in page.text
    )
    asked = await look(client, area)
    assert asked.status_code == 303
    address = asked.headers["location"]
    page = await client.get(address)
    assert 'hx-trigger="every 2s"' in page.text and 'role="status"' in page.text and f'href="{address}"' in page.text
    fragment = await client.get(address, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text and f'hx-get="{address}"' in fragment.text and "hx-refresh" not in fragment.headers
    page = await client.get("/desk/rounds")
    assert "We are looking now" in page.text and "Look for matches now" not in page.text
    assert (await look(client, area)).headers["location"] == address, "one at a time"
    await do_parts(worker_database)
    assert (await client.get(address, headers={"HX-Request": "true"})).headers["hx-refresh"] == "true"
    page = await client.get(address)
    assert "hx-get" not in page.text and "Brabantwijk" in page.text and "Collignon" not in page.text
    assert '<b class="n">1</b> with a question' in page.text and '<b class="n">1</b> waiting: others go first' in page.text
    page = await client.get("/desk/rounds")
    assert "Last time" in page.text and '<b class="n">1</b> with a question' in page.text
    assert await connection.fetchval("select count(*) from match") == 1


async def test_trying_it_out_asks_nobody(
    client: httpx.AsyncClient, made: Made, connection: Db, worker_database: Database, area: UUID
) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    await made.post(await made.person("Amina"))
    await made.post(await made.person("Hatice"), "offer")
    address = (await look(client, area, "try")).headers["location"]
    await do_parts(worker_database)
    page = await client.get(address)
    assert "Trying it out" in page.text and "Nobody was asked" in page.text and '<b class="n">1</b> with a question' in page.text
    assert await connection.fetchval("select count(*) from match") == 0
    assert "Last time" not in (await client.get("/desk/rounds")).text, "a try is no search"


async def test_a_coordinator_reads_that_it_was_and_no_number(
    client: httpx.AsyncClient, made: Made, worker_database: Database, area: UUID
) -> None:
    lead = await made.staff("Leo", role="coordinator", hoods=())
    await made.sign_in(client, lead, kind="staff")
    await made.post(await made.person("Amina"))
    await made.post(await made.person("Hatice"), "offer")
    address = (await look(client, area)).headers["location"]
    await do_parts(worker_database)
    for text in ((await client.get(address)).text, (await client.get("/desk/rounds")).text):
        assert "Neighbours were asked." in text and "a question" not in text and "Brabantwijk" not in text
    address = (await look(client, area)).headers["location"]
    await do_parts(worker_database)
    assert "There was nobody new to ask." in (await client.get(address)).text


async def test_themes_that_were_left_out_are_said(
    client: httpx.AsyncClient, made: Made, connection: Db, worker_database: Database, area: UUID
) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    await made.post(await made.person("Amina"))
    await made.post(await made.person("Hatice"), "offer")
    address = (await look(client, area)).headers["location"]
    async with Apart(most_mib=PROGRAM_MIB) as small:
        await jobs.do_parts(worker_database, small)
    page = await client.get(address)
    assert "Some themes were left out" in page.text and "too many posts for the memory" in page.text


async def test_a_large_round_says_how_many_themes_are_done(client: httpx.AsyncClient, made: Made, connection: Db, area: UUID) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    for theme in ("transport.move", "home.garden", "things.lend"):
        await made.post(await made.person("Amina"), theme=theme)
    round_id = await open_round(connection, area, origin="desk", at=now(), whole=0)
    await connection.execute("set local role none; update round_part set state = 'done' where theme_id = 300")
    page = await client.get(f"/desk/rounds/{round_id}")
    assert "1 of 3 themes are done" in page.text and '<progress max="3" value="1"' in page.text


async def test_what_is_not_right_is_refused(client: httpx.AsyncClient, made: Made, area: UUID) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    assert (await client.post("/desk/rounds", data={"area": str(area), "what": "guess"})).status_code == 422
    assert (await client.post("/desk/rounds", data={"what": "ask"})).status_code == 422
    assert (await look(client, new_id())).status_code == 404
    for _ in range(6):
        await look(client, area, "try")
    refused = await look(client, area, "try")
    assert refused.status_code == 429 and "wait a little" in refused.text
