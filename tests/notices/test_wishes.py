"""How people want to be told, on their page and behind the link that ends messages."""

import re
from datetime import timedelta
from uuid import UUID

import httpx
import msgspec
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import read_inbox
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.actions import plan_notice, set_wishes
from buurtnet.notices.jobs import send_notices
from buurtnet.notices.queries import get_wishes
from buurtnet.notices.rules.kinds import KINDS, SEVERAL
from buurtnet.notices.rules.marks import read_stop_mark, stop_mark
from buurtnet.notices.rules.texting import count_parts
from buurtnet.notices.schemas import CHANNELS, NIGHT, NewWishes, Pace, Quiet, Topic
from buurtnet.settings import Settings
from buurtnet.web.language import LANGUAGES, catalogue
from tests.made import Made
from tests.notices.conftest import noon

CHOSEN = {"pace": "usual", "shown": ["email", "sms"], "asked": ["email", "sms"], "answers": ["sms"], "messages": ["email"]}


@pytest.fixture
async def leila(made: Made) -> UUID:
    """Somebody with an address and a number."""
    person = await made.person("Leila")
    await made.contact(person, "leila@example.org")
    await made.contact(person, "+32470999111", "sms")
    return person


def viewer(person_id: UUID) -> Viewer:
    return Viewer(person_id=person_id, actor_id=person_id)


async def tell(worker_database: Database, settings: Settings, vault: Vault, person: UUID, *kinds: str) -> list[tuple[str, str]]:
    """The address and the text of what the person is told about these kinds, newest first."""
    before = len(read_inbox(settings.inbox, last=5000))
    async with worker_database.transaction() as db:
        for kind in kinds:
            await plan_notice(db, person, kind, event_id=new_id(), object_id=new_id())
    await send_notices(worker_database, settings, vault, clock=noon)
    letters = read_inbox(settings.inbox, last=5000)
    return [(letter.to, letter.text) for letter in letters[: len(letters) - before]]


async def test_one_chooses_what_one_is_told_about_and_how(client: httpx.AsyncClient, made: Made, db: Db, leila: UUID) -> None:
    await made.sign_in(client, leila)
    page = (await client.get("/me/notices")).text
    assert page.count('name="posts"') == 2 and page.count("checked") == 1 + 8, "by all channels that there are; no device has been named"
    assert (await client.post("/me/notices", data=CHOSEN | {"quiet_from": "22", "quiet_until": "7"})).status_code == 303
    wishes = await get_wishes(db, viewer(leila))
    assert (wishes.pace, wishes.quiet) == (Pace.USUAL, Quiet(22, 7))
    assert wishes.channels == {
        Topic.ASKED: ["push", "email", "sms"],
        Topic.ANSWERS: ["push", "sms"],
        Topic.MESSAGES: ["push", "email"],
        Topic.POSTS: [],
    }, "a device that is named later is used too, but for what is not told at all"
    page = (await client.get("/me/notices")).text
    assert "from 22:00 to 07:00" in page and page.count("checked") == 1 + 4
    await client.post("/me/notices", data=CHOSEN | {"quiet_from": "22", "quiet_until": "7", "any_time": "yes", "posts": "sms"})
    wishes = await get_wishes(db, viewer(leila))
    assert wishes.quiet == Quiet(0, 0) and wishes.channels[Topic.POSTS] == ["push", "sms"]
    assert "at any hour" in (await client.get("/me/notices")).text


async def test_who_cannot_be_reached_chooses_no_channel_and_loses_none(client: httpx.AsyncClient, made: Made, db: Db) -> None:
    person = await made.person()
    await made.sign_in(client, person)
    assert 'name="shown"' not in (await client.get("/me/notices")).text
    assert (await client.post("/me/notices", data={"pace": "daily"})).status_code == 303
    wishes = await get_wishes(db, viewer(person))
    assert (wishes.pace, wishes.quiet, wishes.channels) == (Pace.DAILY, NIGHT, {})


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_from": "24"}, {"quiet_until": "-1"}, {"quiet_from": "night"}, {"asked": "fax"}, {"pace": "never"}],
)
async def test_what_is_not_on_the_page_is_not_kept(client: httpx.AsyncClient, made: Made, db: Db, leila: UUID, wrong: dict) -> None:
    await made.sign_in(client, leila)
    answer = await client.post("/me/notices", data=CHOSEN | wrong)
    assert answer.status_code == 422 and "is-wrong" in answer.text
    assert await db.fetchval("select count(*) from preference") == await db.fetchval("select count(*) from choice") == 0


