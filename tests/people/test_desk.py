"""A worker's pages about people: registering at a door, names that sound alike, a helper's check, a card for one person, two accounts of one person."""

import re
from datetime import date, timedelta

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault
from buurtnet.people import actions
from buurtnet.people.actions.acting import NoSecrecy
from buurtnet.people.actions.cards import make_card
from buurtnet.people.actions.checking import note_check, take_back_check
from buurtnet.people.actions.keeping import list_kept
from buurtnet.people.queries import find_check
from tests.made import Made
from tests.people.steps import audited, worker

SOMEBODY = {"given_name": "Yusra", "languages": ["ar"], "adult": "yes", "consent": "yes"}


async def at_work(client: httpx.AsyncClient, made: Made) -> None:
    sara = await made.staff("Sara")
    await made.sign_in(client, sara, kind="staff")


async def somebody(made: Made, **values: object) -> dict[str, object]:
    return SOMEBODY | {"neighbourhood_id": await made.hood()} | values


async def test_three_taps_and_a_name_register_somebody(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await at_work(client, made)
    page = (await client.get("/desk/people/new")).text
    typed = re.findall(r'<(?:input|textarea)[^>]*type="(?:text|tel|email|search|date)"', page)
    assert len(typed) == 1, "a name is all that is typed"
    answer = await client.post("/desk/people/new", data=await somebody(made))
    person = await db.fetchval("select id from person where given_name = 'Yusra'")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/people/{person}")
    again = await client.get("/desk/people/new")
    assert "selected" in again.text or 'type="hidden" name="neighbourhood_id"' in again.text


async def test_registering_leads_on_to_what_the_person_asks(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await at_work(client, made)
    answer = await client.post("/desk/people/new", data=await somebody(made, then="act"))
    assert answer.headers["location"] == "/new"
    assert await db.fetchval("select given_name from session s join person p on p.id = s.acting_for") == "Yusra"
    assert "You do this for" in (await client.get("/new")).text


async def test_what_waited_on_a_phone_is_registered_or_stays_to_be_looked_at(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault
) -> None:
    await at_work(client, made)
    mark = (await client.get("/desk/people/new")).headers["kept-for"]
    assert mark.startswith("work-") and "no-store" in (await client.get("/desk/people/new")).headers["cache-control"]
    queued = {"Kept-For": mark, "Idempotency-Key": "street-0001"}
    for _ in range(2):
        answer = await client.post("/desk/people/new", data=await somebody(made), headers=queued)
        assert answer.status_code == 303
    assert await db.fetchval("select count(*) from person where given_name = 'Yusra'") == 1
    for number, wrong in enumerate(({}, {"given_name": "Nour", "consent": ""})):
        headers = queued | {"Idempotency-Key": f"street-1{number:03}"}
        answer = await client.post("/desk/people/new", data=await somebody(made, **wrong), headers=headers)
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/desk/people", "")
    people = (await client.get("/desk/people")).text
    kept = re.findall(r"/desk/people/new\?kept=([0-9a-f-]{36})", people)
    assert len(kept) == 2 and "Nour" in people
    page = (await client.get(f"/desk/people/new?kept={kept[0]}")).text
    assert "Is it one of these people?" in page and 'value="Yusra"' in page
    answer = await client.post(f"/desk/people/new?kept={kept[0]}", data=await somebody(made, sure="yes"))
    assert answer.status_code == 303 and await db.fetchval("select count(*) from person where given_name = 'Yusra'") == 2
    assert "Ask the person first" in (await client.get(f"/desk/people/new?kept={kept[1]}")).text or "Nour" in people
    await client.post("/desk/people/kept/forget", data={"kept": kept[1]})
    assert await db.fetchval("select count(*) from kept") == 0
    other = await worker(made)
    assert await list_kept(db, vault, other, at=now()) == []


async def test_a_phone_keeps_nothing_while_a_worker_acts_for_somebody(client: httpx.AsyncClient, made: Made) -> None:
    sara, amina = await made.staff("Sara"), await made.person("Amina")
    await made.sign_in(client, sara, kind="staff")
    mark = (await client.get("/desk/people/new")).headers["kept-for"]
    await made.sign_in(client, sara, kind="staff", acting_for=amina)
    assert "kept-for" not in (await client.get("/")).headers
    answer = await client.post("/desk/people/new", data=await somebody(made), headers={"Kept-For": mark})
    assert answer.status_code == 429, "it goes on waiting"
    mapper = await made.staff("Tom", role="mapper")
    await made.sign_in(client, mapper, kind="staff")
    assert (await client.get("/desk/network")).headers["kept-for"] == "never"


async def test_a_name_that_sounds_alike_is_found(client: httpx.AsyncClient, made: Made) -> None:
    await at_work(client, made)
    known = await made.person("Mohammed", languages=["ar"])
    page = (await client.get("/desk/people", params={"q": "Muhamad"})).text
    assert str(known) in page and "sound alike" in page
    answer = await client.post("/desk/people/new", data=await somebody(made, given_name="محمد"))
    assert answer.status_code == 422 and "Mohammed" in answer.text
    assert (await client.post("/desk/people/new", data=await somebody(made, given_name="محمد", sure="yes"))).status_code == 303


async def test_of_a_helpers_check_the_day_is_kept_and_nothing_else(db: Db, made: Made) -> None:
    viewer, amina = await worker(made), await made.person("Amina")
    today = date(2026, 11, 22)
    await note_check(db, viewer, amina, date(2026, 10, 1), today=today)
    await note_check(db, viewer, amina, today, today=today)
    assert await find_check(db, viewer, amina) == today
    assert await find_check(db, await worker(made, "Helmet"), amina) is None
    for day in (today + timedelta(days=1), date(2019, 1, 1)):
        with pytest.raises(Invalid):
            await note_check(db, viewer, amina, day, today=today)
    with pytest.raises(Invalid):
        await note_check(db, viewer, await made.person("Young", adult=False), today, today=today)
    with pytest.raises(NoSecrecy):
        await note_check(db, await worker(made, secrecy=False), amina, today, today=today)
    with pytest.raises(NotFound):
        await note_check(db, await worker(made, "Helmet"), amina, today, today=today)
    await take_back_check(db, viewer, amina)
    with pytest.raises(NotFound):
        await take_back_check(db, viewer, amina)
    assert await audited(db) == ["helper checked", "helper checked", "helper check taken back"]


async def test_a_card_is_printed_for_one_person_in_their_language(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, limits: Limits
) -> None:
    await at_work(client, made)
    amina = await made.person("Amina", language="fr")
    pin = {"pin1": "1", "pin2": "5", "pin3": "9", "pin4": "12"}
    assert (await client.post(f"/desk/people/{amina}/card/print", data={})).status_code == 422
    page = await client.post(f"/desk/people/{amina}/card/print", data=pin)
    assert page.status_code == 200 and 'lang="fr"' in page.text and "Amina" not in page.text and "<svg" in page.text
    code = re.search(r'class="code"><bdi>([A-Z0-9 ]{9})</bdi>', page.text)
    assert code is not None
    session = await actions.enter_with_card(db, vault, limits, code[1], [1, 5, 9, 12], network="n", stay=False, at=now())
    assert session.person_id == amina
    viewer = await worker(made, "Helmet")
    with pytest.raises(NotFound):
        await make_card(db, vault, viewer, amina, [1, 5, 9, 12], at=now())


async def test_blank_cards_are_printed_in_a_language(client: httpx.AsyncClient, made: Made) -> None:
    await at_work(client, made)
    page = await client.post("/desk/cards", data={"count": "4", "language": "ar"})
    assert page.text.count('class="printed-card"') == 4 and 'dir="rtl"' in page.text


async def test_two_accounts_are_seen_side_by_side_before_they_become_one(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await at_work(client, made)
    kept = await made.person("Mohammed", languages=["ar", "nl"])
    gone = await made.person("Muhamad", languages=["fr"], discreet=True)
    await made.post(gone, "need")
    found = (await client.get(f"/desk/people/{kept}/double")).text
    assert f"?other={gone}" in found
    page = (await client.get(f"/desk/people/{kept}/double", params={"other": str(gone)})).text
    assert "Questions and offers" in page and "العربية, Nederlands, Français" in page and "Conversations" not in page
    assert (await client.post(f"/desk/people/{kept}/double", data={"other": str(gone)})).status_code == 422
    answer = await client.post(f"/desk/people/{kept}/double", data={"other": str(gone), "sure": "yes"})
    assert answer.status_code == 303 and "become one now" in (await client.get(answer.headers["location"])).text
    assert await db.fetchval("select count(*) from outbox where kind = 'privacy.MergeAsked'") == 1
    far = await made.person("Mohammed", "Helmet")
    for other in (far, kept):
        assert (await client.get(f"/desk/people/{kept}/double", params={"other": str(other)})).status_code == 404
