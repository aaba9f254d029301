"""What the people of the small sample are called and what they say: `texts.toml`, drawn so that nothing is said twice while something is unsaid."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import msgspec

from buurtnet.kit.words import fold

FILE = Path(__file__).with_name("texts.toml")
Kind = Literal["offer", "need"]


class Themed(msgspec.Struct, frozen=True):
    """How a theme is asked for and offered, by language."""

    theme: str
    need: dict[str, str] = {}
    offer: dict[str, str] = {}


class Talk(msgspec.Struct, frozen=True):
    """What two people write to each other in turn, the helper first."""

    language: str
    lines: list[str]


class Special(msgspec.Struct, frozen=True):
    """A post that a worker has to look at, and why."""

    why: str
    kind: Kind
    language: str
    text: str
    theme: str | None = None


class Told(msgspec.Struct, frozen=True):
    """What somebody reports."""

    language: str
    text: str


class Book(msgspec.Struct, frozen=True):
    """The whole file."""

    names: dict[str, list[str]]
    spelled: dict[str, list[str]]
    text: list[Themed]
    talk: list[Talk]
    special: list[Special]
    reports: dict[str, Told]


class Said(msgspec.Struct, frozen=True):
    """A text with its theme and language."""

    theme: str | None
    language: str
    text: str


@cache
def read_book() -> Book:
    """The file, read once."""
    return msgspec.toml.decode(FILE.read_bytes(), type=Book)


class Texts:
    """Draws names and texts."""

    def __init__(self, random: Random) -> None:
        self._random, self._book = random, read_book()
        self._said: Counter[str] = Counter()
        self._called: Counter[str] = Counter()

    def name(self, language: str) -> tuple[str, str]:
        """A name of that language, and how it stands in an e-mail address."""
        names = self._book.names[language]
        least = min(self._called[name] for name in names)
        name = self._random.choice([name for name in names if self._called[name] == least])
        self._called[name] += 1
        spelled = self._book.spelled.get(language)
        local = spelled[names.index(name)] if spelled else fold(name)
        count = self._called[name]
        return name, f"{local}{count if count > 1 else ''}.{language}@example.org"

    def say(self, kind: Kind, languages: Sequence[str], themes: Sequence[str] | None = None) -> Said | None:
        """Something to ask or offer in one of the languages, on one of the themes; None where the file has nothing."""
        found = [
            Said(themed.theme, language, text)
            for themed in self._book.text
            if themes is None or themed.theme in themes
            for language, text in (themed.need if kind == "need" else themed.offer).items()
            if language in languages
        ]
        if not found:
            return None
        least = min(self._said[said.text] for said in found)
        drawn = self._random.choice([said for said in found if self._said[said.text] == least])
        self._said[drawn.text] += 1
        return drawn

    def talk(self, languages: Sequence[str]) -> Talk | None:
        """A conversation in one of the languages."""
        fitting = [talk for talk in self._book.talk if talk.language in languages]
        return self._random.choice(fitting) if fitting else None

    def special(self, why: str) -> Special:
        """The post that is in the file for this reason."""
        return next(special for special in self._book.special if special.why == why)

    def told(self, about: str) -> Told:
        """What is reported about a post, a person or something else."""
        return self._book.reports[about]
