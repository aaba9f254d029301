"""A published October of the sample town, every mark in it, beside a draft whose figures nobody may ever get."""

import gzip
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import numpy as np
import pytest

from buurtnet.downloads.actions.making import write_files
from buurtnet.downloads.queries import read_edition
from buurtnet.downloads.schemas import Edition, Made
from buurtnet.kit.db import Db, _set_up
from buurtnet.kit.ids import new_id
from buurtnet.local.postgres import Cluster
from buurtnet.network.schemas import ABOUT, WINDOWS, Mark, Measure

ON = date(2026, 10, 31)
ADDRESS = "https://buurtnet.example"
SECRET = 777.777
"""A value of the draft, and of a suppressed figure."""
COLUMNS = ["snapshot_id", "area_kind", "area_id", "window_months", "measure", "value", "n", "low", "high", "mark"]
Key = tuple[str, int, str, int]
"""Kind of area, its number, measure and window."""
Told = tuple[str, float | None, int | None, float | None, float | None]
"""Mark, value, from how many, least and most."""


async def publish(db: Db, on: date = ON, *, kind: str = "month") -> UUID:
    """A snapshot with figures of all neighbourhoods but one, of the municipality and of an organisation's area; a draft has secret ones."""
    luck = np.random.default_rng(4)
    identity, made = new_id(), datetime(2026, 11, 1, 2, 10, tzinfo=UTC)
    published = made if kind == "month" else None
    insert = "insert into snapshot (id, kind, as_of, places_on, made_at, published_at) values ($1, $2, $3, $3, $4, $5)"
    await db.execute(insert, identity, kind, on, made, published)
    hoods = await db.fetch("select id, inhabited from neighbourhood order by code")
    area = "insert into snapshot_area (snapshot_id, number, area_id, organisation_id, names, neighbourhoods) values ($1, 4, $2, $3, $4, $5)"
    names = {"nl": "=Noord", "fr": "Nord"}
    await db.execute(area, identity, UUID(int=4), UUID(int=5), names, [hood["id"] for hood in hoods[:4]])
    silent = max(hood["id"] for hood in hoods if hood["inhabited"])
    areas = [("neighbourhood", hood["id"], hood["inhabited"], number) for number, hood in enumerate(hoods) if hood["id"] != silent]
    areas += [("municipality", await db.fetchval("select id from municipality"), True, 1), ("area", 4, True, 2)]
    rows = [
        (identity, area_kind, area_id, window, measure.value, *_figure(luck, measure, number, lived=lived, kind=kind))
        for area_kind, area_id, lived, number in areas
        for window in WINDOWS
        for measure in Measure
    ]
    await db.copy_records_to_table("network_measure", columns=COLUMNS, records=rows)
    flow = "insert into network_flow (snapshot_id, window_months, from_id, to_id, helps, people) values ($1, 12, $2, $3, $4, $5)"
    told = [(0, 1, 40, 20), (1, 0, 15, 10), (2, 3, 120, 35)] if kind == "month" else [(0, 3, round(SECRET), 7)]
    for one, other, helps, people in told:
        await db.execute(flow, identity, hoods[one]["id"], hoods[other]["id"], helps, people)
    return identity


def _figure(luck: np.random.Generator, measure: Measure, number: int, *, lived: bool, kind: str) -> tuple[object, ...]:
    if kind == "draft":
        return SECRET, 7, SECRET, SECRET, Mark.SHOWN.value
    if not lived or number % 5 == 0:
        return None, None, None, None, (Mark.INACTIVE if lived else Mark.UNINHABITED).value
    if (number + list(Measure).index(measure)) % 4 == 0:
        return SECRET, 7, SECRET, SECRET, Mark.SUPPRESSED.value
    about = ABOUT[measure]
    top = about.high if about.high is not None else 100 * about.step
    value = round(about.low + luck.random() * (top - about.low), about.digits)
    ends = (round(value - 0.01, 2), round(value + 0.01, 2)) if about.share else (None, None)
    return value, int(luck.integers(2, 40)) * 5, *ends, Mark.SHOWN.value


@pytest.fixture(scope="session")
async def october(template: str, cluster: Cluster) -> tuple[Edition, dict[Key, Told]]:
    """What the files of October are made of, and the published table as it stands in the database."""
    connection = await asyncpg.connect(cluster.url("superuser"))
    await _set_up(connection)
    outer = connection.transaction()
    await outer.start()
    await publish(connection, date(2026, 11, 20), kind="draft")
    edition = await read_edition(connection, identity := await publish(connection), ADDRESS)
    assert edition is not None
    table: dict[Key, Told] = {}
    for row in await connection.fetch("select * from network_measure where snapshot_id = $1", identity):
        told = tuple(row[name] for name in ("value", "n", "low", "high")) if row["mark"] == "shown" else (None,) * 4
        table[row["area_kind"], row["area_id"], row["measure"], row["window_months"]] = (row["mark"], *told)
    # At once, because a month exists only once: a test that publishes October would wait for this one.
    await outer.rollback()
    await connection.close()
    return edition, table


@pytest.fixture(scope="session")
def edition(october: tuple[Edition, dict[Key, Told]]) -> Edition:
    """Everything the files of October say."""
    return october[0]


@pytest.fixture(scope="session")
def table(october: tuple[Edition, dict[Key, Told]]) -> Mapping[Key, Told]:
    """The published figures; an area that did not publish is not in it."""
    return october[1]


@pytest.fixture(scope="session")
def made(edition: Edition) -> list[Made]:
    """The files as the process apart hands them over."""
    return write_files(edition)


@pytest.fixture(scope="session")
def folder(made: list[Made], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files as somebody has them who took them all."""
    here = tmp_path_factory.mktemp("downloads")
    for one in made:
        (here / one.name).write_bytes(gzip.decompress(one.packed))
    return here


def expect(table: Mapping[Key, Told], edition: Edition, kind: str, area_id: int, measure: Measure, window: int) -> Told:
    """What a file has to say of an area."""
    lived = {place.id: place.inhabited for layer in edition.layers if layer.kind.value == kind for place in layer.places}
    missing: Any = (("unpublished" if lived[area_id] else "uninhabited"), None, None, None, None)
    return table.get((kind, area_id, measure.value, window), missing)
