"""Holding an item of the queue for ten minutes, and refusing where another worker holds it or has decided about it."""

from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries import get_match
from buurtnet.moderation.queries import find_verdict, get_place, get_report_open
from buurtnet.moderation.rules import DECIDED, AlreadyDecided, HeldByOther
from buurtnet.moderation.schemas import ObjectKind

CLAIM = """
insert into claim (object_kind, object_id, by, until) values ($1, $2, $3, now() + interval '10 minutes')
on conflict (object_kind, object_id) do update set by = excluded.by, until = excluded.until
 where claim.by = excluded.by or claim.until <= now()
returning true
"""
HOLDER = "select w.given_name from claim c join person w on w.id = c.by where c.object_kind = $1 and c.object_id = $2 and c.until > now() and c.by <> $3"
LET_GO = "delete from claim where object_kind = $1 and object_id = $2 and by = $3"


async def require_seen(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> bool:
    """Whether the item waits, for whom it may be decided by; NotFound for all others."""
    match kind:
        case "post":
            return (await get_place(db, viewer.person_id, object_id)).state == "waiting"
        case "match":
            match = await get_match(db, viewer, object_id)
            if match.role != "worker":
                raise NotFound
            return match.state == "suggested"
        case "report":
            return await get_report_open(db, viewer.person_id, object_id)


async def claim_item(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> None:
    """Holds an item of the queue for ten minutes; refused while another worker holds it. Who claims or decides in the same moment waits here until
    this transaction ends. The caller has seen that the viewer may."""
    if not await db.fetchval(CLAIM, kind, object_id, viewer.person_id):
        raise HeldByOther(name=await db.fetchval(HOLDER, kind, object_id, viewer.person_id) or "?")


async def release_item(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> None:
    """Lets go of an item that the viewer holds; nothing where they do not."""
    await db.execute(LET_GO, kind, object_id, viewer.person_id)


async def refuse_held(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> None:
    """Refuses while another worker holds the item."""
    if (holder := await db.fetchval(HOLDER, kind, object_id, viewer.person_id)) is not None:
        raise HeldByOther(name=holder)


async def refuse_decided(db: Db, kind: ObjectKind, object_id: UUID, *, waits: bool) -> None:
    """Refuses with who decided what, where that is about to take effect or the item waits no longer for another reason."""
    last = await find_verdict(db, kind, object_id)
    if last is not None and (last.pending or not waits):
        raise AlreadyDecided(DECIDED[last.verdict], name=last.by or "?")
    if not waits:
        raise AlreadyDecided
