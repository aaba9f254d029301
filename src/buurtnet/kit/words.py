"""The words of a text, folded so that spellings compare, with their places in the original."""

import re
import unicodedata
from typing import NamedTuple

INVISIBLE = "\u00ad\u0640\u200b-\u200f\u2060\ufeff"
"""Soft hyphens, stretched Arabic, zero-width signs: inside a word they are no part of it."""
MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670"
WORD = re.compile(f"(?:[^\\W_]|[{INVISIBLE}{MARKS}])+")
LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ة": "ه", "ى": "ي", "ک": "ك", "ی": "ي", "ـ": None})


class Word(NamedTuple):
    """A folded word and where it stands in the text it was taken from."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """The text in small letters without accents and invisible signs, Arabic letters in one form."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(sign for sign in apart if unicodedata.category(sign) not in ("Mn", "Cf"))
    return kept.translate(LETTERS)


def split_words(text: str) -> list[Word]:
    """The folded words of a text in order; signs between them are left out."""
    words = (Word(fold(found.group()), found.start(), found.end()) for found in WORD.finditer(text))
    return [word for word in words if word.text]
