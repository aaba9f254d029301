"""What a worker did, for themselves and for the coordinator of their organisation: no name, no id and no word of anybody else."""

from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.privacy.rules.deeds import TWICE

READABLE = """(w.id = $1::uuid and exists (select from staff own where own.person_id = w.id) or exists (
  select from staff c where c.person_id = $1::uuid and c.role = 'coordinator' and c.organisation_id = w.organisation_id)
   and (exists (select from staff f where f.person_id = w.id) or exists (select from tenure t where t.person_id = w.id)))"""
"""The person `w` is a worker, here or once here, whose deeds the viewer may read: oneself, or as the coordinator of the organisation."""
WORKERS = f"""
select w.id, w.given_name, not exists (select from staff f where f.person_id = w.id) as gone from person w
 where w.state <> 'erased' and {READABLE} and ($2::uuid is null or w.id = $2) order by 3, lower(w.given_name), w.id
"""


class ReadWorker(msgspec.Struct, frozen=True, kw_only=True):
    """A worker whose deeds can be read; `gone` where they do not work here any more."""

    id: UUID
    given_name: str
    gone: bool


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """One deed: when, what, and why in a code."""

    id: UUID
    at: datetime
    action: str
    object_kind: str | None
    reason: str | None
    acted: bool
    """Whether it was done while acting for somebody."""


async def list_workers(db: Db, viewer: Viewer) -> list[ReadWorker]:
    """The workers whose deeds the viewer may read, those who left last."""
    return await fetch(db, ReadWorker, WORKERS, viewer.person_id, None)


async def find_worker(db: Db, viewer: Viewer, worker_id: UUID) -> ReadWorker:
    """One of them; NotFound for anybody else."""
    worker = await fetch_one(db, ReadWorker, WORKERS, viewer.person_id, worker_id)
    if worker is None:
        raise NotFound
    return worker


DONE = f"""
select a.id, a.at, a.action, a.object_kind, a.reason, a.on_behalf_of is not null as acted
  from person w join pseudonym theirs on theirs.person_id = w.id join audit a on a.actor = theirs.alias
 where w.id = $2 and {READABLE}
   and a.action <> all($7::text[]) and ($3::text[] is null or regexp_replace(a.action, '^[0-9]+ ', '') = any($3))
   and ($4::timestamptz is null or (a.at, a.id) < ($4, $5::uuid))
 order by a.at desc, a.id desc limit $6
"""


async def list_done(
    db: Db, viewer: Viewer, worker_id: UUID, *, actions: list[str] | None, after: tuple[datetime, UUID] | None, size: int
) -> list[Done]:
    """The worker's deeds, newest first, one more than `size`; of some kinds alone where they are named."""
    at, identity = after or (None, None)
    return await fetch(db, Done, DONE, viewer.person_id, worker_id, actions, at, identity, size + 1, list(TWICE))


SEALED = "select max(up_to) from audit_seal"


async def sealed_until(db: Db) -> datetime | None:
    """Until when the audit is sealed; None where nothing is yet."""
    return await db.fetchval(SEALED)
