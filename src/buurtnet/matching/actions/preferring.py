"""Whom a worker wants to bring together with neighbours first."""

from datetime import date, timedelta
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions.proposing import suggest_for_post
from buurtnet.people.actions.acting import find_resident

FOR = timedelta(days=30)
PUT_FIRST = """
insert into put_first (person_id, until, by) values ($1, $2, $3) on conflict (person_id) do update set until = excluded.until, by = excluded.by
"""
OPEN = "select id from post where author_id = $1 and state = 'open' and active order by created_at"
FORGET = "delete from put_first where until < $1"


async def put_first(db: Db, viewer: Viewer, person_id: UUID, *, on: date) -> None:
    """For thirty days the needs of a resident of the worker's areas go before others in rounds, and each bond of theirs with somebody new counts as a
    first one, whether they ask or offer; whoever fits and is free is asked at once. The resident is asked for nothing by it."""
    await find_resident(db, viewer, person_id)
    await db.execute(PUT_FIRST, person_id, on + FOR, viewer.person_id)
    for row in await db.fetch(OPEN, person_id):
        await suggest_for_post(db, row["id"], at=now())
    await record_audit(db, viewer, "put_first", subject=person_id, object_kind="person", object_id=person_id)


async def forget_first(db: Db, on: date) -> None:
    """Forgets whom workers put first where that is over."""
    await db.execute(FORGET, on)
