"""What was said instead of typed, played at the desk."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from buurtnet.conversations.queries import get_reported_voice
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries import list_open_reports
from buurtnet.posts.queries import get_voice
from buurtnet.web.sounds import answer_sound


@get("/desk/posts/{post_id:uuid}/voice", guards=[facilitators], include_in_schema=False)
async def play_post(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    post_id: FromPath[UUID],
) -> Response[bytes]:
    """What the author of a post said."""
    return answer_sound(request, (await get_voice(db, viewer, vault, post_id)).sound)


@get("/desk/reports/{report_id:uuid}/messages/{message_id:uuid}/voice", guards=[facilitators], include_in_schema=False)
async def play_reported(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    report_id: FromPath[UUID],
    message_id: FromPath[UUID],
) -> Response[bytes]:
    """What was said in a reported message, in the ten minutes after a reason was given."""
    found = await list_open_reports(db, viewer.person_id, "nl", report_id=report_id)
    if not found or found[0].object_kind != "conversation" or found[0].object_id is None or not viewer.secrecy:
        raise NotFound
    return answer_sound(request, (await get_reported_voice(db, vault, found[0].object_id, message_id)).sound)


HANDLERS = (play_post, play_reported)
