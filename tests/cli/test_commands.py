"""What each command does, and the one line in which it refuses."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import click
import msgspec
import pyotp
import pytest
from click.testing import CliRunner, Result
from tests.cli.conftest import Call
from tests.committed import Committed
from tests.made import Made

from buurtnet.cli import commands, tell_refusal
from buurtnet.cli.bench import list_benches
from buurtnet.conversations.actions import MESSAGES, NOTES, open_conversation
from buurtnet.kit.db import _set_up
from buurtnet.kit.errors import Invalid, Refusal
from buurtnet.kit.ids import new_id
from buurtnet.kit.sql import metadata
from buurtnet.kit.vault import Vault
from buurtnet.local.migrate import PROJECT
from buurtnet.local.refusals import Refused
from buurtnet.moderation.actions.reporting import ADDRESSES
from buurtnet.notices.actions import DEVICES
from buurtnet.people.actions.resealing import SECRETS
from buurtnet.posts.actions.speaking import VOICES
from buurtnet.referrals.actions.resealing import TOLD
from buurtnet.settings import Settings, settings_environment
from buurtnet.voice.actions import DRAFTS

RUNNER = CliRunner()


def every_command(group: click.Group, *words: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        found.append((*words, name))
        if isinstance(command, click.Group):
            found += every_command(command, *words, name)
    return found


def refused(result: Result) -> str:
    """The line of a refusal."""
    assert isinstance(result.exception, (Refused, Refusal)), result.output
    line = tell_refusal(result.exception) if isinstance(result.exception, Refusal) else str(result.exception)
    assert "\n" not in line
    return line


@pytest.mark.parametrize("words", every_command(commands), ids=" ".join)
def test_each_command_says_what_it_is_for(words: tuple[str, ...]) -> None:
    result = RUNNER.invoke(commands, [*words, "--help"])
    assert result.exit_code == 0
    usage, _, said = result.output.partition("\n\n")
    assert usage.startswith("Usage:")
    first = said.strip().splitlines()[0]
    assert len(first.split()) >= 4
    options = re.findall(r"^  (?:-\w, )?--[\w-]+(?: [^\s]+)?(.*)$", result.output, re.MULTILINE)
    assert options


def test_every_command_is_named_where_a_reader_looks() -> None:
    said = RUNNER.invoke(commands, ["--help"]).output
    for name in commands.commands:
        assert f"\n  {name} " in said


def test_a_text_suggests_themes() -> None:
    assert RUNNER.invoke(commands, ["themes", "suggest", "Wie helpt een kast dragen?"]).output.split()[0] == "transport.move"
    assert RUNNER.invoke(commands, ["themes", "suggest", "xyz"]).output == ""


def test_a_benchmark_that_does_not_exist_is_refused_with_those_that_do() -> None:
    line = refused(RUNNER.invoke(commands, ["bench", "nothing"]))
    assert {"start", "import", "weight"} <= set(list_benches())
    assert all(name in line for name in list_benches())


def test_a_benchmark_prints_lines_and_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [{"bench": "weight", "case": "landing", "total_bytes": 1}, {"bench": "weight", "case": "say", "total_bytes": 2}]
    monkeypatch.setattr("buurtnet.cli.bench.find_bench", lambda name: lambda quick: iter(lines))
    file = tmp_path / "lines.jsonl"
    result = RUNNER.invoke(commands, ["bench", "weight", "--quick", "--out", str(file)])
    assert [msgspec.json.decode(line) for line in result.output.splitlines()] == lines
    assert file.read_text() == result.output
    assert "cannot be written" in refused(RUNNER.invoke(commands, ["bench", "weight", "--out", str(tmp_path / "nowhere" / "lines")]))


def test_a_benchmark_with_parts_does_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(quick: bool, only: str = "") -> Iterator[dict[str, object]]:
        yield {"case": only or "all"}

    monkeypatch.setattr("buurtnet.cli.bench.find_bench", lambda name: measure)
    assert '"all"' in RUNNER.invoke(commands, ["bench", "access"]).output
    assert '"/desk"' in RUNNER.invoke(commands, ["bench", "access", "--only", "/desk"]).output
    assert "no regular expression" in refused(RUNNER.invoke(commands, ["bench", "access", "--only", "("]))
    monkeypatch.setattr("buurtnet.cli.bench.find_bench", lambda name: lambda quick: iter(()))
    assert "no parts" in refused(RUNNER.invoke(commands, ["bench", "start", "--only", "home"]))


@pytest.mark.parametrize("name", sorted(path.stem for path in (PROJECT / "tests" / "bench").glob("[!_]*.py")))
def test_each_benchmark_module_has_its_run(name: str) -> None:
    assert re.search(r"^def run\(\*?,? ?quick: bool", (PROJECT / "tests" / "bench" / f"{name}.py").read_text(), re.MULTILINE)


@pytest.mark.parametrize(("month", "words"), [("october", "not a month"), ("2026-13", "not a month"), ("2999-01", "not over")])
async def test_only_a_month_that_is_over_is_frozen(call: Call, month: str, words: str) -> None:
    assert words in refused(await call("network", "freeze", month))


async def test_draft_and_month_are_made(call: Call, committed: Committed) -> None:
    assert (await call("network", "draft")).exit_code == 0
    assert "2026-10" in (await call("network", "freeze", "2026-10")).output
    async with committed.worker.transaction(readonly=True) as db:
        kinds = [row["kind"] for row in await db.fetch("select kind from snapshot order by kind")]
    assert kinds == ["draft", "month"]


async def test_an_organisation_its_area_and_a_worker(call: Call, committed: Committed) -> None:
    identity = (await call("organisation", "add", "--name", "nl=Wijkwerking", "--name", "fr=Travail de quartier")).output.strip()
    assert len(identity) == 36
    area = await call(
        "area", "add", "--organisation", "wijkwerking", "--name", "nl=Rond Collignon", "--place", "Collignon", "--place", "21015W22"
    )
    assert area.exit_code == 0, area.exception
    words = ("--name", "Sara", "--email", "sara@example.org", "--role", "facilitator", "--role", "mapper", "--secrecy", "art. 458 Sw.")
    added = await call("staff", "add", "--organisation", identity, *words, "--place", "Collignon", "--backup", "Helmet")
    assert added.exit_code == 0, added.exception
    secret = pyotp.parse_uri(added.output.strip().splitlines()[-1])
    assert len(secret.at(0)) == 6
    assert "█" in added.output or "▄" in added.output
    async with committed.worker.transaction(readonly=True) as db:
        roles = await db.fetch("select role, secrecy_basis from staff order by role")
        assert [tuple(row) for row in roles] == [("facilitator", "art. 458 Sw."), ("mapper", "art. 458 Sw.")]
        places = await db.fetch(
            "select n.names->>'nl' as name, a.backup from staff_area a join neighbourhood n on n.id = a.neighbourhood_id order by a.backup"
        )
        assert [tuple(row) for row in places] == [("Collignon", False), ("Helmet", True)]
        served = await db.fetchval("select cardinality(neighbourhoods) from area")
        assert served == 2


async def test_a_whole_municipality_by_its_name_leaves_out_where_nobody_lives(call: Call, committed: Committed) -> None:
    await call("organisation", "add", "--name", "nl=Wijkwerking")
    await call("area", "add", "--organisation", "Wijkwerking", "--name", "nl=Schaarbeek", "--place", "schaerbeek")
    async with committed.worker.transaction(readonly=True) as db:
        assert await db.fetchval("select cardinality(neighbourhoods) from area") == await db.fetchval(
            "select count(*) from neighbourhood where inhabited"
        )


async def test_what_cannot_be_added_is_refused_in_a_line_and_nothing_is_kept(call: Call, committed: Committed) -> None:
    await call("organisation", "add", "--name", "nl=Wijkwerking")
    worker = ("staff", "add", "--name", "Sara", "--role", "facilitator")
    for words, line in (
        (("organisation", "add", "--name", "Wijkwerking"), "write it as nl=Wijkwerking"),
        (("area", "add", "--organisation", "Niemand", "--name", "nl=x", "--place", "Collignon"), 'No organisation is called "Niemand"'),
        (("area", "add", "--organisation", "Wijkwerking", "--name", "nl=x", "--place", "Atlantis"), '"Atlantis"'),
        ((*worker, "--organisation", "Wijkwerking", "--email", "no address"), "address"),
        ((*worker, "--organisation", "Wijkwerking", "--email", "a@example.org", "--language", "xx"), "language"),
        ((*worker, "--organisation", "Wijkwerking", "--email", "a@example.org", "--place", "Atlantis"), "Atlantis"),
    ):
        assert line in refused(await call(*words)), words
    async with committed.worker.transaction(readonly=True) as db:
        assert await db.fetchval("select (select count(*) from area) + (select count(*) from staff) + (select count(*) from person)") == 0


async def test_two_organisations_of_one_name_are_told_apart_by_id(call: Call) -> None:
    for _ in range(2):
        await call("organisation", "add", "--name", "nl=Wijkwerking")
    words = ("area", "add", "--organisation", "Wijkwerking", "--name", "nl=x", "--place", "Collignon")
    assert "Several organisations" in refused(await call(*words))


async def test_parked_events_are_listed_without_what_is_in_them_and_tried_again(call: Call, committed: Committed) -> None:
    async with committed.worker.transaction() as db:
        await db.execute("""
            insert into outbox (id, kind, payload, attempts, parked_at, last_error)
            select gen_random_uuid(), 'posts.PostOpened', '{"post_id": "secret"}', 10, now(), 'matching.suggest_matches: KeyError'
              from generate_series(1, 2)""")
    listed = (await call("outbox", "parked")).output
    assert listed.count("posts.PostOpened") == 2
    assert "matching.suggest_matches: KeyError" in listed
    assert "secret" not in listed
    first = re.findall(r"[0-9a-f-]{36}", listed)[0]
    assert "1 to be tried" in (await call("outbox", "retry", first)).output
    assert "No parked event" in refused(await call("outbox", "retry", first))
    assert "1 to be tried" in (await call("outbox", "retry")).output
    assert (await call("outbox", "parked")).output == ""


async def test_a_changed_audit_is_seen(call: Call, committed: Committed) -> None:
    from buurtnet.kit.audit import record_audit, seal_audit
    from buurtnet.kit.clock import now
    from buurtnet.kit.viewer import SYSTEM

    async with committed.worker.transaction() as db:
        await record_audit(db, SYSTEM, "organisation added")
    async with committed.worker.transaction() as db:
        assert await seal_audit(db, now()) == 1
    assert "fits" in (await call("audit", "verify")).output
    import asyncpg

    connection = await asyncpg.connect(committed.superuser_url)
    await connection.execute("update audit set action = 'nothing'")
    await connection.close()
    assert "not those that were sealed" in refused(await call("audit", "verify"))


async def test_samples_are_refused_where_they_do_not_belong(call: Call, committed: Committed) -> None:
    await call("organisation", "add", "--name", "nl=Wijkwerking")
    await call("staff", "add", "--organisation", "Wijkwerking", "--name", "Sara", "--email", "sara@example.org", "--role", "mapper")
    assert "people in this database" in refused(await call("sample", "small"))
    assert "people of another town" in refused(await call("sample", "large", "--people", "10"))
    assert (await call("sample", "large")).exit_code == 2


def test_a_refusal_of_fields_says_each_of_them() -> None:
    assert tell_refusal(Invalid({"email": "Wrong.", "": "And so on."})) == "email: Wrong.; And so on."


async def test_after_a_rotation_everything_is_sealed_with_the_first_key(
    committed: Committed, cluster_settings: Callable[[str], Settings], tmp_path: Path
) -> None:
    index = bytes(range(32))
    older, newer = Vault({"k1": bytes(32)}, index), Vault({"k2": b"2" * 32}, index)
    ring = tmp_path / "keys"
    lines = {"k2": b"2" * 32, "k1": bytes(32), "index": index}
    ring.write_text("".join(f"{name} {b64encode(key).decode()}\n" for name, key in lines.items()))
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    async with connection.transaction():
        made = Made(connection, older)
        amina, karim = await made.person("Amina"), await made.person("Karim")
        await made.contact(amina, "amina@example.org")
        credential, message = new_id(), new_id()
        await made.insert(
            "credential", id=credential, person_id=amina, kind="totp", sealed=older.seal("S", "credential", "sealed", credential)
        )
        conversation = await open_conversation(connection, amina, karim)
        body = older.seal("Dag", "message", "body", message)
        await made.insert("message", id=message, conversation_id=conversation, author_id=karim, body=body)
        number = older.seal("+3222141234", "contact", "sealed", called := new_id())
        await made.insert("contact", id=called, person_id=karim, channel="sms", sealed=number, verified_at=None)
    environment = settings_environment(msgspec.structs.replace(cluster_settings(committed.name), keys=str(ring)))
    done = [await asyncio.to_thread(RUNNER.invoke, commands, ["reseal"], env=environment) for _ in range(2)]
    once = "4 sealed again with the first key.\nNumbers to call that are looked up from now on: 1\n"
    assert [result.output for result in done] == [once, "0 sealed again with the first key.\n"]
    contact = await connection.fetchrow("select id, sealed from contact where person_id = $1", amina)
    assert newer.open_text(contact["sealed"], "contact", "sealed", contact["id"]) == "amina@example.org"
    assert newer.open_text(await connection.fetchval("select sealed from credential"), "credential", "sealed", credential) == "S"
    assert newer.open_text(await connection.fetchval("select body from message"), "message", "body", message) == "Dag"
    await connection.close()


def test_every_sealed_column_is_sealed_again_or_lives_a_week_at_most() -> None:
    sealed = {(table.name, column.name) for table in metadata.tables.values() for column in table.columns if column.info.get("sealed")}
    assert sealed == {(place.table, place.column) for place in (*SECRETS, MESSAGES, NOTES, ADDRESSES, DEVICES, VOICES, DRAFTS, TOLD)} | {
        ("sign_in_code", "sealed"),
        ("kept", "sealed"),
        ("pasted", "sealed"),
    }
