"""Who holds others, what one help would join, who could meet: at the desk of the facilitator of these people, and nowhere else."""

import html
import re
from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.network.queries.circles import list_circles
from buurtnet.network.queries.links import SEVERAL, list_held, list_holders, list_joins, read_network
from buurtnet.web.language import today
from tests.made import Made

MOVE, READ_LETTER = "transport.move", "papers.letter"
PAGES = ("/desk/network/people", "/desk/network/joins", "/desk/network/circles")


@pytest.fixture
async def worker(client: httpx.AsyncClient, made: Made) -> UUID:
    worker = await made.staff()
    await made.sign_in(client, worker, kind="staff")
    return worker


async def people(made: Made, *names: str, **values: object) -> list[UUID]:
    return [await made.person(name, **values) for name in names]  # type: ignore[arg-type]


async def chain(made: Made, people: Sequence[UUID], *themes: str, days: int = 9) -> None:
    for one, other in pairwise(people):
        await made.tie(one, other, *themes, days=days)


async def held_by(db: Db, worker: UUID) -> dict[str, list[str]]:
    """Whom each holds, by name."""
    network = await read_network(db, worker, today())
    held: dict[str, list[str]] = {}
    for few in (False, True):
        for one in (await list_holders(db, worker, "nl", network, few=few)).items:
            held[one.name] = sorted(each.name for each in await list_held(db, worker, "nl", today(), network, one.id))
            assert few == (len(held[one.name]) < SEVERAL)
    return held


async def joined(db: Db, worker: UUID) -> list[tuple[str, str]]:
    return [
        (one.need.name, one.offer.name)
        for one in await list_joins(db, Viewer(person_id=worker, actor_id=worker, roles=("facilitator",)), "nl", at=now())
    ]


async def met(db: Db, worker: UUID) -> list[list[str]]:
    return [sorted(member.name for member, _kind in one.members) for one in await list_circles(db, worker, "nl", today())]


# --- who holds others ------------------------------------------------------------------------------------------------------------


async def test_whoever_would_be_cut_off_is_found(db: Db, made: Made, worker: UUID) -> None:
    amina, bart, chadia, deniz, els, fatma = await people(made, "Amina", "Bart", "Chadia", "Deniz", "Els", "Fatma")
    await chain(made, [amina, bart, chadia, await made.person("Gust"), amina, deniz, els, fatma], MOVE)
    assert await held_by(db, worker) == {"Amina": ["Deniz", "Els", "Fatma"], "Deniz": ["Els", "Fatma"], "Els": ["Fatma"]}


async def test_who_knows_somebody_elsewhere_is_reached_from_there(db: Db, made: Made, worker: UUID) -> None:
    amina, bart, chadia = await people(made, "Amina", "Bart", "Chadia")
    far, foreign = await made.person("Far", "Helmet"), await made.person("Foreign", organisation_id=await made.organisation("Buurtwerk"))
    await chain(made, [amina, bart, chadia], MOVE)
    assert await held_by(db, worker) in ({"Bart": ["Chadia"]}, {"Bart": ["Amina"]})
    await made.tie(chadia, far, MOVE)
    assert await held_by(db, worker) == {"Bart": ["Amina"], "Chadia": ["Amina", "Bart"]}
    await made.tie(amina, foreign, MOVE)
    assert await held_by(db, worker) == {}, "and neither of the two elsewhere is told"


async def test_what_holds_nobody(db: Db, made: Made, worker: UUID) -> None:
    """Sensitive help, help of long ago, workers, and people who left."""
    for days, themes, other in ((9, [], {}), (400, [MOVE], {}), (9, [MOVE], {"state": "blocked"})):
        first, holder = await people(made, "Amina", "Bart")
        await made.tie(first, holder, MOVE)
        await made.tie(holder, await made.person("Chadia", **other), *themes, days=days)
    first, holder = await people(made, "Amina", "Bart")
    await chain(made, [first, holder, worker], MOVE)
    assert await held_by(db, worker) == {}


