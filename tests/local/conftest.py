"""Homes that the account of PostgreSQL may enter, which pytest's own temporary folders do not let it."""

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest


@pytest.fixture
def fresh_home() -> Generator[Path]:
    """A folder that does not exist yet, and is gone afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="buurtnet-local-"))
    parent.chmod(0o711)
    yield parent / "home"
    shutil.rmtree(parent, ignore_errors=True)
