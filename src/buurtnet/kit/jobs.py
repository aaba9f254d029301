"""Housekeeping of the kit's own tables."""

from datetime import timedelta

from buurtnet.kit.audit import seal_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database

CLEAR = """
with events as (delete from outbox where done_at < now() - interval '7 days'),
     keys as (delete from idempotency where created_at < now() - interval '30 days')
delete from "grant" where until < now() - interval '1 day'
"""
PARTITIONS = "select audit_partition((date_trunc('month', now()) + make_interval(months => n))::date) from generate_series(0, 2) n"


async def seal_the_audit(database: Database) -> None:
    """Seals what is older than any transaction can still be."""
    async with database.transaction() as db:
        await seal_audit(db, now() - timedelta(minutes=5))


async def clear_kept(database: Database) -> None:
    """Removes what was kept only for a while, and makes room in the audit for the months ahead."""
    async with database.transaction() as db:
        await db.execute(CLEAR)
        await db.execute(PARTITIONS)
