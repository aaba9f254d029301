"""Looking at a match at the desk: both sides, why it is here, somebody else, by hand; with what another worker did meanwhile."""

import re
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.db import Db
from tests.made import Made
from tests.matching.conftest import Pair, pair, read_match

__all__ = ["pair"]


MARKS = re.compile("</?bdi[^>]*>|[\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}]")


async def read(client: httpx.AsyncClient, address: str) -> str:
    """The page without what keeps names apart from the words around them."""
    return MARKS.sub("", (await client.get(address)).text)


@pytest.fixture
async def sara(client: httpx.AsyncClient, made: Made) -> UUID:
    """A facilitator, signed in."""
    identity = await made.staff(language="en")
    await made.sign_in(client, identity, kind="staff")
    return identity


@pytest.fixture
async def suggested(made: Made, pair: Pair) -> UUID:
    return await made.match(pair.need, pair.offer, "suggested", needs_review=True)


async def test_the_page_shows_both_sides_why_it_is_here_and_who_else(
    client: httpx.AsyncClient, connection: Db, made: Made, pair: Pair, suggested: UUID, sara: UUID
) -> None:
    await connection.execute("update person set posts_on_trial = 1, mediated = true where id = $1", pair.helper)
    ilse = await made.post(await made.person("Ilse"), "offer", text="Ook ik heb sterke armen")
    page = await read(client, f"/desk/matches/{suggested}")
    for word in (
        "Hatice is new here.",
        "Hatice wants to be asked only by a worker.",
        "It does not matter when",
        "Nederlands · Français",
        "Ask Hatice",
        "Who else can help Amina",
        "Ook ik heb sterke armen",
        "Choose Ilse",
        "Whom else Hatice can help",
        "Nobody else asks for this now.",
        'data-key="a"',
        'data-key="s"',
        'data-key="r"',
    ):
        assert word in page, word
    swapped = await client.post(f"/desk/matches/{suggested}/swap", data={"post_id": str(ilse), "version": "1"})
    made_id = (await read_match(connection, pair.need, ilse))["id"]
    assert (swapped.status_code, swapped.headers["location"]) == (303, f"/desk/matches/{made_id}")
    page = await read(client, f"/desk/matches/{made_id}")
    assert "Sara chose these two." in page and "Ask Ilse" in page and "Take it back" in page
    dropped = await client.post(f"/desk/matches/{made_id}/drop")
    assert dropped.status_code == 303 and (await read_match(connection, pair.need, ilse))["state"] == "withdrawn"


async def test_a_name_is_written_as_text_and_stays_apart(
    client: httpx.AsyncClient, connection: Db, pair: Pair, suggested: UUID, sara: UUID
) -> None:
    await connection.execute("update person set given_name = '<b>Ha & co</b>' where id = $1", pair.helper)
    page = (await client.get(f"/desk/matches/{suggested}")).text
    assert "<b>Ha" not in page and "&amp;amp;" not in page and "&amp;lt;" not in page and "&lt;bdi" not in page


async def test_what_stands_in_the_way_is_read_before_it_is_set_aside(
    client: httpx.AsyncClient, connection: Db, pair: Pair, sara: UUID
) -> None:
    await connection.execute("update post set slots = case kind when 'need' then 1 else 2 end where id = any($1)", [pair.need, pair.offer])
    address = f"/desk/needs/{pair.need}/offers"
    page = await read(client, address)
    assert "No moment suits both." in page and "Choose Hatice all the same" in page
    refused = await client.post(address, data={"offer_id": str(pair.offer)})
    assert (
        refused.status_code == 422 and "Look at it again before you choose." in refused.text and not await read_match(connection, pair.need)
    )
    done = await client.post(address, data={"offer_id": str(pair.offer), "hurdles": "moment"})
    match = await read_match(connection, pair.need)
    assert (done.status_code, done.headers["location"]) == (303, f"/desk/matches/{match['id']}")
    page = await read(client, done.headers["location"])
    assert "This stands in the way" in page and "No moment suits both." in page
    assert (await read(client, address)).count("Hatice") == 0, "they are brought together already"


