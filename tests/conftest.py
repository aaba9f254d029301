"""Real parts for every test: one private PostgreSQL with PostGIS and one Valkey per run, transactions that are rolled back."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import hypothesis
import pytest
from litestar import Litestar

from buurtnet.kit.db import Database, Db, _set_up, translate
from buurtnet.kit.limits import Limits
from buurtnet.kit.log import set_up_logs
from buurtnet.kit.news import News
from buurtnet.kit.queue import Queue
from buurtnet.kit.vault import Vault, new_key_file, read_vault
from buurtnet.local.postgres import Cluster
from buurtnet.local.valkey import Valkey
from buurtnet.settings import Settings
from tests.committed import Committed
from tests.made import Made
from tests.stage import Stage, open_stage

set_up_logs(logging.ERROR)
hypothesis.settings.register_profile("buurtnet", deadline=None)  # How long something takes is a matter of benchmarks.
hypothesis.settings.load_profile("buurtnet")


AROUND = "select current_setting('role') as role, coalesce(current_setting('app.viewer', true), '') as viewer"


class Bound(Database):
    """A Database over one open connection, each transaction a savepoint in one role: what tests do is rolled back as a whole."""

    def __init__(self, connection: Db, role: str) -> None:
        self._connection, self._role = connection, role

    def glance(self) -> AbstractAsyncContextManager[Db]:
        return self.bare(readonly=True)

    @asynccontextmanager
    async def bare(self, *, readonly: bool = False) -> AsyncGenerator[Db]:
        reads = "; set local transaction_read_only = on" if readonly else ""
        before = None if readonly else await self._connection.fetchrow(AROUND)
        await self._connection.execute(f"savepoint bound; set local role {self._role}; select set_config('app.viewer', '', true){reads}")
        kept = False
        try:
            yield self._connection
            kept = not readonly
        except asyncpg.PostgresError as error:
            raise translate(error) from error
        finally:
            after = "rollback to bound; release bound"  # and with it role and viewer
            if kept and before:
                after = f"release bound; set local role {before['role']}; select set_config('app.viewer', '{before['viewer']}', true)"
            await self._connection.execute(after)


LONGEST_FIRST = (
    "tests/browser/test_pages.py",
    "tests/test_access.py",
    "tests/local/test_run.py",
    "tests/browser/test_languages.py",
    "tests/browser/",
    "tests/test_",
    "tests/local/",
    "tests/matching/",
    "tests/network/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that at the end no process waits for another."""
    items.sort(
        key=lambda item: next((turn for turn, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start)), len(LONGEST_FIRST))
    )


def pytest_collection_finish() -> None:
    """What has been imported and collected stays to the end: not to look through it for garbage spares an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session")
def home() -> Generator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="buurtnet-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cluster(home: Path) -> Generator[Cluster]:
    cluster = Cluster(home / "cluster", durable=False)
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def valkey(home: Path) -> Generator[Valkey]:
    valkey = Valkey(home / "valkey")
    valkey.start()
    yield valkey
    valkey.stop()


@pytest.fixture(scope="session")
async def template(cluster: Cluster) -> str:
    """The name of a migrated database with the themes, the rules and the schematic sample neighbourhoods."""
    from buurtnet.geography.actions import import_sample
    from buurtnet.local.migrate import migrate
    from buurtnet.referrals.actions import load_lists
    from buurtnet.screening.actions import load_rules
    from buurtnet.themes.actions import load_themes

    migrate(cluster.url("owner"))
    connection = await asyncpg.connect(cluster.url("owner"))
    await _set_up(connection)
    async with connection.transaction():
        await load_themes(connection)
        await load_rules(connection)
        await load_lists(connection)
        await import_sample(connection)
    await connection.execute("analyze")
    await connection.close()
    return "buurtnet"


@pytest.fixture(scope="session")
def settings(home: Path, cluster: Cluster, valkey: Valkey) -> Settings:
    keys = home / "keys"
    new_key_file(keys)
    inbox = home / "inbox.jsonl"
    return Settings(
        database_url=cluster.url("web"),
        worker_url=cluster.url("worker"),
        owner_url=cluster.url("owner"),
        redis_url=valkey.url,
        mail_url=f"inbox:{inbox}",
        sms_url=f"inbox:{inbox}",
        keys=str(keys),
        ledger=str(home / "erased"),
        home=str(home),
    )


@pytest.fixture(scope="session")
def vault(settings: Settings) -> Vault:
    return read_vault(settings.keys)


@pytest.fixture(scope="session")
async def superuser(template: str, cluster: Cluster) -> AsyncGenerator[asyncpg.Pool]:
    """One connection that tests have in turn, so that what it has read of the catalogue serves the next; to a copy, for a template has no guests."""
    url = cluster.url("superuser", cluster.create_database("in_turn", template=template))
    async with asyncpg.create_pool(url, min_size=1, max_size=1, init=_set_up) as pool:
        yield pool


@pytest.fixture
async def connection(superuser: asyncpg.Pool) -> AsyncGenerator[Db]:
    """A superuser's connection in a transaction that is rolled back: `db` and `client` work inside it in the roles of web and worker."""
    async with superuser.acquire() as connection:
        outer = connection.transaction()
        await outer.start()
        yield connection
        await outer.rollback()


