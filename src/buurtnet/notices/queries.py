"""Reading what is to be told to whom."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.rules.kinds import HELD
from buurtnet.notices.rules.pace import WEEK
from buurtnet.notices.schemas import CHANNELS, DueCode, Reader, Receiver, SealedAddress, Topic, Waiting, Wishes

SENT = """array(select max(coalesce(n.sent_at, $2)) from notice n
         where n.person_id = p.id and n.kind = any($3::text[])
           and ((n.state = 'sent' and n.sent_at > $2::timestamptz - $4::interval) or (n.state = 'due' and n.claimed_until > $2))
         group by coalesce(n.message_id, n.id))"""
"""When messages that keep to the pace went to person `p` in the last week; what a worker is about to send counts as sent now."""
WISHES = """jsonb_build_object(
         'pace', coalesce(r.pace, 'usual'),
         'quiet', jsonb_build_object('start', coalesce(r.quiet_from, 21), 'end', coalesce(r.quiet_until, 8)),
         'channels', coalesce((select jsonb_object_agg(h.topic, case when h.stopped then '[]' else to_jsonb(h.channels) end)
                                 from choice h where h.person_id = p.id), '{}'))"""
"""How person `p` wants to be told; `r` is the row of their preferences, if there is one."""
PERSON = "person p left join preference r on r.person_id = p.id"
WORKS = "c.verified_at is not null and c.failing_since is null"
"""Whether messages arrive at the address `c`, as far as anybody knows."""
REACHED_BY = f"""
select distinct c.channel from contact c where c.person_id = $1 and {WORKS}
union all select 'push' where exists (select from push_subscription s where s.person_id = $1)
"""
RECEIVER = f"""
select p.id, p.discreet, p.state, {WISHES} as wishes, {SENT} as sent, array({REACHED_BY}) as channels from {PERSON} where p.id = $1
"""
FREE = "n.state = 'due' and (n.claimed_until is null or n.claimed_until <= $1)"
"""The notice `n` waits and no worker has taken it."""
DUE = f"select n.person_id from notice n where n.due_at <= $1 and {FREE} group by n.person_id order by min(n.due_at), n.person_id limit $2"
LOCK = "select id from person where id = any($1::uuid[]) order by id for no key update skip locked"
NEWEST_NAMED = """not exists (select from push_subscription other where other.lookup = s.lookup
                             and (other.created_at, other.id) > (s.created_at, s.id))"""
"""Nobody has named the device `s` since: it shows notices for the person who did so last."""
READERS = f"""
select p.id, p.language, p.discreet or p.state = 'erased' as silent, p.state = 'blocked' as stopped, {WISHES} as wishes, {SENT} as sent,
       coalesce((select jsonb_object_agg(a.channel, a.ids) from (
         select w.channel, array[w.id] as ids from (
           select distinct on (c.channel) c.channel, c.id from contact c
            where c.person_id = p.id and {WORKS} order by c.channel, c.verified_at desc, c.id) w
         union all
         select 'push', array_agg(s.id order by s.id) from push_subscription s where s.person_id = p.id and {NEWEST_NAMED} having count(*) > 0
       ) a), '{{}}') as addresses
  from {PERSON} where p.id = any($1::uuid[]) order by p.id
"""
WAITING = f"""
select n.id, n.person_id, n.channel, n.kind, n.object_id, n.due_at, n.tries
  from notice n where n.person_id = any($2::uuid[]) and {FREE} order by n.due_at, n.id for no key update skip locked
"""
SEALED = """
select id, sealed from contact where id = any($1::uuid[]) union all select id, sealed from push_subscription where id = any($1::uuid[])
"""
CODE = "select id, channel, sealed, language from sign_in_code where id = $1 and used_at is null and expires_at > now()"
OWN_WISHES = f"select {WISHES} as wishes from {PERSON} where p.id = $1"
STOPPED = "select topic from choice where person_id = $1 and stopped"
KNOWN = "select exists (select from person where id = $1 and state <> 'erased')"
ON_DEVICE = "select exists (select from push_subscription where session_hash = $1)"


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
    """The notices that wait for these people, first due first, locked. One that somebody is just taking back stays where it is: who would wait for
    them here holds these people, and they may want one."""
    waiting: dict[UUID, list[Waiting]] = {person_id: [] for person_id in people}
    for one in await fetch(db, Waiting, WAITING, at, list(people)):
        waiting[one.person_id].append(one)
    return waiting


async def list_sealed(db: Db, addresses: Sequence[UUID]) -> dict[UUID, SealedAddress]:
    """Sealed addresses and devices by id."""
    return {one.id: one for one in await fetch(db, SealedAddress, SEALED, list(addresses))}


async def find_code(db: Db, code_id: UUID) -> DueCode | None:
    """The code that is still waited for, or None."""
    return await fetch_one(db, DueCode, CODE, code_id)


async def get_wishes(db: Db, viewer: Viewer) -> Wishes:
    """How the viewer wants to be told."""
    row = await db.fetchrow(OWN_WISHES, viewer.person_id)
    return msgspec.convert(row["wishes"], Wishes) if row else Wishes()


async def list_channels(db: Db, viewer: Viewer) -> list[str]:
    """The channels by which the viewer can be reached, in the order in which they are tried."""
    found = {row["channel"] for row in await db.fetch(REACHED_BY, viewer.person_id)}
    return [channel for channel in CHANNELS if channel in found]


async def shows_here(db: Db, viewer: Viewer) -> bool:
    """Whether the device of this session shows notices."""
    return bool(await db.fetchval(ON_DEVICE, viewer.session_hash))


async def list_stopped(db: Db, person_id: UUID) -> set[Topic] | None:
    """What the person does not want to be told of; None where nobody has that id."""
    if not await db.fetchval(KNOWN, person_id):
        return None
    return {Topic(row["topic"]) for row in await db.fetch(STOPPED, person_id)}
