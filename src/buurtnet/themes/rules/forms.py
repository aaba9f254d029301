"""How the words of one language vary: their stems, what is written on to them, and the parts they are made of. Words come folded."""

import re
from collections.abc import Iterator
from functools import lru_cache

from Stemmer import Stemmer

from buurtnet.kit.words import fold

STEMMERS = {"nl": "dutch", "fr": "french", "en": "english", "ar": "arabic", "tr": "turkish"}
TWICE = re.compile(r"([b-df-hj-np-tv-z])\1+")
ELIDED = re.compile(r"(?:[ldjmnstc]|qu|jusqu|lorsqu)(?=[aeiouyh])")
SMALL = re.compile(r"(?:e|s)?ke(?:n|s)?$")
ARABIC = re.compile("[\u0621-\u064a]")
ARTICLES = ("وبال", "وال", "بال", "كال", "فال", "عال", "هال", "ولل", "لل", "ال")
ENDINGS = ("تها", "تنا", "ها", "ان", "ات", "ون", "ين", "يه", "تي", "ته", "نا", "كم", "هم", "ه", "ي")
PERSONS = re.compile("^(?:[وف])?(?:راح|رح|غاد|غا|ها|[سبكهد])?[ايتن](?=...)")
PERSONAL = re.compile("(?<=...)(?:(?:ون|وا|ين|نا|تو|ت|و)?(?:لي|لك|له|لها|لنا|لكم|لهم|ني|ك|ه|ها|نا|كم|هم)?ش?)$")
HARDER = {"b": "p", "d": "t", "g": "k"}


class Forms:
    """The forms of words in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._stemmer = Stemmer(STEMMERS[language])
        self.stem = lru_cache(maxsize=20_000)(self._stem)

    def _stem(self, word: str) -> str:
        if ARABIC.search(word):
            return stem_arabic(word)
        if self.language == "tr":
            stem = fold(self._stemmer.stemWord(restore_harmony(word)))
            stem = stem[:-1] if len(stem) > 3 and stem[-1] in "aeiou" else stem
            return stem[:-1] + HARDER.get(stem[-1:], stem[-1:])
        return TWICE.sub(r"\1", self._stemmer.stemWord(word))

    def read(self, word: str) -> Iterator[str]:
        """Other readings of a word that is not known as it stands, likeliest first: shorter ones mostly."""
        if self.language == "fr" and (found := ELIDED.match(word)) and len(word) - found.end() >= 4:
            yield word[found.end() :]
        elif self.language == "ar" and len(word) >= 4 and word[0] in "بلفك":
            yield word[1:]
        elif self.language == "nl":
            if len(word) >= 5 and word.endswith(("t", "d")):
                yield word[:-1]
            if len(word) >= 6 and (found := SMALL.search(word)):
                yield word[: found.start()]
                yield word[: found.start()] + "je"


def stem_arabic(word: str) -> str:
    """The word without article, the small words before it, and endings of number, gender and owner (the light stemming of Larkey)."""
    for article in ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            word = word[len(article) :]
            break
    else:
        word = word[1:] if len(word) >= (6 if word[0] == "ب" else 5) and word[0] in "وب" else word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def find_verb(word: str) -> str | None:
    """The bare verb in an Arabic form of the present (with what dialects set before it), without who does it and to whom; else None."""
    found = PERSONS.match(word)
    return PERSONAL.sub("", word[found.end() :], count=1) if found else None


def find_past(word: str) -> str:
    """The bare verb in an Arabic form of the past, if it is one."""
    return PERSONAL.sub("", word.removeprefix("ما"), count=1)


def restore_harmony(word: str) -> str:
    """A folded Turkish word with the vowels that harmony asks for, as the stemmer knows them: the same one for every way of typing it."""
    back = next((sign == "a" for sign in word if sign in "ae"), "i" not in word)
    signs: list[str] = []
    for sign in word:
        if sign in "ae":
            back = sign == "a"
        signs.append({"i": "ı", "u": "u", "o": "o"}.get(sign, sign) if back else {"u": "ü", "o": "ö"}.get(sign, sign))
    return "".join(signs)


def join_verbs(words: list[str], clauses: list[int], particles: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Separable verbs put together again, with the place of their verb: "haalt ... op" is ophaalt, "op te halen" is ophalen."""
    for at, particle in enumerate(words):
        if particle not in particles:
            continue
        if words[at + 1 : at + 2] == ["te"] and at + 2 < len(words):
            yield at + 2, particle + words[at + 2]
        for place in range(at - 1, max(at - 10, -1), -1):
            if clauses[place] != clauses[at]:
                break
            if len(words[place]) >= 4:
                yield place, particle + words[place]
