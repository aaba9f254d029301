"""What leaves the desk for a chat group or a pinboard: a post without its author, by a code that only workers can read back."""

from uuid import UUID

from buurtnet.intake.queries.paper import list_codes
from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.flyers import make_flyer
from buurtnet.people.rules import plain_digits
from buurtnet.posts.schemas import Post


class NotForGroups(Conflict):
    """What is sensitive, dangerous or not open goes to no group."""

    text = N_("This is never shared with a group: a worker looks for somebody.")


async def share_post(db: Db, viewer: Viewer, post: Post, *, language: str, agreed: bool) -> str:
    """Writes down that the post is told to a group, and returns the code of the flyer its text leads to. Refuses sensitive ones, and quiet ones to
    which their author did not agree."""
    if post.state != "open" or post.sensitive or post.danger:
        raise NotForGroups
    if post.kind == "need" and post.quiet and not agreed:
        raise Invalid({"agreed": N_("This question is quiet. Ask the person first.")})
    assert post.neighbourhood_id is not None and post.author_id is not None
    await record_audit(db, viewer, "post shared", subject=post.author_id, object_kind="post", object_id=post.id)
    return await make_flyer(db, viewer, post.neighbourhood_id, language)


async def find_answered(db: Db, vault: Vault, viewer: Viewer, typed: str) -> UUID:
    """The post whose six digits stand on a strip of paper; Invalid where none of the worker's open posts has them."""
    code = plain_digits(typed)
    for post_id, own in await list_codes(db, vault, viewer):
        if own == code:
            return post_id
    raise Invalid({"code": N_("No open question or offer of your neighbourhoods has this number.")})
