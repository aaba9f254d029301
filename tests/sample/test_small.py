"""The small sample: every state is there, nobody is told anything, the past lies in the past, and the same seed makes the same town."""

import asyncio
import stat
from pathlib import Path

import asyncpg
import msgspec
import pytest
from httpx import ASGITransport, AsyncClient
from pyotp import parse_uri
from tests.sample.conftest import Planted

from buurtnet.app import create_app
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.outbox import deliver
from buurtnet.kit.queue import Queue
from buurtnet.kit.vault import read_vault
from buurtnet.local.entrances import read_entrances
from buurtnet.matching.tables import STATES as MATCH_STATES
from buurtnet.moderation.queries.statements import get_statement
from buurtnet.people.actions.staff import use_totp
from buurtnet.posts.tables import STATES as POST_STATES
from buurtnet.sample.ground import SHOWN, CannotPlant
from buurtnet.sample.small import plant_small
from buurtnet.worker import list_reactions

PEOPLE = """
select p.given_name, n.names->>'nl', p.languages::text, p.state, p.managed_by is not null, p.mediated, p.discreet
  from person p left join neighbourhood n on n.id = p.neighbourhood_id
"""
POSTS = """
select a.given_name, p.kind, t.slug, p.text, p.language, p.state, p.reach, p.quiet
  from post p join person a on a.id = p.author_id left join theme t on t.id = p.theme_id
"""
MATCHES = """
select n.text, o.text, a.given_name, h.given_name, m.state, m.reason
  from match m join post n on n.id = m.need_id join post o on o.id = m.offer_id join person a on a.id = m.asker_id join person h on h.id = m.helper_id
"""


async def test_posts_and_matches_are_in_every_state(town: Db) -> None:
    posts = {row["state"] for row in await town.fetch("select distinct state from post")}
    matches = {row["state"] for row in await town.fetch("select distinct state from match")}
    assert posts == set(POST_STATES)
    assert matches == set(MATCH_STATES)


async def test_what_a_worker_has_to_look_at_waits(town: Db) -> None:
    seen = await town.fetch(
        "select g.kind, g.leads_to from post p join flag g on g.object_kind = 'post' and g.object_id = p.id where p.state = 'waiting'"
    )
    kinds, leads = {row["kind"] for row in seen}, {row["leads_to"] for row in seen}
    assert {"contact", "money"} <= kinds
    assert "danger" in leads
    waiting = await town.fetch("select theme_id, changes_asked from post where state = 'waiting'")
    assert any(row["theme_id"] is None for row in waiting)
    assert any(row["changes_asked"] for row in waiting)
    tasks = {row["kind"] for row in await town.fetch("select distinct kind from task where done_at is null")}
    assert tasks == {"call_back", "referral", "clock", "danger", "unhappy", "appeal", "silent_agreement"}
    reports = await town.fetch("select object_kind, closed_at is not null as closed from report")
    assert {row["object_kind"] for row in reports} == {"post", "person", "conversation", "other"}
    assert {row["closed"] for row in reports} == {True, False}
    assert {row["verdict"] for row in await town.fetch("select distinct verdict from decision")} >= {
        "approved",
        "refused",
        "changes_asked",
        "right_first",
        "rejected",
        "closed",
        "blocked",
    }


async def test_who_is_stopped_can_read_why_and_object(town: Db) -> None:
    """Two workers stopped the account: the statement of reasons stands, with both, and the task of the second one is done."""
    [block] = await town.fetch('select person_id, "by", second_by, until from block')
    decision = await town.fetchval("select id from decision where verdict = 'blocked'")
    statement = await get_statement(town, block["person_id"], decision)
    assert (statement.verdict, statement.reason, statement.until) == ("blocked", "contact", block["until"])
    assert {statement.worker, statement.second_worker} == {"Mehdi", "Sara"} and statement.appealed_at is None
    assert await town.fetchval("select outcome from task where kind = 'block_asked'") == "done"


async def test_nobody_is_told_of_the_planting(town: Db, planted: Planted) -> None:
    assert await town.fetchval("select count(*) from notice") == 0
    assert await town.fetchval("select count(*) from outbox where done_at is null and due_at <= now()") == 0
    assert (
        not Path(planted.settings.mail_url.removeprefix("inbox:")).exists()
        or b"nadia.ar@" not in Path(planted.settings.mail_url.removeprefix("inbox:")).read_bytes()
    )
    database = Database(planted.settings.worker_url, size=1)
    await database.open()
    vault = read_vault(planted.settings.keys)
    assert await deliver(database, list_reactions(planted.settings, vault)) == 0
    await database.close()


