"""`buurtnet erased reapply` on a database that a backup brought back."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import asyncpg
import msgspec
import pytest
from click.testing import CliRunner, Result
from tests.cli.test_commands import refused
from tests.committed import Committed
from tests.made import Made

from buurtnet.cli import commands
from buurtnet.kit.clock import now
from buurtnet.kit.db import _set_up
from buurtnet.kit.vault import Vault
from buurtnet.privacy.actions.ledger import hash_person, write_ledger
from buurtnet.settings import Settings, settings_environment


@pytest.fixture
async def made(committed: Committed, vault: Vault) -> AsyncGenerator[Made]:
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    yield Made(connection, vault)
    await connection.close()


@pytest.fixture
def reapply(committed: Committed, cluster_settings: Callable[[str], Settings], tmp_path: Path) -> Callable[[], Awaitable[Result]]:
    settings = msgspec.structs.replace(cluster_settings(committed.name), ledger=str(tmp_path / "erased"))
    return lambda: asyncio.to_thread(CliRunner().invoke, commands, ["erased", "reapply"], env=settings_environment(settings))


async def test_who_came_back_with_a_backup_is_forgotten_again(made: Made, reapply: Callable, vault: Vault, tmp_path: Path) -> None:
    gone, stays = await made.person("Amina"), await made.person("Hassan")
    write_ledger(tmp_path / "erased", {hash_person(vault, gone)}, now())
    assert (await reapply()).output == "1 forgotten again.\n"
    assert await made.db.fetchval("select array_agg(id) from person where given_name in ('Amina', 'Hassan')") == [stays]
    assert (await reapply()).output == "0 forgotten again.\n"


async def test_a_ledger_that_cannot_be_read_is_said_in_one_line(made: Made, reapply: Callable, tmp_path: Path) -> None:
    (tmp_path / "erased").mkdir()
    assert f"The list of erased persons {tmp_path / 'erased'} cannot be read" in refused(await reapply())
