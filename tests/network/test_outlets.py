"""Every way out for everybody, over a planted town: what is suppressed stands in none of them, even where the table held it."""

import json

import httpx
import pytest

from buurtnet.downloads.queries import read_edition
from buurtnet.kit.db import Db
from buurtnet.network.actions import measuring
from buurtnet.network.schemas import STEPS, WINDOWS, AreaKind, Measure
from tests.network.conftest import ON
from tests.network.mvt import read_tile

SECRET = 77123
"""A number that stands nowhere else."""


@pytest.fixture
async def planted(connection: Db, hood, people, publish) -> int:
    """A frozen month whose suppressed figures were not emptied, and a draft of secrets; gives how many there are."""
    await publish([one for name, one in hood.items() if name != "Plasky"])
    month = await measuring.freeze_month(connection, on=ON)
    await measuring.draft_measures(connection, on=ON)
    role = await connection.fetchval("select current_setting('role')")
    await connection.execute("set local role none")
    hidden = await connection.fetch(
        f"update network_measure set value = {SECRET}, n = {SECRET}, low = {SECRET}, high = {SECRET}"
        " where mark <> 'shown' or snapshot_id <> $1 returning 1",
        month,
    )
    await connection.execute(f"set local role {role}")
    return len(hidden)


async def test_what_is_suppressed_stands_in_no_outlet(client: httpx.AsyncClient, connection: Db, planted: int) -> None:
    assert planted > 100
    addresses = ["/tiles.json", "/map/style.json", "/map/downloads", "/api/v1/network/months", "/ogc", "/ogc/collections/measures"]
    for window in WINDOWS:
        addresses += [f"/map?measure={measure.value}&window={window}" for measure in Measure]
        addresses += [
            f"/api/v1/network/measures?measure={measure.value}&window={window}&area_kind={kind.value}"
            for measure in Measure
            for kind in AreaKind
        ]
        addresses += [f"/ogc/collections/measures/items?window={window}&limit=100&f={form}" for form in ("json", "html")]
    for address in addresses:
        answer = await client.get(address)
        assert answer.status_code == 200, address
        assert str(SECRET) not in answer.text, address
    edition = await read_edition(
        connection, await connection.fetchval("select id from snapshot where kind = 'month'"), "https://example.org"
    )
    assert edition and str(SECRET) not in repr(edition)
    assert all(edge < SECRET / STEPS for layer in edition.layers for breaks in layer.breaks.values() for edge in breaks)
    for window in WINDOWS:
        answer = await client.get(f"/tiles/11/1048/686.pbf?window={window}")
        found = read_tile(answer.content)
        assert found and str(SECRET) not in json.dumps(found, default=str)


async def test_what_months_leave_possible_is_for_the_worker_alone(connection: Db, planted: int) -> None:
    await connection.execute("set local role none")
    assert await connection.fetchval("select count(*) from network_cover") > 0
    await connection.execute("set local role buurtnet_web")
    assert await connection.fetchval("select count(*) from network_cover") == 0
