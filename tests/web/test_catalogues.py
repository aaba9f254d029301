"""Every text that people see stands in every catalogue, with its placeholders, its plural forms and in short sentences."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import buurtnet
from buurtnet.web.language import BY_CODE, LANGUAGES, LOCALES, ngettext, speaking

ROOT = Path(buurtnet.__file__).parent
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2), "Wrong": (1,)}
TRANSLATED = [language.code for language in LANGUAGES if language.code != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
SENTENCE = re.compile(r"(?<=[.!?:;…؟؛])[”“»\"’)]*\s+|\n+")
"""Where a sentence ends, in all scripts of the screens: a colon and what follows it are read apart."""
WORD = re.compile(r"\w")
FEW = 3
"""Numbers below it may stand as words, or as the two of Arabic."""


@cache
def texts() -> set[Any]:
    """The msgids of the sources, by the mapping of pyproject.toml; plural ones as pairs."""
    mappings = tomllib.loads((ROOT.parent.parent / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    options = {one["pattern"]: {key: value for key, value in one.items() if key not in ("pattern", "method")} for one in mappings}
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if message}


@cache
def read_catalogue(code: str) -> Catalog:
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


def parts(message: Any) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def said_in(code: str) -> Iterator[str]:
    """Every text of the language, each plural form by itself."""
    for message in texts():
        entry = read_catalogue(code).get(message) if code != "en" else None
        yield from parts(entry.string if entry else message)


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_complete(code: str) -> None:
    missing = []
    for message in texts():
        entry = read_catalogue(code).get(message)
        said = parts(entry.string) if entry else ()
        if not said or not all(said) or entry.fuzzy:
            missing.append(message)
    assert sorted(missing, key=str) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_are_those_of_the_text(code: str) -> None:
    for entry in read_catalogue(code):
        if entry.id:
            wanted = sorted(PLACEHOLDER.findall(parts(entry.id)[0]))
            for form in parts(entry.string):
                used = PLACEHOLDER.findall(form)
                assert set(used) <= set(PLACEHOLDER.findall(" ".join(parts(entry.id)))), (entry.id, form)
                assert isinstance(entry.id, tuple) or sorted(used) == wanted, (entry.id, form)


@pytest.mark.parametrize("code", BY_CODE)
def test_every_number_up_to_200_has_a_form_of_its_plural(code: str) -> None:
    """The form for each number is the one CLDR says, is filled in, and names the number where it is more than a few."""
    categories = Locale.parse(BY_CODE[code].locale).plural_form
    several = [message for message in texts() if not isinstance(message, str)]
    assert several
    for one, many in several:
        said: dict[str, set[str]] = {}
        with speaking(code):
            for number in range(201):
                values = dict.fromkeys(PLACEHOLDER.findall(one + many), number)
                form = ngettext(one, many, number, **values)
                assert form.strip() and "%(" not in form, (number, form)
                assert number < FEW or str(number) in form, (number, form)
                said.setdefault(categories(number), set()).add(form.replace(str(number), "#"))
        assert {category: len(forms) for category, forms in said.items()} == dict.fromkeys(said, 1), one


@pytest.mark.parametrize("code", BY_CODE)
def test_sentences_are_short(code: str) -> None:
    """Twelve words on average and never over twenty, in each language as it ends its sentences (interface.md)."""
    lengths, long = [], []
    for text in said_in(code):
        for sentence in SENTENCE.split(text):
            words = sum(bool(WORD.search(word)) for word in sentence.split())
            lengths.append(words)
            if words > 20:
                long.append(sentence)
    assert sorted(long) == []
    assert sum(lengths) / len(lengths) <= 12


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_the_english_text(code: str) -> None:
    """Two sentences are never the same in two languages; single words may be ("code")."""
    english = [entry.id for entry in read_catalogue(code) if entry.string == entry.id and len(parts(entry.id)[0].split()) >= 3]
    assert [text for text in english if re.sub(r"%\(\w+\)s|\W", "", parts(text)[0])] == []