async def test_names_are_opened_one_by_one_and_written_down(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID) -> None:
    amina, bart, chadia, deniz = await people(made, "Amina", "Bart", "Chadia", "Deniz")
    await chain(made, [amina, chadia, deniz, amina, bart], MOVE)
    asks = await made.post(bart)
    assert "Amina" not in (await client.get("/desk/network/people")).text
    page = (await client.get("/desk/network/people?few=true")).text
    assert "Amina" in page and "Bart" not in page
    assert await db.fetchval("select count(*) from audit") == 0
    page = (await client.post(f"/desk/network/people/{amina}?few=true")).text
    assert "Without Amina" in re.sub("<[^>]+>", "", page) and "Bart" in page and f"/desk/fits/{asks}" in page
    rows = await db.fetch("select a.action, a.object_kind, p.person_id from audit a join pseudonym p on p.alias = a.subject")
    assert [tuple(row) for row in rows] == [("opened", "links", amina)]


async def test_relieving_is_a_second_contact_and_a_talk(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID) -> None:
    amina, bart, chadia, deniz = await people(made, "Amina", "Bart", "Chadia", "Deniz")
    await chain(made, [amina, chadia, deniz, amina, bart], MOVE)
    need, _ = await made.post(bart), await made.post(chadia, "offer")
    for _ in range(2):
        answer = await client.post(f"/desk/network/people/{amina}/relieve")
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/network/people?done=planned")
    rows = await db.fetch("select kind, person_id, for_worker, due_on from task")
    assert [tuple(row) for row in rows] == [("relieve", amina, worker, today())], "once"
    assert "Ask how helping goes" in (await client.get("/desk/tasks")).text
    assert (await client.post(f"/desk/network/people/{bart}/first")).status_code == 303
    assert await db.fetchval("select state from match where need_id = $1", need) == "asked"
    assert "goes first" in (await client.post(f"/desk/network/people/{amina}?few=true")).text


# --- what one help would join ----------------------------------------------------------------------------------------------------


async def two_groups(made: Made) -> list[UUID]:
    amina, bart, chadia, deniz, els = await people(made, "Amina", "Bart", "Chadia", "Deniz", "Els")
    await chain(made, [amina, bart], MOVE)
    await chain(made, [chadia, deniz, els], MOVE)
    return [amina, bart, chadia, deniz, els]


async def test_one_help_that_joins_two_groups_is_proposed_and_waits_in_the_queue(
    client: httpx.AsyncClient, db: Db, made: Made, worker: UUID
) -> None:
    amina, _, chadia, *_ = await two_groups(made)
    need, offer = await made.post(amina), await made.post(chadia, "offer")
    page = (await client.get("/desk/network/joins")).text
    assert "A group of 2 people and one of 3" in page and "In the same neighbourhood" in html.unescape(page)
    action = re.search(rf'action="(/desk/needs/{need}/offers[^"]*)"', page)
    assert action and f'value="{offer}"' in page
    answer = await client.post(html.unescape(action[1]), data={"offer_id": str(offer)})
    assert answer.status_code == 303
    row = await db.fetchrow("select state, origin, helper_id from match where need_id = $1", need)
    assert row and tuple(row) == ("suggested", "facilitator", chadia)
    assert await joined(db, worker) == [], "what is proposed is proposed once"


async def test_what_a_worker_may_set_aside_is_told_and_goes_along(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID) -> None:
    """The engine asks its best at once: for a need whose next neighbour is being asked already, a worker still joins two groups."""
    amina, bart, chadia, *_ = await two_groups(made)
    need, offer = await made.post(amina), await made.post(chadia, "offer")
    asked = await made.match(need, await made.post(bart, "offer"), "asked", asked_at=now(), lapses_at=now())
    page = html.unescape((await client.get("/desk/network/joins")).text)
    assert "Somebody else is being asked for this already." in page and 'name="hurdles" value="asked"' in page
    answer = await client.post(f"/desk/needs/{need}/offers", data={"offer_id": str(offer), "hurdles": "asked"})
    assert answer.status_code == 303
    assert await db.fetchval("select count(*) from match where need_id = $1 and id <> $2", need, asked) == 1


