"""Which entries of a lexicon the words of a text speak of."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from buurtnet.themes.rules.forms import find_past, find_verb, join_verbs
from buurtnet.themes.rules.lexicon import LANGUAGES, Entry, Lexicon, Phrase, read_plain_words
from buurtnet.themes.rules.spelling import SHORTEST

STEM, READING, COMPOUND, FUZZY, FOREIGN = 0.95, 0.9, 0.8, 0.75, 0.7
"""What a word counts that is found in another form, as against one that stands in the lists."""
GAP = 2
"""Other words that may stand between two words of a phrase."""
WITHIN = 6
"""Words that "no longer need" takes along."""


class Said(NamedTuple):
    """The folded words of a text, and for each the number of its clause."""

    words: list[str]
    clauses: list[int]


Found = dict[str, tuple[Entry, float]]
"""Entries by name, each with the share of its weight that counts."""


def find_entries(said: Said, lexicon: Lexicon) -> Found:
    """The entries that the words speak of, each once; words of a phrase do not count again, nor do those that are declined."""
    words = said.words
    found: Found = {}
    used = find_denied(said, lexicon)
    for at, word in enumerate(words):
        for phrase in lexicon.list_phrases(word):
            places = _find_places(words, at, phrase, lexicon)
            if places and not used.intersection(places):
                used.update(places)
                _keep(found, phrase.entry, 1.0)
                break
    for place, joined in join_verbs(words, said.clauses, lexicon.particles):
        if place not in used and (entry := _find_written(joined, lexicon) or lexicon.find_stem(joined) or _find_reading(joined, lexicon)):
            used.add(place)
            _keep(found, entry, 1.0)
    for at, word in enumerate(words):
        if at not in used:
            for entry, share in _find_word(word, lexicon):
                _keep(found, entry, share)
    return found


def _keep(found: Found, entry: Entry, share: float) -> None:
    if entry.name not in found or found[entry.name][1] < share:
        found[entry.name] = (entry, share)


def find_foreign(words: Sequence[str], lexicon: Lexicon) -> Found:
    """The entries of other languages for longer words that this one does not know: people mix."""
    found: Found = {}
    for word in words:
        if len(word) >= SHORTEST and word not in lexicon.known:
            for language in LANGUAGES:
                entries = read_plain_words(language) if language != lexicon.language else {}
                stretched = (f"{word[:length]}*" for length in range(len(word), SHORTEST - 1, -1))
                names = (word, word.removesuffix("s"), *stretched)
                if entry := next((entries[name] for name in names if name in entries), None):
                    _keep(found, entry, FOREIGN)
    return found


def find_denied(said: Said, lexicon: Lexicon) -> set[int]:
    """The places of the words that the text says it does not need, within their clause."""
    words, places = said.words, set[int]()
    for before, after in lexicon.denied:
        first = before or after
        for at in range(len(words)):
            if not _stands(words, at, first):
                continue
            start, end = at, at + len(first) + WITHIN
            if before and after:
                ends = (place for place in range(at + 1, min(at + WITHIN, len(words))) if _stands(words, place, after))
                end = next(ends, at - len(after)) + len(after)
            elif after:
                start, end = at - WITHIN, at + len(after)
            places.update(place for place in range(max(start, 0), min(end, len(words))) if said.clauses[place] == said.clauses[at])
    return places


def _stands(words: Sequence[str], at: int, parts: Sequence[str]) -> bool:
    return tuple(words[at : at + len(parts)]) == tuple(parts)


def _find_places(words: Sequence[str], at: int, phrase: Phrase, lexicon: Lexicon) -> list[int] | None:
    """Where the parts of a phrase stand from a place on; other words may stand between once a telling word is there."""
    if not lexicon.fits(words[at], phrase.parts[0]):
        return None
    places = [at]
    for number, part in enumerate(phrase.parts[1:], 1):
        ahead = range(places[-1] + 1, min(places[-1] + 2 + (GAP if number >= phrase.loose else 0), len(words)))
        following = next((place for place in ahead if lexicon.fits(words[place], part)), None)
        if following is None:
            return None
        places.append(following)
    return places


def _find_word(word: str, lexicon: Lexicon) -> Iterator[tuple[Entry, float]]:
    """What one word says: as it stands, in another form, as a compound, or misspelled."""
    if word in lexicon.small and word not in lexicon.words:
        return
    if entry := _find_written(word, lexicon):
        yield entry, 1.0
        if entry.tells or word in lexicon.known:
            return
    elif word in lexicon.known or word.isdigit():
        return
    elif entry := lexicon.find_stem(word):
        yield entry, STEM
        return
    elif entry := _find_reading(word, lexicon):
        yield entry, READING
        return
    if parts := list(_find_parts(word, lexicon)):
        yield from parts
    elif name := lexicon.spellings.find_close(word):
        yield lexicon.words.get(name) or lexicon.beginnings[name], FUZZY


def _find_written(word: str, lexicon: Lexicon) -> Entry | None:
    if entry := lexicon.words.get(word):
        return entry
    for length in range(len(word), 2, -1):
        if entry := lexicon.beginnings.get(word[:length]) or lexicon.endings.get(word[-length:]):
            return entry
    return None


def _find_reading(word: str, lexicon: Lexicon) -> Entry | None:
    readings = [word, *lexicon.forms.read(word)]
    for reading in readings[1:]:
        if reading in lexicon.small:
            return None
        if entry := _find_written(reading, lexicon) or lexicon.find_stem(reading):
            return entry
    verbs = (verb for reading in readings for verb in (find_verb(reading), find_past(reading)) if verb in lexicon.verbs)
    return lexicon.verbs.get(next(verbs, None) or "")


def _find_parts(word: str, lexicon: Lexicon) -> Iterator[tuple[Entry, float]]:
    """The parts of a Dutch compound, both of which must be known: its last part and, if it tells something, its first one."""
    if lexicon.language != "nl":
        return
    for cut in range(3, len(word) - 2):
        first, last = word[:cut], word[cut:]
        linked = (first.removesuffix(link) for link in ("", "s", "en", "e"))
        known = next((part for part in linked if len(part) >= 3 and part in lexicon.known), None)
        if known is not None and (entry := lexicon.words.get(last) or lexicon.beginnings.get(last) or lexicon.find_stem(last)):
            yield entry, COMPOUND
            if entry := lexicon.words.get(known):
                yield entry, COMPOUND
            return
