"""The words of one language compiled for look-up: single words, stems, beginnings and endings, phrases, and spellings close to them."""

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from buurtnet.kit.words import fold, split_words
from buurtnet.themes.rules.forms import STEMMERS, Forms, find_verb
from buurtnet.themes.rules.spelling import SHORTEST, Spellings

FOLDER = Path(__file__).parents[1] / "labels"
LANGUAGES = tuple(STEMMERS)
HINT, WORD, PHRASE = 0.4, 1.0, 1.4
START = 3
"""Letters by which words of the lists are looked for that stand there in another form."""


class Entry(NamedTuple):
    """A word or phrase of the lists: the themes that name it and what it counts for each."""

    name: str
    weights: tuple[tuple[str, float], ...]

    @property
    def tells(self) -> bool:
        """Whether it suggests a theme alone, not only together with others."""
        return any(weight > HINT for _, weight in self.weights)


class Phrase(NamedTuple):
    """The words of a phrase in order; one that ends in `*` may go on."""

    parts: tuple[str, ...]
    entry: Entry
    loose: int
    """Parts that stand close together: up to and with the first that is no small word."""


class Lexicon:
    """Everything by which texts in one language suggest themes. Words of the lists are stemmed when a text first needs it."""

    def __init__(self, language: str, labels: Mapping[str, Any]) -> None:
        self.language = language
        self.forms = Forms(language)
        self.particles = frozenset(labels.get("particles", ()))
        self.denied = [_read_denied(text) for text in labels["denied"]]
        self.small = read_common()[language]
        self.words: dict[str, Entry] = {}
        self.beginnings: dict[str, Entry] = {}
        self.endings: dict[str, Entry] = {}
        self.verbs: dict[str, Entry] = {}
        self._phrases: dict[str, list[Phrase]] = defaultdict(list)
        self._alike: dict[str, list[str]] = defaultdict(list)
        self.known: set[str] = set(self.small)
        self._add(weigh_words(labels))
        telling = (name for name, entry in self.words.items() if entry.tells)
        self.spellings = Spellings({*telling, *self.beginnings}, SHORTEST + (language == "ar"))

    def find_stem(self, word: str) -> Entry | None:
        """The entry of a word of the lists with the same stem."""
        stem = self.forms.stem(word)
        alike = self._alike.get(self._start(stem), []) if word[:START] != stem[:START] else []
        same = (name for name in (*alike, *self._alike.get(self._start(word), ())) if self.forms.stem(name) == stem)
        return self.words.get(next(same, ""))

    def list_phrases(self, word: str) -> list[Phrase]:
        """The phrases that may begin with the word, the longest first."""
        return self._phrases.get(self._start(word), [])

    def fits(self, word: str, part: str) -> bool:
        """Whether a word of a text is that word of a phrase, in whatever form."""
        return word.startswith(part[:-1]) if part.endswith("*") else word == part or self.forms.stem(word) == self.forms.stem(part)

    def _start(self, word: str) -> str:
        return (self.forms.stem(word) if self.language == "ar" else word)[:START]

    def _add(self, entries: Mapping[str, Entry]) -> None:
        for name, entry in entries.items():
            parts = name.split()
            if len(parts) > 1:
                loose = next((at for at, part in enumerate(parts, 1) if part not in self.small), len(parts))
                self._phrases[self._start(parts[0].strip("*"))].append(Phrase(tuple(parts), entry, loose))
                self.known.update(part for part in parts if not part.endswith("*"))
            elif name.endswith("*"):
                self.beginnings[name[:-1]] = entry
            elif name.startswith("*"):
                self.endings[name[1:]] = entry
            else:
                self._add_word(name, entry)
        for phrases in self._phrases.values():
            phrases.sort(key=lambda phrase: (-len(phrase.parts), phrase.parts))

    def _add_word(self, name: str, entry: Entry) -> None:
        self.words[name] = entry
        self.known.add(name)
        self._alike[self._start(name)].append(name)
        if self.language == "ar" and name[0] in "ينت" and (verb := find_verb(name)):
            self.verbs.setdefault(verb, entry)


def weigh_words(labels: Mapping[str, Any]) -> dict[str, Entry]:
    """The entries of a language: a word that several themes name counts the square root less in each; a hint counts little everywhere."""
    named: dict[str, dict[str, float]] = defaultdict(dict)
    hinted: dict[str, set[str]] = defaultdict(set)
    for slug, label in labels.items():
        if isinstance(label, dict):
            for name in map(plain, label.get("words", ())):
                named[name][slug] = PHRASE if " " in name else WORD
            for name in map(plain, label.get("hints", ())):
                hinted[name].add(slug)
    for name in [name for name in named if name.endswith("*") and (name[:-1] in hinted or name[:-1] in named)]:
        named[name[:-1]] = named[name] | named.get(name[:-1], {})
    entries: dict[str, Entry] = {}
    for name in {*named, *hinted}:
        words = {slug: weight / len(named[name]) ** 0.5 for slug, weight in named.get(name, {}).items()}
        hints = {slug: HINT for slug in hinted.get(name, ()) if slug not in words}
        entries[name] = Entry(name, tuple(sorted({**words, **hints}.items())))
    return entries


def plain(name: str) -> str:
    """A word or phrase of the lists folded, with single spaces, and with its stars."""
    parts = name.replace("-", " ").replace("'", " ").replace("’", " ").split()
    return " ".join("*" * part.startswith("*") + fold(part.strip("*")) + "*" * (part.endswith("*") and part != "*") for part in parts)


def _read_denied(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    before, _, after = plain(text.replace("...", " | ")).partition("|")
    return tuple(before.split()), tuple(after.split())


@cache
def read_labels(language: str) -> dict[str, Any]:
    """The TOML file of one language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def read_common() -> dict[str, frozenset[str]]:
    """For each language the words that tell it, and that are never taken for a misspelling."""
    return {
        language: frozenset(word.text for text in read_labels(language)["common"] for word in split_words(text)) for language in LANGUAGES
    }


@cache
def read_never() -> tuple[tuple[str, ...], ...]:
    """Rows of words with which nothing is suggested, in whatever language the rest is."""
    return tuple(tuple(plain(text).split()) for language in LANGUAGES for text in read_labels(language)["never"])


@cache
def read_plain_words(language: str) -> dict[str, Entry]:
    """The single words of a language that tell a theme alone, by how they stand in its lists: enough for one that is mixed into another language."""
    entries = weigh_words(read_labels(language))
    return {name: entry for name, entry in entries.items() if entry.tells and " " not in name}


@cache
def read_lexicon(language: str) -> Lexicon:
    """The compiled words of one of LANGUAGES; the first call of a process takes a moment."""
    return Lexicon(language, read_labels(language))
