"""Names that sound alike, in whatever script and spelling they were written down."""

import re
from functools import lru_cache

from anyascii import anyascii

APART = re.compile(r"[\s.,_-]+")
VOWELS = frozenset("aeiouyw")
SOUNDS = (
    ("sch", "s"),
    ("ch", "s"),
    ("sh", "s"),
    ("ph", "f"),
    ("kh", "k"),
    ("gh", "g"),
    ("th", "t"),
    ("dh", "d"),
    ("dj", "j"),
    ("ck", "k"),
    ("qu", "k"),
    ("x", "ks"),
)
"""Spellings of one sound, the longer ones first."""
LETTERS = str.maketrans("qvz", "kfs")


@lru_cache(maxsize=65_536)
def sound_of(name: str) -> str:
    """The consonants of the name's first word as they sound, with an "a" for a vowel that begins it: Mohammed, Muhamad and محمد are one."""
    word = _spell(name)[0]
    for written, sound in SOUNDS:
        word = word.replace(written, sound)
    word = re.sub("c(?=[eiy])", "s", word).replace("c", "k").translate(LETTERS)
    first = "j" if word[:1] == "y" else "a" if word[:1] in tuple("aeiou") else word[:1]
    rest = "".join(sign for sign in word[1:] if sign not in VOWELS)
    heard = re.sub(r"(.)\1+", r"\1", first + rest)
    return heard.removesuffix("h") if len(heard) > 2 else heard


def sounds_alike(one: str, other: str) -> bool:
    """Whether the two may be the name of one person: a second name tells them apart where both have one, and so does the first vowel where both are
    written with vowels (Hassan, Hussein)."""
    heard = sound_of(one)
    if not heard or heard != sound_of(other):
        return False
    mine, theirs = _spell(one), _spell(other)
    if _is_latin(one) and _is_latin(other):
        short = len(heard) < 3 and _begin(mine[0]) != _begin(theirs[0])
        if short or _is_dark(mine[0]) != _is_dark(theirs[0]):
            return False
    return len(mine) == 1 or len(theirs) == 1 or mine[1][:1] == theirs[1][:1]


@lru_cache(maxsize=65_536)
def _spell(name: str) -> tuple[str, ...]:
    """The words of the name in plain small letters; an ayin or hamza that begins one is the vowel that is spoken."""
    words = (re.sub("[^a-z]", "", re.sub("^['`]+", "a", word)) for word in APART.split(anyascii(name.strip()).lower()))
    return tuple(re.sub("^ou(?=[aeiouy])", "w", word) for word in words if word) or ("",)


def _begin(word: str) -> str:
    return word[:2].replace("y", "i")


def _is_dark(word: str) -> bool:
    """Whether the first vowel is an o or u."""
    found = re.search("[aeiou]", word)
    return found is not None and found[0] in "ou"


def _is_latin(name: str) -> bool:
    return all(ord(sign) < 0x250 for sign in name if sign.isalpha())
