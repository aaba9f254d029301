"""How well texts are understood: the sentences beside this file, and what is right about the themes suggested for them."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from buurtnet.themes.rules.lexicon import LANGUAGES
from buurtnet.themes.rules.suggestions import suggest_themes

FOLDER = Path(__file__).parent / "sentences"


class Sentence(NamedTuple):
    """What somebody wrote, the themes it is about, and those that are right too."""

    text: str
    themes: list[str]
    also: list[str]


def read_sentences(language: str) -> dict[str, list[Sentence]]:
    """The sentences of a language by set: `tune`, `judge`, `fresh`."""
    sets = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {name: [Sentence(row["t"], row["themes"], row.get("also", [])) for row in rows] for name, rows in sets.items()}


SENTENCES = {language: read_sentences(language) for language in LANGUAGES}


def measure(language: str, sentences: Sequence[Sentence]) -> tuple[float, float]:
    """Precision (of what is suggested, what is right) and recall (of what is asked for, what is suggested)."""
    right = suggested = asked = found = 0
    for sentence in sentences:
        slugs = set(suggest_themes(sentence.text, language))
        right += len(slugs & {*sentence.themes, *sentence.also})
        suggested += len(slugs)
        asked += len(sentence.themes)
        found += len(slugs & set(sentence.themes))
    return right / suggested, found / asked
