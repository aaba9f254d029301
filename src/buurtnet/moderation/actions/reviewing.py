"""Choosing somebody else for a match that waits in the queue, as the queue allows it: not while another worker holds it or has decided about it."""

from collections.abc import Collection
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions as matching
from buurtnet.matching.rules.hurdles import Hurdle
from buurtnet.moderation.actions.claiming import refuse_decided, refuse_held, release_item, require_seen


async def swap_match(
    db: Db, viewer: Viewer, match_id: UUID, post_id: UUID, *, confirmed: Collection[Hurdle] = (), version: int | None = None
) -> UUID:
    """The match that waits in the stead of this one, with the post in the place of the side of its kind; NotFound for who may not decide about it."""
    await _require_free(db, viewer, match_id)
    made = await matching.swap_match(db, viewer, match_id, post_id, confirmed=confirmed, version=version)
    await release_item(db, viewer, "match", match_id)
    return made


async def drop_match(db: Db, viewer: Viewer, match_id: UUID) -> None:
    """Takes back two whom a worker chose by hand, before anybody was asked."""
    await _require_free(db, viewer, match_id)
    await matching.drop_match(db, viewer, match_id)
    await release_item(db, viewer, "match", match_id)


async def _require_free(db: Db, viewer: Viewer, match_id: UUID) -> None:
    waits = await require_seen(db, viewer, "match", match_id)
    await refuse_held(db, viewer, "match", match_id)
    await refuse_decided(db, "match", match_id, waits=waits)
