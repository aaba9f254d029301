import asyncio

from buurtnet.kit.db import Database
from buurtnet.local.postgres import Cluster


async def test_requests_that_need_a_transaction_apart_do_not_wait_for_each_other(template: str, cluster: Cluster) -> None:
    database = Database(cluster.url("web"), size=4)
    await database.open()
    together = asyncio.Barrier(2)

    async def request(number: int) -> int:
        async with database.unit(readonly=False) as unit:
            await together.wait()
            async with database.transaction() as apart:
                said = await apart.fetchval("select $1::int", number)
            await unit.end(keep=True)
        return said

    try:
        async with asyncio.timeout(20):
            assert await asyncio.gather(*(request(number) for number in range(12))) == list(range(12))
    finally:
        await database.close()


async def test_a_unit_that_ended_makes_room_before_its_answer_is_read(template: str, cluster: Cluster) -> None:
    database = Database(cluster.url("web"), size=1)
    await database.open()
    try:
        async with asyncio.timeout(20), database.unit(readonly=True) as first:
            await first.end(keep=True)
            async with database.unit(readonly=True) as second:
                assert await second.db.fetchval("select 1") == 1
    finally:
        await database.close()
