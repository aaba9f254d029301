"""What the forms of verdicts offer to choose from."""

from typing import Any

from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import rules
from buurtnet.moderation.pages.words import choices
from buurtnet.moderation.queries.statements import find_hold, find_reading
from buurtnet.moderation.schemas import QueuedPost
from buurtnet.people.rules import own_name
from buurtnet.referrals.queries import find_lists
from buurtnet.themes.queries import list_themes
from buurtnet.web.language import BY_CODE, DEFAULT, _, current_language, speaking


async def offer_verdicts(db: Db, viewer: Viewer, item: QueuedPost) -> dict[str, Any]:
    """What `moderation/verdicts.html` needs besides the item and its form: choices, what the author reads of each reason, and whether it rests."""
    branches = await list_themes(db, current_language().code) if item.theme is None else []
    lists = await find_lists(db)
    reads = await find_reading(db, item.author_id)
    with speaking(reads) as spoken:
        read = {code: _(text) for code, text in rules.REASONS.items()}
    return {
        "theme_choices": [(theme.slug, theme.label) for branch in branches for theme in (branch.theme, *branch.children)],
        "rights": [one for one in lists.rights if not one.retired],
        "barriers": [one for one in lists.barriers if not one.retired],
        "reason_choices": choices(rules.REASONS),
        "rest_choices": choices(rules.REST),
        "agreed_choices": choices(rules.AGREED),
        "read": read,
        "reads": own_name(reads),
        "spoken": spoken if reads in BY_CODE else DEFAULT,
        "hold": await find_hold(db, item.id),
    }
