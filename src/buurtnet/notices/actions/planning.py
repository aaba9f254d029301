"""Planning what people are told, and taking it back."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.notices.queries import find_receiver
from buurtnet.notices.rules.channels import choose_channel, open_channels
from buurtnet.notices.rules.kinds import KINDS
from buurtnet.notices.rules.pace import due_time, is_wanted
from buurtnet.web.language import ZONE

PLAN = """
insert into notice (id, event_id, person_id, channel, kind, object_id, due_at) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (event_id, person_id, kind) do nothing
"""
DROP_ABOUT = """
update notice set state = 'dropped'
 where object_id = $1 and state = 'due' and (claimed_until is null or claimed_until <= $2) returning person_id
"""
FORGET = "delete from notice where state <> 'due' and due_at < now() - interval '30 days'"


async def forget_notices(db: Db) -> None:
    """Removes what was delivered or given up thirty days ago."""
    await db.execute(FORGET)


async def plan_notice(db: Db, person_id: UUID, kind: str, *, event_id: UUID, object_id: UUID | None = None) -> datetime | None:
    """Plans what the person is told about the event, once per kind, and returns when they will be told. None, and nothing planned, where they
    share their phone, cannot be reached, or do not want to be told this."""
    at, about = now(), KINDS[kind]
    receiver = await find_receiver(db, person_id, at)
    if receiver is None or receiver.discreet or receiver.state == "erased" or (receiver.state == "blocked" and not about.always):
        return None
    wishes = receiver.wishes
    channel = choose_channel(about, open_channels(about.topic, wishes, receiver.channels), 0)
    if channel is None or not is_wanted(about, wishes.pace):
        return None
    due_at = due_time(about, at, receiver.sent, wishes.pace, ZONE, wishes.quiet)
    await db.execute(PLAN, new_id(), event_id, person_id, channel, kind, object_id, due_at)
    return due_at


async def drop_notices(db: Db, object_id: UUID, *, at: datetime) -> set[UUID]:
    """Takes back what still waits to be told about an object; returns who will not hear of it any more."""
    return {row["person_id"] for row in await db.fetch(DROP_ABOUT, object_id, at)}
