"""The commands as a terminal calls them, in this process, with the settings of a database of the test's own."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest
from click.testing import CliRunner, Result
from tests.committed import Committed

from buurtnet.cli import commands
from buurtnet.settings import Settings, settings_environment

Call = Callable[..., Awaitable[Result]]


@pytest.fixture
def call(committed: Committed, cluster_settings: Callable[[str], Settings]) -> Call:
    """Calls a command with its words; what it refuses is the result's exception."""
    environment = settings_environment(cluster_settings(committed.name))

    async def do(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, commands, list(words), env=environment)

    return do


@pytest.fixture
def cluster_settings(settings: Settings) -> Callable[[str], Settings]:
    """The settings that reach a database by its name."""

    def reach(name: str) -> Settings:
        def at(url: str) -> str:
            return url.replace("/buurtnet?", f"/{name}?")

        return msgspec.structs.replace(settings, database_url=at(settings.database_url), worker_url=at(settings.worker_url), owner_url="")

    return reach
