"""My data as its person meets it: see, take along, who looked, be forgotten; with nothing but pages."""

import json
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.people.rules import sign_in_digits
from buurtnet.privacy.queries.schema import list_tables
from buurtnet.privacy.rules import tags
from buurtnet.privacy.rules.words import find_label
from tests.made import Made
from tests.privacy.planted import Planted


async def digits_of(connection: Db, vault: Vault) -> str:
    await connection.execute("set local role none")
    return sign_in_digits(vault, await connection.fetchval("select id from sign_in_code order by id desc limit 1"))


async def state_of(connection: Db, person: UUID) -> str | None:
    await connection.execute("set local role none")
    return await connection.fetchval("select state from person where id = $1", person)


async def sign_in_unproven(made: Made, client: httpx.AsyncClient, person: UUID, **more: object) -> None:
    await made.sign_in(client, person, **more)  # type: ignore[arg-type]
    await made.db.execute("set local role none")
    await made.db.execute("update session set confirmed_at = null")


async def test_export_holds_all_my_canaries_and_none_of_anybody_elses(client: httpx.AsyncClient, made: Made, vault: Vault) -> None:
    mine, theirs = Planted(made, vault, "mijn"), Planted(made, vault, "haar")
    someone = await made.person("Buurvrouw")
    await mine.plant(someone)
    await theirs.plant(someone)
    await made.insert("participant", conversation_id=theirs.ids["conversation"], person_id=mine.person)
    offer = await made.post(mine.person, "offer")
    await made.match(theirs.ids["post"], offer, "agreed", asked_at=now(), metres=314159, need_answer="yes", offer_answer="yes")
    await made.sign_in(client, mine.person)
    shown = tags.list_shown(list_tables())
    wanted = {
        word
        for (table, column), word in mine.words.items()
        for one in shown
        if one.name == table and one.c[column] in tags.list_shown_columns(one)
    }
    assert len(wanted) >= 10
    for path in ("/me/data/file.json", "/me/data/file.html"):
        answer = await client.get(path)
        assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"], answer.text
        assert "kanariehaar" not in answer.text and str(theirs.person) not in answer.text and "Buurvrouw" not in answer.text
        assert "314159" not in answer.text
        missing = {word for word in wanted if word not in answer.text}
        assert path.endswith("html") or missing == set()
    data = json.loads((await client.get("/me/data/file.json")).text)
    roles = {row["you_are"]: row for row in data["tables"]["match"]}
    assert "need_answer" not in roles["helper_id"] and roles["helper_id"]["offer_answer"] == "yes"
    assert "metres" not in roles["helper_id"] and "helper_id" not in roles["asker_id"]


def test_whatever_is_personal_and_shown_has_a_plain_word() -> None:
    bare = [
        f"{table.name}.{column.name}"
        for table in tags.list_shown(list_tables())
        for column in tags.list_shown_columns(table)
        if column.info.get("personal") and column.name != "sound" and find_label(table.name, column.name) is None
    ]
    assert bare == []


async def test_what_is_kept_stands_in_plain_words_of_the_readers_language(client: httpx.AsyncClient, made: Made) -> None:
    amina = await made.person("Amina")
    await made.contact(amina, "amina@example.org")
    await made.post(amina, text="Wie draagt mijn kast naar boven?")
    await made.sign_in(client, amina)
    assert "/me/data" in (await client.get("/me")).text
    data = (await client.get("/me/data")).text
    assert "/me/data/kept/posts" in data and "/me/data/forget" in data
    posts = (await client.get("/me/data/kept/posts")).text
    assert "Wie draagt mijn kast naar boven?" in posts and "Brabant" in posts
    assert "amina@example.org" in (await client.get("/me/data/kept/reach")).text
    assert "Amina" in (await client.get("/me/data/kept/me")).text
    assert (await client.get("/me/data/kept/neighbours")).status_code == 200
    assert (await client.get("/me/data/kept/nothing")).status_code == 404
    assert (await client.get("/me/data/kept/posts?older=30")).status_code == 200


