"""Moments at which people are awake, and rows that stay."""

from collections.abc import AsyncGenerator
from datetime import datetime, time, timedelta

import asyncpg
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import _set_up
from buurtnet.kit.vault import Vault
from buurtnet.web.language import ZONE
from tests.committed import Committed
from tests.made import Made


def noon(days: int = 1) -> datetime:
    """Noon, so many days from today: by then whatever is planned now is due, and nobody sleeps."""
    at = now()
    return datetime.combine(at.astimezone(ZONE).date() + timedelta(days=days), time(12), ZONE).astimezone(at.tzinfo)


@pytest.fixture
async def town(committed: Committed, vault: Vault) -> AsyncGenerator[Made]:
    """Makes rows that are committed at once."""
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    yield Made(connection, vault)
    await connection.close()
