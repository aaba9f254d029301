"""One small change with which somebody may fit: the author's own need, by one tap."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.rules.loosening import apply_change
from buurtnet.matching.schemas import NewWidening
from buurtnet.posts.actions import change_post
from buurtnet.posts.queries import get_post
from buurtnet.posts.rules import PostHasChanged, PostIsClosed, when_of
from buurtnet.posts.schemas import PostChange
from buurtnet.web.language import ZONE


class SoAlready(Conflict):
    """The need is as wide as that, or it names no moment."""

    text = N_("It is like that already. You need not do anything.")


async def widen_post(db: Db, viewer: Viewer, post_id: UUID, wanted: NewWidening, *, at: datetime) -> None:
    """Changes one thing of the viewer's own open need, so that it is looked at again at once; refuses where it was changed meanwhile or is over."""
    need = await get_post(db, viewer, post_id)
    if not need.own or need.kind != "need":
        raise NotFound
    if need.state != "open":
        raise PostIsClosed
    if need.version != wanted.version:
        raise PostHasChanged
    when = when_of(need.slots, need.slots is not None, need.from_on, need.until_on, at.astimezone(ZONE).date())
    after = apply_change(wanted.change, wanted.reach, reach=need.reach, when=when)
    if after is None:
        raise SoAlready
    reach, when = after
    await change_post(
        db, viewer, post_id, PostChange(version=need.version, text=need.text, when=when, reach=reach, quiet=need.quiet), at=at
    )
