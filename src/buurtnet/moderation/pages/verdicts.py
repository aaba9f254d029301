"""What the forms of verdicts offer to choose from."""

from typing import Any

from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import rules
from buurtnet.moderation.pages.words import choices
from buurtnet.moderation.schemas import QueuedPost
from buurtnet.themes.queries import list_themes
from buurtnet.web.language import current_language


async def offer_verdicts(db: Db, viewer: Viewer, item: QueuedPost) -> dict[str, Any]:
    """What `moderation/verdicts.html` needs besides the item and its form."""
    branches = await list_themes(db, current_language().code) if item.theme is None else []
    return {
        "theme_choices": [(theme.slug, theme.label) for branch in branches for theme in (branch.theme, *branch.children)],
        "right_choices": choices(rules.RIGHTS),
        "barrier_choices": choices(rules.BARRIERS),
        "reason_choices": choices(rules.REASONS),
    }
