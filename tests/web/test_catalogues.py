"""Every text that people see stands in every catalogue, with its placeholders."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import buurtnet
from buurtnet.web.language import LANGUAGES, LOCALES

ROOT = Path(buurtnet.__file__).parent
KEYWORDS = {"N_": None, "_": None, "gettext": None, "ngettext": (1, 2), "Wrong": (1,)}
TRANSLATED = [language.code for language in LANGUAGES if language.code != "en"]
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@cache
def texts() -> set[Any]:
    """The msgids of the sources, by the mapping of pyproject.toml; plural ones as pairs."""
    mappings = tomllib.loads((ROOT.parent.parent / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    options = {one["pattern"]: {key: value for key, value in one.items() if key not in ("pattern", "method")} for one in mappings}
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found if message}


def parts(message: Any) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_catalogue_is_complete(code: str) -> None:
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    missing = []
    for message in texts():
        entry = catalogue.get(message)
        said = parts(entry.string) if entry else ()
        if not said or not all(said) or entry.fuzzy:
            missing.append(message)
    assert sorted(missing, key=str) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_placeholders_are_those_of_the_text(code: str) -> None:
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    for entry in catalogue:
        if entry.id:
            wanted = set(PLACEHOLDER.findall(" ".join(parts(entry.id))))
            for form in parts(entry.string):
                used = set(PLACEHOLDER.findall(form))
                assert used <= wanted, (entry.id, form)
                assert isinstance(entry.id, tuple) or used == wanted, (entry.id, form)


def test_sentences_are_short() -> None:
    """Twelve words on average and never over twenty, in English as in the others (interface.md)."""
    lengths = []
    for message in texts():
        for sentence in re.split(r"(?<=[.?!:])\s+", parts(message)[0]):
            words = len(sentence.split())
            lengths.append(words)
            assert words <= 20, sentence
    assert sum(lengths) / len(lengths) <= 12