async def test_a_safeguard_says_what_is_missing_and_has_no_button(client: httpx.AsyncClient, made: Made, sara: UUID) -> None:
    need = await made.post(await made.person("Amina"), theme="children.mind")
    offer = await made.post(await made.person("Hatice"), "offer", "children.mind")
    page = await read(client, f"/desk/needs/{need}/offers")
    assert "First check the extract of" in page and str(offer) not in re.findall(r'name="offer_id" value="([^"]+)"', page)
    refused = await client.post(f"/desk/needs/{need}/offers", data={"offer_id": str(offer)})
    assert refused.status_code == 409 and "First check the extract of Hatice" in refused.text


async def test_somebody_else_is_chosen_by_hand_in_the_place_of_a_suggestion(
    client: httpx.AsyncClient, connection: Db, made: Made, pair: Pair, suggested: UUID, sara: UUID
) -> None:
    ilse = await made.post(await made.person("Ilse"), "offer", "home.repair")
    page = await read(client, f"/desk/needs/{pair.need}/offers?instead={suggested}&q=ilse")
    assert "Somebody else is being asked" not in page, "the suggestion gives way"
    assert "Choose Ilse all the same" in page
    await client.post(f"/desk/needs/{pair.need}/offers", data={"offer_id": str(ilse), "hurdles": "theme", "instead": str(suggested)})
    assert (await read_match(connection, pair.need, pair.offer))["state"] == "withdrawn"
    assert (await read_match(connection, pair.need, ilse))["state"] == "suggested"


async def test_who_holds_it_and_what_was_decided_about_it_stop_a_swap(
    client: httpx.AsyncClient, connection: Db, made: Made, pair: Pair, suggested: UUID, sara: UUID
) -> None:
    ilse = await made.post(await made.person("Ilse"), "offer")
    mehdi = await made.staff("Mehdi")
    await made.sign_in(client, mehdi, kind="staff")
    await client.post(f"/desk/matches/{suggested}/claim")
    await made.sign_in(client, sara, kind="staff")
    held = await client.post(f"/desk/matches/{suggested}/swap", data={"post_id": str(ilse)})
    assert held.status_code == 409 and "Mehdi" in held.text
    await connection.execute("delete from claim")
    await client.post(
        f"/desk/matches/{suggested}",
        data={"verdict": "reject", "reason": "not_fitting", "text": "Ze kennen elkaar van vroeger", "version": "1"},
    )
    assert await connection.fetchval("select text from decision where object_id = $1", suggested) == "Ze kennen elkaar van vroeger"
    decided = await client.post(f"/desk/matches/{suggested}/swap", data={"post_id": str(ilse)})
    assert decided.status_code == 409 and "Sara" in decided.text


async def test_a_match_that_is_another_one_by_now_is_not_decided_on(
    client: httpx.AsyncClient, connection: Db, suggested: UUID, sara: UUID
) -> None:
    await connection.execute("update match set version = 2 where id = $1", suggested)
    late = await client.post(f"/desk/matches/{suggested}", data={"verdict": "confirm", "version": "1"})
    assert late.status_code == 409 and await connection.fetchval("select count(*) from decision") == 0


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("asked", "Hatice is being asked."),
        ("offered", "wants to help. Now"),
        ("agreed", "Both said yes."),
        ("declined", "This is over"),
        ("resting", "This is over"),
    ],
)
async def test_how_a_match_stands_is_said_but_not_who_said_no(
    client: httpx.AsyncClient, made: Made, pair: Pair, sara: UUID, state: str, words: str
) -> None:
    match_id = await made.match(pair.need, pair.offer, state)
    page = await read(client, f"/desk/matches/{match_id}")
    assert words in page and "Ask Hatice" not in page
