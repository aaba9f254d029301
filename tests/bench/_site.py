"""What benchmarks of pages stand on: an installation that runs with the small sample, the stage of the tests, and a browser."""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import NamedTuple

from tests.browser.screens import showing
from tests.stage import Stage, open_stage

from buurtnet.app import create_app
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database
from buurtnet.kit.sessions import cookie_name
from buurtnet.kit.vault import new_key_file, read_vault
from buurtnet.local.migrate import migrate
from buurtnet.local.ports import hold_port
from buurtnet.local.postgres import Cluster
from buurtnet.local.reference import load_reference, load_sample_map
from buurtnet.local.serve import embedded, reached_at
from buurtnet.local.supervise import serving
from buurtnet.local.valkey import Valkey
from buurtnet.people.actions import open_session
from buurtnet.sample.small import plant_small
from buurtnet.settings import Settings, read_settings

ASKED = """
select m.id, m.helper_id from match m join person p on p.id = m.helper_id
 where m.state = 'asked' and p.managed_by is null and not p.discreet order by m.id limit 1
"""


class Question(NamedTuple):
    """A question that waits, and the cookie of the helper who is asked."""

    path: str
    cookie: str
    token: str


@contextlib.contextmanager
def running_sample() -> Generator[Settings]:
    """A throw-away installation of processes with the small sample; what it says goes to the error output, what is measured on it does not."""
    with contextlib.ExitStack() as stack:
        with contextlib.redirect_stdout(sys.stderr):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="buurtnet-bench-")))
            folder.chmod(0o755)
            held = hold_port(None)
            port = held.getsockname()[1]
            here = stack.enter_context(embedded(folder / "home", reached_at(port, read_settings()), durable=False))
            plant_small(here.settings)
            stack.enter_context(serving(here.settings, held))
        try:
            yield here.settings
        finally:
            with contextlib.redirect_stdout(sys.stderr):
                stack.close()


async def find_question(settings: Settings) -> Question:
    """A question of the sample, and a session of the helper."""
    database = Database(settings.worker_url, size=1)
    await database.open()
    try:
        async with database.transaction() as db:
            row = await db.fetchrow(ASKED)
            assert row is not None
            session = await open_session(db, row["helper_id"], stay=True, at=now())
    finally:
        await database.close()
    return Question(f"/matches/{row['id']}", cookie_name(settings.secure), session.token)


@contextlib.asynccontextmanager
async def shown_stage() -> AsyncGenerator[tuple[Stage, str]]:
    """The stage of the tests in a throw-away home, and the address at which its pages are shown."""
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="buurtnet-bench-")))
        home.chmod(0o755)
        cluster, valkey = Cluster(home / "cluster", durable=False), Valkey(home / "valkey")
        for part in (cluster, valkey):
            part.start()
            stack.callback(part.stop)
        await asyncio.to_thread(_furnish, cluster)
        new_key_file(home / "keys")
        urls = {"database_url": cluster.url("web"), "worker_url": cluster.url("worker"), "redis_url": valkey.url}
        settings = Settings(
            keys=str(home / "keys"), mail_url=f"inbox:{home / 'inbox'}", sms_url=f"inbox:{home / 'inbox'}", home=str(home), **urls
        )
        async with open_stage(cluster, "buurtnet", create_app(settings), settings, read_vault(settings.keys)) as made, showing(made) as url:
            yield made, url


def _furnish(cluster: Cluster) -> None:
    migrate(cluster.url("owner"))
    load_reference(cluster.url("owner"))
    load_sample_map(cluster.url("worker"))
