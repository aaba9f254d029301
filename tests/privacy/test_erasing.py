"""Nothing is left of somebody who asked to be forgotten, and others are told kindly."""

import asyncio
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest

from buurtnet.kit import outbox
from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db, _set_up
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.mail import Letter, send_mail
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.local.entrances import FILES
from buurtnet.local.postgres import Cluster
from buurtnet.matching.actions import answer_match
from buurtnet.matching.schemas import Answer
from buurtnet.people.actions.leaving import erase_account, is_barred
from buurtnet.people.events import ErasureAsked, PersonChanged
from buurtnet.privacy.actions.forgetting import forget_person
from buurtnet.privacy.actions.ledger import hash_person, read_ledger
from buurtnet.privacy.actions.merging import merge_people
from buurtnet.privacy.events import MergeAsked
from buurtnet.privacy.jobs import reapply_ledger
from buurtnet.privacy.queries.schema import list_tables
from buurtnet.privacy.rules import tags
from buurtnet.settings import Settings
from buurtnet.worker import list_reactions
from tests.committed import Committed
from tests.made import Made
from tests.privacy.planted import Planted, list_corners, list_files, list_keys

CHOSEN_FROM_A_LIST = {("preference", "pace"), ("choice", "topic")}
"""Personal columns that hold one of a few words, so that no canary fits."""


def test_the_tables_leave_nothing_unsaid() -> None:
    assert tags.find_faults(list_tables()) == []


def test_a_table_that_says_too_little_is_seen() -> None:
    from sqlalchemy import MetaData, Table

    from buurtnet.kit.sql import column

    apart = MetaData()
    person = Table("person", apart, column("id", "uuid", key=True, person=True))
    loose = Table("loose", apart, column("id", "uuid", key=True), column("by", "uuid", "person.id"), column("said", "text", personal=True))
    pointing = Table("pointing", apart, column("object_id", "uuid"), column("lookup", "bytes"))
    stays = Table(
        "stays",
        apart,
        column("by", "uuid", "person.id", optional=True, person=True, on_delete="SET NULL"),
        column("said", "text", personal=True),
    )
    assert tags.find_faults([person, loose, pointing, stays]) == [
        "loose.by refers to a person and does not say what erasure does",
        "loose.said is personal and nothing says whose it is",
        "loose.said is personal and is neither shown nor withheld",
        "pointing.object_id is an id without a foreign key and does not say what it points at",
        "pointing.lookup is the blind index of an address and does not say whose",
        "stays.said stays and does not say what it holds then",
    ]


@pytest.fixture
def ours(settings: Settings, tmp_path: Path) -> Settings:
    """The installation with an inbox and a ledger of its own."""
    return msgspec.structs.replace(
        settings,
        home=str(tmp_path),
        ledger=str(tmp_path / "erased"),
        mail_url=f"inbox:{tmp_path / 'inbox'}",
        sms_url=f"inbox:{tmp_path / 'inbox'}",
    )


async def deliver(database: Database, settings: Settings, vault: Vault) -> None:
    await outbox.deliver(database, list_reactions(settings, vault))


async def erase(database: Database, settings: Settings, vault: Vault, person: UUID) -> None:
    """As a page asks for it and the worker does it."""
    async with database.transaction() as db:
        await erase_account(db, person)
    await deliver(database, settings, vault)


def traces_of(planted: Planted, vault: Vault) -> Collection[str]:
    person, lookup = planted.person, vault.blind("sign-in", planted.address)
    return (f"kanarie{planted.name}", str(person), person.hex, lookup.hex(), planted.address)


def found_in(corners: Collection[tuple[str, str]], traces: Collection[str]) -> list[tuple[str, str]]:
    return [(name, text[:200]) for name, text in corners if any(trace in name + text for trace in traces)]


async def furnish(db: Db, planted: Planted, settings: Settings, limits: Limits) -> None:
    """What stands about somebody outside of their own rows: the audit, events, counters, letters."""
    await db.execute("set local role none")
    viewer = Viewer(person_id=planted.other, actor_id=planted.other)
    await record_audit(db, viewer, "opened", subject=planted.person, object_kind="person", object_id=planted.person)
    await outbox.record(db, PersonChanged(planted.person))
    await limits.spend("messages", str(planted.person), most=9, seconds=600)
    await limits.spend("code", planted.vault.blind("sign-in", planted.address).hex(), most=9, seconds=600)
    await send_mail(settings, Letter(to=planted.address, text=f"kanarie{planted.name} in a letter"))
    await send_mail(settings, Letter(to="somebody@example.org", text="somebody else's letter"))


