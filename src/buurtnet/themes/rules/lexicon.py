"""The words of one language compiled for look-up: single words, stems, beginnings and endings, phrases, and spellings close to them."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from buurtnet.kit.words import fold, split_words

FOLDER = Path(__file__).parents[1] / "labels"
STEMMERS = {"nl": "dutch", "fr": "french", "en": "english", "ar": "arabic"}
LANGUAGES = tuple(STEMMERS)
HINT, WORD, PHRASE = 0.4, 1.0, 1.4


class Entry(NamedTuple):
    """A word or phrase of the lists: the themes that name it and what it counts for each."""

    name: str
    weights: tuple[tuple[str, float], ...]


class Lexicon:
    """Everything by which texts in one language suggest themes."""

    def __init__(self, language: str, labels: Mapping[str, Any]) -> None:
        import snowballstemmer  # It reads every stemmer it has, half a second, which only who suggests a theme needs.

        self.language = language
        self._stemmer = snowballstemmer.stemmer(STEMMERS[language])
        self.common = frozenset(word.text for text in labels["common"] for word in split_words(text))
        self.words: dict[str, Entry] = {}
        self.stems: dict[str, Entry] = {}
        self.beginnings: dict[str, Entry] = {}
        self.endings: dict[str, Entry] = {}
        self.phrases: dict[str, list[tuple[tuple[str, ...], Entry]]] = defaultdict(list)
        self.known: set[str] = set()
        self.close: dict[str, list[str]] = defaultdict(list)
        self.never = self._read_never(labels["never"])
        self._add(_weigh(labels))
        self._add_spellings()

    def stem(self, word: str) -> str:
        """The stem of a folded word."""
        return self._stemmer.stemWord(word)

    def _read_never(self, texts: list[str]) -> list[tuple[str, ...]]:
        return [tuple(fold(part) for part in text.replace("'", " ").replace("-", " ").split()) for text in texts]

    def _add(self, entries: Mapping[str, Entry]) -> None:
        for name, entry in entries.items():
            parts = [word.text for word in split_words(name)]
            if len(parts) > 1:
                stems = tuple(self.stem(part) for part in parts)
                self.phrases[stems[0]].append((stems, entry))
                self.known.update(parts)
            elif name.endswith("*"):
                self.beginnings[parts[0]] = entry
            elif name.startswith("*"):
                self.endings[parts[0]] = entry
            else:
                self.words[parts[0]] = entry
        for word, entry in self.words.items():
            self.stems.setdefault(self.stem(word), entry)
        for phrases in self.phrases.values():
            phrases.sort(key=lambda phrase: -len(phrase[0]))
        self.known |= self.words.keys() | self.common

    def _add_spellings(self) -> None:
        names = [name for name, entry in self.words.items() if max(weight for _, weight in entry.weights) > HINT]
        for name in {*names, *self.beginnings}:
            if len(name) >= 5:
                for shorter in shorten(name):
                    self.close[shorter].append(name)


def _weigh(labels: Mapping[str, Any]) -> dict[str, Entry]:
    """The entries of a language: a word that several themes name counts the square root less in each; a hint counts little everywhere."""
    named: dict[str, dict[str, float]] = defaultdict(dict)
    hinted: dict[str, set[str]] = defaultdict(set)
    for slug, label in labels.items():
        if isinstance(label, dict):
            for name in label.get("words", ()):
                named[_plain(name)][slug] = PHRASE if len(split_words(name)) > 1 else WORD
            for name in label.get("hints", ()):
                hinted[_plain(name)].add(slug)
    for name in [name for name in named if name.endswith("*") and (name[:-1] in hinted or name[:-1] in named)]:
        named[name[:-1]] = named[name] | named.get(name[:-1], {})
    entries: dict[str, Entry] = {}
    for name in {*named, *hinted}:
        words = {slug: weight / len(named[name]) ** 0.5 for slug, weight in named.get(name, {}).items()}
        hints = {slug: HINT for slug in hinted.get(name, ()) if slug not in words}
        entries[name] = Entry(name, tuple(sorted({**words, **hints}.items())))
    return entries


def _plain(name: str) -> str:
    return " ".join(fold(name).split())


def shorten(word: str) -> Iterator[str]:
    """The word itself and without any one letter; from nine letters also without any two (words with a common one are close)."""
    yield word
    for drop in range(1, 2 if len(word) < 9 else 3):
        for places in combinations(range(len(word)), drop):
            yield "".join(sign for place, sign in enumerate(word) if place not in places)


@cache
def read_labels(language: str) -> dict[str, Any]:
    """The TOML file of one language."""
    return tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))


@cache
def read_common() -> dict[str, frozenset[str]]:
    """For each language the words that tell it."""
    return {
        language: frozenset(word.text for text in read_labels(language)["common"] for word in split_words(text)) for language in LANGUAGES
    }


@cache
def read_lexicon(language: str) -> Lexicon:
    """The compiled words of one of LANGUAGES; the first call of a process takes a moment."""
    return Lexicon(language, read_labels(language))
