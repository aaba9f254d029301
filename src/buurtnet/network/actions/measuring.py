"""Making snapshots."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date, datetime
from importlib import import_module
from time import perf_counter
from uuid import UUID

from buurtnet.kit import clock
from buurtnet.kit.db import Database, Db, be_patient
from buurtnet.kit.ids import new_id
from buurtnet.kit.locks import Lock, hold
from buurtnet.network.queries import shown
from buurtnet.network.queries.arrays import Source
from buurtnet.network.queries.traces import list_traces, month_number
from buurtnet.network.rules.classes import quantile_breaks
from buurtnet.network.rules.flows import WINDOW, Stream, find_streams
from buurtnet.network.rules.history import Month, held_windows, list_month_ends, window_start
from buurtnet.network.rules.measures_window import cut_ties
from buurtnet.network.rules.protection import Windows
from buurtnet.network.rules.snapshot import measure_windows
from buurtnet.network.rules.snapshot_rows import Frozen, draft_rows, freeze_rows, shown_values
from buurtnet.network.schemas import ABOUT, WINDOWS, AreaKind, Measure, Row

Say = Callable[[str], None]
"""Hears how far it is."""
FORGET_DRAFT = "delete from snapshot where kind = 'draft'"
ADD_SNAPSHOT = """
insert into snapshot (id, kind, as_of, places_on, made_at, seconds, published_at)
values ($1, $2::text, $3::date, $4::date, $5::timestamptz, $6, case when $2::text = 'month' then $5::timestamptz end)
"""
MOVED = "select exists (select from neighbourhood where valid_to > $1::date)"
ADD_AREAS = """
insert into snapshot_area (snapshot_id, number, area_id, organisation_id, names, neighbourhoods)
select $1, n.number, r.id, r.organisation_id, r.names, r.neighbourhoods from unnest($2::uuid[], $3::int[]) n (id, number) join area r on r.id = n.id
"""
COLUMNS = ("snapshot_id", "area_kind", "area_id", "window_months", "measure", "value", "n", "low", "high", "mark")


def _nobody(step: str) -> None:
    """Says it to nobody."""


async def draft_measures(db: Db, *, on: date, say: Say = _nobody) -> UUID:
    """Makes the facilitators' draft anew, through the day `on`, and gives its id; the one before it goes."""
    await be_patient(db)
    await hold(db, Lock.MEASURES)
    began, at = perf_counter(), clock.now()
    source, windows, _ = await _measure(db, on, WINDOWS, say, flowing=False)
    rows = await asyncio.to_thread(lambda: list(draft_rows(source.places, source.areas, windows)))
    await db.execute(FORGET_DRAFT)
    return await _store(db, "draft", source, rows, at=at, began=began)


async def freeze_month(db: Db, *, on: date, windows: Sequence[int] = WINDOWS, say: Say = _nobody) -> UUID:
    """Publishes the figures through the day `on` as those of its month, suppressed as everybody may see them; gives the snapshot's id.

    Only areas that decided to publish their map have figures in it. A month that is frozen stays as it is: its id comes back.
    """
    await be_patient(db)
    await hold(db, Lock.MEASURES)
    if (frozen := await shown.find_published(db, on.replace(day=1))) is not None:
        return frozen.id
    began, at = perf_counter(), clock.now()
    source, measured, streams = await _measure(db, on, windows, say, flowing=True)
    past = await list_traces(db, on)
    say("suppressing small numbers")
    frozen_now = await asyncio.to_thread(
        freeze_rows, source.places, source.areas, measured, month=month_number(on), past=past, streams=streams
    )
    identity = await _store(db, "month", source, frozen_now.rows, at=at, began=began)
    await _store_protection(db, identity, frozen_now)
    await _freeze_breaks(db, identity, on, frozen_now.rows)
    return identity


FIRST_DAY = "select least((select min(created_at)::date from post), (select min(first_on) from tie))"
FORGOTTEN = "select exists (select from post_count)"


