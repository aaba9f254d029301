"""The command to which a mail server pipes what comes back."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from click.testing import CliRunner
from tests.committed import Committed
from tests.made import Made
from tests.notices.test_returned import report

from buurtnet.cli import commands
from buurtnet.kit.db import _set_up
from buurtnet.kit.vault import Vault
from buurtnet.notices.rules.marks import bounce_mark
from buurtnet.settings import Settings, settings_environment


@pytest.mark.parametrize("named", [False, True])
async def test_a_letter_that_came_back_is_read_from_the_pipe(
    committed: Committed, cluster_settings: Callable[[str], Settings], vault: Vault, named: bool
) -> None:
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    made = Made(connection, vault)
    contact = await made.contact(await made.person("Amina"), "amina@example.org")
    environment, address = settings_environment(cluster_settings(committed.name)), f"terug+{bounce_mark(vault, contact)}@example.org"

    async def pipe(letter: bytes, *words: str) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, commands, ["notices", "bounce", *words], input=letter, env=environment)
        assert result.exit_code == 0, "whoever pipes everything here gets nothing back from us"
        return result.output

    assert "nothing was done" in await pipe(b"Buy this!")
    assert "nothing was done" in await pipe(report("terug@example.org"))
    assert not await connection.fetchval("select failing_since from contact")
    letter, words = (report("terug@example.org"), [address]) if named else (report(address), [])
    assert "Nobody is at the address any more" in await pipe(letter, *words)
    assert await connection.fetchval("select failing_since from contact")
    await connection.close()


def test_the_page_for_operators_shows_the_pipe() -> None:
    page = (Path(__file__).parents[2] / "docs" / "deploying.md").read_text()
    assert "notices bounce" in page and "bounces=" in page
