"""Two towns of the same seed, each in a database of its own, planted once for all tests of this folder."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from buurtnet.kit.db import Db, _set_up
from buurtnet.kit.limits import Limits
from buurtnet.local.postgres import Cluster
from buurtnet.sample.ground import Entrance
from buurtnet.sample.small import plant_small
from buurtnet.settings import Settings


class Planted(msgspec.Struct, frozen=True):
    """A planted town: how it is reached, and who can sign in."""

    settings: Settings
    entrances: list[Entrance]
    superuser_url: str


async def plant(cluster: Cluster, settings: Settings) -> tuple[Planted, str]:
    name = f"sample_{os.urandom(4).hex()}"
    cluster.create_database(name, template="buurtnet")
    home = tempfile.mkdtemp(prefix="buurtnet-sample-")
    own = msgspec.structs.replace(
        settings,
        database_url=cluster.url("web", name),
        worker_url=cluster.url("worker", name),
        owner_url=cluster.url("owner", name),
        home=home,
    )
    limits = Limits(own.redis_url)
    await limits._redis.flushdb()
    await limits.close()
    return Planted(own, await asyncio.to_thread(plant_small, own), cluster.url("superuser", name)), name


async def drop(cluster: Cluster, planted: Planted, name: str) -> None:
    connection = await asyncpg.connect(cluster.url("superuser"))
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()
    shutil.rmtree(Path(planted.settings.home))


@pytest.fixture(scope="session")
async def planted(template: str, cluster: Cluster, settings: Settings) -> AsyncGenerator[Planted]:
    town, name = await plant(cluster, settings)
    yield town
    await drop(cluster, town, name)


@pytest.fixture(scope="session")
async def planted_again(template: str, cluster: Cluster, settings: Settings) -> AsyncGenerator[Planted]:
    town, name = await plant(cluster, settings)
    yield town
    await drop(cluster, town, name)


@pytest.fixture
async def town(planted: Planted) -> AsyncGenerator[Db]:
    """A superuser's connection to the planted town."""
    connection = await asyncpg.connect(planted.superuser_url)
    await _set_up(connection)
    yield connection
    await connection.close()
