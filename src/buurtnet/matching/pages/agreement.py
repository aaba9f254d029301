"""What two people said yes to, told on the page of their conversation and in the list of them."""

from functools import partial
from uuid import UUID

from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.conversations.schemas import Agreement, Topics
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries import find_topics, get_match
from buurtnet.matching.queries.matches import find_agreed
from buurtnet.themes.rules.advice import ADVICE
from buurtnet.web.language import _


async def provide_agreement(db: NamedDependency[Db], viewer: NamedDependency[Viewer], conversation_id: FromPath[UUID]) -> Agreement | None:
    """The agreement of a conversation as one of its two sides reads it; None for everybody else."""
    match_id = await find_agreed(db, viewer, conversation_id)
    if match_id is None:
        return None
    match = await get_match(db, viewer, match_id)
    return Agreement(
        href=f"/matches/{match.id}",
        theme=match.need.theme,
        icon=match.need.icon,
        advice=_(ADVICE[match.advice]) if match.advice in ADVICE else None,
        open=match.state == "agreed",
        my_done=match.my_done,
        other_done=match.other_done,
    )


async def provide_topics(db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Topics:
    """What conversations of the viewer are about, for whoever lists them."""
    return partial(find_topics, db, viewer)
