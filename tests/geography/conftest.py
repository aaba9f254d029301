"""Importing runs in the role of the worker."""

from pathlib import Path

import pytest

from buurtnet.kit.db import Db

REAL = Path(__file__).parents[3] / "shared" / "geo" / "wijken-2025" / "ggw7.shp"


@pytest.fixture
async def places(connection: Db) -> Db:
    """The test's transaction in the role of the worker."""
    await connection.execute("set local role buurtnet_worker")
    return connection


@pytest.fixture
def real_file() -> Path:
    """The wijken of Flanders and Brussels, which stand beside the project and are never copied into it."""
    if not REAL.is_file():
        pytest.skip(f"the official boundaries are not here ({REAL})")
    return REAL
