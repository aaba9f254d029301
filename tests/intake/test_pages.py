"""Pasting, checking and forgetting, as a worker does it."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.intake.jobs import clear_pasted
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from tests.made import Made

MESSAGE = "Hallo, kan iemand mij helpen om een kast naar boven te dragen? Bel mij op 0470 12 34 56. Groetjes, Yusra"
LIST = (
    "naam;gsm;wijk;talen;vraag;aanbod;rijksregister\n"
    "Yusra Haddad;0470/12.34.56;Brabantwijk;Arabisch;verhuizen van een kast;;90.01.01\n"
    "Bart;;;nl;;koken voor de buren;\n"
)


@pytest.fixture
async def worker(made: Made, client: httpx.AsyncClient) -> UUID:
    """Sara, signed in, who works in two neighbourhoods."""
    worker = await made.staff("Sara", hoods=("Brabantwijk", "Collignon"))
    await made.sign_in(client, worker, kind="staff")
    return worker


async def paste(client: httpx.AsyncClient, text: str = "", *, file: tuple[str, bytes] | None = None, **fields: str) -> httpx.Response:
    """What the form sends: always with a file, which is empty where none was chosen."""
    return await client.post("/desk/intake", data={"text": text, **fields}, files={"list": file or ("", b"")})


def checked(**fields: object) -> dict[str, object]:
    """A row as a worker sends it who changed nothing but said that the person agrees."""
    return {
        "given_name": "Yusra",
        "languages": "ar",
        "phone": "+32470123456",
        "adult": "yes",
        "asks": "Kan iemand een kast naar boven dragen?",
        "asks_theme": "transport.move",
        "consent": "yes",
    } | fields


async def paste_message(client: httpx.AsyncClient, made: Made) -> str:
    """The address of the one row that the message became."""
    answer = await paste(client, MESSAGE, neighbourhood_id=str(await made.hood()))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_message_becomes_one_person_to_check(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    page = await client.get(await paste_message(client, made))
    assert page.status_code == 200
    assert 'value="Yusra"' in page.text and 'value="+32470123456"' in page.text
    assert "Kan iemand mij helpen om een kast naar boven te dragen?</textarea>" in page.text
    assert '<option value="transport.move" selected>' in page.text


async def test_nobody_takes_part_before_they_agreed(client: httpx.AsyncClient, made: Made, worker: UUID, connection: Db) -> None:
    address = await paste_message(client, made)
    hood = await made.hood()
    answer = await client.post(address, data=checked(neighbourhood_id=hood, consent=""))
    assert answer.status_code == 422 and "Ask the person first" in answer.text
    assert await connection.fetchval("select count(*) from person where given_name = 'Yusra'") == 0
    assert (await client.get(address)).status_code == 200, "the row waits until they do"


async def test_a_checked_row_is_registered_and_placed_as_at_the_desk_and_is_gone(
    client: httpx.AsyncClient, made: Made, worker: UUID, connection: Db
) -> None:
    address = await paste_message(client, made)
    answer = await client.post(address, data=checked(neighbourhood_id=await made.hood()))
    assert answer.status_code == 303, answer.text
    person = await connection.fetchrow("select * from person where given_name = 'Yusra'")
    assert person["managed_by"] == worker and person["languages"] == ["ar"]
    given = await connection.fetch("select helped_by, language from consent where person_id = $1", person["id"])
    assert given and {row["helped_by"] for row in given} == {worker}
    post = await connection.fetchrow("select * from post where author_id = $1", person["id"])
    assert (post["kind"], post["on_behalf_by"], post["quiet"]) == ("need", worker, True)
    assert await connection.fetchval("select count(*) from contact where person_id = $1 and verified_at is null", person["id"]) == 1
    said = {row["action"] for row in await connection.fetch("select action from audit")}
    assert {"list pasted", "registered", "post placed"} <= said
    assert (await client.get(address)).status_code == 404
    assert await connection.fetchval("select count(*) from pasted") == 0
    page = (await client.get(answer.headers["location"])).text
    assert "Yusra" in page and f'href="/desk/fits/{post["id"]}"' in page


async def test_a_list_tells_what_it_does_not_take_over(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    answer = await paste(client, file=("lijst.csv", LIST.encode("cp1252")))
    assert answer.status_code == 303
    page = await client.get(answer.headers["location"])
    assert "rijksregister" in page.text and "90.01.01" not in page.text
    assert page.text.count('<li><a href="/desk/intake/') == 2


async def test_somebody_known_is_shown_and_gets_the_post_without_a_second_account(
    client: httpx.AsyncClient, made: Made, worker: UUID, connection: Db
) -> None:
    yusra = await made.person("Yousra")
    address = await paste_message(client, made)
    page = await client.get(address)
    assert f'value="{yusra}"' in page.text
    hood = await made.hood()
    assert (await client.post(address, data=checked(neighbourhood_id=hood))).status_code == 422, "first look who it is"
    answer = await client.post(address, data=checked(neighbourhood_id=hood, who=str(yusra), consent=""))
    assert answer.status_code == 303, answer.text
    assert await connection.fetchval("select count(*) from post where author_id = $1", yusra) == 1
    assert await connection.fetchval("select count(*) from person where given_name = 'Yusra'") == 0


async def test_a_colleague_reads_nothing_of_it_also_behind_the_handlers(
    client: httpx.AsyncClient, made: Made, worker: UUID, db: Db
) -> None:
    address = await paste_message(client, made)
    colleague = await made.staff("Jan")
    await db.execute("select set_config('app.viewer', $1, true)", str(colleague))
    assert await db.fetch("select * from pasted") == []
    await db.execute("select set_config('app.viewer', $1, true)", str(worker))
    assert len(await db.fetch("select * from pasted")) == 1
    await made.sign_in(client, colleague, kind="staff")
    for answer in (await client.get(address), await client.post(f"{address}/drop"), await client.post(address, data=checked())):
        assert answer.status_code == 404
    assert "Yusra" not in (await client.get("/desk/intake")).text


async def test_who_has_no_basis_for_secrecy_pastes_nothing(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.staff("Piet", secrecy=None), kind="staff")
    assert (await client.get("/desk/intake")).status_code == 403
    assert (await paste(client, MESSAGE)).status_code == 403


async def test_what_nobody_checked_is_gone_after_a_day(
    client: httpx.AsyncClient, made: Made, worker: UUID, connection: Db, worker_database: Database
) -> None:
    old, young = await paste_message(client, made), await paste_message(client, made)
    await made.db.execute("reset role")
    await made.db.execute("update pasted set pasted_at = $2 where id = $1", UUID(old.rpartition("/")[2]), now() - timedelta(hours=25))
    assert (await client.get(old)).status_code == 404, "gone for its worker before the cron comes"
    await clear_pasted(worker_database)
    assert [row["id"] for row in await connection.fetch("select id from pasted")] == [UUID(young.rpartition("/")[2])]


async def test_it_is_kept_sealed(client: httpx.AsyncClient, made: Made, worker: UUID, connection: Db) -> None:
    await paste_message(client, made)
    sealed = await connection.fetchval("select sealed from pasted")
    assert b"Yusra" not in sealed and b"kast" not in sealed


async def test_a_row_is_kept_for_later_and_changes_sides(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    address = await paste_message(client, made)
    answer = await client.post(f"{address}/keep?turn=true", data=checked(given_name="Yusra B", consent=""))
    assert answer.status_code == 303 and answer.headers["location"] == address
    page = (await client.get(address)).text
    assert 'value="Yusra B"' in page
    assert page.rindex("Kan iemand een kast") > page.index('class="side giving"')


async def test_the_name_does_not_stand_in_what_neighbours_read(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    address, hood = await paste_message(client, made), await made.hood()
    named = checked(neighbourhood_id=hood, asks="Yusra zoekt iemand om een kast te dragen")
    assert "word of this text" in (await client.post(address, data=named)).text
    assert (await client.post(address, data=named | {"named": "yes"})).status_code == 303


async def test_everything_can_be_dropped_at_once(client: httpx.AsyncClient, made: Made, worker: UUID, connection: Db) -> None:
    await paste(client, LIST)
    assert (await client.post("/desk/intake/drop")).status_code == 303
    assert await connection.fetchval("select count(*) from pasted") == 0
