"""The live connection of an open desk: its counters, as soon as they change, for as long as the session holds."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import ServerSentEvent, ServerSentEventMessage

from buurtnet.desk.queries import read_counters
from buurtnet.kit.db import Database, Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.news import Listener, News
from buurtnet.kit.sessions import viewer_from
from buurtnet.kit.viewer import Viewer
from buurtnet.people.queries import OPEN_SESSION
from buurtnet.web.choosing import use_language
from buurtnet.web.language import say_number, speaking, today

HEARTBEAT = 20.0
"""Seconds after which the session and the counters are looked at without news: the clock changes them too, and news may be lost."""
TOGETHER = 0.2
"""Seconds in which more news joins the first: what is done in bulk is counted once."""
RETRY = 3_000
"""Milliseconds after which a browser comes back."""


@get("/desk/live", guards=[facilitators], include_in_schema=False, opt={"marks_seen": False})
async def show_live(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    database: NamedDependency[Database],
    news: NamedDependency[News],
) -> ServerSentEvent:
    """The counters whenever they change, as events; what does not ask for events gets those that stand, once."""
    language = use_language(request).code
    if "text/event-stream" in request.headers.get("accept", ""):
        return ServerSentEvent(follow_counters(database, news, viewer, language))
    return ServerSentEvent(_say_counts(await _count(db, viewer, language)), event_type="counts")


async def follow_counters(database: Database, news: News, viewer: Viewer, language: str) -> AsyncGenerator[ServerSentEventMessage]:
    """What is said to one open desk: counters that changed, signs of life, and the end as soon as the session is over or the
    role is gone. Where the process stops, the browser comes back to another one."""
    said: Mapping[str, str] | None = None
    with news.listen(_marks_of(viewer)) as listener:
        while not news.over:
            counts = await _look(database, news, listener, viewer, language)
            if counts is None:
                yield ServerSentEventMessage(event="end", data="")
                return
            if counts != said:
                said = counts
                yield ServerSentEventMessage(event="counts", data=_say_counts(counts), retry=RETRY)
            else:
                yield ServerSentEventMessage(data=None, comment="here")
            if await listener.wait(HEARTBEAT):
                await asyncio.sleep(TOGETHER)


def _marks_of(viewer: Viewer) -> frozenset[str]:
    return frozenset({f"p{viewer.person_id}", f"o{viewer.organisation_id}", *(f"n{area}" for area in viewer.areas)})


async def _look(database: Database, news: News, listener: Listener, viewer: Viewer, language: str) -> Mapping[str, str] | None:
    """The counters of this moment, None where the session is over or is no facilitator's any more; the neighbourhoods may be others by now."""
    async with news.turns, database.bare(readonly=True) as db:
        row = await db.fetchrow(OPEN_SESSION, viewer.session_hash)
        now = viewer_from(row) if row else Viewer()
        if not now.staff or "facilitator" not in now.roles:
            return None
        listener.marks = _marks_of(now)
        return await _count(db, now, language)


async def _count(db: Db, viewer: Viewer, language: str) -> Mapping[str, str]:
    """The numbers as the reader writes them; without a name the one of everything that is not there."""
    counters = await read_counters(db, viewer.person_id, language, today())
    with speaking(language):
        return {"": say_number(0), **{name: say_number(n) for name, n in sorted(counters.counts.items())}}


def _say_counts(counts: Mapping[str, str]) -> str:
    return msgspec.json.encode(counts).decode()


HANDLERS = (show_live,)
