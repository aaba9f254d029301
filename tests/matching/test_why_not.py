"""Why nobody fits: what the author hears and can change with one tap, and what the worker sees of their areas."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.matching.rules.loosening import apply_change, list_changes
from buurtnet.matching.schemas import Change
from buurtnet.web.language import today
from tests.made import Made

MONDAY_MORNING, TUESDAY_MORNING = 1, 1 << 4


async def test_the_smallest_change_comes_first() -> None:
    assert list_changes(0, timed=True) == [(Change.REACH, 1), (Change.WHEN, None), (Change.REACH, 2), (Change.REACH, 3), (Change.REACH, 4)]
    assert list_changes(4, timed=True) == [(Change.WHEN, None)]
    assert list_changes(4, timed=False) == []


@pytest.mark.parametrize(
    ("change", "wanted", "reach", "when", "after"),
    [
        (Change.REACH, 2, 1, "week", (2, "week")),
        (Change.REACH, 1, 1, "any", None),
        (Change.REACH, 1, 3, "any", None),
        (Change.REACH, None, 1, "any", None),
        (Change.WHEN, None, 1, "regularly", (1, "any")),
        (Change.WHEN, None, 1, "any", None),
    ],
)
def test_a_change_never_asks_for_less(change: Change, wanted: int | None, reach: int, when: str, after: tuple[int, str] | None) -> None:
    assert apply_change(change, wanted, reach=reach, when=when) == after


class Town:
    """An asker with a need that nobody fits, until a helper is there."""

    def __init__(self, made: Made, client: httpx.AsyncClient) -> None:
        self.made, self.client = made, client
        self.asker = self.need = UUID(int=0)

    async def ask(self, theme: str = "transport.move", **values: object) -> UUID:
        self.asker = await self.made.person("Amina")
        self.need = await self.made.post(self.asker, "need", theme, **({"reach": 0} | values))
        await self.made.sign_in(self.client, self.asker)
        return self.need

    async def offer(self, hood: str = "Collignon", theme: str = "transport.move", **values: object) -> UUID:
        helper = await self.made.person("Hatice", hood, reach=4)
        return await self.made.post(helper, "offer", theme, "Ik heb sterke armen", **values)

    async def fits(self) -> dict:
        return (await self.client.get(f"/api/v1/posts/{self.need}/fits")).json()

    async def page(self) -> str:
        return (await self.client.get(f"/posts/{self.need}/fits")).text

    async def tap(self) -> httpx.Response:
        """Presses the button that stands on the page, as a browser without JavaScript does."""
        form = re.search(r'<form method="post" action="([^"]*/widen[^"]*)">(.*?)</form>', await self.page(), re.DOTALL)
        assert form, "no change is offered"
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[2]))
        return await self.client.post(form[1], data=fields)


@pytest.fixture
def town(made: Made, client: httpx.AsyncClient) -> Town:
    return Town(made, client)


async def test_help_from_next_door_is_one_tap_away_and_leads_to_a_question_at_once(town: Town, connection: Db, tell) -> None:
    need = await town.ask(text="Een kast van mijn tante", quiet=False)
    await town.offer("Collignon")
    before = dict(await connection.fetchrow("select * from post where id = $1", need))
    assert (await town.fits())["may_help"] == {"change": "reach", "version": 1, "reach": 1}
    assert "Also next to my neighbourhood" in await town.page()
    answer = await town.tap()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/posts/{need}")
    after = dict(await connection.fetchrow("select * from post where id = $1", need))
    changed = {name for name in before if before[name] != after[name]} - {"expires_at", "asks_at"}
    assert changed == {"reach", "version"} and after["reach"] == 1
    await tell()
    assert await connection.fetchval("select state from match where need_id = $1", need) == "asked"
    assert (await town.fits())["fits"] == "some" and "widen" not in await town.page()


async def test_another_moment_is_one_tap_away(town: Town, connection: Db, tell) -> None:
    await town.ask(reach=4, slots=MONDAY_MORNING, own_slots=True)
    await town.offer(slots=TUESDAY_MORNING, own_slots=True)
    assert (await town.fits())["may_help"] == {"change": "when", "version": 1, "reach": None}
    assert "Any moment is fine" in await town.page() and "Tuesday" not in await town.page(), "whose moment it is stays theirs"
    assert (await town.tap()).status_code == 303
    assert await connection.fetchval("select slots from post where id = $1", town.need) is None
    await tell()
    assert (await town.fits())["fits"] == "some"


async def test_a_moment_at_which_the_author_is_never_there_is_not_suggested(town: Town, connection: Db) -> None:
    await town.ask(reach=4, slots=MONDAY_MORNING, own_slots=True)
    await connection.execute("update person set slots = $2 where id = $1", town.asker, MONDAY_MORNING)
    await town.offer(slots=TUESDAY_MORNING, own_slots=True)
    assert (await town.fits())["may_help"] is None


async def test_another_day_helps_where_the_windows_do_not_meet(town: Town) -> None:
    await town.ask(reach=4, from_on=today(), until_on=today())
    await town.offer(from_on=today() + timedelta(days=3))
    assert (await town.fits())["may_help"]["change"] == "when"


async def test_the_nearest_band_that_helps_is_named_and_no_farther_one(town: Town, connection: Db) -> None:
    await town.ask()
    level = await connection.fetchval(
        "select level from neighbourhood_near where a = $1 and b = $2", await town.made.hood(), await town.made.hood("Georges Henri")
    )
    assert level is not None and level > 1
    await town.offer("Georges Henri")
    assert (await town.fits())["may_help"]["reach"] == level
    await town.offer("Collignon")
    assert (await town.fits())["may_help"]["reach"] == 1


HIDING = ["kept away", "the other keeps away", "declined", "unhappy", "matched", "full", "paused", "another language", "own", "closed"]


@pytest.mark.parametrize("why", HIDING)
async def test_what_is_hidden_suggests_nothing(town: Town, connection: Db, why: str) -> None:
    """Whoever may not meet the asker, was refused, or cannot come anyway: the page is the same as if they were not there."""
    need = await town.ask()
    nothing = await town.page()
    offer = await town.offer()
    helper = await connection.fetchval("select author_id from post where id = $1", offer)
    assert "widen" in await town.page()
    made = town.made
    match why:
        case "kept away":
            await made.insert("keep_away", person_id=town.asker, other_id=helper)
        case "the other keeps away":
            await made.insert("keep_away", person_id=helper, other_id=town.asker)
        case "declined" | "unhappy":
            theme = await made.theme("transport.move")
            await made.insert("pair_memory", id=new_id(), person_id=helper, other_id=town.asker, theme_id=theme, what=why)
        case "matched":
            await made.insert("match", **lapsed(need, offer, town.asker, helper))
        case "full":
            await connection.execute("update post set engaged = capacity where id = $1", offer)
        case "paused":
            await connection.execute("update post set active = false where id = $1", offer)
        case "another language":
            await connection.execute("update post set language_bits = 1::bigint << 40 where id = $1", offer)
            await connection.execute("update theme set talk = true where id = $1", await made.theme("transport.move"))
        case "own":
            await connection.execute("update post set author_id = $2 where id = $1", offer, town.asker)
        case _:
            await connection.execute("update post set state = 'withdrawn' where id = $1", offer)
    keys = r"once=[0-9a-f-]+"
    assert re.sub(keys, "", await town.page()) == re.sub(keys, "", nothing)
    assert (await town.fits())["may_help"] is None


def lapsed(need: UUID, offer: UUID, asker: UUID, helper: UUID) -> dict[str, object]:
    """A match whose question stayed without an answer."""
    return {
        "id": new_id(),
        "need_id": need,
        "offer_id": offer,
        "asker_id": asker,
        "helper_id": helper,
        "state": "lapsed",
        "origin": "engine",
        "score": 0.8,
        "parts": [0.8, 1.0, 1.0, 1.0, 0.0],
        "metres": 300,
        "level": 0,
        "languages": ["nl"],
        "asked_at": now(),
        "closed_at": now(),
    }


async def test_themes_under_review_and_offers_hear_of_no_change(town: Town) -> None:
    await town.ask("care.presence")
    await town.offer(theme="care.presence")
    assert (await town.fits())["fits"] == "review" and (await town.fits())["may_help"] is None
    assert "widen" not in await town.page()
    town.need = await town.made.post(town.asker, "offer", "home.repair", reach=0)
    neighbour = await town.made.person("Buur", "Collignon", reach=4)
    await town.made.post(neighbour, "need", "home.repair")
    assert (await town.fits())["may_help"] is None and "widen" not in await town.page()


async def test_no_number_stands_beside_the_change(town: Town) -> None:
    await town.ask()
    for _ in range(7):
        await town.offer()
    fragment = (await town.client.get(f"/posts/{town.need}/fits", headers={"HX-Request": "true"})).text
    assert "widen" in fragment and not re.search(r"\d", re.sub(r"<[^>]*>", "", fragment))


async def test_a_stale_or_idle_change_is_refused_politely(town: Town, connection: Db) -> None:
    await town.ask(reach=2)
    path = f"/posts/{town.need}/widen"

    async def send(**fields: object) -> tuple[int, str]:
        answer = await town.client.post(path, data=fields)
        return answer.status_code, answer.text

    assert "It is like that already" in (await send(change="reach", reach=2, version=1))[1]
    assert (await send(change="reach", reach=1, version=1))[0] == 409
    assert (await send(change="when", version=1))[0] == 409
    assert "was changed in the meantime" in (await send(change="reach", reach=3, version=7))[1]
    assert {
        (await send(**fields))[0] for fields in ({}, {"change": "money", "version": 1}, {"change": "reach", "reach": 9, "version": 1})
    } == {422}
    await connection.execute("update post set state = 'withdrawn' where id = $1", town.need)
    status, text = await send(change="reach", reach=3, version=1)
    assert status == 409 and "This is over already" in text
    assert await connection.fetchval("select reach from post where id = $1", town.need) == 2


async def test_a_worker_who_acts_changes_it_too_and_the_audit_says_so(town: Town, connection: Db) -> None:
    await town.ask()
    await town.offer()
    worker = await town.made.staff()
    await town.made.sign_in(town.client, worker, kind="staff", acting_for=town.asker)
    assert (await town.tap()).status_code == 303
    assert await connection.fetchval("select count(*) from audit where action = 'post changed'") == 1


async def test_programs_change_it_in_one_step(town: Town) -> None:
    await town.ask()
    await town.offer()
    answer = await town.client.post(f"/api/v1/posts/{town.need}/widen", json=(await town.fits())["may_help"])
    assert answer.status_code == 200 and answer.json()["fits"] == "some"
    again = await town.client.post(f"/api/v1/posts/{town.need}/widen", json={"change": "reach", "version": 1, "reach": 1})
    assert again.status_code == 409 and again.headers["content-type"].startswith("application/problem+json")


# --- the worker's list ----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def desk(town: Town) -> Town:
    """The same, seen by the facilitator of the asker's neighbourhood; asked hours ago, so that pages of two moments say the same."""
    await town.ask(created_at=now() - timedelta(hours=3))
    await town.made.sign_in(town.client, await town.made.staff(), kind="staff")
    return town


