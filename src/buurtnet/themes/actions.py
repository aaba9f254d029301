"""Loading the tree and its labels from the files of this package."""

import tomllib
from pathlib import Path
from typing import Any

from buurtnet.kit.db import Db
from buurtnet.themes.rules.lexicon import LANGUAGES, read_labels

TREE = Path(__file__).parent / "tree.toml"


def read_tree() -> list[dict[str, Any]]:
    """The themes of tree.toml in order, with what stands there only where it differs filled in."""
    usual = {"review": "new", "talk": False, "right": False, "safeguard": None, "advice": None, "need_days": 30, "offer_days": 90}
    return [{**usual, **theme} for theme in tomllib.loads(TREE.read_text(encoding="utf-8"))["themes"]]


SAVE_THEME = """
insert into theme (id, slug, parent_id, review, talk, halving_m, icon, position, "right", safeguard, advice, need_days, offer_days)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
on conflict (id) do update
   set slug = excluded.slug, parent_id = excluded.parent_id, review = excluded.review, talk = excluded.talk, halving_m = excluded.halving_m,
       icon = excluded.icon, position = excluded.position, "right" = excluded."right", safeguard = excluded.safeguard,
       advice = excluded.advice, need_days = excluded.need_days, offer_days = excluded.offer_days
"""
SAVE_LABEL = """
insert into theme_label (theme_id, language, label, shown, example, words, hints) values ($1, $2, $3, $4, $5, $6, $7)
on conflict (theme_id, language) do update
   set label = excluded.label, shown = excluded.shown, example = excluded.example, words = excluded.words, hints = excluded.hints
"""


async def load_themes(db: Db) -> None:
    """Brings the tables to the tree and labels of this version; themes that are no longer in the files stay, because posts may use them."""
    tree = read_tree()
    ids = {theme["slug"]: theme["id"] for theme in tree}
    await db.executemany(
        SAVE_THEME,
        [
            (
                theme["id"],
                theme["slug"],
                ids[theme["slug"].partition(".")[0]] if "." in theme["slug"] else None,
                theme["review"],
                theme["talk"],
                theme["halving_m"],
                theme["icon"],
                position,
                theme["right"],
                theme["safeguard"],
                theme["advice"],
                theme["need_days"],
                theme["offer_days"],
            )
            for position, theme in enumerate(tree, 1)
        ],
    )
    for language in LANGUAGES:
        labels = read_labels(language)
        rows = [(ids[slug], language, labels[slug]) for slug in ids]
        await db.executemany(
            SAVE_LABEL,
            [
                (key, spoken, label["label"], label.get("shown"), label["example"], label["words"], label.get("hints", []))
                for key, spoken, label in rows
            ],
        )
