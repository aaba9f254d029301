"""Posts for programs: the same use cases, problem+json, keyset paging, once and only once."""

from uuid import uuid4

import httpx
import pytest
from tests.made import Made

NEW = {"kind": "need", "theme": "transport.move", "text": "Mijn kast moet naar boven.", "when": "week", "reach": 1, "language": "nl"}

FAR = "Wzk5OTk5OTk5OTk5LCIwMTlhMDAwMC0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDAiXQ"
"""The cursor of a level that does not exist: [99999999999, …]."""


async def test_placing_reading_renewing_and_taking_back(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person())
    placed = await client.post("/api/v1/posts", json=NEW, headers={"Idempotency-Key": "12345678"})
    assert placed.status_code == 201
    body = placed.json()
    assert placed.headers["location"] == f"/api/v1/posts/{body['id']}"
    assert (body["state"], body["own"], body["theme_slug"], body["quiet"]) == ("open", True, "transport.move", True)
    again = await client.post("/api/v1/posts", json=NEW, headers={"Idempotency-Key": "12345678"})
    assert (again.status_code, again.headers["location"]) == (201, placed.headers["location"])
    assert len((await client.get("/api/v1/posts")).json()["items"]) == 1
    assert (await client.get(placed.headers["location"])).json() == body
    renewed = await client.post(f"{placed.headers['location']}/renew")
    assert (renewed.status_code, renewed.json()["version"]) == (200, 2)
    gone = await client.post(f"{placed.headers['location']}/withdraw")
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    twice = await client.post(f"{placed.headers['location']}/withdraw")
    assert (twice.status_code, twice.headers["content-type"]) == (409, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": ""}, 422),
        ({"text": "x" * 100_000}, 422),
        ({"text": "a\x00bcd"}, 422),
        ({"theme": "no.such"}, 422),
        ({"theme": "a\x00b"}, 422),
        ({"language": "<b>"}, 422),
        ({"kind": "offer", "urgency": "urgent"}, 422),
        ({"when": "regularly"}, 422),
        ({"when": "regularly", "slots": 1 << 28}, 400),
        ({"kind": "gift"}, 400),
        ({"reach": 5}, 400),
        ({"reach": True}, 400),
        ({"capacity": 0}, 400),
        ({"monthly": 10**30}, 400),
        ({"author_id": str(uuid4())}, 400),
        ({"state": "open"}, 400),
    ],
)
async def test_what_is_wrong_is_said_and_not_stored(client: httpx.AsyncClient, made: Made, connection, body: dict, status: int) -> None:
    await made.sign_in(client, await made.person())
    answer = await client.post("/api/v1/posts", json=NEW | body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert await connection.fetchval("select count(*) from post") == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"kind": "need"}', b'{"kind": "need", "text": "\\ud800abc"}']
)
async def test_bodies_that_are_no_post(client: httpx.AsyncClient, made: Made, content: bytes) -> None:
    await made.sign_in(client, await made.person())
    answer = await client.post("/api/v1/posts", content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)


async def test_offers_near_me_page_by_page(client: httpx.AsyncClient, made: Made) -> None:
    for hood in ("Brabantwijk", "Collignon"):
        for theme in ("home.repair", "company.walk"):
            await made.post(await made.person("Zebedeus", hood=hood, reach=4), "offer", theme, f"Ik help met {theme}")
    await made.post(await made.person(), text="Dit is stil gebleven")
    await made.sign_in(client, await made.person("Lezer", reach=4))
    whole = (await client.get("/api/v1/offers")).json()["items"]
    assert len(whole) == 4
    assert [card["level"] for card in whole] == sorted(card["level"] for card in whole)
    assert not {"author_id", "neighbourhood_id", "organisation_id"} & set(whole[0])
    first = (await client.get("/api/v1/offers?size=3")).json()
    rest = (await client.get("/api/v1/offers", params={"size": 3, "after": first["next"]})).json()
    assert [card["id"] for card in first["items"] + rest["items"]] == [card["id"] for card in whole]
    assert rest["next"] is None
    assert {card["theme_slug"] for card in (await client.get("/api/v1/offers?theme=home")).json()["items"]} == {"home.repair"}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/offers?after=x",
        "/api/v1/offers?size=0",
        "/api/v1/offers?size=101",
        f"/api/v1/offers?after={FAR}",
        "/api/v1/posts?after=W10",
        "/api/v1/offers?theme=%00",
    ],
)
async def test_lists_that_do_not_exist(client: httpx.AsyncClient, made: Made, path: str) -> None:
    await made.sign_in(client, await made.person())
    assert (await client.get(path)).status_code in (400, 422)


async def test_who_gets_what(client: httpx.AsyncClient, made: Made) -> None:
    amina = await made.person()
    need, offer = await made.post(amina), await made.post(amina, "offer")
    addresses = [
        ("GET", "/api/v1/posts"),
        ("GET", "/api/v1/offers"),
        ("GET", f"/api/v1/posts/{offer}"),
        ("POST", f"/api/v1/posts/{offer}/withdraw"),
    ]
    for method, path in addresses:
        assert (await client.request(method, path)).status_code == 401
    assert (await client.post("/api/v1/posts", json=NEW)).status_code == 401
    await made.sign_in(client, await made.staff(), kind="staff")
    for method, path in addresses:
        assert (await client.request(method, path)).status_code == 404
    await made.sign_in(client, await made.person("Buur"))
    assert (await client.get(f"/api/v1/posts/{need}")).status_code == 404
    seen = (await client.get(f"/api/v1/posts/{offer}")).json()
    assert (seen["author_id"], seen["neighbourhood_id"], seen["own"]) == (None, None, False)
    for what in ("withdraw", "renew"):
        assert (await client.post(f"/api/v1/posts/{offer}/{what}")).status_code == 404
    assert (await client.get(f"/api/v1/posts/{uuid4()}")).status_code == 404
