"""What leaves the desk or comes back to it: who fits, a text for a group, a sheet with strips, an answer by phone, the figures of a year."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.intake.queries.paper import paper_code
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from tests.made import Made


@pytest.fixture
async def worker(made: Made, client: httpx.AsyncClient) -> UUID:
    """Sara, signed in, whose organisation has a telephone number."""
    worker = await made.staff("Sara")
    await made.db.execute("reset role")
    await made.db.execute("update organisation set phone = '+3222182222' where id = $1", await made.home_organisation())
    await made.sign_in(client, worker, kind="staff")
    return worker


async def ask(made: Made, name: str = "Amina", **values: object) -> UUID:
    """The id of a need of somebody new."""
    return await made.post(await made.person(name), "need", text="Wie draagt een kast naar boven?", **values)


# --- who fits ----------------------------------------------------------------------------------------------------------------------


async def test_who_fits_is_named_with_why_and_can_be_brought_together(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    need, offer = await ask(made), await made.post(await made.person("Bart"), "offer", text="Ik draag graag iets zwaars")
    page = (await client.get(f"/desk/fits/{need}")).text
    assert "Bart" in page and "In the same neighbourhood" in page and f'value="{offer}"' in page
    assert "Amina" in (await client.get(f"/desk/fits/{offer}")).text
    answer = await client.post(f"/desk/needs/{need}/offers", data={"offer_id": str(offer)})
    assert answer.status_code == 303, answer.text
    page = (await client.get(f"/desk/fits/{need}")).text
    assert "Under way" in page and answer.headers["location"] in page


async def test_where_nobody_offers_those_who_understand_each_other_could_be_asked(
    client: httpx.AsyncClient, made: Made, worker: UUID
) -> None:
    need = await ask(made)
    author = await made.db.fetchval("select author_id from post where id = $1", need)
    await made.person("Bart")
    await made.person("Chen", languages=["zh"])
    await made.person("Dora", state="paused")
    away = await made.person("Emir")
    await made.insert("keep_away", person_id=author, other_id=away)
    page = (await client.get(f"/desk/fits/{need}")).text
    assert "Who could be asked" in page and "Bart" in page
    assert not any(name in page for name in ("Chen", "Dora", "Emir"))


async def test_nobody_else_learns_who_fits(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    need = await ask(made)
    await made.sign_in(client, await made.staff("Jan", hoods=("Terdelt",)), kind="staff")
    assert (await client.get(f"/desk/fits/{need}")).status_code == 404


# --- for a group -------------------------------------------------------------------------------------------------------------------


def message_of(page: str) -> str:
    found = re.search(r"<textarea id=\"message\"[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)
    return found[1] if found else ""


async def test_a_quiet_need_is_told_only_with_a_yes_and_never_in_its_words(
    client: httpx.AsyncClient, made: Made, worker: UUID, vault: Vault, connection: Db
) -> None:
    need = await ask(made)
    refused = await client.post(f"/desk/share/{need}", data={"language": "nl"})
    assert refused.status_code == 422 and not message_of(refused.text)
    page = await client.post(f"/desk/share/{need}", data={"language": "fr", "agreed": "yes"})
    message = message_of(page.text)
    assert "/f/" in message and "+3222182222" in message and paper_code(vault, need)[:3] in message
    assert "Amina" not in message and "kast" not in message
    assert await connection.fetchval("select count(*) from audit where action = 'post shared'") == 1


async def test_what_is_shown_anyway_is_told_in_its_words(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    page = await client.post(f"/desk/share/{await ask(made, quiet=False)}", data={"language": "nl"})
    assert "Wie draagt een kast naar boven?" in message_of(page.text) and "Amina" not in message_of(page.text)


@pytest.mark.parametrize("values", [{"theme": "papers.letter"}, {"state": "waiting"}, {"state": "met"}])
async def test_what_is_sensitive_or_not_open_goes_to_no_group(
    client: httpx.AsyncClient, made: Made, worker: UUID, values: dict[str, str]
) -> None:
    answer = await client.post(f"/desk/share/{await ask(made, **values)}", data={"language": "nl", "agreed": "yes"})
    assert answer.status_code == 409 and not message_of(answer.text)


# --- paper -------------------------------------------------------------------------------------------------------------------------


async def print_sheet(client: httpx.AsyncClient, made: Made, language: str = "nl") -> str:
    answer = await client.post("/desk/paper", data={"neighbourhood_id": str(await made.hood()), "language": language})
    assert answer.status_code == 303, answer.text
    return (await client.get(answer.headers["location"])).text


async def test_the_sheet_says_what_is_asked_and_offered_and_nothing_of_whose_it_is(
    client: httpx.AsyncClient, made: Made, worker: UUID, vault: Vault
) -> None:
    shown = await ask(made, quiet=False)
    await ask(made, "Quirine", quiet=True)
    await made.post(await made.person("Rosa"), "need", "papers.letter", text="Een gevoelige brief", quiet=False)
    hidden = await made.person("Sami")
    await made.insert("keep_away_wish", person_id=hidden, lookup=b"somebody")
    await made.post(hidden, "offer", text="Van wie gezocht wordt")
    await made.post(await made.person("Bart"), "offer", text="Ik kook soep")
    page = await print_sheet(client, made)
    code = paper_code(vault, shown)
    assert f"{code[:3]} {code[3:]}" in page and "Wie draagt een kast" in page and "Ik kook soep" in page and "+3222182222" in page
    assert page.count("Wie draagt een kast") == 1, "the quiet one is not on it"
    assert not any(word in page for word in ("Amina", "Quirine", "Bart", "Rosa", "gevoelige brief", "Van wie gezocht"))
    assert "/f/" in message_of(page) and "Amina" not in message_of(page)
    assert page.count('class="qr"') == 1 and page.count(f"{code[:3]} {code[3:]}") > 2, "strips to tear off"


async def test_the_sheet_speaks_the_language_of_who_reads_it(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    assert 'lang="ar" dir="rtl"' in await print_sheet(client, made, "ar")
    assert (await client.get(f"/desk/paper/{await made.hood('Terdelt')}?language=ar")).status_code == 404


async def test_a_strip_leads_back_to_the_post_and_two_are_brought_together(
    client: httpx.AsyncClient, made: Made, worker: UUID, vault: Vault, connection: Db
) -> None:
    need = await ask(made, quiet=False)
    code = paper_code(vault, need)
    answer = await client.post(
        "/desk/paper/answer", data={"code": f"{code[:3]} {code[3:]}", "given_name": "Bart", "text": "Ik draag graag iets"}
    )
    assert answer.status_code == 303, answer.text
    row = await client.get(answer.headers["location"])
    assert "Wie draagt een kast naar boven?" in row.text and "Ik draag graag iets</textarea>" in row.text
    checked = {
        "given_name": "Bart",
        "languages": "nl",
        "neighbourhood_id": await made.hood(),
        "offers": "Ik draag graag iets",
        "offers_theme": "transport.move",
        "consent": "yes",
    }
    done = await client.post(answer.headers["location"], data=checked)
    assert done.status_code == 303 and done.headers["location"].startswith("/desk/matches/"), done.headers["location"]
    match = await connection.fetchrow("select need_id, state, origin from match")
    assert tuple(match) == (need, "suggested", "facilitator")


async def test_a_number_of_nothing_says_so(client: httpx.AsyncClient, made: Made, worker: UUID, vault: Vault) -> None:
    elsewhere = await made.post(await made.person("Chen", "Terdelt"), "offer")
    for code in ("000000", "", paper_code(vault, elsewhere)):
        assert (await client.post("/desk/paper/answer", data={"code": code})).status_code == 422


# --- figures -----------------------------------------------------------------------------------------------------------------------


async def test_the_figures_of_the_year_tell_no_few(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    long_ago = now() - timedelta(days=800)
    for n in range(24):
        person = await made.person(f"Buur{n}", "Dailly" if n < 3 else "Brabantwijk", created_on=long_ago.date())
        if n < 12:
            await made.post(person, "need", "transport.move" if n < 11 else "company.walk")
    answer = await client.get("/desk/figures")
    assert answer.status_code == 200
    rows = dict(
        re.findall(
            r"<tr><th scope=\"row\">(?:<bdi>)?([^<]+)(?:</bdi>)?</th><td>(?:<b class=\"n\">|<span class=\"quiet\">)([^<]+)", answer.text
        )
    )
    assert rows["Asked something"] == "10" and rows["Offered something"] == "not told" and rows["New this year"] == "not told"
    assert [n for label, n in rows.items() if "Brabant" in label or label == "Dailly"] == ["not told", "not told"], (
        "three elsewhere would be told by subtraction"
    )
    assert "Buur" not in answer.text.partition("<main")[2]


async def test_the_file_is_the_same_and_asks_who_sends_for_it(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    answer = await client.get("/desk/figures.csv")
    assert answer.headers["content-type"].startswith("text/csv") and answer.content.startswith(b"\xef\xbb\xbf")
    await made.db.execute("reset role")
    await made.db.execute("update session set confirmed_at = now() - interval '1 hour'")
    assert (await client.get("/desk/figures.csv")).status_code == 403


async def test_only_this_year_and_the_last_are_told(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    assert (await client.get(f"/desk/figures?year={now().year - 1}")).status_code == 200
    assert (await client.get(f"/desk/figures?year={now().year - 2}")).status_code == 404


async def test_a_post_is_one_tap_from_who_fits_it_wherever_its_worker_meets_it(client: httpx.AsyncClient, made: Made) -> None:
    asker = await made.person("Amina")
    need = await made.post(asker, "need", "transport.move", "Een kast naar boven")
    waiting = await made.post(asker, "need", "transport.move", "Nog een kast", state="waiting")
    offer = await made.post(await made.person("Hatice"), "offer", "transport.move", "Ik heb sterke armen")
    await made.sign_in(client, await made.staff(), kind="staff")
    for path in ("/desk/unmatched", f"/desk/people/{asker}/posts"):
        page = (await client.get(path)).text
        assert f'href="/desk/fits/{need}"' in page and f'href="/desk/share/{need}"' in page, path
    assert f'href="/desk/fits/{waiting}"' in (await client.get(f"/desk/posts/{waiting}")).text
    page = (await client.get(f"/desk/fits/{waiting}")).text
    assert "Hatice" in page and f'href="/desk/posts/{waiting}"' in page, "who would fit is told before it is decided"
    assert "/offers?once=" not in page, "nobody is brought together before that"
    assert f"/desk/needs/{need}/offers?once=" in (await client.get(f"/desk/fits/{offer}")).text


async def test_the_place_to_paste_comes_before_who_waits_to_be_checked(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    await client.post("/desk/intake", data={"text": "Ik zoek een ladder. Groetjes, Yusra"}, files={"list": ("", b"")})
    page = (await client.get("/desk/intake")).text
    assert 0 < page.index('name="text"') < page.index("Yusra")
    assert page.index('href="/desk/intake/') < page.index('name="text"'), "going on is one tap at the top"
