"""Anybody says that something is wrong, hears that it came, and is told what was decided (DSA, articles 16 and 20)."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest

from buurtnet.desk.queries import read_counters
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.mail import Letter, read_inbox
from buurtnet.kit.outbox import deliver
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries
from buurtnet.moderation.actions import reporting
from buurtnet.moderation.jobs import clear_reports
from buurtnet.moderation.schemas import NewReport, ReportDecision
from buurtnet.settings import Settings
from buurtnet.web.language import _, speaking
from buurtnet.worker import list_reactions
from tests.made import Made

SAID = {"text": "Dit is niet in orde.", "where_seen": "Op een affiche", "address": "Zoe@Example.org"}


def letters(settings: Settings, to: str = "Zoe@example.org") -> list[Letter]:
    """What was mailed to the address, newest first."""
    path = Path(settings.mail_url.removeprefix("inbox:"))
    return [letter for letter in read_inbox(path) if letter.to == to]


@pytest.fixture(autouse=True)
def empty_inbox(settings: Settings) -> None:
    Path(settings.mail_url.removeprefix("inbox:")).unlink(missing_ok=True)


async def report_of(client: httpx.AsyncClient, **said: str) -> UUID:
    answer = await client.post("/report", data={**SAID, **said})
    assert answer.status_code == 303, answer.text
    return UUID(answer.headers["location"].removeprefix("/reports/"))


async def facilitator(made: Made, name: str = "Sara") -> Viewer:
    worker = await made.staff(name)
    return Viewer(person_id=worker, actor_id=worker, roles=("facilitator",))


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
async def test_who_leaves_an_address_hears_in_their_language_that_it_came(
    client: httpx.AsyncClient, worker_database: Database, settings: Settings, vault: Vault, language: str
) -> None:
    answer = await client.post("/report", data=SAID, headers={"Accept-Language": language})
    await deliver(worker_database, list_reactions(settings, vault))
    [letter] = letters(settings)
    with speaking(language):
        assert letter.subject == _("We have your message")
        assert _("Thank you. We have your message. A worker reads it.") in letter.text
    assert settings.url + answer.headers["location"] in letter.text
    assert SAID["text"] not in letter.text, "a mail says that, not what"


async def test_the_address_is_sealed_and_no_page_can_read_it(client: httpx.AsyncClient, connection: Db, vault: Vault) -> None:
    identity = await report_of(client)
    await connection.execute("set local role buurtnet_worker")
    sealed = await connection.fetchval("select sealed from report_address where id = $1", identity)
    assert b"example" not in sealed.lower()
    assert vault.open_text(sealed, "report_address", "sealed", identity) == "Zoe@example.org"
    await connection.execute("set local role buurtnet_web")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with connection.transaction():
            await connection.fetch("select * from report_address")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("address", "not an address"),
        ("address", "+32470123456"),
        ("address", "a" * 260 + "@example.org"),
        ("text", ""),
        ("text", "x"),
        ("text", "x" * 2001),
        ("where_seen", "x" * 301),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    client: httpx.AsyncClient, db: Db, field: str, value: str
) -> None:
    answer = await client.post("/report", data={**SAID, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    for name, typed in SAID.items():
        assert name == field or typed in answer.text, name
    assert await db.fetchval("select count(*) from report") == 0


async def test_too_many_from_one_network_or_to_one_address_are_refused(client: httpx.AsyncClient, db: Db) -> None:
    for _time in range(3):
        await report_of(client)
    assert (await client.post("/report", data=SAID)).status_code == 429
    for _time in range(16):
        await report_of(client, address="")
    assert (await client.post("/report", data={**SAID, "address": ""})).status_code == 429
    assert await db.fetchval("select count(*) from report") == 19


@pytest.mark.parametrize(("budget", "most"), [("HOURLY_OF_VISITORS", 120), ("DAILY_OF_VISITORS", 500)])
async def test_visitors_together_cannot_fill_the_desk_and_who_is_signed_in_still_reports(
    client: httpx.AsyncClient, db: Db, made: Made, monkeypatch: pytest.MonkeyPatch, budget: str, most: int
) -> None:
    whole = getattr(reporting, budget)
    assert whole["most"] == most
    monkeypatch.setattr(reporting, budget, {**whole, "most": 2})
    for _time in range(2):
        await report_of(client, address="")
    assert (await client.post("/report", data={**SAID, "address": ""})).status_code == 429
    await made.sign_in(client, await made.person())
    await report_of(client, address="")
    assert await db.fetchval("select count(*) from report") == 3


async def test_the_decision_is_told_back_and_may_be_looked_at_again_once_by_somebody_else(
    client: httpx.AsyncClient, db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    sara, mehdi = await facilitator(made), await facilitator(made, "Mehdi")
    identity = await report_of(client)
    page = (await client.get(f"/reports/{identity}")).text
    assert "Thank you" in page and "appeal" not in page
    await made.sign_in(client, sara.person_id, kind="staff")
    assert "Op een affiche" in (await client.get(f"/desk/reports/{identity}")).text
    missing = await client.post(f"/desk/reports/{identity}", data={"text": "Bedankt"})
    assert missing.status_code == 422 and "Bedankt" in missing.text
    done = await client.post(f"/desk/reports/{identity}", data={"outcome": "stays", "text": "Het is van de stad."})
    assert done.status_code == 303
    client.cookies.clear()
    assert "It can stay." not in (await client.get(f"/reports/{identity}")).text, "nothing is told that can still be taken back"
    await made.pass_seconds()
    await deliver(worker_database, list_reactions(settings, vault))
    assert [letter for letter in letters(settings) if "We looked at it well. It can stay." in letter.text]
    page = (await client.get(f"/reports/{identity}")).text
    assert "It can stay." in page and "Het is van de stad." in page and "I do not agree" in page

    assert (await client.post(f"/reports/{identity}/appeal")).status_code == 303
    assert "Another worker looks at it again." in (await client.get(f"/reports/{identity}")).text
    assert await queries.list_open_reports(db, sara.person_id, "nl") == [], "who decided does not decide again"
    assert (await read_counters(db, sara.person_id, "nl", now().date())).counts["reports"] == 0
    [again] = await queries.list_open_reports(db, mehdi.person_id, "nl")
    assert (again.id, again.decided) == (identity, "stays")
    with pytest.raises(NotFound):
        await actions.close_report(db, sara, identity, ReportDecision(outcome="handled"))
    await actions.carry_out(db, await actions.close_report(db, mehdi, identity, ReportDecision(outcome="handled")))
    page = (await client.get(f"/reports/{identity}")).text
    assert "We did something about it." in page and "I do not agree" not in page
    assert (await client.post(f"/reports/{identity}/appeal")).status_code == 409


async def test_late_news_of_a_decision_that_is_looked_at_again_are_not_told(
    client: httpx.AsyncClient, db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    identity = await report_of(client)
    await deliver(worker_database, list_reactions(settings, vault))
    await actions.carry_out(db, await actions.close_report(db, await facilitator(made), identity, ReportDecision(outcome="stays")))
    await actions.appeal_report(db, identity)
    await deliver(worker_database, list_reactions(settings, vault))
    assert len(letters(settings)) == 1, "that it came, and nothing of a decision that does not stand"


async def test_an_open_report_or_none_cannot_be_objected_to(client: httpx.AsyncClient) -> None:
    assert (await client.post(f"/reports/{await report_of(client)}/appeal")).status_code == 409
    assert (await client.post(f"/reports/{new_id()}/appeal")).status_code == 404
    assert (await client.get(f"/reports/{new_id()}")).status_code == 404


async def test_who_reports_while_signed_in_is_told_without_leaving_an_address(
    client: httpx.AsyncClient, db: Db, worker_database: Database, made: Made, settings: Settings, vault: Vault
) -> None:
    sara, amina = await facilitator(made), await made.person()
    await made.contact(amina, "amina@example.org")
    await made.sign_in(client, amina)
    identity = await report_of(client, address="")
    page = (await client.get("/report")).text
    assert f"/reports/{identity}" in page and "A worker looks at it" in page
    await actions.carry_out(db, await actions.close_report(db, sara, identity, ReportDecision(outcome="handled")))
    await deliver(worker_database, list_reactions(settings, vault))
    row = await db.fetchrow("select kind, object_id from notice where person_id = $1", amina)
    assert (row["kind"], row["object_id"]) == ("report_closed", identity)
    assert "There is an answer" in (await client.get("/report")).text
    await made.sign_in(client, sara.person_id, kind="staff", acting_for=amina)
    assert f"/reports/{identity}" not in (await client.get("/report")).text, "what somebody says is not for who sits beside them"


async def test_programs_may_do_the_same(client: httpx.AsyncClient, db: Db) -> None:
    answer = await client.post("/api/v1/reports", json=SAID)
    assert answer.status_code == 201
    assert (await client.get(answer.headers["location"])).status_code == 200
    assert (await client.post("/api/v1/reports", json=SAID | {"address": "no"})).status_code == 422


async def test_a_closing_needs_an_outcome_of_the_list(db: Db, made: Made) -> None:
    sara = await facilitator(made)
    identity = await actions.make_report(db, Viewer(), NewReport(text="Er klopt iets niet"), language="nl")
    for outcome in (None, "nonsense"):
        with pytest.raises(Invalid):
            await actions.close_report(db, sara, identity, ReportDecision(outcome=outcome))
    await actions.close_report(db, sara, identity, ReportDecision(outcome="unclear"))
    with pytest.raises((NotFound, Conflict)):
        await actions.close_report(db, sara, identity, ReportDecision(outcome="unclear"))


async def test_addresses_and_reports_are_kept_as_long_as_the_statement_says(
    client: httpx.AsyncClient, connection: Db, worker_database: Database, made: Made
) -> None:
    sara = await facilitator(made)
    ages = {"fresh": 0, "seven months": 210, "thirteen months": 400}
    ids: dict[str, UUID] = {}
    for age, days in ages.items():
        ids[age] = await report_of(client, address=f"{days}@example.org")
        await actions.carry_out(connection, await actions.close_report(connection, sara, ids[age], ReportDecision(outcome="handled")))
        await connection.execute("update report set closed_at = closed_at - $2::interval where id = $1", ids[age], timedelta(days=days))
        await connection.execute("update decision set at = at - $2::interval where object_id = $1", ids[age], timedelta(days=days))
    await clear_reports(worker_database)
    await connection.execute("set local role buurtnet_worker")
    kept = {row["id"] for row in await connection.fetch("select id from report")}
    assert kept == {ids["fresh"], ids["seven months"]}
    assert {row["object_id"] for row in await connection.fetch("select object_id from decision")} == kept
    assert {row["id"] for row in await connection.fetch("select id from report_address")} == {ids["fresh"]}