async def listed(town: Town, **asked: object) -> dict:
    answer = await town.client.get("/api/v1/queue/unmatched", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def why(town: Town) -> list[tuple[str, int, int | None]]:
    """What the worker reads of the one need that waits."""
    [need] = (await listed(town))["items"]
    return [(one["way"], one["count"], one["value"]) for one in need["why"]]


async def words(town: Town) -> str:
    """The page as the worker reads it."""
    return " ".join(re.sub(r"<[^>]*>", "", (await town.client.get("/desk/unmatched")).text).split())


async def test_nobody_offers_it(desk: Town) -> None:
    assert await why(desk) == [("nobody", 0, None)]
    assert "Nobody else offers this yet" in await words(desk)
    [theme] = (await listed(desk))["themes"]
    assert (theme["slug"], theme["waiting"], theme["nobody"]) == ("transport.move", 1, 1)


async def test_farther_away_band_after_band(desk: Town) -> None:
    for _ in range(3):
        await desk.offer("Collignon")
    await desk.offer("Georges Henri")
    [(way, count, level), (again, more, farther)] = await why(desk)
    assert (way, count, level) == ("reach", 3, 1)
    assert (again, more) == ("reach", 4) and farther and farther > 1
    assert "3 if also next to it" in await words(desk)


async def test_another_day(desk: Town, connection: Db) -> None:
    await connection.execute("update post set slots = $2, own_slots = true where id = $1", desk.need, MONDAY_MORNING)
    for slots in (TUESDAY_MORNING, TUESDAY_MORNING << 1, TUESDAY_MORNING << 8):
        await desk.offer("Brabantwijk", slots=slots)
    assert await why(desk) == [("day", 2, 1), ("day", 1, 3)]
    assert "2 if Tuesday also fits" in await words(desk)


async def test_other_dates(desk: Town, connection: Db) -> None:
    await connection.execute("update post set from_on = $2, until_on = $2 where id = $1", desk.need, today())
    await desk.offer("Brabantwijk", from_on=today() + timedelta(days=3))
    assert await why(desk) == [("dates", 1, None)]


async def test_another_language_is_said_with_care(desk: Town, connection: Db) -> None:
    await connection.execute("update theme set talk = true where id = $1", await desk.made.theme("transport.move"))
    await desk.offer("Brabantwijk", language_bits=1 << 40)
    assert await why(desk) == [("language", 1, None)]
    assert "1 if somebody translates" in await words(desk)


async def test_all_helpers_are_full(desk: Town, connection: Db) -> None:
    for _ in range(4):
        await desk.offer("Brabantwijk", engaged=1)
    assert await why(desk) == [("full", 4, None)]
    assert "All helpers who fit are full: 4" in await words(desk)


async def test_a_helper_whose_month_is_over_is_full(desk: Town, connection: Db) -> None:
    offer = await desk.offer("Brabantwijk")
    await connection.execute("update person set monthly_max = 1 where id = (select author_id from post where id = $1)", offer)
    helper = await connection.fetchval("select author_id from post where id = $1", offer)
    other = await desk.made.post(await desk.made.person("Karim"), theme="home.repair")
    past = lapsed(
        other,
        await desk.made.post(helper, "offer", "home.repair"),
        await connection.fetchval("select author_id from post where id = $1", other),
        helper,
    )
    await desk.made.insert("match", **(past | {"state": "agreed", "agreed_at": now(), "closed_at": None}))
    await connection.execute("update post set state = 'met' where id = $1", other)
    assert await why(desk) == [("full", 1, None)]


async def test_more_than_one_thing_is_in_the_way(desk: Town, connection: Db) -> None:
    await connection.execute("update post set slots = $2, own_slots = true where id = $1", desk.need, MONDAY_MORNING)
    await desk.offer("Collignon", slots=TUESDAY_MORNING)
    assert await why(desk) == [("several", 1, None)]
    assert "1 in town, if more than one thing changes" in await words(desk)


async def test_what_fits_already_waits_for_its_turn(desk: Town) -> None:
    await desk.offer("Brabantwijk")
    assert await why(desk) == [("nothing", 1, None)]


@pytest.mark.parametrize("hidden", ["kept away", "the other keeps away", "declined", "rejected", "unhappy", "matched", "own"])
@pytest.mark.parametrize("hood", ["Brabantwijk", "Collignon"])
async def test_what_is_hidden_is_in_no_count_and_in_no_word(desk: Town, connection: Db, hidden: str, hood: str) -> None:
    nothing, said = await why(desk), await words(desk)
    offer = await desk.offer(hood)
    helper = await connection.fetchval("select author_id from post where id = $1", offer)
    assert await why(desk) != nothing
    match hidden:
        case "kept away":
            await desk.made.insert("keep_away", person_id=desk.asker, other_id=helper)
        case "the other keeps away":
            await desk.made.insert("keep_away", person_id=helper, other_id=desk.asker)
        case "matched":
            await desk.made.insert("match", **lapsed(desk.need, offer, desk.asker, helper))
        case "own":
            await connection.execute("update post set author_id = $2 where id = $1", offer, desk.asker)
        case _:
            theme = await desk.made.theme("transport.move")
            await desk.made.insert("pair_memory", id=new_id(), person_id=helper, other_id=desk.asker, theme_id=theme, what=hidden)
    assert await why(desk) == nothing and await words(desk) == said


async def test_the_counter_is_the_length_of_the_list_and_the_sum_of_the_themes(desk: Town, connection: Db) -> None:
    made = desk.made
    counted = {"waiting": {"state": "waiting"}, "paused": {"active": False}, "over": {"expires_at": now() - timedelta(minutes=1)}}
    for values in counted.values():
        await made.post(await made.person("Buur"), **values)
    await made.post(await made.person("Buur"), capacity=1, engaged=1)
    asked = await made.post(await made.person("Buur"), theme="home.repair")
    for _ in range(4):
        await made.post(await made.person("Buur"), theme="home.repair")
    offer = await desk.offer("Brabantwijk", "home.repair")
    helper = await connection.fetchval("select author_id from post where id = $1", offer)
    author = await connection.fetchval("select author_id from post where id = $1", asked)
    await made.insert("match", **(lapsed(asked, offer, author, helper) | {"state": "asked", "closed_at": None}))
    for who, hood in (("Piet", "Helmet"), ("Jan", "Brabantwijk")):
        other = {"organisation_id": await made.organisation("Andere")} if who == "Jan" else {}
        await made.post(await made.person(who, hood, **other))
    found = await listed(desk)
    assert found["waiting"] == len(found["items"]) == 5 == sum(theme["waiting"] for theme in found["themes"])
    assert (await desk.client.get("/api/v1/queue/counts")).json()["counts"]["unmatched"] == 5
    start = (await desk.client.get("/desk")).text
    assert re.search(r'href="/desk/unmatched"><span>[^<]+</span> <b class="n" data-count="unmatched">5</b>', start)


async def test_urgent_first_then_the_longest_waiting_page_after_page(desk: Town, connection: Db) -> None:
    made = desk.made
    await connection.execute("delete from post where id = $1", desk.need)
    wanted = []
    for number, urgency in enumerate(["normal", "urgent", "normal", "urgent", "normal"]):
        post = await made.post(await made.person("Buur"), urgency=urgency, created_at=now() - timedelta(days=number))
        wanted.append((urgency != "urgent", -number, str(post)))
    order = [post for *_, post in sorted(wanted)]
    seen, after = [], None
    while after is not None or not seen:
        page = await listed(desk, size=2, **({"after": after} if after else {}))
        seen, after = seen + [one["id"] for one in page["items"]], page["next"]
        assert page["waiting"] == 5
        if after is None:
            break
    assert seen == order
    assert (await desk.client.get("/api/v1/queue/unmatched?after=nonsense")).status_code == 422


async def test_one_neighbourhood_or_one_theme_at_a_time(desk: Town, connection: Db) -> None:
    made, worker = desk.made, await connection.fetchval("select person_id from staff limit 1")
    await made.insert("staff_area", person_id=worker, neighbourhood_id=await made.hood("Collignon"), backup=True)
    next_door = await made.post(await made.person("Buur", "Collignon"), theme="home.repair")
    assert (await listed(desk))["waiting"] == 2, "a backup area counts too"
    assert [one["id"] for one in (await listed(desk, area=await made.hood("Collignon")))["items"]] == [str(next_door)]
    assert [one["id"] for one in (await listed(desk, theme="transport.move"))["items"]] == [str(desk.need)]
    assert (await listed(desk, area=await made.hood("Helmet")))["items"] == []
    page = await desk.client.get("/desk/unmatched", params={"area": await made.hood("Collignon"), "theme": "transport.move"})
    assert page.status_code == 200 and str(desk.need) not in page.text and str(next_door) not in page.text
    for odd in ("area=x", "area=9999999999", "theme=%3Cscript%3E", "area="):
        page = await desk.client.get(f"/desk/unmatched?{odd}")
        assert page.status_code == 200 and "<script>" not in page.text, odd


@pytest.mark.parametrize("who", ["other area", "other organisation", "no secrecy", "mapper", "coordinator", "resident", "visitor"])
async def test_nobody_else_sees_the_needs_of_an_area(desk: Town, who: str) -> None:
    made, client = desk.made, desk.client
    sensitive = await made.post(await made.person("Buur"), theme="care.presence")
    assert {one["id"] for one in (await listed(desk))["items"]} == {str(desk.need), str(sensitive)}
    client.cookies.clear()
    match who:
        case "resident":
            await made.sign_in(client, await made.person("Hassan"))
        case "visitor":
            pass
        case _:
            role = who if who in ("mapper", "coordinator") else "facilitator"
            more = {"organisation_id": await made.organisation("Andere")} if who == "other organisation" else {}
            hoods = ["Helmet"] if who == "other area" else ["Brabantwijk"]
            secrecy = None if who == "no secrecy" else "art. 458"
            await made.sign_in(client, await made.staff("Mehdi", role=role, hoods=hoods, secrecy=secrecy, **more), kind="staff")
    answers = [await client.get(path) for path in ("/desk/unmatched", "/api/v1/queue/unmatched")]
    for answer in answers:
        assert str(sensitive) not in answer.text
        assert (str(desk.need) in answer.text) == (who == "no secrecy")
        assert answer.status_code == (
            200
            if who in ("other area", "other organisation", "no secrecy")
            else 401
            if who == "visitor" and answer is answers[1]
            else 303
            if who == "visitor"
            else 404
        )
