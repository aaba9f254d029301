"""How people want to be told: how often, when not, of what and by which channels."""

from collections.abc import Sequence
from uuid import UUID

from msgspec import UNSET

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.notices.queries import list_stopped
from buurtnet.notices.schemas import CHANNELS, NewWishes, Quiet, Topic

SET_PACE = "insert into preference (person_id, pace) values ($1, $2) on conflict (person_id) do update set pace = excluded.pace"
SET_QUIET = "update preference set quiet_from = $2, quiet_until = $3 where person_id = $1"
SET_CHOICE = """
insert into choice (person_id, topic, channels, stopped) values ($1, $2, $3, $4)
on conflict (person_id, topic) do update set channels = excluded.channels, stopped = excluded.stopped
"""
STOP = """
insert into choice (person_id, topic, channels, stopped) select $1, t, $3, true from unnest($2::text[]) t
on conflict (person_id, topic) do update set stopped = true where not choice.stopped
returning topic
"""
RESUME = "update choice set stopped = false where person_id = $1 and topic = any($2::text[])"


async def set_wishes(db: Db, viewer: Viewer, wishes: NewWishes) -> None:
    """From now on the viewer is told this way; what the wishes leave out stays. A topic without a channel is stopped, and comes back by all."""
    await db.execute(SET_PACE, viewer.person_id, wishes.pace)
    if isinstance(wishes.quiet, Quiet):
        await db.execute(SET_QUIET, viewer.person_id, wishes.quiet.start, wishes.quiet.end)
    for topic, channels in wishes.channels.items() if wishes.channels is not UNSET else ():
        await db.execute(SET_CHOICE, viewer.person_id, topic, list(channels or CHANNELS), not channels)
    if viewer.actor_id != viewer.person_id:
        await record_audit(db, viewer, "notices set", subject=viewer.person_id)


async def stop_topics(db: Db, person_id: UUID, topics: Sequence[Topic]) -> list[Topic]:
    """From now on the person is not told about these topics, by no channel; returns those of which they were told until now. NotFound where
    nobody has that id."""
    if await list_stopped(db, person_id) is None:
        raise NotFound
    return [Topic(row["topic"]) for row in await db.fetch(STOP, person_id, list(topics), list(CHANNELS))]


async def resume_topics(db: Db, person_id: UUID, topics: Sequence[Topic]) -> None:
    """Takes that back: the person is told again by the channels they had chosen."""
    if await list_stopped(db, person_id) is None:
        raise NotFound
    await db.execute(RESUME, person_id, list(topics))