async def test_each_topic_goes_by_its_own_channel_and_what_is_stopped_by_none(
    db: Db, worker_database: Database, settings: Settings, vault: Vault, leila: UUID
) -> None:
    channels = {Topic.ASKED: ["sms"], Topic.ANSWERS: ["email", "sms"], Topic.POSTS: []}
    await set_wishes(db, viewer(leila), NewWishes(Pace.USUAL, channels=channels))
    told = await tell(worker_database, settings, vault, leila, "match_asked", "match_offered", "post_refused")
    assert sorted(address for address, _text in told) == ["+32470999111", "leila@example.org"]
    await db.execute("reset role")
    assert await db.fetchval("select count(*) from notice where kind = 'post_refused'") == 0


async def test_a_channel_chosen_today_holds_for_what_was_planned_before(
    db: Db, worker_database: Database, settings: Settings, vault: Vault, leila: UUID
) -> None:
    async with worker_database.transaction() as worker:
        for kind in ("message_new", "match_offered"):
            await plan_notice(worker, leila, kind, event_id=new_id(), object_id=new_id())
    await set_wishes(db, viewer(leila), NewWishes(Pace.USUAL, channels={Topic.MESSAGES: ["sms"], Topic.ANSWERS: []}))
    assert await send_notices(worker_database, settings, vault, clock=noon) == 1
    assert read_inbox(settings.inbox)[0].to == "+32470999111"
    await db.execute("reset role")
    assert sorted(tuple(row) for row in await db.fetch("select channel, state from notice")) == [("email", "dropped"), ("sms", "sent")]


async def test_a_letter_says_how_to_stop_it_to_people_and_to_mail_programs(
    worker_database: Database, settings: Settings, vault: Vault, leila: UUID
) -> None:
    [(_, text)] = await tell(worker_database, settings, vault, leila, "match_asked", "post_opened")
    letter = read_inbox(settings.inbox)[0]
    assert letter.stop_url in text and letter.stop_url in letter.html
    mark = letter.stop_url.removeprefix(f"{settings.url}/s/")
    assert read_stop_mark(vault, mark) == (leila, [Topic.ASKED, Topic.POSTS])


async def test_looking_stops_nothing_one_tap_does_and_another_takes_it_back(
    client: httpx.AsyncClient, worker_database: Database, db: Db, settings: Settings, vault: Vault, leila: UUID
) -> None:
    await set_wishes(db, viewer(leila), NewWishes(Pace.USUAL, channels={Topic.ASKED: ["sms"]}))
    link = f"/s/{stop_mark(vault, leila, [Topic.ASKED])}"
    page = await client.get(link)
    assert page.status_code == 200 and "A neighbour asks for my help" in page.text and "Leila" not in page.text
    assert (await get_wishes(db, viewer(leila))).channels[Topic.ASKED] == ["sms"]
    page = await client.post(link, data={"List-Unsubscribe": "One-Click"})
    undo = re.search(r'action="(/s/[\w-]+/undo)"', page.text)[1]
    assert page.status_code == 200 and (await get_wishes(db, viewer(leila))).channels[Topic.ASKED] == []
    assert await tell(worker_database, settings, vault, leila, "match_asked") == []
    for _ in range(2):
        page = await client.post(undo)
        assert page.status_code == 200 and f'action="{link}"' in page.text
    assert (await get_wishes(db, viewer(leila))).channels[Topic.ASKED] == ["sms"], "as it was chosen before"
    [(address, _)] = await tell(worker_database, settings, vault, leila, "match_asked")
    assert address == "+32470999111"


