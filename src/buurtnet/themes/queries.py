"""Reading the tree of themes in somebody's language."""

from buurtnet.kit.db import Db, fetch, fetch_one
from buurtnet.kit.errors import NotFound
from buurtnet.themes.schemas import ThemeBranch, ThemeCard

CARD = """
select t.id, t.slug, t.parent_id, l.label, coalesce(l.shown, l.label) as shown, l.example, t.icon, t.review, t.talk, t."right", t.halving_m,
       t.safeguard, t.advice, t.need_days, t.offer_days
  from theme t
       cross join lateral (select label, shown, example from theme_label
                            where theme_id = t.id and language in ($1, 'nl', 'en')
                            order by language = $1 desc, language = 'nl' desc
                            limit 1) l
"""

THEMES = CARD + " order by t.position"


async def list_themes(db: Db, language: str) -> list[ThemeBranch]:
    """The whole tree in the order of the screen, with labels in the language, else in Dutch, else in English."""
    cards = await fetch(db, ThemeCard, THEMES, language)
    children: dict[int, list[ThemeCard]] = {card.id: [] for card in cards if card.parent_id is None}
    for card in cards:
        if card.parent_id is not None:
            children[card.parent_id].append(card)
    return [ThemeBranch(theme=card, children=children[card.id]) for card in cards if card.parent_id is None]


BY_SLUG = CARD + " where t.slug = $2"


async def get_theme_by_slug(db: Db, slug: str, language: str) -> ThemeCard:
    """The theme of that slug; NotFound where there is none."""
    if (found := await fetch_one(db, ThemeCard, BY_SLUG, language, slug)) is None:
        raise NotFound
    return found


BY_SLUGS = CARD + " where t.slug = any($2::text[]) order by array_position($2::text[], t.slug)"


async def find_themes(db: Db, slugs: list[str], language: str) -> list[ThemeCard]:
    """The themes of the slugs, in that order; unknown slugs are left out."""
    return await fetch(db, ThemeCard, BY_SLUGS, language, slugs)
