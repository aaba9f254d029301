"""The page and the address for programs where one says how often one is written to."""

import httpx

from buurtnet.kit.db import Db
from tests.made import Made


async def test_one_chooses_how_often_one_is_written_to(client: httpx.AsyncClient, made: Made, db: Db) -> None:
    person = await made.person("Leila")
    await made.sign_in(client, person)
    page = await client.get("/me/notices")
    assert page.status_code == 200 and 'value="usual" checked' in page.text
    answer = await client.post("/me/notices", data={"pace": "weekly"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?saved=yes")
    assert 'value="weekly" checked' in (await client.get("/me/notices")).text
    assert "/me/notices" in (await client.get("/me")).text
    assert await db.fetchval("select pace from preference where person_id = $1", person) == "weekly"


async def test_what_is_not_on_the_list_is_not_kept(client: httpx.AsyncClient, made: Made, db: Db) -> None:
    await made.sign_in(client, await made.person("Leila"))
    for sent in ({"pace": "never"}, {}):
        answer = await client.post("/me/notices", data=sent)
        assert answer.status_code == 422 and "is-wrong" in answer.text
    assert await db.fetchval("select count(*) from preference") == 0


async def test_whoever_shares_their_phone_reads_why_nothing_comes(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person("Leila", discreet=True))
    page = (await client.get("/me/notices")).text
    assert "Somebody else may look at your phone" in page and 'name="pace"' not in page and 'href="/me/safety"' in page


async def test_programs_read_and_change_it_too(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person("Leila"))
    night = {"start": 21, "end": 8}
    assert (await client.get("/api/v1/me/notices")).json() == {"pace": "usual", "quiet": night, "channels": {}}
    assert (await client.put("/api/v1/me/notices", json={"pace": "own"})).status_code == 204
    assert (await client.get("/api/v1/me/notices")).json() == {"pace": "own", "quiet": night, "channels": {}}
    sent = {"pace": "usual", "quiet": {"start": 0, "end": 6}, "channels": {"messages": ["sms"], "posts": []}}
    assert (await client.put("/api/v1/me/notices", json=sent)).status_code == 204
    assert (await client.get("/api/v1/me/notices")).json() == sent
    for wrong in ({"pace": "often"}, {"pace": "own", "quiet": {"start": 24, "end": 8}}, {"pace": "own", "channels": {"posts": ["fax"]}}):
        assert (await client.put("/api/v1/me/notices", json=wrong)).status_code == 400