async def test_a_canary_in_every_column_is_gone_everywhere(
    connection: Db, made: Made, vault: Vault, ours: Settings, limits: Limits, worker_database: Database, client: httpx.AsyncClient
) -> None:
    planted = Planted(made, vault, "een")
    await planted.plant(await made.person("Buurvrouw"))
    await made.insert(
        "contact",
        id=(contact := new_id()),
        person_id=planted.person,
        channel="email",
        sealed=vault.seal(planted.address, "contact", "sealed", contact),
    )
    await made.db.execute("set local role none")
    await made.db.execute("delete from staff where person_id = $1", planted.person)
    await furnish(connection, planted, ours, limits)
    wanted = {
        (table.name, column.name)
        for table in list_tables()
        for column in tags.list_tagged(table, "personal")
        if column.type.python_type in (str, bytes)
    }
    assert wanted - set(planted.words) <= CHOSEN_FROM_A_LIST
    corners = await list_corners(connection, vault)
    assert [key for key, word in planted.words.items() if not found_in(corners, [word])] == [], "planted and not found again"
    files = Path(ours.home)
    assert found_in(await list_keys(ours.redis_url), [str(planted.person)]) and found_in(list_files(files), traces_of(planted, vault))

    await erase(worker_database, ours, vault, planted.person)

    await connection.execute("set local role none")
    everywhere = [*await list_corners(connection, vault), *await list_keys(ours.redis_url), *list_files(files)]
    assert found_in(everywhere, traces_of(planted, vault)) == []
    assert "somebody else's letter" in (files / "inbox").read_text()
    # One line for the account, and one for another that had become this one.
    assert len((files / "erased").read_text().splitlines()) == 2 == await connection.fetchval("select count(*) from erasure")
    await made.sign_in(client, planted.other)
    for path in ("/me/data/file.json", "/me/data/file.html", "/messages"):
        assert not found_in([(path, (await client.get(path)).text)], traces_of(planted, vault))


async def test_after_a_restore_the_ledger_forgets_again(
    committed: Committed, cluster: Cluster, vault: Vault, ours: Settings, limits: Limits
) -> None:
    root = await asyncpg.connect(committed.superuser_url)
    await _set_up(root)
    made = Made(root, vault)
    planted = Planted(made, vault, "twee")
    async with root.transaction():
        await planted.plant(await made.person("Buurvrouw"))
        await root.execute("delete from staff where person_id = $1", planted.person)
        await furnish(root, planted, ours, limits)
    await root.close()
    await committed.close()
    backup = f"{committed.name}_backup"
    cluster.create_database(backup, template=committed.name)  # A backup from before they asked.
    database = Database(cluster.url("worker", committed.name), size=4)
    await database.open()
    await erase(database, ours, vault, planted.person)
    await database.close()
    restored = Database(cluster.url("worker", backup), size=4)
    await restored.open()
    root = await asyncpg.connect(cluster.url("superuser", backup))
    await _set_up(root)
    assert found_in(await list_corners(root, vault), [f"kanarie{planted.name}"]), "back with the backup"

    assert await reapply_ledger(restored, ours, vault, FILES) == 1

    assert found_in(await list_corners(root, vault), traces_of(planted, vault)) == []
    assert await reapply_ledger(restored, ours, vault, FILES) == 0
    assert await reapply_ledger(restored, ours, vault, FILES, thorough=True) == 0
    assert await root.fetchval("select count(*) from erasure") == 2 == len(Path(ours.ledger).read_text().splitlines())
    await restored.close()
    await root.close()
    cleaner = await asyncpg.connect(cluster.url("superuser"))
    await cleaner.execute(f"drop database {backup} with (force)")
    await cleaner.close()
    await committed.web.open()
    await committed.worker.open()


async def test_a_lost_ledger_is_written_again_and_a_cut_line_counts_for_nothing(
    worker_database: Database, ours: Settings, vault: Vault, made: Made
) -> None:
    amina = await made.person("Amina")
    await erase(worker_database, ours, vault, amina)
    ledger = Path(ours.ledger)
    whole = ledger.read_text()
    ledger.write_text(whole[:20])
    await reapply_ledger(worker_database, ours, vault, FILES)
    assert ledger.read_text().splitlines()[-1].split()[0] == whole.split()[0]
    assert ledger.stat().st_mode & 0o777 == 0o600