async def test_an_old_link_takes_back_no_later_stop(
    client: httpx.AsyncClient, db: Db, vault: Vault, leila: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"/s/{stop_mark(vault, leila, [Topic.ASKED, Topic.POSTS])}"
    await set_wishes(db, viewer(leila), NewWishes(Pace.USUAL, channels={Topic.ASKED: []}))
    undo = re.search(r'action="(/s/[\w-]+/undo)"', (await client.post(link)).text)[1]
    for page in (await client.get(link), await client.post(link)):
        assert page.status_code == 200 and "/undo" not in page.text and 'href="/me/notices"' in page.text
    assert (await client.post(f"{link}/undo")).status_code == 404, "the link of a letter stops, and nothing else"
    assert (await client.post(undo)).status_code == 200
    wishes = (await get_wishes(db, viewer(leila))).channels
    assert (wishes[Topic.ASKED], wishes[Topic.POSTS]) == ([], list(CHANNELS)), "what was stopped before stays so"
    monkeypatch.setattr("buurtnet.notices.pages.now", lambda: now() + timedelta(minutes=61))
    assert (await client.post(undo)).status_code == 404


async def test_the_way_mail_programs_ask_needs_no_page_of_ours(client: httpx.AsyncClient, db: Db, vault: Vault, leila: UUID) -> None:
    """RFC 8058: a POST without cookies, origin or anything that only our pages send, as a form in parts."""
    bare = httpx.AsyncClient(transport=client._transport, base_url=client.base_url)
    link = f"/s/{stop_mark(vault, leila, [Topic.MESSAGES])}"
    answer = await bare.post(link, files={"List-Unsubscribe": (None, "One-Click")})
    assert answer.status_code == 200 and not answer.is_redirect
    assert (await get_wishes(db, viewer(leila))).channels == {Topic.MESSAGES: []}


async def test_a_link_that_was_not_made_here_leads_nowhere(
    client: httpx.AsyncClient, made: Made, db: Db, vault: Vault, leila: UUID
) -> None:
    good = stop_mark(vault, leila, [Topic.ASKED])
    other = stop_mark(vault, await made.person(), [Topic.ASKED])
    elsewhere = stop_mark(Vault({"k1": bytes(32)}, bytes(32)), leila, [Topic.ASKED])
    gone = stop_mark(vault, await made.person(state="erased"), [Topic.ASKED])
    nobody = stop_mark(vault, new_id(), [Topic.ASKED])
    for mark in (good[:-1], good + "A", other[:22] + good[22:], elsewhere, gone, nobody, "x", "é", "A" * 34):
        for method, path in (("GET", f"/s/{mark}"), ("POST", f"/s/{mark}"), ("POST", f"/s/{mark}/undo")):
            assert (await client.request(method, path)).status_code == 404, (mark, method)
    assert await db.fetchval("select count(*) from choice") == 0


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
async def test_a_text_message_is_short_and_cheap_in_every_language(
    made: Made, worker_database: Database, settings: Settings, vault: Vault, language: str
) -> None:
    real = msgspec.structs.replace(settings, url="https://buurtnet.brussels")
    for number, kind in enumerate(sorted(KINDS)):
        person = await made.person(language=language)
        await made.contact(person, f"+3247099{number:04}", "sms")
        [(_, text)] = await tell(worker_database, real, vault, person, kind)
        exact, neutral = (catalogue(language).gettext(one) for one in (KINDS[kind].subject, SEVERAL))
        subject = exact if language in ("nl", "fr", "en") or text.startswith(exact) else neutral
        assert re.fullmatch(rf"{re.escape(subject)}: https://buurtnet\.brussels\n\S.*: ?https://buurtnet\.brussels/s/\S{{34}}", text)
        assert len(text) <= 160 and count_parts(text) <= 2, text


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
async def test_where_a_long_name_leaves_no_room_a_text_message_says_less(
    made: Made, worker_database: Database, settings: Settings, vault: Vault, language: str
) -> None:
    real = msgspec.structs.replace(settings, url="https://buren.molenbeek.example")
    person = await made.person(language=language)
    await made.contact(person, "+32470990000", "sms")
    [(_, text)] = await tell(worker_database, real, vault, person, "match_asked")
    neutral, exact = (catalogue(language).gettext(one) for one in (SEVERAL, KINDS["match_asked"].subject))
    assert text.startswith((f"{neutral}: ", f"{exact}: ")) and count_parts(text) <= 2
    assert text.startswith(exact) == (language not in ("ar", "tr"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 81, 2),
        ("ş" * 70, 1),
        ("ş" * 71, 2),
        ("ş" * 134, 2),
        ("ş" * 135, 3),
        ("😀" * 36, 2),
    ],
)
def test_a_text_message_costs_what_its_alphabet_takes(text: str, parts: int) -> None:
    assert count_parts(text) == parts
