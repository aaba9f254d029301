"""The second wall: with every check of the handlers left out, plain SQL in the role of the web processes does not open secrets."""

import pytest
from asyncpg import InsufficientPrivilegeError

from buurtnet.kit.db import SET_VIEWER, Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.people import actions
from buurtnet.people.rules import normalise_address
from tests.made import Made
from tests.people.steps import resident


async def seen(db: Db, table: str, viewer: object) -> int:
    await db.execute(SET_VIEWER, str(viewer) if viewer else "")
    return await db.fetchval(f"select count(*) from {table}")


async def test_contact_details_are_closed_to_everybody_else(db: Db, made: Made) -> None:
    amina, neighbour, sara = await made.person("Amina"), await made.person("Neighbour"), await made.staff("Sara")
    await made.contact(amina, "amina@example.org")
    assert await seen(db, "contact", amina) == 1
    for viewer in (None, neighbour, sara, new_id()):
        assert await seen(db, "contact", viewer) == 0
        assert await db.fetchval("with gone as (delete from contact returning id) select count(*) from gone") == 0
        assert await db.fetchval("with changed as (update contact set verified_at = null returning id) select count(*) from changed") == 0
        with pytest.raises(InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute("insert into contact (id, person_id, channel, sealed) values ($1, $2, 'email', 'x')", new_id(), amina)


async def test_a_grant_opens_one_person_for_ten_minutes(db: Db, made: Made) -> None:
    amina, other, sara = await made.person("Amina"), await made.person("Other"), await made.staff("Sara")
    await made.contact(amina, "amina@example.org")
    await made.contact(other, "other@example.org")
    await db.execute("""insert into "grant" (person_id, object_id, until) values ($1, $2, now() + interval '10 minutes')""", sara, amina)
    assert await seen(db, "contact", sara) == 1
    await db.execute("""update "grant" set until = now() - interval '1 second'""")
    assert await seen(db, "contact", sara) == 0


async def test_the_worker_who_manages_somebody_reads_and_a_forged_manager_setting_does_not(db: Db, made: Made) -> None:
    sara, tom = await made.staff("Sara"), await made.staff("Tom")
    mine = await made.person("Mine", managed_by=sara)
    await made.contact(mine, "mine@example.org")
    assert await seen(db, "contact", sara) == 1 and await seen(db, "contact", tom) == 0


async def test_authenticator_secrets_are_their_owners_alone(db: Db, made: Made, vault: Vault) -> None:
    sara, tom = await made.staff("Sara"), await made.staff("Tom")
    identity = new_id()
    await made.insert("credential", id=identity, person_id=sara, kind="totp", sealed=vault.seal("S", "credential", "sealed", identity))
    assert await seen(db, "credential", sara) == 1
    assert await seen(db, "credential", tom) == 0 and await seen(db, "credential", None) == 0


async def test_a_sealed_address_moved_to_another_row_does_not_open(db: Db, made: Made, vault: Vault) -> None:
    amina = await made.person("Amina")
    await made.contact(amina, "amina@example.org")
    other = await made.contact(amina, "other@example.org")
    await db.execute(SET_VIEWER, str(amina))
    await db.execute("update contact set sealed = (select sealed from contact where id <> $1) where id = $1", other)
    with pytest.raises(ValueError):
        await actions.list_contacts(db, vault, amina)


async def test_the_look_up_holds_no_address(db: Db, made: Made, vault: Vault) -> None:
    amina = await made.person("Amina")
    await actions.keep_away(db, vault, resident(amina), normalise_address("0470 12 34 56", "BE"))
    assert b"470" not in await db.fetchval("select lookup from keep_away_wish")
