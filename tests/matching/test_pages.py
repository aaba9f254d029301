"""The question card, the list and "who fits", as the two sides, strangers and programs see them."""

import re
from uuid import UUID, uuid4

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.matching import actions
from tests.made import Made
from tests.matching.conftest import Pair, read_match


@pytest.fixture
async def asked(db: Db, pair: Pair) -> UUID:
    """The helper is asked."""
    await actions.suggest_for_post(db, pair.need, at=now())
    return (await read_match(db, pair.need))["id"]


async def test_the_whole_way_in_a_browser(client: httpx.AsyncClient, connection: Db, made: Made, pair: Pair, asked: UUID) -> None:
    await made.sign_in(client, pair.helper)
    page = await client.get(f"/matches/{asked}")
    assert page.status_code == 200
    for word in (
        "A neighbour could use your help",
        "Een kast naar boven dragen",
        "In your neighbourhood",
        "You both speak",
        "Answer before",
        "Not now",
    ):
        assert word in page.text
    assert "Amina" not in page.text
    answer = await client.post(f"/matches/{asked}/answer", data={"answer": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/matches/{asked}")
    assert "Now we ask the neighbour" in (await client.get(f"/matches/{asked}")).text

    await made.sign_in(client, pair.asker)
    page = await client.get(f"/matches/{asked}")
    assert "Somebody in your neighbourhood can help" in page.text and "Ik heb sterke armen" in page.text and "Hatice" not in page.text
    await client.post(f"/matches/{asked}/answer", data={"answer": "yes"})
    page = await client.get(f"/matches/{asked}")
    assert "Hatice" in page.text and "/conversations/" in page.text and "Before you meet" in page.text
    assert (await client.post(f"/matches/{asked}/done")).status_code == 303

    await made.sign_in(client, pair.helper)
    assert "says that it worked out" in (await client.get(f"/matches/{asked}")).text
    await client.post(f"/matches/{asked}/done")
    assert "Good that you did it together" in (await client.get(f"/matches/{asked}")).text
    assert (await read_match(connection, pair.need))["state"] == "completed"
    listed = await client.get("/matches")
    assert "It worked out" in listed.text and "Amina" in listed.text


async def test_a_stranger_a_worker_and_a_visitor_find_nothing(client: httpx.AsyncClient, made: Made, pair: Pair, asked: UUID) -> None:
    paths = [
        f"/matches/{asked}",
        f"/api/v1/matches/{asked}",
        f"/posts/{pair.need}/fits",
        f"/api/v1/posts/{pair.need}/fits",
        f"/matches/{asked}/failed",
    ]
    assert [(await client.get(path)).status_code for path in paths] == [401 if "/api/" in path else 303 for path in paths]
    await made.sign_in(client, await made.person("Buur"))
    assert {(await client.get(path)).status_code for path in paths} == {404}
    for path in ("answer", "done", "failed"):
        assert (await client.post(f"/matches/{asked}/{path}", data={"answer": "yes", "reason": "other"})).status_code == 404
        assert (
            await client.post(f"/api/v1/matches/{asked}/{path}", json={"answer": "yes"} if path == "answer" else {"reason": "other"})
        ).status_code == 404
    await made.sign_in(client, pair.asker)
    assert (await client.get(f"/matches/{asked}")).status_code == 404, "not before the helper said yes"
    await made.sign_in(client, await made.staff(), kind="staff")
    assert (await client.get(f"/matches/{asked}")).status_code == 404, "workers have the desk"


@pytest.mark.parametrize("sent", [{}, {"answer": "maybe"}, {"answer": "<script>alert(1)</script>"}, {"answer": "yes\x00"}])
async def test_another_answer_shows_the_card_again(client: httpx.AsyncClient, made: Made, pair: Pair, asked: UUID, sent: dict) -> None:
    await made.sign_in(client, pair.helper)
    page = await client.post(f"/matches/{asked}/answer", data=sent)
    assert page.status_code == 422 and "A neighbour could use your help" in page.text and "<script>alert" not in page.text
    assert (await client.post(f"/api/v1/matches/{asked}/answer", json=sent)).status_code in (400, 422)


async def test_why_it_failed_is_asked_and_kept_from_the_other(
    client: httpx.AsyncClient, connection: Db, made: Made, pair: Pair, asked: UUID
) -> None:
    for person in (pair.helper, pair.asker):
        await made.sign_in(client, person)
        await client.post(f"/matches/{asked}/answer", data={"answer": "yes"})
    assert "It did not feel right" in (await client.get(f"/matches/{asked}/failed")).text
    assert (await client.post(f"/matches/{asked}/failed", data={})).status_code == 422
    assert (await client.post(f"/matches/{asked}/failed", data={"reason": "not_right"})).status_code == 303
    await made.sign_in(client, pair.helper)
    page = await client.get(f"/matches/{asked}")
    assert "It did not work out this time" in page.text and "feel right" not in page.text
    assert (await client.get(f"/api/v1/matches/{asked}")).json()["reason"] is None
    assert (await client.post(f"/matches/{asked}/done")).status_code == 409


async def test_programs_do_the_same(client: httpx.AsyncClient, made: Made, pair: Pair, asked: UUID) -> None:
    await made.sign_in(client, pair.helper)
    [card] = (await client.get("/api/v1/matches")).json()["items"]
    assert (card["id"], card["state"], card["waits_for_me"], card["name"]) == (str(asked), "asked", True, None)
    page = (await client.post(f"/api/v1/matches/{asked}/answer", json={"answer": "yes"})).json()
    assert page["state"] == "offered" and page["score"] is None and page["need"]["name"] is None and page["need"]["person_id"] is None
    again = await client.post(f"/api/v1/matches/{asked}/answer", json={"answer": "no"})
    assert again.status_code == 409 and again.headers["content-type"].startswith("application/problem+json")
    assert (await client.get(f"/api/v1/matches/{uuid4()}")).status_code == 404
    assert (await client.get("/api/v1/matches?after=nonsense")).status_code == 422


async def test_once_and_only_once(client: httpx.AsyncClient, connection: Db, made: Made, pair: Pair, asked: UUID) -> None:
    await made.sign_in(client, pair.helper)
    answers = [await client.post(f"/matches/{asked}/answer?once=12345678-once", data={"answer": "yes"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303] * 3


@pytest.mark.parametrize(("offers", "says"), [(0, "none"), (1, "some"), (11, "many")])
async def test_a_need_hears_none_some_or_many(client: httpx.AsyncClient, made: Made, offers: int, says: str) -> None:
    asker = await made.person("Amina")
    need = await made.post(asker)
    for number in range(offers):
        await made.post(await made.person(f"Buur {number}"), "offer")
    await made.sign_in(client, asker)
    assert (await client.get(f"/api/v1/posts/{need}/fits")).json()["fits"] == says
    fragment = await client.get(f"/posts/{need}/fits", headers={"HX-Request": "true"})
    assert fragment.status_code == 200 and "<html" not in fragment.text and not re.search(r"\d", re.sub(r"<[^>]*>", "", fragment.text))
    assert "<html" in (await client.get(f"/posts/{need}/fits")).text


async def test_an_offer_does_not_hear_whether_there_is_a_quiet_need(client: httpx.AsyncClient, made: Made) -> None:
    helper = await made.person("Hatice")
    offer = await made.post(helper, "offer")
    await made.sign_in(client, helper)
    before = (await client.get(f"/posts/{offer}/fits", headers={"HX-Request": "true"})).text
    await made.post(await made.person("Amina"))
    assert (await client.get(f"/posts/{offer}/fits", headers={"HX-Request": "true"})).text == before
    assert (await client.get(f"/api/v1/posts/{offer}/fits")).json()["fits"] == "quiet"


async def test_a_theme_under_review_says_that_a_worker_looks(client: httpx.AsyncClient, made: Made) -> None:
    asker = await made.person("Amina")
    need = await made.post(asker, theme="care.presence")
    await made.post(await made.person("Hatice"), "offer", "care.presence")
    await made.sign_in(client, asker)
    assert (await client.get(f"/api/v1/posts/{need}/fits")).json()["fits"] == "review"


async def test_whoever_waits_hears_until_when(client: httpx.AsyncClient, made: Made, pair: Pair, asked: UUID) -> None:
    await made.sign_in(client, pair.asker)
    assert "You hear from us before" in (await client.get(f"/posts/{pair.need}/fits")).text
