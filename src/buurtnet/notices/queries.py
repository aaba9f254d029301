"""Reading what is to be told to whom."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db, fetch_one
from buurtnet.notices.schemas import DueCode, DueNotice, Receiver

RECEIVER = """
select p.id, p.language, p.discreet, p.state,
       array(select distinct channel from contact c where c.person_id = p.id and c.verified_at is not null) as channels,
       array(select channel from preference r where r.person_id = p.id and r.kind = $2 and not r."on") as refused,
       (select max(sent_at) from notice n where n.person_id = p.id and n.state = 'sent') as last_sent_at
  from person p where p.id = $1
"""
DUE = """
select n.id, n.person_id, n.channel, n.kind, n.object_id, n.tries, p.language, c.id as contact_id, c.sealed
  from notice n join person p on p.id = n.person_id
  left join lateral (select id, sealed from contact where person_id = n.person_id and channel = n.channel and verified_at is not null
                      order by verified_at desc limit 1) c on true
 where n.state = 'due' and n.due_at <= $1
 order by n.due_at limit 1 for update of n skip locked
"""
CODE = "select id, channel, sealed, language from sign_in_code where id = $1 and used_at is null and expires_at > now()"


async def find_receiver(db: Db, person_id: UUID, kind: str) -> Receiver | None:
    """What decides how the person is told this kind of thing; None where the person is gone."""
    return await fetch_one(db, Receiver, RECEIVER, person_id, kind)


async def take_due_notice(db: Db, at: datetime) -> DueNotice | None:
    """One notice whose time has come, locked for this transaction; another worker takes another one."""
    return await fetch_one(db, DueNotice, DUE, at)


async def find_code(db: Db, code_id: UUID) -> DueCode | None:
    """The code that is still waited for, or None."""
    return await fetch_one(db, DueCode, CODE, code_id)
