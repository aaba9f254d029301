"""How long an import takes: the real boundaries of Flanders and Brussels into an empty database, then again over themselves."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from buurtnet.geography.actions import import_geography, import_sample
from buurtnet.geography.schemas import ImportReport
from buurtnet.kit.db import Database
from buurtnet.local.migrate import migrate
from buurtnet.local.postgres import Cluster

REAL = Path(__file__).parents[3] / "shared" / "geo" / "wijken-2025" / "ggw7.shp"
ROUNDS = 3


def run(*, quick: bool = False) -> Iterator[dict[str, object]]:
    """A line for each case: the sample, the real file into an empty database, the real file over itself. Seconds are medians."""
    with tempfile.TemporaryDirectory(prefix="buurtnet-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "cluster")
        cluster.start()
        try:
            migrate(cluster.url("owner"))
            cluster.create_database("empty", template="buurtnet")
            rounds = 1 if quick else ROUNDS
            yield _line("sample", [asyncio.run(_measure(cluster.url("worker"), sample=True)) for _ in range(rounds)])
            if REAL.is_file():
                names = [cluster.create_database(f"round_{n}", template="empty") for n in range(rounds)]
                yield _line("wijken-2025", [asyncio.run(_measure(cluster.url("worker", name))) for name in names])
                yield _line("wijken-2025 again", [asyncio.run(_measure(cluster.url("worker", name))) for name in names])
        finally:
            cluster.stop()


async def _measure(url: str, *, sample: bool = False) -> tuple[float, ImportReport]:
    """The seconds from the file to the commit."""
    database = Database(url, size=1)
    await database.open()
    began = time.perf_counter()
    async with database.transaction() as db:
        report = await (import_sample(db) if sample else import_geography(db, REAL, "wijken-2025"))
    seconds = time.perf_counter() - began
    await database.close()
    return seconds, report


def _line(case: str, measured: list[tuple[float, ImportReport]]) -> dict[str, object]:
    seconds, report = sorted(measured, key=lambda one: one[0])[len(measured) // 2]
    return {
        "bench": "import",
        "case": case,
        "seconds": round(seconds, 3),
        "neighbourhoods": report.neighbourhoods,
        "municipalities": report.municipalities,
        "pairs": report.pairs,
    }
