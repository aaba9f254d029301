import asyncio
from datetime import timedelta

import asyncpg
import pytest

from buurtnet.kit.audit import grant_access, read_sealed, record_audit, seal_audit, verify_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from tests.committed import Committed
from tests.made import Made


async def test_the_audit_holds_pseudonyms_and_says_who_did_what(db: Db, made: Made) -> None:
    worker, person = await made.staff(), await made.person()
    viewer = Viewer(person_id=person, actor_id=worker)
    await record_audit(db, viewer, "posted", subject=person, object_kind="post")
    await record_audit(db, Viewer(person_id=worker, actor_id=worker), "opened", subject=person, reason="asked")
    rows = await db.fetch("select actor, on_behalf_of, subject, action, reason from audit order by id")
    assert worker not in [row["actor"] for row in rows]
    assert person not in [row["subject"] for row in rows]
    assert rows[0]["actor"] == rows[1]["actor"]
    assert rows[0]["on_behalf_of"] == rows[0]["subject"] == rows[1]["subject"]
    assert rows[1]["on_behalf_of"] is None


@pytest.mark.parametrize("statement", ["update audit set action = 'x'", "delete from audit", "delete from audit_seal", "truncate audit"])
@pytest.mark.parametrize("role", ["buurtnet_web", "buurtnet_worker"])
async def test_nobody_but_the_owner_changes_the_audit(db: Db, statement: str, role: str) -> None:
    await db.execute(f"set local role {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(statement)


async def test_a_seal_covers_what_was_written_and_a_change_shows(connection: asyncpg.Connection, db: Db, made: Made) -> None:
    worker = await made.staff()
    for n in range(5):
        await record_audit(db, Viewer(person_id=worker), f"deed {n}")
    await connection.execute("set local role buurtnet_worker")
    assert await seal_audit(connection, now() + timedelta(minutes=1)) == 5
    assert await seal_audit(connection, now() + timedelta(minutes=2)) == 0
    assert await verify_audit(connection) == []
    await connection.execute("set local role none")
    await connection.execute("update audit set action = 'nothing' where action = 'deed 3'")
    assert len(await verify_audit(connection)) == 1


async def test_a_seal_that_was_noted_shows_that_the_end_was_cut_off(connection: asyncpg.Connection, db: Db, made: Made) -> None:
    worker = await made.staff()
    for n in range(2):
        await record_audit(db, Viewer(person_id=worker), f"deed {n}")
    await connection.execute("set local role buurtnet_worker")
    assert await seal_audit(connection, now() + timedelta(minutes=1)) == 2
    await connection.execute("set local role none")
    sealed = await read_sealed(connection)
    assert (sealed.late, sealed.rows, await verify_audit(connection, known=sealed.hash)) == (0, 2, [])
    await connection.execute("delete from audit_seal")
    assert await verify_audit(connection) == [], "what is gone as a whole leaves no trace of itself"
    assert len(await verify_audit(connection, known=sealed.hash)) == 1
    await connection.execute("update audit set at = at - interval '2 hours'")
    assert (await read_sealed(connection)).late == 2


async def test_a_grant_is_written_with_its_reason(db: Db, made: Made) -> None:
    worker, person = await made.staff(), await made.person()
    await grant_access(db, Viewer(person_id=worker, actor_id=worker), person, subject=person, object_kind="contact", reason="call_back")
    assert await db.fetchval(
        "select until > now() + interval '9 minutes' from \"grant\" where person_id = $1 and object_id = $2", worker, person
    )
    assert await db.fetchval("select reason from audit where action = 'opened'") == "call_back"


async def test_a_person_s_id_never_stands_beside_the_pseudonym(db: Db, made: Made) -> None:
    worker, person = await made.staff(), await made.person()
    await record_audit(db, Viewer(person_id=worker), "registered", subject=person, object_kind="person", object_id=person)
    row = await db.fetchrow("select subject, object_id from audit")
    assert row["subject"] is not None and row["object_id"] is None


async def test_two_transactions_that_name_somebody_first_agree_on_the_pseudonym(committed: Committed) -> None:
    person = new_id()

    async def write() -> None:
        async with committed.web.transaction() as db:
            await db.fetchval("select 1")
            await record_audit(db, Viewer(person_id=person), "looked")

    await asyncio.gather(*(write() for _ in range(8)))
    async with committed.web.transaction() as db:
        rows = await db.fetch("select distinct actor from audit where action = 'looked'")
    assert len(rows) == 1 and rows[0]["actor"] is not None