@pytest.fixture
async def standing(made: Made, connection: Db) -> dict[str, UUID]:
    """A helper with a match in each state, each with another neighbour."""
    helper = await made.person("Hatice")
    found = {"helper": helper}
    for state in ("suggested", "asked", "offered", "agreed", "resting"):
        asker = await made.person(f"Buur {state}")
        await made.contact(asker, f"{state}@example.org")
        need, offer = await made.post(asker, engaged=state == "agreed"), await made.post(helper, "offer", engaged=state == "agreed")
        talk = new_id()
        await made.insert("conversation", id=talk)
        for one in (asker, helper):
            await made.insert("participant", conversation_id=talk, person_id=one)
        identity = await made.match(
            need,
            offer,
            state,
            asked_at=now(),
            rests_until=now() + timedelta(days=9) if state == "resting" else None,
            agreed_at=now() if state == "agreed" else None,
            conversation_id=talk if state == "agreed" else None,
        )
        found |= {f"asker {state}": asker, f"need {state}": need, f"match {state}": identity, f"talk {state}": talk}
    return found


async def test_an_agreement_that_is_off_is_told_also_where_the_need_is_over(
    standing: dict[str, UUID], connection: Db, worker_database: Database, ours: Settings, vault: Vault
) -> None:
    over = [standing["need agreed"], standing["need offered"]]
    await connection.execute("update post set state = 'expired', closed_at = now() where id = any($1::uuid[])", over)
    await erase(worker_database, ours, vault, standing["helper"])
    await connection.execute("set local role none")
    assert [tuple(row) for row in await connection.fetch("select person_id, kind from notice")] == [
        (standing["asker agreed"], "agreement_gone")
    ]


async def test_whoever_counted_on_them_hears_it_kindly_and_gets_their_room_back(
    standing: dict[str, UUID], made: Made, connection: Db, worker_database: Database, ours: Settings, vault: Vault
) -> None:
    await erase(worker_database, ours, vault, standing["helper"])
    await connection.execute("set local role none")
    told = {row["person_id"]: row["kind"] for row in await connection.fetch("select person_id, kind from notice where state = 'due'")}
    assert told[standing["asker agreed"]] == "agreement_gone" and told[standing["asker offered"]] == "match_gone"
    assert not {standing[f"asker {state}"] for state in ("suggested", "asked", "resting")} & set(told)
    assert await connection.fetchval("select engaged from post where id = $1", standing["need agreed"]) == 0
    assert await connection.fetchval("select count(*) from match") == 0
    assert await connection.fetchval("select count(*) from conversation where closed_at is null") == 0
    assert await connection.fetchval("select count(*) from conversation") == 5, "the other side keeps what is theirs"
    assert await connection.fetchval("select sum(matches) from match_count") == 5, "counts alone"
    assert await connection.fetchval("select sum(posts) from post_count") == 5
    assert (
        await connection.fetchval("select count(*) from outbox where parked_at is not null or (done_at is null and due_at <= now())") == 0
    )


async def test_helpers_who_wait_are_thanked_when_the_asker_is_gone(
    standing: dict[str, UUID], made: Made, connection: Db, worker_database: Database, ours: Settings, vault: Vault
) -> None:
    await made.contact(standing["helper"], "hatice@example.org")
    await erase(worker_database, ours, vault, standing["asker asked"])
    await connection.execute("set local role none")
    kinds = [row["kind"] for row in await connection.fetch("select kind from notice where person_id = $1", standing["helper"])]
    assert "match_thanks" in kinds
    assert await connection.fetchval("select count(*) from match where id = $1", standing["match asked"]) == 0


async def test_ties_leave_and_the_others_stay_connected(
    made: Made, connection: Db, worker_database: Database, ours: Settings, vault: Vault
) -> None:
    first, second, third = sorted([await made.person(name) for name in ("A", "B", "C")])
    for a, b in ((first, second), (second, third)):
        await made.insert("tie", a=a, b=b, first_on=date(2026, 1, 1), last_on=date(2026, 2, 1), helps=1, a_helped=1)
    await made.component(name := new_id(), first, second, third)
    await erase(worker_database, ours, vault, first)
    await connection.execute("set local role none")
    assert [tuple(row) for row in await connection.fetch("select a, b from tie")] == [(second, third)]
    components = [tuple(row) for row in await connection.fetch("select person_id, component from tie_component order by person_id")]
    assert components == [(second, name), (third, name)]


async def test_a_number_that_is_shared_goes_with_the_last_of_them(
    made: Made, connection: Db, worker_database: Database, ours: Settings, vault: Vault
) -> None:
    amina, bart = await made.person("Amina"), await made.person("Bart", picture=2)
    lookup = vault.blind("sign-in", "home@example.org")
    for one in (amina, bart):
        await made.contact(one, "home@example.org")
    identity = new_id()
    code = {
        "id": identity,
        "lookup": lookup,
        "channel": "email",
        "language": "nl",
        "browser_hash": b"x",
        "expires_at": now() + timedelta(minutes=9),
    }
    await made.insert("sign_in_code", sealed=vault.seal("home@example.org", "sign_in_code", "sealed", identity), **code)
    await erase(worker_database, ours, vault, amina)
    await connection.execute("set local role none")
    assert await connection.fetchval("select person_id from sign_in_name where lookup = $1", lookup) == bart
    assert await connection.fetchval("select count(*) from sign_in_code") == 1
    await erase(worker_database, ours, vault, bart)
    await connection.execute("set local role none")
    assert await connection.fetchval("select (select count(*) from sign_in_name) + (select count(*) from sign_in_code)") == 0


