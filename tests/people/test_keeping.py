"""What somebody typed when their session had ended: kept for them, shown to nobody else, sent once."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.people import jobs
from buurtnet.people.pages.cookies import mine_cookie
from buurtnet.people.schemas import OpenedSession
from buurtnet.settings import Settings
from tests.made import Made

WORDS = "Ik heb een kast, en de trap is smal."


async def signed_out(client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, person_id: UUID) -> None:
    """A browser in which the person was signed in, until another device ended it."""
    await made.sign_in(client, person_id)
    session = OpenedSession(person_id=person_id, token="", seconds=3600, language="nl")
    client.cookies.set("mine", mine_cookie(settings, vault, session).value or "")
    await made.db.execute("set local role none")
    await made.db.execute("delete from session where person_id = $1", person_id)
    await made.db.execute("set local role buurtnet_web")


@pytest.fixture
async def amina(made: Made) -> UUID:
    return await made.person("Amina")


async def change(client: httpx.AsyncClient, post: UUID, text: str = WORDS, **params: str) -> httpx.Response:
    form = {"text": text, "reach": "1", "when": "any", "version": "1"}
    return await client.post(f"/posts/{post}/change", params={"once": str(post), **params}, data=form)


async def rows(made: Made) -> list[dict[str, object]]:
    await made.db.execute("set local role none")
    found = [dict(row) for row in await made.db.fetch("select * from kept")]
    await made.db.execute("set local role buurtnet_web")
    return found


async def test_words_typed_after_the_session_ended_wait_for_their_author_and_are_sent_once(
    client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID
) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    answer = await change(client, post)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=/kept")
    assert "wait for you" in (await client.get("/sign-in", params={"next": "/kept"})).text
    (row,) = await rows(made)
    assert WORDS.encode() not in bytes(row["sealed"])  # type: ignore[arg-type]

    await made.sign_in(client, amina)
    assert "/kept" in (await client.get("/")).text, "the start leads to it too"
    page = (await client.get("/kept")).text
    assert WORDS in page and f'action="/posts/{post}/change?once={post}&amp;kept={row["id"]}"' in page
    sent = await change(client, post, kept=str(row["id"]))
    assert (sent.status_code, sent.headers["location"]) == (303, f"/posts/{post}")
    assert await made.db.fetchval("select text from post where id = $1", post) == WORDS
    assert await rows(made) == []
    assert (await client.get("/kept")).headers["location"] == "/"


async def test_a_refusal_keeps_the_words(client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    await change(client, post)
    (row,) = await rows(made)
    await made.sign_in(client, amina)
    refused = await change(client, post, "x", kept=str(row["id"]))
    assert refused.status_code == 422
    assert len(await rows(made)) == 1


async def test_nobody_else_sees_or_removes_them(
    client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID
) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    await change(client, post)
    (row,) = await rows(made)
    brother = await made.person("Bilal")
    await made.sign_in(client, brother)
    assert (await client.get("/kept")).headers["location"] == "/", "the next one on the same phone"
    assert "/kept" not in (await client.get("/")).text
    await client.post("/kept/forget", data={"kept": str(row["id"])})
    assert len(await rows(made)) == 1
    sara = await made.staff("Sara")
    await made.sign_in(client, sara, kind="staff", acting_for=amina)
    assert (await client.get("/kept")).status_code == 404, "not for a worker who acts for her: it may be for a neighbour"
    assert "/kept" not in (await client.get("/")).text


async def test_words_moved_to_somebody_else_do_not_open(
    client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID
) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    await change(client, post)
    brother = await made.person("Bilal")
    await made.db.execute("set local role none")
    await made.db.execute("update kept set person_id = $1", brother)
    await made.db.execute("set local role buurtnet_web")
    await made.sign_in(client, brother)
    answer = await client.get("/kept")
    assert answer.headers["location"] == "/" and WORDS not in answer.text


@pytest.mark.parametrize("forged", ["", "x", "AAAA", "a" * 400])
async def test_without_a_true_sign_of_whose_they_are_the_words_go_back_to_their_sender(
    client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID, forged: str
) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    client.cookies.set("mine", forged)
    answer = await change(client, post)
    assert answer.status_code == 401 and WORDS in answer.text and "readonly" in answer.text
    assert await rows(made) == []


async def test_a_program_and_the_queue_of_the_client_hear_that_nobody_is_signed_in(
    client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID
) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    for headers in ({"Idempotency-Key": str(new_id())}, {"HX-Request": "true"}):
        answer = await client.post(f"/posts/{post}/change", data={"text": WORDS}, headers=headers)
        assert answer.status_code == 401
    assert await rows(made) == []


async def test_what_nobody_comes_back_for_is_gone_after_an_hour(
    client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID, worker_database: Database
) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    await change(client, post)
    await made.db.execute("set local role none")
    await made.db.execute("update kept set expires_at = $1", now() - timedelta(seconds=1))
    await made.sign_in(client, amina)
    assert (await client.get("/kept")).headers["location"] == "/"
    await jobs.clear_people(worker_database)
    assert await rows(made) == []


async def test_a_flood_is_not_kept(client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID) -> None:
    post = await made.post(amina)
    await signed_out(client, made, settings, vault, amina)
    assert [(await change(client, post)).status_code for _ in range(13)] == [303] * 12 + [401]


async def test_a_draft_said_after_the_session_ended_is_for_the_same_person_alone(
    client: httpx.AsyncClient, made: Made, settings: Settings, vault: Vault, amina: UUID
) -> None:
    await signed_out(client, made, settings, vault, amina)
    answer = await client.post("/new/need/transport.move", data={"text": WORDS})
    assert answer.headers["location"] == "/sign-in"
    assert WORDS not in (await client.get("/new/need/transport.move")).text
    await made.sign_in(client, await made.person("Bilal"))
    assert (await client.get("/new/preview")).headers["location"] == "/new"
    await made.sign_in(client, amina)
    assert WORDS in (await client.get("/new/preview")).text
