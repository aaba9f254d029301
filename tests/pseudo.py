"""Two languages that nobody speaks, made of the texts of the sources: each text stands in ⟦ ⟧ and is two fifths longer than the English one.

What stands on a page outside these marks was never translated; and where such a page still fits a small phone, so will a real language.
`xl` is written from left to right, `xr` from right to left in Arabic letters. A catalogue and an entry in the list are all that a language
needs, and all that these have.
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from buurtnet.web import language
from buurtnet.web.language import LANGUAGES, LOCALES, Language
from tests.web.test_catalogues import PLACEHOLDER, TRANSLATED, read_catalogue

LONGER = 0.4
PSEUDO = (
    Language(code="xl", name="Ꞁoŋǝr", locale="en_GB"),
    Language(code="xr", name="طويل", locale="en_GB", dir="rtl"),
)
MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
WORD = re.compile(r"%\(\w+\)s|\w+")
LETTERS = str.maketrans(dict(zip("abcdefghijklmnopqrstuvwxyz", "ابتثجحخدذرزسشصضطظعغفقكلمنه", strict=True)))


def lengthen(text: str, code: str = "xl") -> str:
    """The text between marks, every word of it longer by two fifths; placeholders stay."""

    def longer(found: re.Match[str]) -> str:
        word = found[0]
        if PLACEHOLDER.fullmatch(word):
            return word
        more = word + word[-1] * -int(-len(word) * LONGER // 1)
        return more.lower().translate(LETTERS) if code == "xr" else more

    return f"⟦{WORD.sub(longer, text)}⟧"


def unmarked(text: str) -> str:
    """What of the text stands outside marks, marks within marks read as one."""
    before = ""
    while before != text:
        before, text = text, MARKED.sub(" ", text)
    return text


def write_catalogue(folder: Path, code: str) -> None:
    """The catalogue of a made-up language in the folder, as one stands under `web/locales`: of the texts of another one, which has them all
    (`tests/web/test_catalogues.py`); the sources are read a hundred times as long."""
    made = Catalog(locale="en", charset="utf-8")
    for message in (entry.id for entry in read_catalogue(TRANSLATED[0]) if entry.id):
        one, *many = (message,) if isinstance(message, str) else message
        made.add(message, tuple(lengthen(form, code) for form in (one, *many)) if many else lengthen(one, code))
    source = folder / code / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    with source.open("wb") as file:
        write_po(file, made)


@contextmanager
def spoken(folder: Path) -> Generator[None]:
    """Within the block the application of this process speaks the made-up languages too; no reader can choose them from the list."""
    for code in (one.code for one in LANGUAGES):
        if (LOCALES / code).exists():
            (folder / code).symlink_to(LOCALES / code)
    for one in PSEUDO:
        write_catalogue(folder, one.code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "LOCALES", folder)
        for one in PSEUDO:
            patch.setitem(language.BY_CODE, one.code, one)
            language.catalogue.cache_clear()
        yield
    language.catalogue.cache_clear()