async def test_a_blocked_person_leaves_a_keyed_hash_until_the_block_ends(
    made: Made, connection: Db, worker_database: Database, ours: Settings, vault: Vault
) -> None:
    amina, sara, tom = await made.person("Amina", state="blocked"), await made.staff("Sara"), await made.staff("Tom")
    await made.contact(amina, "amina@example.org")
    until = now().date() + timedelta(days=30)
    await made.insert("block", id=new_id(), person_id=amina, by=sara, second_by=tom, reason="Onveilig", until=until)
    wish = await made.person("Zij")
    await made.insert("keep_away_wish", person_id=wish, lookup=vault.blind("sign-in", "amina@example.org"))
    await erase(worker_database, ours, vault, amina)
    await connection.execute("set local role none")
    lookup = vault.blind("sign-in", "amina@example.org")
    assert await is_barred(connection, lookup, until) and not await is_barred(connection, lookup, until + timedelta(days=1))
    assert await connection.fetchval("select count(*) from keep_away_wish where person_id = $1", wish) == 1
    assert await connection.fetchval("select count(*) from block") == 0


async def test_two_workers_who_hear_of_it_twice_erase_once(committed: Committed, ours: Settings, vault: Vault) -> None:
    root = await asyncpg.connect(committed.superuser_url)
    await _set_up(root)
    async with root.transaction():
        amina = await Made(root, vault).person("Amina")
    async with committed.worker.transaction() as db:
        await erase_account(db, amina)
        await outbox.record(db, ErasureAsked(amina))
    await asyncio.gather(*(deliver(committed.worker, ours, vault) for _worker in range(3)))
    assert await root.fetchval("select count(*) from person where id = $1", amina) == 0
    assert await root.fetchval("select count(*) from outbox where done_at is null") == 0
    assert await root.fetchval("select count(*) from erasure") == 1
    await root.close()


async def test_an_answer_in_the_moment_of_erasure_leaves_nothing_broken(committed: Committed, ours: Settings, vault: Vault) -> None:
    root = await asyncpg.connect(committed.superuser_url)
    await _set_up(root)
    made = Made(root, vault)
    outcomes: set[bool] = set()
    for number in range(24):
        async with root.transaction():
            asker, helper = await made.person("Amina"), await made.person("Hatice")
            need, offer = await made.post(asker), await made.post(helper, "offer")
            identity = await made.match(need, offer, "offered", asked_at=now(), offered_at=now(), offer_answer="yes")

        async def say_yes(asker: UUID = asker, identity: UUID = identity) -> bool:
            try:
                async with committed.web.transaction(asker) as db:
                    await answer_match(db, Viewer(person_id=asker, actor_id=asker), identity, Answer.YES)
            except Exception:
                return False
            return True

        async def leave(helper: UUID = helper, number: int = number) -> None:
            await asyncio.sleep(number / 1500)
            await erase(committed.worker, ours, vault, helper)

        yes, _left = await asyncio.gather(say_yes(), leave())
        outcomes.add(yes)
        await deliver(committed.worker, ours, vault)
        assert await root.fetchval("select count(*) from person where id = $1", helper) == 0
        assert await root.fetchval("select count(*) from match where need_id = $1", need) == 0
        assert await root.fetchval("select engaged from post where id = $1", need) == 0
        assert await root.fetchval("select count(*) from outbox where parked_at is not null") == 0
    assert outcomes == {True, False}, "both orders came about"
    await root.close()


async def test_whoever_was_two_accounts_is_forgotten_as_both(
    connection: Db, made: Made, vault: Vault, limits: Limits, ours: Settings
) -> None:
    """An older backup has the account back that became this one: its line stands in the ledger too."""
    kept, gone, first = await made.person("Amina"), await made.person("Amina", picture=5), await made.person("Amina", picture=6)
    await made.db.execute("set local role buurtnet_worker")
    for one, other in ((gone, first), (kept, gone)):
        assert await merge_people(connection, vault, limits, MergeAsked(one, other, new_id()), at=now())
    assert await forget_person(connection, ours, vault, limits, kept, at=now(), forgets=())
    assert read_ledger(Path(ours.ledger)) == {hash_person(vault, one) for one in (kept, gone, first)}
    assert await connection.fetchval("select count(*) from absorbed") == 0
