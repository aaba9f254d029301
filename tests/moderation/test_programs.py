"""The desk for programs: verdicts on people by two workers, rules, somebody else for a match. The pages do the same by the same actions."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.db import Db
from buurtnet.web.language import today
from tests.made import Made
from tests.matching.conftest import Pair, pair

__all__ = ["pair"]

MONTH = str(today() + timedelta(days=30))


@pytest.fixture
async def sara(client: httpx.AsyncClient, made: Made) -> UUID:
    """A facilitator, signed in."""
    identity = await made.staff(language="en")
    await made.sign_in(client, identity, kind="staff")
    return identity


async def decisions(client: httpx.AsyncClient, person: UUID) -> dict[str, Any]:
    answer = await client.get(f"/api/v1/people/{person}/decisions")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_warning_and_a_limit_stand_with_their_reason(client: httpx.AsyncClient, made: Made, sara: UUID) -> None:
    amina = await made.person("Amina")
    at = f"/api/v1/people/{amina}"
    unsaid = await client.post(f"{at}/warnings", json={"reason": "other"})
    assert (unsaid.status_code, unsaid.headers["content-type"]) == (422, "application/problem+json")
    assert [one["field"] for one in unsaid.json()["errors"]] == ["text"]
    assert (await client.post(f"{at}/warnings", json={"reason": "rules", "text": "Bel ons."})).status_code == 204
    assert (await client.post(f"{at}/limit", json={"reason": "contact", "until": MONTH})).status_code == 204
    found = await decisions(client, amina)
    assert {(one["verdict"], one["reason"], one["worker"]) for one in found["past"]} == {
        ("limited", "contact", "Sara"),
        ("warned", "rules", "Sara"),
    }
    assert found["limited_until"] == MONTH and found["blocks"] == []
    assert (await client.delete(f"{at}/limit")).status_code == 204
    assert (await decisions(client, amina))["limited_until"] is None
    again = await client.delete(f"{at}/limit")
    assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")


async def test_an_account_is_stopped_by_two(client: httpx.AsyncClient, db: Db, made: Made, sara: UUID) -> None:
    amina, mehdi = await made.person("Amina"), await made.staff("Mehdi", language="en")
    asked = await client.post(
        f"/api/v1/people/{amina}/blocks", json={"reason": "unkind", "text": "Je schold.", "why": "Twee buren zeiden het.", "until": MONTH}
    )
    assert asked.status_code == 201
    block = asked.headers["location"]
    [waits] = (await decisions(client, amina))["blocks"]
    assert (waits["by"], waits["second_by"], block) == (str(sara), None, f"/api/v1/blocks/{waits['id']}")
    assert await db.fetchval("select state from person where id = $1", amina) == "active"
    assert (await client.post(f"{block}/confirm")).status_code == 403
    await made.sign_in(client, mehdi, kind="staff")
    assert (await client.post(f"{block}/confirm")).status_code == 204
    assert await db.fetchval("select state from person where id = $1", amina) == "blocked"
    [told] = (await decisions(client, amina))["past"]
    assert (told["verdict"], told["worker"], told["second_worker"], told["text"]) == ("blocked", "Mehdi", "Sara", "Je schold.")
    assert (await client.delete(block)).status_code == 204
    assert await db.fetchval("select state from person where id = $1", amina) == "active"


async def test_rules_are_listed_tried_added_and_set(client: httpx.AsyncClient, made: Made, sara: UUID) -> None:
    await made.post(await made.person(), "offer", "things.lend", "Een ladder, kom hem maar halen")
    tried = await client.post("/api/v1/rules/trial", json={"words": "ladder"})
    assert (tried.status_code, tried.json()["seen"]) == (200, 1)
    assert ["ladder", "seen"] in tried.json()["examples"][0]["pieces"]
    added = await client.post("/api/v1/rules", json={"words": "ladder", "why": "Someone fell."})
    [rule] = added.json()
    assert (added.status_code, added.headers["location"]) == (201, f"/api/v1/rules/{rule}")
    [mine] = [one for one in (await client.get("/api/v1/rules", params={"kind": "own"})).json() if one["id"] == rule]
    assert (mine["pattern"], mine["leads_to"], mine["own"], mine["set_by"], mine["why"]) == (
        "ladder",
        "review",
        True,
        "Sara",
        "Someone fell.",
    )
    assert (await client.get(f"/api/v1/rules/{rule}/trial")).json()["seen"] == 1
    assert (await client.post(f"/api/v1/rules/{rule}", json={"leads_to": "danger", "why": "No such way."})).status_code in (409, 422)
    assert (await client.post(f"/api/v1/rules/{rule}", json={"leads_to": "off", "why": "It saw too much."})).status_code == 204
    assert (await client.get(f"/api/v1/rules/{rule}")).json()["leads_to"] == "off"
    twice = await client.post("/api/v1/rules/themes", json={"theme": "nothing.such", "why": "No such theme."})
    assert (twice.status_code, [one["field"] for one in twice.json()["errors"]]) == (422, ["theme"])


async def test_a_coordinator_reads_no_words_of_anybody(client: httpx.AsyncClient, made: Made) -> None:
    await made.post(await made.person(), "offer", "things.lend", "Een ladder, kom hem maar halen")
    await made.sign_in(client, await made.staff("Lien", role="coordinator", hoods=(), language="en"), kind="staff")
    tried = (await client.post("/api/v1/rules/trial", json={"words": "ladder"})).json()
    assert (tried["counts_only"], tried["people"], tried["seen"], tried["examples"]) == (True, None, 0, [])


async def test_somebody_else_takes_the_place_of_a_side(
    client: httpx.AsyncClient, connection: Db, made: Made, pair: Pair, sara: UUID
) -> None:
    match = await made.match(pair.need, pair.offer, "suggested", needs_review=True)
    ilse = await made.post(await made.person("Ilse"), "offer", text="Ook ik heb sterke armen")
    found = (await client.get(f"/api/v1/queue/matches/{match}/alternatives")).json()
    assert [(one["post_id"], one["name"]) for one in found["offers"]] == [(str(ilse), "Ilse")] and found["needs"] == []
    stale = await client.post(f"/api/v1/queue/matches/{match}/swap", json={"post_id": str(ilse), "version": 9})
    assert stale.status_code == 409
    swapped = await client.post(f"/api/v1/queue/matches/{match}/swap", json={"post_id": str(ilse)})
    row = await connection.fetchrow("select id, state from match where need_id = $1 and offer_id = $2", pair.need, ilse)
    assert row is not None and (swapped.status_code, row["state"]) == (201, "suggested")
    assert swapped.headers["location"] == f"/api/v1/queue/matches/{row['id']}"
    assert (await client.post(swapped.headers["location"], json={"verdict": "confirm"})).status_code == 204
    assert (await client.get(f"/api/v1/queue/matches/{match}/alternatives")).status_code == 409
