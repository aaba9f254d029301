"""People for programs: the same actions, the same answers for known and unknown, problem+json."""

import httpx

from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from tests.made import Made
from tests.people.steps import about, sent_digits, serve

V1 = "/api/v1"


async def test_from_an_address_to_an_account_and_out_again(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await serve(made)
    asked = await client.post(f"{V1}/sign-in", json={"address": "amina@example.org"})
    assert (asked.status_code, asked.text in ("", "null")) == (202, True)
    answer = await client.post(f"{V1}/sign-in/code", json={"code": await sent_digits(db, vault), "stay": True})
    assert (answer.status_code, answer.json()) == (200, {"next": "join", "pictures": []})
    new = await about(made, adult=True, discreet=False, consent=True)
    joined = await client.post(f"{V1}/join", json=new)
    assert (joined.status_code, joined.headers["location"]) == (201, f"{V1}/me")
    me = (await client.get(f"{V1}/me")).json()
    assert (me["given_name"], me["languages"], me["state"]) == ("Amina", ["nl", "tr"], "active")
    assert "pin_hash" not in me and "address" not in str(me)
    changed = await client.patch(f"{V1}/me", json={"reach": 3, "given_name": "Mina"})
    assert (changed.status_code, changed.json()["reach"], changed.json()["given_name"]) == (200, 3, "Mina")
    assert (await client.put(f"{V1}/me/pause", json={"until": None})).status_code == 204
    assert (await client.get(f"{V1}/me")).json()["state"] == "paused"
    assert (await client.delete(f"{V1}/me/pause")).status_code == 204
    assert (await client.post(f"{V1}/me/keep-away", json={"address": "0470123456"})).status_code == 204
    assert (await client.delete(f"{V1}/session")).status_code == 204
    assert (await client.get(f"{V1}/me")).status_code == 401


async def test_refusals_are_problems(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    await serve(made)
    cases = [
        ("POST", "sign-in", {"address": "nowhere"}, 422),
        ("POST", "sign-in", {"address": 5}, 400),
        ("POST", "sign-in", {}, 400),
        ("POST", "sign-in", {"address": "a@b.be", "more": 1}, 400),
        ("POST", "sign-in/code", {"code": "123456"}, 422),
        ("POST", "sign-in/who", {"picture": 1}, 422),
        ("POST", "join", await about(made, adult=True, discreet=False, consent=True), 422),
        ("GET", "me", None, 401),
        ("PATCH", "me", {"reach": 1}, 401),
        ("GET", "people", None, 401),
    ]
    for method, path, data, status in cases:
        answer = await client.request(method, f"{V1}/{path}", json=data)
        assert answer.status_code == status, (path, answer.text)
        assert answer.headers["content-type"].startswith("application/problem+json")
    await made.sign_in(client, await made.person("Amina"))
    for data in ({"reach": 9}, {"state": "active"}, {"slots": 0}, {"languages": []}, {"managed_by": None}):
        assert (await client.patch(f"{V1}/me", json=data)).status_code == 400, data
    assert (await client.patch(f"{V1}/me", json={"languages": ["xx"]})).status_code == 422
    assert (await client.get(f"{V1}/people")).status_code == 404


async def test_a_facilitators_people(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await made.sign_in(client, await made.staff("Sara"), kind="staff")
    amina, zoe, far = await made.person("Amina"), await made.person("Zoë"), await made.person("Far", "Helmet")
    first = (await client.get(f"{V1}/people?size=1")).json()
    assert [one["id"] for one in first["items"]] == [str(amina)]
    second = (await client.get(f"{V1}/people", params={"size": 1, "after": first["next"]})).json()
    assert ([one["id"] for one in second["items"]], second["next"]) == ([str(zoe)], None)
    assert (await client.get(f"{V1}/people", params={"after": "nonsense"})).status_code == 422
    assert (await client.get(f"{V1}/people/{amina}")).json()["given_name"] == "Amina"
    assert (await client.get(f"{V1}/people/{far}")).status_code == 404
    new = {"given_name": "Mehmet", "neighbourhood_id": await made.hood(), "languages": ["tr"], "consent": True}
    registered = await client.post(f"{V1}/people", json=new)
    assert registered.status_code == 201 and registered.headers["location"] == f"{V1}/people/{registered.json()['id']}"
    assert (await client.post(f"{V1}/people", json=new)).status_code == 409
    assert (await client.post(f"{V1}/people", json=new | {"sure": True})).status_code == 201
    assert (await client.patch(f"{V1}/me", json={"reach": 1})).status_code == 404