async def test_who_looked_says_which_worker_when_and_why(client: httpx.AsyncClient, made: Made, connection: Db) -> None:
    amina, sara = await made.person("Amina"), await made.staff("Sara")
    await made.contact(amina, "amina@example.org")
    await made.sign_in(client, sara, kind="staff")
    assert (await client.post(f"/desk/people/{amina}/contact", data={"reason": "call_back"})).status_code == 200
    await made.sign_in(client, amina)
    looks = (await client.get("/me/data/looks")).text
    assert "Sara" in looks and "saw my number or address" in looks and "Calling back" in looks and "<bdi>Sociale Dienst 1030</bdi>" in looks
    assert "Sara" in (await client.get("/me/data/file.json")).text
    assert (await client.post("/me/safety", data={"looks_in_person": "yes"})).status_code == 303
    for path in ("/me/data/looks", "/me/data/file.json", "/me/data/file.html"):
        assert "saw my number" not in (await client.get(path)).text
    assert (await client.post("/me/safety", data={})).status_code == 403, "whoever holds the phone does not take the wish back"
    assert (await client.patch("/api/v1/me", json={"looks_in_person": False})).status_code == 403
    assert 'name="looks_in_person" value="yes"' in (await client.get("/me/safety")).text
    assert (await client.post("/me/safety", data={"looks_in_person": "yes", "mediated": "yes"})).status_code == 303
    await made.sign_in(client, sara, kind="staff")
    assert (await client.post(f"/desk/people/{amina}/looks", data={})).status_code == 422
    shown = await client.post(f"/desk/people/{amina}/looks", data={"reason": "asked"})
    assert shown.status_code == 200 and "saw my number or address" in shown.text
    await connection.execute("set local role none")
    assert await connection.fetchval("select count(*) from audit where action = 'looks shown' and reason = 'asked'") == 1
    await made.sign_in(client, sara, kind="staff", acting_for=amina)
    assert (await client.post("/me/safety", data={})).status_code == 303
    await made.sign_in(client, amina)
    assert "saw my number" in (await client.get("/me/data/looks")).text


async def test_somebody_with_an_address_shows_a_fresh_code_first(
    client: httpx.AsyncClient, made: Made, connection: Db, vault: Vault
) -> None:
    amina = await made.person("Amina")
    contact = await made.contact(amina, "amina@example.org")
    await sign_in_unproven(made, client, amina)
    assert "former neighbour" in (await client.get("/me/data/forget")).text
    sure = await client.get("/me/data/forget/sure")
    assert str(contact) in sure.text and 'name="sure"' not in sure.text and "amina@example.org" not in sure.text
    assert (await client.post("/me/data/forget", data={"sure": "yes"})).status_code == 403
    sent = await client.post("/me/data/forget/code", data={"contact": str(contact)})
    assert sent.status_code == 303 and sent.headers["location"] == "/me/data/forget/code"
    assert (await client.get("/me/data/forget/code")).status_code == 200
    wrong = await client.post("/me/data/forget/digits", data={"code": "000000"})
    assert wrong.status_code == 422
    read = await client.post("/me/data/forget/digits", data={"code": await digits_of(connection, vault)})
    assert read.status_code == 303 and read.headers["location"] == "/me/data/forget/sure"
    assert 'name="sure"' in (await client.get("/me/data/forget/sure")).text
    assert (await client.post("/me/data/forget", data={})).status_code == 422
    assert await state_of(connection, amina) == "active"
    gone = await client.post("/me/data/forget", data={"sure": "yes"})
    assert gone.status_code == 303 and gone.headers["location"] == "/forgotten" and "storage" in gone.headers["clear-site-data"]
    assert await state_of(connection, amina) == "erased"
    assert "always welcome" in (await client.get("/forgotten")).text
    assert (await client.get("/me")).status_code in (303, 401)


async def test_a_code_for_something_else_or_of_somebody_else_proves_nothing(client: httpx.AsyncClient, made: Made, connection: Db) -> None:
    amina, bart = await made.person("Amina"), await made.person("Bart")
    await made.contact(amina, "amina@example.org")
    theirs = await made.contact(bart, "bart@example.org")
    await sign_in_unproven(made, client, amina)
    assert (await client.post("/me/data/forget/code", data={"contact": str(theirs)})).status_code == 404
    assert (await client.post("/me/contact", data={"address": "new@example.org"})).status_code == 303
    await connection.execute("set local role none")
    assert await connection.fetchval("select purpose from sign_in_code order by id desc limit 1") == "contact"
    assert (await client.post("/me/data/forget/digits", data={"code": "123456"})).status_code == 422
    assert (await client.post("/me/data/forget", data={"sure": "yes"})).status_code == 403


async def test_somebody_with_a_card_alone_shows_their_four_pictures(
    client: httpx.AsyncClient, made: Made, connection: Db, vault: Vault
) -> None:
    from buurtnet.people.actions.sessions import hash_pin

    amina = await made.person("Amina")
    await connection.execute("set local role none")
    await connection.execute("update person set pin_hash = $2 where id = $1", amina, await hash_pin(vault, amina, [1, 2, 3, 4]))
    await sign_in_unproven(made, client, amina)
    assert 'name="pin1"' in (await client.get("/me/data/forget/sure")).text
    contact = await made.contact(amina, "amina@example.org")
    asked = await client.post("/me/data/forget/code", data={"contact": str(contact)})
    assert asked.status_code == 404, "a code that comes to the phone in hand does not stand for the pictures"
    right, wrong = ({f"pin{place}": str(one) for place, one in enumerate(pin, 1)} for pin in ([1, 2, 3, 4], [4, 3, 2, 1]))
    assert (await client.post("/me/data/forget/pictures", data=wrong)).status_code == 422
    assert (await client.post("/me/data/forget", data={"sure": "yes"})).status_code == 403
    assert (await client.post("/me/data/forget/pictures", data=right)).status_code == 303
    assert (await client.post("/me/data/forget", data={"sure": "yes"})).status_code == 303
    assert await state_of(connection, amina) == "erased"


