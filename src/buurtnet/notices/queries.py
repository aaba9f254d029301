"""Reading what is to be told to whom."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.rules import HELD, WEEK
from buurtnet.notices.schemas import DueCode, Pace, Reader, Receiver, Waiting

SENT = """array(select max(coalesce(n.sent_at, $2)) from notice n
         where n.person_id = p.id and n.kind = any($3::text[])
           and ((n.state = 'sent' and n.sent_at > $2::timestamptz - $4::interval) or (n.state = 'due' and n.claimed_until > $2))
         group by coalesce(n.message_id, n.id))"""
"""When messages that keep to the pace went to person `p` in the last week; what a worker is about to send counts as sent now."""
PACE = "coalesce((select r.pace from preference r where r.person_id = p.id), 'usual')"
RECEIVER = f"""
select p.id, p.discreet, p.state, {PACE} as pace, {SENT} as sent,
       array(select distinct channel from contact c where c.person_id = p.id and c.verified_at is not null) as channels
  from person p where p.id = $1
"""
FREE = "n.state = 'due' and (n.claimed_until is null or n.claimed_until <= $1)"
"""The notice `n` waits and no worker has taken it."""
DUE = f"select n.person_id from notice n where n.due_at <= $1 and {FREE} group by n.person_id order by min(n.due_at), n.person_id limit $2"
LOCK = "select id from person where id = any($1::uuid[]) order by id for no key update skip locked"
READERS = f"""
select p.id, p.language, p.discreet or p.state in ('blocked', 'erased') as silent, {PACE} as pace, {SENT} as sent,
       coalesce((select jsonb_object_agg(c.channel, c.id) from (select distinct on (channel) channel, id from contact
                  where person_id = p.id and verified_at is not null order by channel, verified_at desc, id) c), '{{}}') as addresses
  from person p where p.id = any($1::uuid[]) order by p.id
"""
WAITING = f"""
select n.id, n.person_id, n.channel, n.kind, n.object_id, n.due_at, n.tries
  from notice n where n.person_id = any($2::uuid[]) and {FREE} order by n.due_at, n.id
"""
SEALED = "select id, sealed from contact where id = any($1::uuid[])"
CODE = "select id, channel, sealed, language from sign_in_code where id = $1 and used_at is null and expires_at > now()"
OWN_PACE = f"select {PACE} from person p where p.id = $1"


async def find_receiver(db: Db, person_id: UUID, at: datetime) -> Receiver | None:
    """What decides how and when the person is told something; None where the person is gone."""
    return await fetch_one(db, Receiver, RECEIVER, person_id, at, HELD, WEEK)


async def lock_due_readers(db: Db, at: datetime, size: int) -> list[Reader]:
    """Some people for whom notices are due, locked for this transaction; another worker takes others."""
    due = [row["person_id"] for row in await db.fetch(DUE, at, size)]
    locked = [row["id"] for row in await db.fetch(LOCK, due)]
    # A statement of its own: it sees what another worker has taken for the same people before these were locked.
    return await fetch(db, Reader, READERS, locked, at, HELD, WEEK) if locked else []


async def list_waiting(db: Db, people: Sequence[UUID], at: datetime) -> dict[UUID, list[Waiting]]:
    """The notices that wait for these people, first due first."""
    waiting: dict[UUID, list[Waiting]] = {person_id: [] for person_id in people}
    for one in await fetch(db, Waiting, WAITING, at, list(people)):
        waiting[one.person_id].append(one)
    return waiting


async def list_sealed(db: Db, contacts: Sequence[UUID]) -> dict[UUID, bytes]:
    """Sealed addresses by id."""
    return {row["id"]: row["sealed"] for row in await db.fetch(SEALED, list(contacts))}


async def find_code(db: Db, code_id: UUID) -> DueCode | None:
    """The code that is still waited for, or None."""
    return await fetch_one(db, DueCode, CODE, code_id)


async def get_pace(db: Db, viewer: Viewer) -> Pace:
    """How often the viewer wants to be written to."""
    return Pace(await db.fetchval(OWN_PACE, viewer.person_id))
