"""A Schaarbeek in which the network can be measured: crowded, small, empty and unpublished neighbourhoods."""

from collections.abc import Awaitable, Callable
from datetime import date

import pytest

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from tests.network.city import settle

ON = date(2026, 10, 31)
CROWDED = {"Brabantwijk": 60, "Collignon": 100, "Dailly": 150, "Josaphat": 130, "Helmet": 90, "Plasky": 70}
SMALL = {"Noordwijk": 6, "Tervurense Poort": 8}
EMPTY = "Terdelt"


@pytest.fixture
async def hood(connection: Db) -> dict[str, int]:
    """Ids of the sample neighbourhoods by Dutch name."""
    return {row["name"]: row["id"] for row in await connection.fetch("select names->>'nl' as name, id from neighbourhood")}


@pytest.fixture
async def people(connection: Db, hood: dict[str, int]) -> dict[int, list]:
    """The residents by neighbourhood."""
    return await settle(connection, {hood[name]: many for name, many in (CROWDED | SMALL).items()}, on=ON, degree=3)


@pytest.fixture
async def publish(connection: Db) -> Callable[..., Awaitable[None]]:
    """Has an area of some neighbourhoods decided to show its map."""

    async def decide(neighbourhoods: list[int], **values: object) -> None:
        organisation = await connection.fetchval("select id from organisation limit 1")
        role = await connection.fetchval("select current_setting('role')")
        await connection.execute("set local role none")
        await connection.execute(
            "insert into area (id, organisation_id, names, neighbourhoods, map_published_on, decided_how) values ($1, $2, $3, $4, $5, $6)",
            new_id(),
            organisation,
            {"nl": "1030"},
            neighbourhoods,
            date(2026, 9, 3),
            "Vergadering van 12 bewoners",
        )
        await connection.execute(f"set local role {role}")

    return decide
