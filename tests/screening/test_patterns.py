"""The pattern language, and that reading takes time in proportion to the text."""

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest

from buurtnet.kit.words import fold, split_words
from buurtnet.screening.rules.detectors import PATTERNS
from buurtnet.screening.rules.patterns import Patterns, PatternUnreadable, read_pattern, read_words
from buurtnet.screening.rules.screening import screen
from tests.screening.test_screening import RULES


def found(pattern: str, text: str) -> list[str]:
    words, ends = read_words(text)
    return [text[start:end] for start, end, _ in Patterns([(pattern, None)]).find(words, ends)]


@pytest.mark.parametrize(
    ("pattern", "text", "places"),
    [
        ("sleutel", "de Sleutel!", ["Sleutel"]),
        ("sleutel", "sleutels", []),
        ("zelfmoord*", "zelfmoordgedachten", ["zelfmoordgedachten"]),
        ("*straat #", "Kerkstraat 12b", ["Kerkstraat 12b"]),
        ("*straat #", "Kerkstraat 12345", []),
        ("wil|wou dood", "wou dood, wil dood", ["wou dood", "wil dood"]),
        ("man _ slaat", "mijn man soms slaat", ["man soms slaat"]),
        ("man _ slaat", "mijn man slaat", []),
        ("man ... slaat", "man slaat. man die heel vaak slaat", ["man slaat", "man die heel vaak slaat"]),
        ("man ... slaat", "man die mij heel vaak slaat", []),
        ("man ... slaat", "mijn man. Hij slaat", []),
        ("besoin d argent", "BESOIN D’ARGENT", ["BESOIN D’ARGENT"]),
    ],
)
def test_patterns(pattern: str, text: str, places: list[str]) -> None:
    assert found(pattern, text) == places


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "...",
        "... a",
        "a ...",
        "_ a",
        "a*",
        "*",
        "a ... b ... c ... d",
        "een twee drie vier vijf zes zeven acht negen",
        "d'argent",
        "a-b",
        "_man",
    ],
)
def test_patterns_that_could_take_long_or_say_nothing_are_refused(pattern: str) -> None:
    with pytest.raises(PatternUnreadable):
        read_pattern(pattern)


def test_letters_apart_are_read_together() -> None:
    assert found("dood", "d.o.o.d") == ["d.o.o.d"]
    assert [word.text for word in read_words("t-e-s-t is a b c")[0]] == ["test", "is", "a", "b", "c"]
    assert [word.text for word in read_words("12 b3l 4 z3lf")[0]] == ["12", "b3l", "4", "zelf"]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ÉCOLE", "ecole"),
        ("Œuvre", "oeuvre"),
        ("STRASSE ß", "strasse ss"),
        ("ﬁets", "fiets"),
        ("أُمِّي", "امي"),
        ("مدرسة", "مدرسه"),
        ("ｗｈａｔｓ", "whats"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_words_keep_their_places() -> None:
    text = "👍 l'École, \u200bnaar_school"
    assert [(word.text, text[word.start : word.end]) for word in split_words(text)] == [
        ("l", "l"),
        ("ecole", "École"),
        ("naar", "\u200bnaar"),
        ("school", "school"),
    ]


HOSTILE = [
    "wil ",
    "man man ",
    "a.",
    "aaaaaaaaaa",
    "0475 12 34 56 ",
    "1",
    "1 2 3 ",
    "nul vier ",
    "a@",
    "a@a.",
    "@a ",
    "x.be/",
    "http://",
    "BE68 ",
    "12 a ",
    "rue ",
    "((((",
    "€1",
    ". ",
    "\u0301",
    "إ",
    "zelfmoord ",
    "wil liever ",
]


def count_steps(work: Callable[[], Any]) -> int:
    """Lines of Python that the work runs."""
    steps = 0

    def count(frame: object, event: str, argument: object) -> Any:
        nonlocal steps
        steps += 1
        return count

    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(None)
    return steps


@pytest.mark.parametrize("piece", HOSTILE)
def test_twice_the_text_takes_at_most_about_twice_the_steps(piece: str) -> None:
    short, long = piece * (1000 // len(piece)), piece * (4000 // len(piece))
    screen("warm", "nl", RULES)
    once, four_times = (count_steps(lambda text=text: screen(text, "nl", RULES)) for text in (short, long))
    assert four_times <= 6 * once + 2000


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_huge_text_is_read_and_few_flags_are_kept(piece: str) -> None:
    flags = screen(piece * (100_000 // len(piece)), "nl", RULES)
    assert len(flags) <= 20 * len({flag.kind for flag in flags})


def widest(tree: Any) -> int:
    """The largest number of repetitions that a parsed expression allows anywhere."""
    most = 0
    for operation, argument in tree:
        if str(operation) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            most = max(most, int(argument[1]), widest(argument[2]))
        elif str(operation) == "BRANCH":
            most = max([most, *(widest(branch) for branch in argument[1])])
        elif str(operation) == "SUBPATTERN":
            most = max(most, widest(argument[3]))
        elif str(operation) in ("ASSERT", "ASSERT_NOT"):
            most = max(most, widest(argument[1]))
    return most


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.pattern[:20])
def test_every_repetition_of_a_detector_is_bounded(pattern: re.Pattern[str]) -> None:
    from re import _parser  # type: ignore[attr-defined]

    assert widest(_parser.parse(pattern.pattern)) <= 500
