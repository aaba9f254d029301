"""One's own pages and the desk's pages about people, as browsers use them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import SYSTEM
from buurtnet.people import actions
from buurtnet.people.queries import get_person
from buurtnet.people.schemas import NewStaff
from tests.made import Made
from tests.people.steps import ask, audited, operating, sent_digits, serve

OWN = [
    "/me",
    "/me/profile",
    "/me/place",
    "/me/times",
    "/me/pause",
    "/me/safety",
    "/me/pin",
    "/me/contact",
    "/me/contact/code",
    "/me/keep-away",
]
DESK = ["/desk/people", "/desk/people/new", "/desk/cards", "/desk/cards/give"]


@pytest.fixture
async def amina(made: Made, client: httpx.AsyncClient) -> UUID:
    await serve(made)
    identity = await made.person("Amina", language="en")
    await made.sign_in(client, identity)
    return identity


@pytest.fixture
async def sara(made: Made, client: httpx.AsyncClient) -> UUID:
    identity = await made.staff("Sara", language="en")
    await made.sign_in(client, identity, kind="staff")
    return identity


@pytest.mark.parametrize("path", OWN)
async def test_own_pages_are_for_who_is_signed_in(client: httpx.AsyncClient, made: Made, path: str) -> None:
    answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next={path}")
    await made.sign_in(client, await made.person("Amina"))
    answer = await client.get(path)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    await made.sign_in(client, await made.staff("Sara"), kind="staff")
    assert (await client.get(path)).status_code == (200 if path == "/me" else 404)


@pytest.mark.parametrize("path", DESK)
async def test_desk_pages_are_for_facilitators(client: httpx.AsyncClient, made: Made, path: str) -> None:
    assert (await client.get(path)).status_code == 303
    await made.sign_in(client, await made.person("Amina"))
    assert (await client.get(path)).status_code == 404
    for role in ("mapper", "coordinator", "operator"):
        await made.sign_in(client, await made.staff("Tom", role=role), kind="staff")
        assert (await client.get(path)).status_code == 404
    await made.sign_in(client, await made.staff("Sara"), kind="staff")
    assert (await client.get(path)).status_code == 200


async def test_profile_place_times_and_safety_are_kept(client: httpx.AsyncClient, db: Db, made: Made, amina: UUID) -> None:
    await serve(made, "Helmet")
    forms: list[tuple[str, dict[str, Any]]] = [
        ("/me/profile", {"given_name": "Mina", "languages": ["ar", ""], "language": "fr", "picture": 5}),
        ("/me/place", {"neighbourhood_id": await made.hood("Helmet")}),
        ("/me/times", {"slots": [0, 27], "reach": 2, "monthly_max": 8}),
        ("/me/safety", {"mediated": "yes", "discreet": "yes"}),
        ("/me/pause", {"until": str(now().date() + timedelta(days=7))}),
    ]
    for path, data in forms:
        answer = await client.post(path, data=data)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me?saved=yes"), path
    person = await get_person(db, amina)
    assert (person.given_name, person.languages, person.language, person.picture) == ("Mina", ["ar"], "fr", 5)
    assert (person.neighbourhood_id, person.slots, person.reach, person.monthly_max) == (await made.hood("Helmet"), 1 | 1 << 27, 2, 8)
    assert (person.mediated, person.discreet, person.state) == (True, True, "paused")
    assert await db.fetchval("select count(*) from outbox where kind = 'people.PersonChanged'") == len(forms)
    assert (await client.post("/me/resume")).status_code == 303
    assert (await get_person(db, amina)).state == "active"
    await client.post("/me/safety", data={})
    assert not (await get_person(db, amina)).mediated


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/me/profile", {"given_name": "", "languages": "nl", "language": "nl", "picture": 1}),
        ("/me/profile", {"given_name": "Amina", "languages": "xx", "language": "nl", "picture": 1}),
        ("/me/profile", {"given_name": "Amina", "languages": "nl", "language": "xx", "picture": 1}),
        ("/me/profile", {"given_name": "Amina", "languages": "nl", "language": "nl", "picture": 99}),
        ("/me/place", {}),
        ("/me/place", {"neighbourhood_id": "1; drop table person"}),
        ("/me/times", {"reach": 9, "monthly_max": 4}),
        ("/me/times", {"reach": 1, "monthly_max": "many"}),
        ("/me/times", {"reach": 1, "monthly_max": 4, "slots": "x"}),
        ("/me/pause", {"until": "31/02/2026"}),
        ("/me/pause", {"until": "2020-01-01"}),
        ("/me/safety", {"mediated": "perhaps"}),
        ("/me/pin", {}),
        ("/me/pin", {"pin1": 1, "pin2": 1, "pin3": 1, "pin4": 1}),
        ("/me/contact", {"address": "nowhere"}),
        ("/me/contact/code", {"code": "123456"}),
        ("/me/keep-away", {"address": ""}),
        ("/me/keep-away", {"address": "<b>"}),
        ("/me/keep-away/remove", {"address": "never@example.org"}),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_stored(
    client: httpx.AsyncClient, db: Db, amina: UUID, path: str, data: dict[str, Any]
) -> None:
    before = await db.fetchrow("select * from person where id = $1", amina)
    answer = await client.post(path, data=data)
    assert answer.status_code == 422 and 'class="wrong-list"' in answer.text
    assert await db.fetchrow("select * from person where id = $1", amina) == before
    assert await db.fetchval("select count(*) from outbox") == 0


@pytest.mark.parametrize("path", ["/me/profile", "/me/pause", "/me/keep-away", "/me/sign-out-everywhere", "/me/resume"])
async def test_unreadable_forms_and_other_websites_are_refused(client: httpx.AsyncClient, amina: UUID, path: str) -> None:
    from_elsewhere = await client.post(path, headers={"Sec-Fetch-Site": "cross-site"}, data={"address": "a@b.be"})
    assert from_elsewhere.status_code == 403
    if path in ("/me/profile", "/me/keep-away"):
        for body, kind in (
            (b"\xff\xfe", "application/x-www-form-urlencoded"),
            (b"{}", "application/json"),
            (b"a=%00", "application/x-www-form-urlencoded"),
        ):
            assert (await client.post(path, content=body, headers={"Content-Type": kind})).status_code == 422


async def test_an_address_is_added_by_code_and_removed(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, amina: UUID) -> None:
    contact_id = await made.contact(amina, "amina@example.org")
    assert (await ask(client, "0470 12 34 56", "/me/contact")).headers["location"] == "/me/contact/code"
    assert (await client.post("/me/contact/code", data={"code": "000000"})).status_code == 422
    answer = await client.post("/me/contact/code", data={"code": await sent_digits(db, vault)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me/contact")
    page = await client.get("/me/contact")
    assert "+32470123456" in page.text and "amina<wbr>@example.org" in page.text
    other = await made.contact(await made.person("Other"), "other@example.org")
    assert (await client.post(f"/me/contact/{other}/remove")).status_code == 404
    assert (await client.post(f"/me/contact/{contact_id}/remove")).status_code == 303
    assert "@example.org" not in (await client.get("/me/contact")).text
    assert (await client.post("/sign-in/code", data={"code": await sent_digits(db, vault)})).status_code != 200


async def test_whom_i_keep_away_is_never_shown(client: httpx.AsyncClient, db: Db, made: Made, amina: UUID) -> None:
    other = await made.person("Other")
    await made.contact(other, "+3222141234", "sms")
    for address in ("02 214 12 34", "unknown@example.org"):
        answer = await client.post("/me/keep-away", data={"address": address})
        assert (answer.status_code, answer.headers["location"]) == (303, "/me/keep-away")
    page = await client.get("/me/keep-away")
    assert "You gave 2 numbers" in page.text and "unknown@example.org" not in page.text and "214" not in page.text
    assert await db.fetchval("select count(*) from keep_away") == 2
    assert (await client.post("/me/keep-away/remove", data={"address": "02/214.12.34"})).status_code == 303
    assert await db.fetchval("select count(*) from keep_away") == 0


async def test_signing_out_everywhere_bites_at_once(client: httpx.AsyncClient, db: Db, made: Made, amina: UUID) -> None:
    other = await made.session(amina)
    assert (await client.post("/me/sign-out-everywhere")).headers["location"] == "/"
    client.cookies.set("session", other)
    assert (await client.get("/me")).status_code == 303


async def test_a_facilitator_registers_and_acts_for_somebody(client: httpx.AsyncClient, db: Db, made: Made, sara: UUID) -> None:
    data = {"given_name": "Mehmet", "neighbourhood_id": await made.hood(), "languages": "tr", "adult": "yes", "consent": "yes"}
    for wrong in ({"consent": ""}, {"given_name": ""}, {"languages": ""}, {"neighbourhood_id": await made.hood("Helmet")}):
        assert (await client.post("/desk/people/new", data=data | wrong)).status_code == 422
    answer = await client.post("/desk/people/new", data=data)
    assert answer.status_code == 303
    path = answer.headers["location"]
    assert "Mehmet" in (await client.get(path)).text
    again = await client.post("/desk/people/new", data=data)
    assert again.status_code == 422 and "Is it one of these people?" in again.text
    assert (await client.post(f"{path}/act", data={})).headers["location"] == "/"
    page = await client.get("/me")
    assert "Mehmet" in page.text and "You do this for" in page.text
    assert (await client.get("/desk/people")).status_code == 404
    await client.post("/me/times", data={"reach": 0, "monthly_max": 1})
    mehmet = UUID(path.rpartition("/")[2])
    assert (await get_person(db, mehmet)).reach == 0
    row = await db.fetchrow("select actor, on_behalf_of, subject from audit where action = 'changed'")
    aliases = {row["person_id"]: row["alias"] for row in await db.fetch("select person_id, alias from pseudonym")}
    assert (row["actor"], row["on_behalf_of"], row["subject"]) == (aliases[sara], aliases[mehmet], aliases[mehmet])
    assert (await client.post("/acting/stop")).headers["location"] == path
    assert (await client.post(f"{path}/hand-over")).status_code == 409
    assert (await client.post(f"{path}/look-after")).status_code == 303
    assert (await client.get("/desk/people")).status_code == 200
    assert await audited(db) == ["registered", "acting started", "changed", "acting ended", "looked after"]


async def test_contact_details_at_the_desk(client: httpx.AsyncClient, db: Db, made: Made, sara: UUID) -> None:
    amina, mine = await made.person("Amina"), await made.person("Mine", managed_by=sara)
    await made.contact(amina, "amina@example.org")
    assert "amina@example.org" not in (await client.get(f"/desk/people/{amina}")).text
    assert (await client.post(f"/desk/people/{amina}/contact", data={})).status_code == 422
    answer = await client.post(f"/desk/people/{amina}/contact", data={"reason": "call_back"})
    assert answer.status_code in (200, 201) and "amina@example.org" in answer.text
    assert await audited(db) == ["opened"]
    assert (await client.post(f"/desk/people/{mine}/number", data={"address": "02 214 12 34"})).status_code == 303
    assert "+3222141234" in (await client.post(f"/desk/people/{mine}/contact", data={})).text
    assert (await client.post(f"/desk/people/{amina}/number", data={"address": "02 214 12 34"})).status_code == 404


async def test_people_of_other_areas_and_organisations_are_not_there(client: httpx.AsyncClient, made: Made, sara: UUID) -> None:
    far = await made.person("Far", "Helmet")
    other = await made.person("Other", organisation_id=await made.organisation("CAW"))
    tom = await made.staff("Tom")
    for person in (far, other, tom, sara):
        assert (await client.get(f"/desk/people/{person}")).status_code == 404
        for deed in ("contact", "act", "number", "card", "block", "look-after", "hand-over"):
            data = {
                "reason": "asked",
                "why": "Threats.",
                "address": "02 214 12 34",
                "code": "ABCDEFGH",
                "until": str(now().date() + timedelta(days=3)),
            }
            pin = {"pin1": 1, "pin2": 2, "pin3": 3, "pin4": 4}
            assert (await client.post(f"/desk/people/{person}/{deed}", data=data | pin)).status_code == 404, deed
    page = await client.get("/desk/people")
    assert "Far" not in page.text and "Other" not in page.text and "Tom" not in page.text


async def test_cards_are_shown_once_with_code_and_drawing(client: httpx.AsyncClient, db: Db, made: Made, sara: UUID) -> None:
    for wrong in ("0", "101", "many"):
        assert (await client.post("/desk/cards", data={"count": wrong})).status_code == 422
    answer = await client.post("/desk/cards", data={"count": "3"})
    assert answer.status_code in (200, 201) and answer.text.count('class="qr"') == 3 and answer.headers["cache-control"] == "no-store"
    assert "style=" not in answer.text
    code = answer.text.partition('<p class="code"><bdi>')[2].partition("</bdi>")[0]
    amina = await made.person("Amina")
    pin = {"pin1": 1, "pin2": 2, "pin3": 3, "pin4": 4}
    assert (await client.post(f"/desk/people/{amina}/card", data={"code": code, "pin1": 1})).status_code == 422
    assert (await client.post(f"/desk/people/{amina}/card", data={"code": code, **pin})).status_code == 303
    card_id = await db.fetchval("select id from card where person_id = $1", amina)
    await made.sign_in(client, await made.staff("Tom", hoods=["Helmet"]), kind="staff")
    assert (await client.post(f"/desk/cards/{card_id}/revoke")).status_code == 404
    await made.sign_in(client, sara, kind="staff")
    assert (await client.post(f"/desk/cards/{card_id}/revoke")).status_code == 303
    assert (await client.post(f"/desk/cards/{card_id}/revoke")).status_code == 409


async def test_a_block_through_the_pages(client: httpx.AsyncClient, db: Db, made: Made, sara: UUID) -> None:
    amina = await made.person("Amina")
    data = {"reason": "unkind", "why": "Threatened a neighbour.", "until": str(now().date() + timedelta(days=10))}
    assert (await client.post(f"/desk/people/{amina}/block", data=data | {"until": "2020-01-01"})).status_code == 422
    assert (await client.post(f"/desk/people/{amina}/block", data=data)).status_code == 303
    block_id = await db.fetchval("select id from block")
    assert (await client.post(f"/desk/blocks/{block_id}/confirm")).status_code == 403
    assert "Another worker has to confirm" in (await client.get(f"/desk/people/{amina}/decisions")).text
    await made.sign_in(client, await made.staff("Tom", language="en"), kind="staff")
    assert "Confirm: stop the account" in (await client.get(f"/desk/people/{amina}/decisions")).text
    assert (await client.post(f"/desk/blocks/{block_id}/confirm")).status_code == 303
    assert (await get_person(db, amina)).state == "blocked"
    assert (await client.post(f"/desk/blocks/{block_id}/end")).status_code == 303
    assert (await get_person(db, amina)).state == "active"


async def test_a_worker_signs_in_through_the_pages(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault) -> None:
    new = NewStaff(
        organisation_id=await made.home_organisation(),
        given_name="Sara",
        email="sara@dienst.example",
        roles=["facilitator"],
        neighbourhoods=[await made.hood()],
        secrecy_basis="art. 458",
    )
    async with operating(db):
        staff = await actions.add_staff(db, vault, SYSTEM, new, region="BE")
    secret = staff.otpauth.partition("secret=")[2].partition("&")[0]
    assert (await ask(client, "sara@dienst.example", "/staff/sign-in")).headers["location"] == "/staff/sign-in/code"
    digits = await sent_digits(db, vault)
    wrong = await client.post("/staff/sign-in/code", data={"code": digits, "totp": "000000"})
    also = await client.post("/staff/sign-in/code", data={"code": "000000", "totp": pyotp.TOTP(secret).now()})
    said = "These numbers are not right"
    assert wrong.status_code == also.status_code == 422 and said in wrong.text and said in also.text
    answer = await client.post("/staff/sign-in/code", data={"code": digits, "totp": pyotp.TOTP(secret).now()})
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert (await client.get("/desk/people")).status_code == 200
    unknown = await ask(client, "nobody@dienst.example", "/staff/sign-in")
    assert (unknown.status_code, unknown.headers["location"]) == (303, "/staff/sign-in/code")
