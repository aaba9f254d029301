"""Making snapshots, and deciding to publish."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import Literal
from uuid import UUID

from buurtnet.kit import clock, outbox
from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.network.events import DraftAsked
from buurtnet.network.queries import shown
from buurtnet.network.rules.classes import quantile_breaks
from buurtnet.network.schemas import ABOUT, WINDOWS, AreaKind, Measure, Row
from buurtnet.people.actions.staff import publish_map

PART = 20
"""Drafts take at most one part in so many of a worker's time: on a small installation each help is followed by one, on a large one they wait."""


class DecisionMissing(Invalid):
    """Nothing is published without a word on how it was decided."""

    text = N_("Please write who decided this, and when.")


LOCK = "select pg_advisory_xact_lock(20261123)"
FORGET_DRAFT = "delete from snapshot where kind = 'draft'"
ADD_SNAPSHOT = """
insert into snapshot (id, kind, as_of, made_at, seconds, published_at)
values ($1, $2::text, $3::date, $4::timestamptz, $5, case when $2::text = 'month' then $4::timestamptz end)
"""
COLUMNS = ("snapshot_id", "area_kind", "area_id", "window_months", "measure", "value", "n", "low", "high", "mark")


async def draft_measures(db: Db, *, on: date) -> UUID:
    """Makes the facilitators' draft anew, through the day `on`, and gives its id; the one before it goes."""
    await db.execute(LOCK)
    began, at = perf_counter(), clock.now()
    rows = await _measure(db, on, "draft_rows")
    await db.execute(FORGET_DRAFT)
    return await _store(db, "draft", on, rows, at=at, seconds=perf_counter() - began)


async def freeze_month(db: Db, *, on: date) -> UUID:
    """Publishes the figures through the day `on` as those of its month, suppressed as everybody may see them; gives the snapshot's id.

    Only neighbourhoods in an area that decided to publish its map have figures in it. A month that is frozen stays as it is: its id comes back.
    """
    await db.execute(LOCK)
    if (frozen := await shown.find_published(db, on.replace(day=1))) is not None:
        return frozen.id
    began, at = perf_counter(), clock.now()
    rows = await _measure(db, on, "month_rows")
    identity = await _store(db, "month", on, rows, at=at, seconds=perf_counter() - began)
    await _freeze_breaks(db, identity, on, rows)
    return identity


async def ask_draft(db: Db, *, at: datetime) -> None:
    """Sees to it that a draft is made that knows of everything until now: at once, or as soon as the worker's time allows."""
    last = await shown.find_draft(db)
    due = last.made_at + timedelta(seconds=PART * last.seconds) if last else at
    await outbox.record(db, DraftAsked(at), due_at=due if due > at else None)


async def publish_area(db: Db, viewer: Viewer, area_id: UUID, decided_how: str) -> None:
    """Records that residents and workers of an area decided to show its map to everybody; the next frozen month has it.

    NotFound for an area of another organisation, DecisionMissing without words on how it was decided.
    """
    how = " ".join(decided_how.split())
    if not 3 <= len(how) <= 600:
        raise DecisionMissing({"decided_how": DecisionMissing.text})
    if "coordinator" not in viewer.roles:
        raise NotFound
    await shown.get_area(db, viewer, area_id)
    await publish_map(db, area_id, on=clock.now().date(), decided_how=how)
    await record_audit(db, viewer, "map published", object_kind="area", object_id=area_id)


def window_start(on: date, months: int) -> date:
    """The first day of a window of so many months that ends with the day `on`."""
    after = on + timedelta(days=1)
    year, month = divmod(after.year * 12 + after.month - 1 - months, 12)
    for day in range(after.day, 27, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    return date(year, month + 1, min(after.day, 28))


async def _measure(db: Db, on: date, maker: Literal["draft_rows", "month_rows"]) -> list[Row]:
    from buurtnet.network.queries import arrays  # NumPy takes half a second to import, which a web process never needs.
    from buurtnet.network.rules import snapshot as rules

    def make_rows(held: rules.Held, window: int, since: date) -> list[Row]:
        areas, towns = rules.measure_window(held, arrays.day_number(since), arrays.day_number(on))
        return list((rules.draft_rows if maker == "draft_rows" else rules.month_rows)(held.places, window, areas, towns))

    source = arrays.Source(db, on)
    await source.read(window_start(on, max(WINDOWS)))
    rows: list[Row] = []
    for window in WINDOWS:
        since = window_start(on, window)
        held = await source.hold(since)
        rows += await asyncio.to_thread(make_rows, held, window, since)
    return rows


async def _store(db: Db, kind: str, on: date, rows: Sequence[Row], *, at: datetime, seconds: float) -> UUID:
    """Writes a snapshot of what stood in the database at `at`."""
    identity = new_id()
    await db.execute(ADD_SNAPSHOT, identity, kind, on, at, seconds)
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


FREEZE_BREAKS = """
insert into class_break (area_kind, window_months, measure, year, breaks, snapshot_id) values ($1, $2, $3, $4, $5, $6) on conflict do nothing
"""


async def _freeze_breaks(db: Db, snapshot_id: UUID, on: date, rows: Sequence[Row]) -> None:
    """Keeps the classes of the year's first month in which they can be told apart."""
    from buurtnet.network.rules.snapshot import shown_values

    for kind in (AreaKind.NEIGHBOURHOOD, AreaKind.MUNICIPALITY):
        for window in WINDOWS:
            for measure in Measure:
                breaks = quantile_breaks(shown_values(rows, measure, kind, window), ABOUT[measure].step)
                if breaks is not None:
                    await db.execute(FREEZE_BREAKS, kind.value, window, measure.value, on.year, breaks, snapshot_id)
