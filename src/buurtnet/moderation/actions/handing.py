"""What waited for a worker who does not work here any more, or in a neighbourhood that is no more."""

from uuid import UUID

from buurtnet.geography.queries import list_moves
from buurtnet.kit.db import Db

HAND_TASKS = "update task set for_worker = $2 where for_worker = $1 and done_at is null"
FREE_ITEMS = 'delete from claim where "by" = $1'


async def hand_over_work(db: Db, worker_id: UUID, successor_id: UUID | None) -> None:
    """Open tasks go to the successor, or to whoever works in the place; what the worker held in the queues is free."""
    await db.execute(HAND_TASKS, worker_id, successor_id)
    await db.execute(FREE_ITEMS, worker_id)


MOVE_TASKS = "update task set neighbourhood_id = m.now from unnest($1::int[], $2::int[]) m (was, now) where task.neighbourhood_id = m.was"
MOVE_REPORTS = (
    "update report set neighbourhood_id = m.now from unnest($1::int[], $2::int[]) m (was, now) where report.neighbourhood_id = m.was"
)


async def follow_boundaries(db: Db, change_id: UUID) -> None:
    """Moves the tasks and reports of neighbourhoods that a newer map took away to where most of the ground is now."""
    was, now = await list_moves(db, change_id)
    await db.execute(MOVE_TASKS, was, now)
    await db.execute(MOVE_REPORTS, was, now)
