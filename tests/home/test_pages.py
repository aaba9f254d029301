"""The first page: by who asks."""

from datetime import timedelta
from uuid import UUID

import httpx
from tests.made import Made

from buurtnet.kit.clock import now
from buurtnet.kit.ids import new_id


async def test_a_visitor_reads_what_this_is(client: httpx.AsyncClient) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    for part in (
        "Neighbours help each other",
        'href="/new/need"',
        'href="/new/offer"',
        'href="/sign-in"',
        'href="/map"',
        'action="/language"',
    ):
        assert part in page.text
    assert "max-age=60" in page.headers["cache-control"]


async def test_a_worker_goes_to_the_desk(client: httpx.AsyncClient, made: Made) -> None:
    for role in ("facilitator", "coordinator", "mapper"):
        await made.sign_in(client, await made.staff(role=role), kind="staff")
        answer = await client.get("/")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")


async def test_a_resident_sees_what_is_going_on(client: httpx.AsyncClient, made: Made) -> None:
    amina, neighbour = await made.person("Amina"), await made.person("Zebedeus")
    mine = await made.post(amina, text="Een kast naar boven dragen")
    await made.post(amina, text="Iets van vroeger", state="met")
    offer = await made.post(neighbour, "offer", "language.practice", "Nederlands oefenen bij koffie")
    await made.post(neighbour, text="Dit is stil gebleven")
    shown = await made.post(neighbour, theme="errands.groceries", text="Wie brengt brood mee?", quiet=False)
    await made.sign_in(client, amina)
    page = await client.get("/")
    assert page.headers["cache-control"] == "no-store"
    assert "Hello <bdi>Amina</bdi>" in page.text
    for post in (mine, offer, shown):
        assert f'href="/posts/{post}"' in page.text
    for hidden in ("stil gebleven", "van vroeger", "Zebedeus", "Waits for your answer"):
        assert hidden not in page.text
    assert "How it works" in page.text


async def test_without_a_neighbourhood_one_is_asked_for(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person(hood=None))
    page = await client.get("/")
    assert page.status_code == 200 and "First choose your neighbourhood" in page.text


async def test_a_worker_who_acts_sees_the_residents_start(client: httpx.AsyncClient, made: Made) -> None:
    amina = await made.person("Amina")
    await made.sign_in(client, await made.staff(), kind="staff", acting_for=amina)
    page = await client.get("/")
    assert page.status_code == 200 and "Hello <bdi>Amina</bdi>" in page.text and "You do this for" in page.text


async def _match(made: Made, need: UUID, offer: UUID, asker: UUID, helper: UUID, **values: object) -> UUID:
    identity = new_id()
    given: dict[str, object] = {
        "id": identity,
        "need_id": need,
        "offer_id": offer,
        "asker_id": asker,
        "helper_id": helper,
        "origin": "engine",
        "score": 0.8,
        "parts": [1.0, 1.0, 1.0, 1.0, 1.0],
        "metres": 300,
        "level": 0,
        "languages": ["nl", "fr"],
        "lapses_at": now() + timedelta(days=2),
        "asked_at": now(),
    }
    await made.insert("match", **(given | values))
    return identity


async def test_a_question_is_answered_from_the_start(client: httpx.AsyncClient, made: Made) -> None:
    amina, buur = await made.person("Amina"), await made.person("Zebedeus")
    need, offer = await made.post(amina, text="Een kast naar boven dragen"), await made.post(buur, "offer", text="Ik draag graag mee")
    match = await _match(made, need, offer, amina, buur, state="asked")
    await made.sign_in(client, buur)
    page = (await client.get("/")).text
    assert "Waits for your answer" in page and 'A neighbour asks: <bdi lang="nl">Een kast naar boven dragen' in page
    assert f'action="/matches/{match}/answer?once=' in page and 'name="answer" value="yes"' in page
    assert "You both speak" in page and "Amina" not in page
    await made.sign_in(client, amina)
    assert "Waits for your answer" not in (await client.get("/")).text


async def test_the_asker_decides_after_the_helper(client: httpx.AsyncClient, made: Made) -> None:
    amina, buur = await made.person("Amina"), await made.person("Zebedeus")
    need, offer = await made.post(amina, text="Een kast naar boven dragen"), await made.post(buur, "offer", text="Ik draag graag mee")
    await _match(made, need, offer, amina, buur, state="offered", offered_at=now(), offer_answer="yes")
    await made.sign_in(client, amina)
    page = (await client.get("/")).text
    assert "Somebody near you can help" in page and 'You ask: <bdi lang="nl">Een kast naar boven dragen' in page and "Zebedeus" not in page


async def test_did_it_work_out(client: httpx.AsyncClient, made: Made) -> None:
    amina, buur = await made.person("Amina"), await made.person("Zebedeus")
    need, offer = await made.post(amina), await made.post(buur, "offer")
    match = await _match(
        made,
        need,
        offer,
        amina,
        buur,
        state="agreed",
        offered_at=now(),
        agreed_at=now(),
        offer_done_at=now(),
        need_answer="yes",
        offer_answer="yes",
    )
    await made.sign_in(client, amina)
    page = (await client.get("/")).text
    assert "Did it work out?" in page and f'href="/matches/{match}"' in page


async def test_what_was_agreed_and_what_was_written_stand_on_the_start(client: httpx.AsyncClient, made: Made) -> None:
    amina, buur = await made.person("Amina"), await made.person("Zebedeus")
    need, offer = await made.post(amina, theme="errands.foodaid"), await made.post(buur, "offer")
    conversation = new_id()
    await made.insert("conversation", id=conversation)
    yes = {"offered_at": now(), "agreed_at": now(), "need_answer": "yes", "offer_answer": "yes", "conversation_id": conversation}
    match = await _match(made, need, offer, amina, buur, state="agreed", **yes)
    for person in (amina, buur):
        await made.insert("participant", conversation_id=conversation, person_id=person)
    await made.insert("message", id=new_id(), conversation_id=conversation, author_id=buur, body=b"sealed")
    await made.sign_in(client, amina)
    page = (await client.get("/")).text
    assert "You and Zebedeus" in page and f'href="/matches/{match}"' in page and "Waits for your answer" not in page
    assert f'href="/conversations/{conversation}"' in page and "New · Food parcel" in page
    assert "New · Food parcel" in (await client.get("/messages")).text
    await made.sign_in(client, buur)
    page = (await client.get("/")).text
    assert "You and Amina" in page and f'href="/conversations/{conversation}"' not in page
    page = (await client.get("/messages")).text
    assert "Fetching · " in page and "Food parcel" not in page, "others hear the wider word"


async def test_who_shares_a_number_or_a_phone_is_told_how_others_stay_out(client: httpx.AsyncClient, made: Made) -> None:
    alone, amina, leila = await made.person("Alone"), await made.person("Amina"), await made.person("Leila")
    looked, safe = await made.person("Looked", discreet=True), await made.person("Safe", discreet=True, pin_hash="four pictures")
    by_card = await made.person("Card", discreet=True)
    shared, seen = b"one number for two".ljust(32), b"a number of her own".ljust(32)
    for person, lookup in ((amina, shared), (leila, shared), (looked, seen), (safe, seen[::-1]), (alone, b"hers".ljust(32))):
        await made.insert("sign_in_name", lookup=lookup, person_id=person)
    for person, told in ((alone, False), (amina, True), (leila, True), (looked, True), (safe, False), (by_card, False)):
        await made.sign_in(client, person)
        assert ("Then nobody else comes in here" in (await client.get("/")).text) is told, person
