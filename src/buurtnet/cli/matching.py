"""Matching: a round over everything or an area, here and now."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from buurtnet.cli.reaching import HOME, refuse_missing
from buurtnet.local.refusals import Refused
from buurtnet.settings import Settings

PATIENCE = 0.5
"""Seconds between two looks at what workers do of the round meanwhile."""
COLUMNS = f"{'theme':<28}{'needs':>9}{'offers':>9}{'pairs':>12}{'reached':>9}{'s':>8}{'MiB':>7}"


@click.group()
def matching() -> None:
    """Matching: who helps whom."""


@matching.command("round")
@click.option("--area", "named", help="Only the needs of this area, by id or name; the offers of everybody count.")
@click.option("--dry-run", is_flag=True, help="Ask nobody; say what would change and why.")
@HOME
def make_round(named: str | None, *, dry_run: bool, home: Path | None) -> None:
    """Look for the best matches over all open needs and offers, and ask the helpers.

    Works here and now, with the help of the workers that run; none has to. Theme after theme; what somebody answers meanwhile holds.
    """
    from buurtnet.local.serve import home_of, open_home

    with open_home(home_of(home)) as settings:
        refuse_missing(settings, "worker_url")
        asyncio.run(_make_round(settings, named, dry_run=dry_run))


async def _make_round(settings: Settings, named: str | None, *, dry_run: bool) -> None:
    from buurtnet.kit.clock import now
    from buurtnet.kit.db import Database
    from buurtnet.matching.actions.rounds import RoundRuns, open_round

    database = Database(settings.worker_url, size=3, name="buurtnet command")
    await database.open()
    try:
        began = time.monotonic()
        try:
            async with database.transaction() as db:
                area_id = await _find_area(db, named) if named else None
                round_id = await open_round(db, area_id, origin="command", dry_run=dry_run, at=now())
        except RoundRuns:
            raise Refused("Such a round runs already; it is the workers' until it is over.") from None
        await _follow(database, settings, round_id)
        click.echo(f"{time.monotonic() - began:.1f} s")
        await _tell_result(database, round_id, dry_run=dry_run)
    finally:
        await database.close()


async def _find_area(db: Any, named: str) -> UUID:
    from buurtnet.matching.queries.rounds import find_areas

    found = await find_areas(db, named)
    if len(found) != 1:
        raise Refused(f'{"No area is" if not found else "Several areas are"} called "{named}".')
    return found[0]


async def _follow(database: Any, settings: Settings, round_id: UUID) -> None:
    """Does the round's parts, and tells of each that is over, whoever did it, until all are."""
    from buurtnet.kit.apart import Apart
    from buurtnet.matching.jobs import do_parts
    from buurtnet.matching.queries.rounds import count_left

    told: set[UUID] = set()
    async with Apart(most_mib=settings.round_mib) as apart:
        while True:
            work = asyncio.create_task(do_parts(database, apart, round_id=round_id))
            try:
                while not work.done():
                    await asyncio.wait({work}, timeout=PATIENCE)
                    await _tell_parts(database, round_id, told)
            finally:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work
            async with database.transaction(readonly=True) as db:
                if not await count_left(db, round_id):
                    return
            await asyncio.sleep(PATIENCE)


async def _tell_parts(database: Any, round_id: UUID, told: set[UUID]) -> None:
    from buurtnet.matching.queries.rounds import list_parts

    async with database.transaction(readonly=True) as db:
        found = await list_parts(db, round_id)
    for part in (part for part in found if part.id not in told):
        if not told:
            click.echo(COLUMNS)
        told.add(part.id)
        if part.problem:
            click.echo(f"{part.theme[:27]:<28}left out: {part.problem}")
        else:
            figures = f"{part.needs:>9,}{part.offers:>9,}{part.pairs:>12,}{part.chosen:>9,}{part.seconds:>8.1f}{part.peak_mib:>7,}"
            click.echo(f"{part.theme[:27]:<28}{figures}")


async def _tell_result(database: Any, round_id: UUID, *, dry_run: bool) -> None:
    from buurtnet.matching.queries.rounds import list_all_counts, list_pairs, list_parts
    from buurtnet.web.language import speaking

    with speaking("en"):
        async with database.transaction(readonly=True) as db:
            parts = await list_parts(db, round_id)
            counts = await list_all_counts(db, round_id)
            pairs = await list_pairs(db, round_id) if dry_run else []
    chosen, asked = sum(part.chosen for part in parts), sum(part.asked for part in parts)
    click.echo(
        f"{chosen:,} needs would get a question." if dry_run else f"{asked:,} of {chosen:,} questions asked, or with a worker first."
    )
    click.echo(_tell_rest(counts))
    if dry_run:
        _tell_counts(counts)
        for pair in pairs:
            click.echo(f"{pair.need_id}  {pair.offer_id}  {pair.score:.3f}")
    if any(part.problem for part in parts):
        raise Refused("Some themes were left out; the log says why. More memory: BUURTNET_ROUND_MEMORY (docs/deploying.md).")


def _tell_rest(counts: Sequence[Any]) -> str:
    """How many needs stay without a question, and why; and how many were too many for the memory, where any were."""
    sums: Counter[str] = Counter()
    for one in counts:
        sums[one.outcome] += one.needs
    without = {outcome: sums[outcome] for outcome in ("taken", "full", "unfit", "nobody") if sums[outcome]}
    why = ", ".join(f"{outcome} {count:,}" for outcome, count in without.items())
    told = f"{sum(without.values()):,} stay without{f': {why}' if why else ''}."
    later = sums["later"]
    return f"{told}\n{later:,} wait for the next round: BUURTNET_ROUND_MEMORY held no more (docs/deploying.md)." if later else told


def _tell_counts(counts: Sequence[Any]) -> None:
    for one in counts:
        click.echo(f"{one.neighbourhood[:30]:<32}{one.theme[:30]:<32}{one.outcome:<8}{one.needs:>7,}")


COMMANDS = (matching,)