async def backfill_months(database: Database, *, months: int, kept_from: date, say: Say = _nobody) -> list[Month]:
    """Freezes the months before today that are not frozen yet, the oldest first, each in a transaction of its own; tells what became of each.

    A month that is broken off leaves nothing and is made when this is done again. A window of which something may have been forgotten (it began before
    `kept_from`, and posts were forgotten) has no figures; a month without any window, or before anything happened, is left out.
    """
    done: list[Month] = []
    for on in list_month_ends(clock.now().date(), months):
        began = perf_counter()
        async with database.transaction() as db:
            first_day = await db.fetchval(FIRST_DAY)
            windows = held_windows(on, kept_from if await db.fetchval(FORGOTTEN) else None)
            if first_day is None or on < first_day:
                state = "nothing"
            elif await shown.find_published(db, on.replace(day=1)) is not None:
                state = "frozen"
            elif not windows:
                state = "forgotten"
            else:
                state = "made"
                await freeze_month(db, on=on, windows=windows, say=lambda step, on=on: say(f"{on:%Y-%m}  {step}"))
        done.append(Month(on, state, windows, perf_counter() - began))
        say(done[-1].tell())
    return done


async def _measure(db: Db, on: date, windows: Sequence[int], say: Say, *, flowing: bool) -> tuple[Source, Windows, Sequence[Stream]]:
    """What was read, everything that was measured from it, and where it is asked what flows between neighbourhoods."""
    source = Source(db, on, clock.now().date() if await db.fetchval(MOVED, on) else on)
    say("reading people, ties and offers")
    # What decides what may be told takes SciPy a second to load: it comes while the database tells.
    loading = asyncio.create_task(asyncio.to_thread(import_module, "buurtnet.network.rules.programs"))
    helds = await source.read({window: window_start(on, window) for window in windows})
    await loading
    many = len(next(iter(helds.values())).ties.a)
    say(f"measuring {' and '.join(map(str, windows))} months of {len(source.home):,} people and {many:,} ties")
    found = await asyncio.to_thread(measure_windows, helds)
    streams: Sequence[Stream] = []
    if flowing and (year := helds.get(WINDOW)):
        cut = await asyncio.to_thread(cut_ties, year.ties, year.helps, year.since, year.until)
        streams = await asyncio.to_thread(find_streams, cut, source.home)
    return source, found, streams


async def _store(db: Db, kind: str, source: Source, rows: Sequence[Row], *, at: datetime, began: float) -> UUID:
    """Writes a snapshot of what stood in the database at `at`."""
    identity = new_id()
    await db.execute(ADD_SNAPSHOT, identity, kind, source.until, source.places_on, at, perf_counter() - began)
    told = [one for one in source.named if kind == "draft" or one.published]
    await db.execute(ADD_AREAS, identity, [one.area_id for one in told], [one.number for one in told])
    records = (
        (
            identity,
            row.area_kind.value,
            row.area_id,
            row.window_months,
            row.measure.value,
            row.value,
            row.n,
            row.low,
            row.high,
            row.mark.value,
        )
        for row in rows
    )
    await db.copy_records_to_table("network_measure", columns=list(COLUMNS), records=records)
    return identity


ADD_TRACE = (
    "insert into network_cover (snapshot_id, window_months, cell, turn, area_ids, amounts, told) values ($1, $2, $3, $4, $5, $6, $7)"
)
"""COPY does not pass row-level security."""


async def _store_protection(db: Db, snapshot_id: UUID, frozen: Frozen) -> None:
    """Writes what flows between neighbourhoods, and what the months to come have to agree with."""
    flows = [(snapshot_id, flow.window_months, flow.from_id, flow.to_id, flow.helps, flow.people) for flow in frozen.flows]
    await db.copy_records_to_table(
        "network_flow", columns=["snapshot_id", "window_months", "from_id", "to_id", "helps", "people"], records=flows
    )
    traces = [
        (snapshot_id, trace.window, trace.cell, trace.turn, trace.ids.tolist(), trace.amounts.tolist(), trace.told.astype(int).tolist())
        for trace in frozen.traces
    ]
    await db.executemany(ADD_TRACE, traces)


FREEZE_BREAKS = """
insert into class_break (area_kind, window_months, measure, year, breaks, snapshot_id) values ($1, $2, $3, $4, $5, $6) on conflict do nothing
"""


async def _freeze_breaks(db: Db, snapshot_id: UUID, on: date, rows: Sequence[Row]) -> None:
    """Keeps the classes of the year's first month in which they can be told apart."""
    for kind in AreaKind:
        for window in WINDOWS:
            for measure in Measure:
                breaks = quantile_breaks(shown_values(rows, measure, kind, window), ABOUT[measure].step)
                if breaks is not None:
                    await db.execute(FREEZE_BREAKS, kind.value, window, measure.value, on.year, breaks, snapshot_id)
