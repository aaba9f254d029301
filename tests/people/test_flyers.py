"""A flyer: made once for a place and a language, printed without any name, and what it brings whoever scans it."""

from uuid import UUID

import httpx
import pytest

from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from tests.made import Made
from tests.people.steps import ask, sent_digits


@pytest.fixture
async def sara(made: Made) -> UUID:
    """A facilitator whose organisation serves two neighbourhoods; an older organisation serves them too."""
    other = await made.organisation("Buurtwerk Noord")
    hoods = [await made.hood("Brabantwijk"), await made.hood("Collignon")]
    for organisation in (other, await made.home_organisation()):
        await made.insert("area", id=organisation, organisation_id=organisation, names={"nl": "Rond het plein"}, neighbourhoods=hoods)
    return await made.staff("Sara", hoods=("Brabantwijk", "Collignon"))


async def prove(client: httpx.AsyncClient, db: Db, vault: Vault, address: str) -> None:
    await ask(client, address)
    await client.post("/sign-in/code", data={"code": await sent_digits(db, vault)})


async def make(client: httpx.AsyncClient, made: Made, sara: UUID, **more: str) -> httpx.Response:
    await made.sign_in(client, sara, kind="staff")
    data = {"neighbourhood_id": str(await made.hood("Collignon")), "language": "ar", "size": "a6"} | more
    return await client.post("/desk/flyers", data=data)


async def test_a_flyer_is_printed_in_its_own_language_and_names_nobody(client: httpx.AsyncClient, made: Made, sara: UUID) -> None:
    answer = await make(client, made, sara)
    page = await client.get(answer.headers["location"])
    assert 'lang="ar" dir="rtl"' in page.text and page.text.count('class="flyer"') == 4 and page.text.count("<svg") > 4
    assert "Collignon" in page.text and "/f/" in page.text and "Sara" not in page.text.partition('class="flyers')[2]
    again = await make(client, made, sara)
    assert again.headers["location"] == answer.headers["location"], "paper that hangs somewhere stays good"


async def test_only_for_ones_own_neighbourhoods(client: httpx.AsyncClient, made: Made, sara: UUID) -> None:
    assert (await make(client, made, sara, neighbourhood_id=str(await made.hood("Terdelt")))).status_code == 422
    assert (await make(client, made, sara, language="xx")).status_code == 422


async def test_who_comes_by_a_flyer_has_its_language_its_neighbourhood_and_its_organisation(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, sara: UUID
) -> None:
    code = (await make(client, made, sara)).headers["location"].split("/")[-1].partition("?")[0]
    client.cookies.clear()
    answer = await client.get(f"/f/{code.lower()}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    start = await client.get("/")
    assert 'lang="ar" dir="rtl"' in start.text and "Collignon" in start.text and "no-store" in start.headers["cache-control"]
    await prove(client, db, vault, "amina@example.org")
    about = (await client.get("/join/about")).text
    hood = await made.hood("Collignon")
    assert f'type="hidden" name="neighbourhood_id" value="{hood}"' in about and "place-map" not in about
    joined = await client.post(
        "/join/about", data={"neighbourhood_id": str(hood), "languages": "ar", "adult": "yes", "discreet": "no", "consent": "yes"}
    )
    assert joined.status_code == 303
    row = await db.fetchrow("select organisation_id, neighbourhood_id, language from person where given_name <> 'Sara'")
    assert tuple(row) == (await made.home_organisation(), hood, "ar")
    assert "flyer" not in client.cookies


async def test_who_lives_elsewhere_says_so(client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, sara: UUID) -> None:
    code = (await make(client, made, sara)).headers["location"].split("/")[-1].partition("?")[0]
    client.cookies.clear()
    await client.get(f"/f/{code}")
    await prove(client, db, vault, "amina@example.org")
    elsewhere = await made.hood("Brabantwijk")
    link = (await client.get("/join/about")).text.partition('href="?municipality=')[2].partition('"')[0]
    assert f'value="{elsewhere}"' in (await client.get(f"/join/about?municipality={link}")).text
    await client.post(
        "/join/about", data={"neighbourhood_id": str(elsewhere), "languages": "ar", "adult": "yes", "discreet": "no", "consent": "yes"}
    )
    assert await db.fetchval("select neighbourhood_id from person where given_name <> 'Sara'") == elsewhere


@pytest.mark.parametrize("code", ["NOBODY", "x", "%00%00%00", "'; drop"])
async def test_an_old_or_forged_code_leads_to_the_start(client: httpx.AsyncClient, code: str) -> None:
    answer = await client.get(f"/f/{code}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    client.cookies.set("flyer", code)
    assert (await client.get("/")).status_code == 200