async def test_most_people_first_and_nothing_twice(db: Db, made: Made, worker: UUID) -> None:
    amina, bart, chadia, deniz, _ = await two_groups(made)
    more = await people(made, "Fatma", "Gust", "Hana")
    await chain(made, more, MOVE)
    await made.post(amina)
    await made.post(bart)
    await made.post(chadia)
    for one in (deniz, *more):
        await made.post(one, "offer")
    assert await joined(db, worker) == [("Chadia", "Fatma"), ("Amina", "Deniz")], (
        "three with three first; the last two parts are joined by then"
    )


@pytest.mark.parametrize("hindrance", ["apart", "refused", "sensitive", "reach", "known", "rests", "alone", "hidden", "foreign", "paused"])
async def test_what_is_no_help_that_joins(db: Db, made: Made, worker: UUID, hindrance: str) -> None:
    amina, bart, chadia, deniz, _ = await two_groups(made)
    theme = READ_LETTER if hindrance == "sensitive" else MOVE
    asker, helper = amina, chadia
    if hindrance == "apart":
        await made.insert("keep_away", person_id=chadia, other_id=amina)
    elif hindrance == "refused":
        await made.insert("pair_memory", id=amina, person_id=chadia, other_id=amina, theme_id=await made.theme(MOVE), what="declined")
    elif hindrance == "known":
        await made.tie(bart, deniz, MOVE)
    elif hindrance == "rests":
        await made.insert("rest", person_id=chadia, since=now(), until=now().replace(year=now().year + 1), away=False)
    elif hindrance == "alone":
        asker = await made.person("Fatma")
    elif hindrance == "hidden":
        asker, other = await people(made, "Fatma", "Gust")
        await made.tie(asker, other)
    elif hindrance == "foreign":
        asker, other = await people(made, "Fatma", "Gust", organisation_id=await made.organisation("Buurtwerk"))
        await made.tie(asker, other, MOVE)
    elif hindrance == "paused":
        await made.db.execute("reset role")
        await made.db.execute("update person set state = 'paused' where id = $1", chadia)
    await made.post(asker, theme=theme)
    await made.post(
        helper, "offer", theme=theme, **({"reach": 0, "neighbourhood_id": await made.hood("Helmet")} if hindrance == "reach" else {})
    )
    assert await joined(db, worker) == []


# --- who could meet --------------------------------------------------------------------------------------------------------------


async def test_four_around_one_theme_are_shown_and_each_is_asked_alone(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID) -> None:
    some = await people(made, "Amina", "Bart", "Chadia", "Deniz")
    for one in some[:3]:
        await made.post(one)
    assert await met(db, worker) == []
    await made.post(some[3], "offer", state="met", closed_at=now())
    assert await met(db, worker) == [["Amina", "Bart", "Chadia", "Deniz"]]
    page = (await client.get("/desk/network/circles")).text
    theme = await made.theme(MOVE)
    assert "What you can say" in page and page.count('name="people"') == 4 and f'name="theme" value="{theme}"' in page
    for _ in range(2):
        chosen = {"theme": str(theme), "people": [str(one) for one in some[:2]]}
        answer = await client.post("/desk/network/circles", data=chosen)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/network/circles?done=planned")
    rows = await db.fetch("select person_id, kind, for_worker, due_on, object_kind from task order by person_id")
    assert [tuple(row) for row in rows] == [(one, "circle", worker, today(), "post") for one in sorted(some[:2])], "each once"
    tasks = (await client.get("/desk/tasks")).text
    assert "Talk about a circle" in tasks and "Een kast naar boven dragen" in tasks and "/desk/network/circles" in tasks
    assert (await client.get("/desk/network/circles")).text.count('name="people"') == 2, "who is on a list is not asked again"
    assert await db.fetchval("select count(*) from notice") == 0, "nobody is asked for anything by it"