async def test_the_past_lies_in_the_past_in_its_order(town: Db) -> None:
    moments = await town.fetch("""
        select greatest(n.created_at, o.created_at) as posted, m.proposed_at, m.asked_at, m.offered_at, m.agreed_at, m.closed_at, now() as today
          from match m join post n on n.id = m.need_id join post o on o.id = m.offer_id""")
    for row in moments:
        known = [moment for moment in row.values() if moment is not None]
        assert known == sorted(known), dict(row)
    for impossible in (
        "post where closed_at < created_at or created_at > now()",
        "post p join person a on a.id = p.author_id where p.created_at::date < a.created_on",
        "message g join conversation c on c.id = g.conversation_id where g.sent_at < c.opened_at or g.sent_at > now()",
    ):
        assert await town.fetchval(f"select count(*) from {impossible}") == 0, impossible
    months = await town.fetchval("select count(distinct date_trunc('month', last_on)) from tie")
    assert months >= 9
    assert await town.fetchval("select max(last_on) - min(first_on) from tie") >= 270


async def test_five_quarters_are_shown_and_others_are_not(town: Db) -> None:
    rows = await town.fetch("""
        select s.as_of, n.names->>'nl' as place, m.measure, m.mark from network_measure m join snapshot s on s.id = m.snapshot_id and s.kind = 'month'
          join neighbourhood n on n.id = m.area_id where m.area_kind = 'neighbourhood' and m.window_months = 12""")
    months = sorted({row["as_of"] for row in rows})
    assert len(months) == 2
    for measure in ("active", "mean_degree"):
        marks = {row["place"]: row["mark"] for row in rows if row["measure"] == measure and row["as_of"] == months[-1]}
        assert [place for place in SHOWN if marks[place] == "shown"] == list(SHOWN[:5])
        assert {marks[place] for place in SHOWN[5:]} == {"suppressed"}
    assert await town.fetchval("select count(*) from snapshot where kind = 'draft' and as_of = $1", now().date()) == 1


async def test_the_same_seed_makes_the_same_town(planted: Planted, planted_again: Planted) -> None:
    towns = []
    for one in (planted, planted_again):
        connection = await asyncpg.connect(one.superuser_url)
        towns.append([sorted(map(str, await connection.fetch(statement))) for statement in (PEOPLE, POSTS, MATCHES)])
        await connection.close()
    assert towns[0] == towns[1]
    assert all(len(rows) > 80 for rows in towns[0])


async def test_who_can_sign_in_stands_in_the_home(planted: Planted) -> None:
    file = Path(planted.settings.home) / "sample.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    entrances = {one.name: one for one in read_entrances(planted.settings)}
    assert [one.role for one in planted.entrances[:5]] == ["facilitator", "facilitator", "coordinator", "mapper", "facilitator"]
    assert entrances["Sara"].address == "sara@example.org"
    assert {one.about for one in entrances.values() if one.role == "resident"} >= {"asked", "offered", "agreed"}
    database = Database(planted.settings.worker_url, size=1)
    await database.open()
    async with database.transaction() as db:
        sara = await db.fetchval("select person_id from staff join person p on p.id = person_id where p.given_name = 'Sara'")
        assert await use_totp(db, read_vault(planted.settings.keys), sara, entrances["Sara"].digits or "", at=now())
    await database.close()


async def test_the_local_inbox_shows_them_on_this_machine_alone(planted: Planted) -> None:
    app = create_app(planted.settings)
    database, limits, queue = (
        Database(planted.settings.database_url, size=1),
        Limits(planted.settings.redis_url),
        Queue(planted.settings.redis_url),
    )
    await database.open()
    app.state.update(database=database, replica=database, limits=limits, queue=queue)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://127.0.0.1:8000", headers={"Accept-Language": "en"}) as client:
        page = (await client.get("/inbox")).text
        assert "sara@example.org" in page
        sara = next(one for one in planted.entrances if one.name == "Sara")
        assert str(parse_uri(sara.otpauth or "").at(now())) in page  # type: ignore[union-attr]
        assert "secret=" not in page
        assert (await client.get("/inbox", headers={"Host": "buurtnet.example"})).status_code == 404
    await limits.close()
    await database.close()
    with_mail = msgspec.structs.replace(planted.settings, mail_url="smtp://mail.example")
    assert read_entrances(with_mail) == []


async def test_it_is_never_planted_beside_people_or_where_mail_leaves(planted: Planted, town: Db) -> None:
    before = await town.fetchval("select count(*) from person")
    with pytest.raises(CannotPlant, match="people in this database already"):
        await asyncio.to_thread(plant_small, planted.settings)
    assert await town.fetchval("select count(*) from person") == before
    with pytest.raises(CannotPlant, match="no mailboxes"):
        await asyncio.to_thread(plant_small, msgspec.structs.replace(planted.settings, mail_url="smtp://mail.example"))