@pytest.fixture
async def db(connection: Db) -> Db:
    """The test's transaction in the role of the web processes."""
    await connection.execute("set local role buurtnet_web")
    return connection


@pytest.fixture
def database(connection: Db) -> Database:
    """The same transaction as a Database of the web role."""
    return Bound(connection, "buurtnet_web")


@pytest.fixture
def worker_database(connection: Db) -> Database:
    """The same transaction as a Database of the worker role: for `outbox.deliver` and crons."""
    return Bound(connection, "buurtnet_worker")


@pytest.fixture
async def made(connection: Db, vault: Vault) -> Made:
    """Makes organisations, people, staff, posts and sessions in the test's transaction, past all checks."""
    return Made(connection, vault)


@pytest.fixture
async def limits(settings: Settings) -> AsyncGenerator[Limits]:
    limits = Limits(settings.redis_url)
    await limits._redis.flushdb()
    yield limits
    await limits.close()


@pytest.fixture(scope="session")
def shared_app(settings: Settings) -> Litestar:
    from buurtnet.app import create_app

    app = create_app(settings)
    app.debug = True  # A failure prints its traceback; what people see stays the same.
    return app


@pytest.fixture(scope="module")
async def stage(
    cluster: Cluster, template: str, shared_app: Litestar, settings: Settings, vault: Vault, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Stage]:
    """A neighbourhood full of people, for tests that try every route."""
    async with open_stage(cluster, template, shared_app, settings, vault) as made:
        made.together = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else None
        yield made


@pytest.fixture
async def app(shared_app: Litestar, database: Database, limits: Limits, settings: Settings) -> AsyncGenerator[Litestar]:
    """The application over the test's transaction."""
    queue = Queue(settings.redis_url)
    shared_app.state.update(database=database, replica=database, limits=limits, queue=queue, news=News(settings.redis_url))
    yield shared_app
    await queue.close()


@pytest.fixture
async def client(app: Litestar) -> AsyncGenerator[httpx.AsyncClient]:
    """A visitor's browser; `made.sign_in(client, person)` gives it a session."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://127.0.0.1:8000", headers={"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
    ) as client:
        yield client


@pytest.fixture(scope="session")
async def restored(cluster: Cluster) -> AsyncGenerator[list[Committed]]:
    """The databases that are as they were when they were made, for the next who needs one."""
    free: list[Committed] = []
    yield free
    for one in free:
        await one.drop()


@pytest.fixture
async def committed(template: str, cluster: Cluster, restored: list[Committed]) -> AsyncGenerator[Committed]:
    """A database of its own for a test that needs real commits."""
    if restored:
        made = restored.pop()
    else:
        made = Committed(cluster, template)
        await made.open()
    yield made
    if await made.restore():
        restored.append(made)
    else:
        await made.drop()
