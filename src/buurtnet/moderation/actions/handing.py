"""What waited for a worker who does not work here any more."""

from uuid import UUID

from buurtnet.kit.db import Db

HAND_TASKS = "update task set for_worker = $2 where for_worker = $1 and done_at is null"
FREE_ITEMS = 'delete from claim where "by" = $1'


async def hand_over_work(db: Db, worker_id: UUID, successor_id: UUID | None) -> None:
    """Open tasks go to the successor, or to whoever works in the place; what the worker held in the queues is free."""
    await db.execute(HAND_TASKS, worker_id, successor_id)
    await db.execute(FREE_ITEMS, worker_id)
