import re

import asyncpg

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.kit.locks import Lock, hold, hold_one, try_to_hold
from buurtnet.local.postgres import Cluster
from tests.test_architecture import PYTHON, ROOT


async def test_what_one_transaction_holds_another_does_not_get_and_all_else_is_free(connection: Db, cluster: Cluster) -> None:
    organisation, address = new_id(), b"\x01" * 32
    await hold(connection, Lock.COMPONENTS)
    await hold_one(connection, Lock.WORKERS, organisation)
    await hold_one(connection, Lock.ADDRESS, address)
    other = await asyncpg.connect(cluster.url("superuser", "in_turn"))
    async with other.transaction():
        assert [lock for lock in Lock if not await try_to_hold(other, lock)] == [Lock.COMPONENTS]
        await other.execute("set local lock_timeout = '50ms'")
        for free in ((Lock.WORKERS, new_id()), (Lock.ADDRESS, b"\x02" * 32), (Lock.ADDRESS, organisation)):
            await hold_one(other, *free)
        for held in ((Lock.WORKERS, organisation), (Lock.ADDRESS, address)):
            savepoint = other.transaction()
            await savepoint.start()
            try:
                await hold_one(other, *held)
            except asyncpg.LockNotAvailableError:
                await savepoint.rollback()
            else:
                raise AssertionError(held)
    await other.close()


def test_every_lock_has_a_number_of_its_own_in_one_place() -> None:
    assert len(Lock) == len(Lock.__members__)
    files = [
        path.relative_to(ROOT).as_posix() for path in [*PYTHON, *ROOT.rglob("*.sql")] if re.search("pg_(try_)?advisory", path.read_text())
    ]
    assert files == ["kit/locks.py"]
