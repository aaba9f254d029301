"""Words and choices that several pages of intake show."""

from collections.abc import Sequence

from buurtnet.kit.db import Db
from buurtnet.kit.text import N_
from buurtnet.themes.queries import list_themes
from buurtnet.web.language import _

SOON = {"any": N_("It does not matter when"), "week": N_("This week"), "today": N_("Today")}


def soon_choices() -> list[tuple[str, str]]:
    """How soon something is needed, as choices of a form."""
    return [(code, _(text)) for code, text in SOON.items()]


async def theme_choices(db: Db, language: str, suggested: Sequence[str]) -> list[tuple[str, str]]:
    """All themes as choices of a form, those that the words suggest first."""
    known = {theme.slug: theme.label for branch in await list_themes(db, language) for theme in (branch.theme, *branch.children)}
    first = [slug for slug in suggested if slug in known]
    return [(slug, known[slug]) for slug in [*first, *(slug for slug in known if slug not in first)]]