@pytest.mark.parametrize("hindrance", ["apart", "refused", "sensitive", "far", "reach", "young", "paused", "foreign", "closed"])
async def test_who_is_in_no_circle(client: httpx.AsyncClient, db: Db, made: Made, worker: UUID, hindrance: str) -> None:
    theme = READ_LETTER if hindrance == "sensitive" else MOVE
    some = await people(made, "Amina", "Bart", "Chadia")
    more: dict[str, dict[str, object]] = {
        "far": {"hood": "Helmet"},
        "young": {"adult": False},
        "paused": {"state": "paused"},
        "foreign": {"organisation_id": await made.organisation("Buurtwerk")},
    }
    some.append(await made.person("Deniz", **more.get(hindrance, {})))  # type: ignore[arg-type]
    for one in some[:3]:
        await made.post(one, theme=theme)
    closed = {"state": "withdrawn", "closed_at": now()} if hindrance == "closed" else {}
    await made.post(some[3], theme=theme, **closed)
    if hindrance == "apart":
        await made.insert("keep_away", person_id=some[3], other_id=some[0])
    elif hindrance == "refused":
        await made.insert("pair_memory", id=some[0], person_id=some[0], other_id=some[3], theme_id=await made.theme(MOVE), what="unhappy")
    elif hindrance == "reach":
        await made.insert("staff_area", person_id=worker, neighbourhood_id=await made.hood("Collignon"), backup=False)
        await made.db.execute("reset role")
        await made.db.execute("update person set neighbourhood_id = $2 where id = $1", some[3], await made.hood("Collignon"))
        assert await met(db, worker) != []
        await made.db.execute("update person set reach = 0 where id = any($1::uuid[])", some)
    assert await met(db, worker) == []
    if hindrance != "reach":
        sent = {"theme": str(await made.theme(theme)), "people": [str(one) for one in some]}
        assert (await client.post("/desk/network/circles", data=sent)).status_code == 404
        assert await db.fetchval("select count(*) from task") == 0


# --- for nobody else -------------------------------------------------------------------------------------------------------------


async def test_a_colleague_of_other_streets_and_another_organisation_see_nobody(
    client: httpx.AsyncClient, made: Made, worker: UUID
) -> None:
    amina, bart, chadia, deniz, _els = await two_groups(made)
    for one in (amina, bart, chadia, deniz):
        await made.post(one)
        await made.post(one, "offer")
    names = [f"<bdi>{name}" for name in ("Amina", "Bart", "Chadia", "Deniz", "Els")]
    for page in ("/desk/network/people?few=true", *PAGES[1:]):
        text = (await client.get(page)).text
        assert any(name in text for name in names)
    other = await made.organisation("Buurtwerk")
    for colleague in (await made.staff("Karim", hoods=("Helmet",)), await made.staff("Noor", organisation_id=other)):
        await made.sign_in(client, colleague, kind="staff")
        for page in (*PAGES, "/desk/network/people?few=true"):
            text = (await client.get(page)).text
            assert not any(name in text for name in names)
        assert (await client.post(f"/desk/network/people/{deniz}")).status_code == 404


@pytest.mark.parametrize("role", ["coordinator", "mapper", "operator", "resident", "visitor"])
async def test_who_is_no_facilitator_finds_no_such_page(client: httpx.AsyncClient, made: Made, role: str) -> None:
    if role == "resident":
        await made.sign_in(client, await made.person())
    elif role != "visitor":
        await made.sign_in(client, await made.staff("Karim", role=role), kind="staff")
    for page in PAGES:
        assert (await client.get(page)).status_code == (303 if role == "visitor" else 404)
        assert "/desk/network/people" not in (await client.get("/map")).text


async def test_no_number_is_written_about_anybody(client: httpx.AsyncClient, made: Made, worker: UUID) -> None:
    amina, bart, chadia, deniz, els = await people(made, "Amina", "Bart", "Chadia", "Deniz", "Els")
    await chain(made, [amina, bart, chadia, amina, deniz, els], MOVE)
    for one in (amina, bart, chadia, deniz):
        await made.post(one)
    for text in (
        (await client.get("/desk/network/people?few=true")).text,
        (await client.post(f"/desk/network/people/{amina}?few=true")).text,
        (await client.get("/desk/network/circles")).text,
    ):
        items = text.partition('<ul class="list tasks">')[2].partition("</main>")[0]
        assert "Amina" in items
        assert not re.search(r"\d", re.sub(r"<[^>]*>", " ", items.partition('<p class="quiet">This is for you')[0]))