async def test_a_worker_forgets_whom_they_look_after_with_a_reason_and_nobody_else(
    client: httpx.AsyncClient, made: Made, connection: Db
) -> None:
    sara = await made.staff("Sara")
    amina, bart = await made.person("Amina", managed_by=sara), await made.person("Bart")
    await made.sign_in(client, sara, kind="staff", acting_for=bart)
    for path in ("/me/data", "/me/data/file.json", "/me/data/forget"):
        assert (await client.get(path)).status_code == 403
    assert (await client.post("/me/data/forget", data={"sure": "yes", "reason": "asked"})).status_code == 403
    await made.sign_in(client, sara, kind="staff", acting_for=amina)
    assert 'name="reason"' in (await client.get("/me/data/forget/sure")).text
    for data in ({"sure": "yes"}, {"reason": "asked"}):
        assert (await client.post("/me/data/forget", data=data)).status_code == 422
    done = await client.post("/me/data/forget", data={"sure": "yes", "reason": "asked"})
    assert done.status_code == 303 and done.headers["location"] == "/desk/people"
    assert await state_of(connection, amina) == "erased"
    assert await connection.fetchval("select reason from audit where action = 'erasure asked'") == "asked"
    assert (await client.get("/desk/people")).status_code == 200, "the worker stays signed in, as themselves"
    assert (await client.get(f"/desk/people/{amina}")).status_code == 404


@pytest.mark.parametrize("state", ["active", "paused"])
async def test_asking_twice_erases_once(made: Made, worker_database: Database, connection: Db, state: str) -> None:
    from buurtnet.people.actions.leaving import erase_account

    amina = await made.person("Amina", state=state)
    for _time in range(2):
        async with worker_database.transaction() as db:
            await erase_account(db, amina)
    await connection.execute("set local role none")
    assert await connection.fetchval("select count(*) from outbox where kind = 'people.ErasureAsked'") == 1


async def test_a_workers_account_is_not_forgotten_by_a_page(made: Made, worker_database: Database) -> None:
    from buurtnet.people.actions.leaving import WorkersStay, erase_account

    sara = await made.staff("Sara")
    with pytest.raises(WorkersStay):
        async with worker_database.transaction() as db:
            await erase_account(db, sara)


async def test_what_nobody_asked_me_yet_does_not_stand_in_my_data(client: httpx.AsyncClient, made: Made, connection: Db) -> None:
    amina, hassan = await made.person("Amina"), await made.person("Hassan")
    match = new_id()
    sides = {
        "need_id": await made.post(amina, "need"),
        "offer_id": await made.post(hassan, "offer"),
        "asker_id": amina,
        "helper_id": hassan,
    }
    about = {"origin": "engine", "score": 1.0, "parts": [1.0] * 5, "metres": 300, "level": 0, "languages": ["nl"]}
    await made.insert("match", id=match, state="suggested", **sides, **about)

    async def who_reads() -> list[bool]:
        await made.sign_in(client, amina)
        asker = str(match) in (await client.get("/me/data/file.json")).text
        await made.sign_in(client, hassan)
        return [asker, str(match) in (await client.get("/me/data/file.json")).text]

    found = [await who_reads()]
    for column in ("asked_at", "offered_at"):
        await connection.execute("set local role none")
        await connection.execute(f"update match set {column} = now()")
        found.append(await who_reads())
    assert found == [[False, False], [False, True], [True, True]]


async def test_that_something_was_reported_is_told_to_nobody_it_may_be_about(
    client: httpx.AsyncClient, made: Made, connection: Db, vault: Vault
) -> None:
    sara = await made.staff("Sara")
    planted = Planted(made, vault, "mijn")
    await planted.plant(await made.person("Buurvrouw"))
    await connection.execute("set local role none")
    await connection.execute("update person set managed_by = $2 where id = $1", planted.person, sara)
    await connection.execute("update message set reported_at = now()")
    await made.sign_in(client, planted.person)
    data = json.loads((await client.get("/me/data/file.json")).text)
    assert data["tables"]["message"] and all("reported_at" not in row for row in data["tables"]["message"])
    assert data["tables"]["report"]
    await made.sign_in(client, sara, kind="staff", acting_for=planted.person)
    assert "report" not in json.loads((await client.get("/me/data/file.json")).text)["tables"]
