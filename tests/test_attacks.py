"""What a curious neighbour, a stranger, somebody who looks for somebody, and a worker of elsewhere try; each once worked."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx
import msgspec
import pytest
from litestar import Litestar

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.outbox import deliver
from buurtnet.kit.queue import Queue
from buurtnet.kit.vault import Vault
from buurtnet.matching import actions as matching
from buurtnet.matching.schemas import Answer
from buurtnet.people import actions as people
from buurtnet.people.rules import normalise_address, normalise_phone
from buurtnet.posts import actions as posts
from buurtnet.posts.rules import EnoughForThisWeek
from buurtnet.posts.schemas import NewPost
from buurtnet.settings import Settings
from buurtnet.worker import list_reactions
from tests.committed import Committed
from tests.made import Made
from tests.people.steps import resident, serve, worker

HOME = "http://127.0.0.1:8000"


@asynccontextmanager
async def over(app: Litestar, database: Database, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """A visitor of the application over a database with a pool, as it runs."""
    before = {key: app.state[key] for key in ("database", "replica", "limits", "queue") if key in app.state}
    limits = Limits(settings.redis_url)
    app.state.update(database=database, replica=database, limits=limits, queue=Queue(settings.redis_url))
    try:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HOME, headers={"Sec-Fetch-Site": "same-origin"}) as client:
            yield client
    finally:
        app.state.update(before)
        await limits.close()


async def test_who_sends_nothing_more_holds_nobody_up(committed: Committed, shared_app: Litestar, settings: Settings) -> None:
    never = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"address="
        await never.wait()

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with over(shared_app, committed.web, settings) as client:
        hanging = [asyncio.create_task(client.post("/sign-in", content=slowly(), headers=form)) for _ in range(30)]
        await asyncio.sleep(0.2)
        try:
            async with asyncio.timeout(10):
                assert (await client.get("/sign-in")).status_code == 200
        finally:
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)


async def test_a_list_with_a_gap_tells_nobody_whose_offer_it_is(client: httpx.AsyncClient, made: Made) -> None:
    """Who looks for somebody keeps their address away and compares, or compares with what a second account sees."""
    looking, second, sought = await made.person("Looking"), await made.person("Second"), await made.person("Sought")
    await made.contact(looking, "known@example.org")
    await made.contact(sought, "sought@example.org")
    await made.post(sought, "offer", text="Ik help graag verhuizen")

    async def near(person: object) -> list[str]:
        await made.sign_in(client, person)  # type: ignore[arg-type]
        return [one["text"] for one in (await client.get("/api/v1/offers")).json()["items"]]

    before = await near(looking)
    assert len(before) == 1
    assert (await client.post("/me/keep-away", data={"address": "sought@example.org"})).status_code == 303
    assert await near(looking) == before, "the offer that is gone is theirs"
    await made.sign_in(client, sought)
    assert (await client.post("/me/keep-away", data={"address": "known@example.org"})).status_code == 303
    assert await near(looking) == await near(second), "the offer that only the second account sees is theirs"


async def test_wishes_to_be_kept_apart_cannot_be_tried_without_end(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person())
    for _ in range(20):
        await client.post("/me/keep-away", data={"address": "one@example.org"})
        told = await client.post("/me/keep-away/remove", data={"address": "one@example.org"})
    assert told.status_code == 429
    assert (await client.post("/api/v1/me/keep-away", json={"address": "one@example.org"})).status_code == 429


SAY = {"text": "Wie helpt mij met een brief van de rechtbank?", "when": "any", "reach": "1"}


async def test_the_next_one_on_this_phone_does_not_read_what_was_said(client: httpx.AsyncClient, made: Made) -> None:
    amina, other = await made.person("Amina"), await made.person("Other")
    await made.sign_in(client, amina)
    assert (await client.post("/new/need/papers.letter", data=SAY)).headers["location"] == "/new/preview"
    assert "rechtbank" in (await client.get("/new/preview")).text
    kept = client.cookies["draft"]
    gone = await client.post("/sign-out")
    assert any(line.startswith("draft=") and "Max-Age=0" in line for line in gone.headers.get_list("set-cookie"))
    client.cookies.set("draft", kept)
    for person in (other, None):
        client.cookies.delete("session")
        if person is not None:
            await made.sign_in(client, person)
        assert "rechtbank" not in (await client.get("/new/preview", follow_redirects=True)).text
        assert "rechtbank" not in (await client.get("/new/need/papers.letter")).text


async def test_a_worker_who_acts_for_two_people_does_not_mix_their_words(client: httpx.AsyncClient, made: Made) -> None:
    sara, amina, other = await made.staff(), await made.person("Amina"), await made.person("Other")
    await made.sign_in(client, sara, kind="staff", acting_for=amina)
    await client.post("/new/need/papers.letter", data=SAY)
    await made.sign_in(client, sara, kind="staff", acting_for=other)
    assert (await client.get("/new/preview")).headers["location"] == "/new"
    assert (await client.post("/posts")).headers["location"] == "/new"


@pytest.mark.parametrize("tries", [[{"pin1": 1}] * 2, [{f"pin{n}": 5 for n in range(1, 5)}] * 7])
async def test_nobody_tells_a_card_that_exists_from_one_that_does_not(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, tries: list[dict[str, int]]
) -> None:
    viewer, amina = await worker(made), await made.person("Amina")
    card, blank = await people.issue_cards(db, vault, viewer, 2)
    await people.activate_card(db, vault, viewer, amina, card.code, [1, 2, 3, 4], at=now())
    told = {}
    for code in (card.code, blank.code, "ABCDEFGH"):
        answers = [await client.post("/sign-in/card", data={"code": code, **pin}) for pin in tries]
        told[code] = [(answer.status_code, answer.text.replace(code, "")) for answer in answers]
    assert told[card.code] == told[blank.code] == told["ABCDEFGH"]


async def test_offers_placed_and_taken_back_do_not_go_through_all_quiet_needs(db: Db, made: Made) -> None:
    viewer, themes = resident(await made.person("Curious")), await db.fetch("select slug from theme where review <> 'always' order by id")
    asked = 0
    with pytest.raises(EnoughForThisWeek):
        for theme in themes:
            placed = await posts.publish_post(db, viewer, NewPost(kind="offer", text="Ik help graag", theme=theme["slug"]), at=now())
            await posts.withdraw_post(db, viewer, placed.id)
            asked += 1
    assert asked < 10 < len(themes)


@pytest.mark.parametrize("answers", [0, 1, 2])
async def test_keeping_somebody_away_ends_what_stands_with_them(
    db: Db, connection: Db, made: Made, vault: Vault, worker_database: Database, settings: Settings, answers: int
) -> None:
    amina, known = resident(await made.person("Amina")), resident(await made.person("Known"))
    await made.contact(known.person_id, "known@example.org")  # type: ignore[arg-type]
    need = await made.post(amina.person_id)  # type: ignore[arg-type]
    await made.post(known.person_id, "offer")  # type: ignore[arg-type]
    await matching.suggest_for_post(db, need, at=now())
    match = await connection.fetchval("select id from match where need_id = $1", need)
    for viewer in (known, amina)[:answers]:
        await matching.answer_match(db, viewer, match, Answer.YES)
    await people.keep_away(db, vault, amina, normalise_address("known@example.org", "BE"))
    await deliver(worker_database, list_reactions(settings, vault))
    if answers < 2:
        assert await connection.fetchval("select state from match where id = $1", match) == "withdrawn"
    else:
        assert await connection.fetchval("select closed_at is not null from conversation")
    assert await connection.fetchval("select count(*) from match") == 1


async def test_who_is_only_called_is_kept_away_too(db: Db, connection: Db, made: Made, vault: Vault) -> None:
    amina, viewer = resident(await made.person("Amina")), await worker(made)
    known = await made.person("Known", managed_by=viewer.person_id)
    await people.keep_away(db, vault, amina, normalise_phone("02 214 12 34", "BE", to_call=True))
    await db.execute("select set_config('app.viewer', $1, true)", str(viewer.person_id))
    await people.add_number_to_call(db, vault, viewer, known, normalise_phone("02 214 12 34", "BE", to_call=True))
    assert await connection.fetchval("select count(*) from keep_away where $1 in (person_id, other_id)", known) == 2


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_a_proxy_on_this_machine_does_not_hand_out_the_inbox(client: httpx.AsyncClient, header: str) -> None:
    assert (await client.get("/inbox.json")).status_code == 200
    for path in ("/inbox", "/inbox.json"):
        assert (await client.get(path, headers={header: "192.0.2.1", "Host": "localhost"})).status_code == 404
        assert (await client.get(path, headers={"Host": "elsewhere.example"})).status_code == 404


async def test_a_theme_that_others_know_by_a_wider_word_has_no_other_sign(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    """Neither id, slug, icon nor filter says that it is a food parcel."""
    helper = await made.person("Helper")
    await made.post(helper, "offer", "errands", "Ik doe graag een boodschap")
    need = await made.post(await made.person("Asker"), "need", "errands.foodaid", "Wie haalt mijn voedselpakket?")
    await matching.suggest_for_post(db, need, at=now())
    offer = await made.post(await made.person("Third"), "offer", "errands.foodaid", "Ik haal graag iets voor je op")
    await db.execute("update match set state = 'asked', asked_at = now(), lapses_at = now() + interval '1 day'")
    await made.sign_in(client, helper)
    match = (await client.get("/api/v1/matches")).json()["items"][0]
    side = (await client.get(f"/api/v1/matches/{match['id']}")).json()["need"]
    errands = await db.fetchrow("select id, slug, icon from theme where slug = 'errands'")
    assert (match["theme"], match["icon"]) == ("Fetching", errands["icon"])
    assert (side["theme"], side["theme_id"], side["icon"], side["text"]) == ("Fetching", errands["id"], errands["icon"], None)
    for seen in ((await client.get("/api/v1/offers")).json()["items"][0], (await client.get(f"/api/v1/posts/{offer}")).json()):
        assert (seen["theme_label"], seen["theme_slug"], seen["theme_icon"]) == ("Fetching", "errands", errands["icon"])
    assert "foodaid" not in (await client.get(f"/posts/{offer}")).text
    assert (await client.get("/api/v1/offers", params={"theme": "errands.foodaid"})).json()["items"] == []
    assert len((await client.get("/api/v1/offers", params={"theme": "errands"})).json()["items"]) == 1


async def test_nobody_goes_from_place_to_place_to_find_where_an_offer_is(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await made.post(await made.person("Sought", "Terdelt", reach=4), "offer", reach=4)
    curious = await made.person("Curious", reach=4)
    await serve(made, *(row["nl"] for row in await db.fetch("select names->>'nl' as nl from neighbourhood")))
    await made.sign_in(client, curious)
    levels, refused = [], 0
    for row in await db.fetch("select id from neighbourhood where valid_to is null order by names->>'nl'"):
        moved = await client.patch("/api/v1/me", json={"neighbourhood_id": row["id"]})
        placed = await client.post("/me/place", data={"neighbourhood_id": row["id"]})
        refused += (moved.status_code, placed.status_code) == (429, 429)
        levels += [one["level"] for one in (await client.get("/api/v1/offers")).json()["items"]] if moved.status_code == 200 else []
    assert 0 not in levels and refused > 5


async def test_behind_a_proxy_one_visitor_does_not_spend_what_all_have(
    client: httpx.AsyncClient, app: Litestar, settings: Settings
) -> None:
    async def reports(said: str, times: int) -> list[int]:
        form = {"object_kind": "other", "text": "Er is iets mis"}
        return [(await client.post("/report", data=form, headers={"X-Forwarded-For": said})).status_code for _ in range(times)]

    assert (await reports("192.0.2.1", 20), await reports("192.0.2.2", 1)) == ([303] * 20, [429]), "nobody but a proxy of ours is believed"
    app.state.update(settings=msgspec.structs.replace(settings, proxies="10.0.0.0/8, 127.0.0.1"))
    try:
        assert (await reports("192.0.2.3", 20), await reports("198.51.100.9, 192.0.2.3", 1)) == ([303] * 20, [429])
        assert await reports("192.0.2.3, 192.0.2.4", 1) == [303]
        assert await reports("' or 1=1", 1) == [303]
    finally:
        app.state.update(settings=settings)
