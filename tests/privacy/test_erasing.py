"""Nothing is left of somebody who asked to be forgotten."""

from pathlib import Path
from uuid import UUID

import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.limits import Limits
from buurtnet.kit.mail import forget_letters
from buurtnet.kit.vault import Vault
from buurtnet.privacy import jobs
from buurtnet.privacy.queries.schema import list_tables
from buurtnet.privacy.rules import tags
from buurtnet.settings import Settings
from tests.made import Made
from tests.privacy.planted import Planted, list_corners, list_files, list_keys


def test_the_tables_leave_nothing_unsaid() -> None:
    assert tags.find_faults(list_tables()) == []


async def as_superuser(db: Db) -> None:
    await db.execute("set local role none")


async def test_a_canary_in_every_column_is_gone_everywhere(
    connection: Db, made: Made, vault: Vault, settings: Settings, limits: Limits, worker_database: Database, home: Path
) -> None:
    planted = Planted(made, vault, "een")
    await planted.plant(await made.person("Buurvrouw"))
    tables = list_tables()
    words = {(table.name, column.name) for table in tables for column in tags.list_tagged(table, "personal") if column.type.python_type in (str, bytes)}
    assert len(planted.words) > 15 and words - set(planted.words) <= {("preference", "pace"), ("choice", "topic")}
    await as_superuser(connection)
    corners = await list_corners(connection, vault)
    missed = [key for key, word in planted.words.items() if not any(word in text for _name, text in corners)]
    assert missed == [], "planted and not found again"
    async with worker_database.transaction() as db:
        assert await jobs._erase(db, settings, vault, planted.person, (forget_letters,))
    await as_superuser(connection)
    corners = await list_corners(connection, vault)
    traces = ("kanarieeen", str(planted.person), planted.person.hex, vault.blind("sign-in", planted.address).hex())
    assert [(name, text[:300]) for name, text in corners if any(trace in text for trace in traces)] == []
