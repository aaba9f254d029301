"""The pattern language of rules: words in order, looked up by their first word, in time proportional to the text.

A pattern is a row of elements with spaces between them:
  word        this word, whatever its accents and capitals       word*  *word   any word that begins, or ends, so
  one|other   one of these                                       _              any one word
  #           a number as houses have them (12, 12a)             ...            up to three words of the same sentence
The first element is one of words or `#`; a pattern has at most two `...` and eight elements. So a place in the text is tried against few
patterns and each in a bounded number of steps.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Generic, NamedTuple, TypeVar

from buurtnet.kit.words import Word, fold, split_words

T = TypeVar("T")
MOST_ELEMENTS, MOST_GAPS, GAP = 8, 2, 3
LONGEST_AFFIX, SHORTEST_AFFIX = 24, 2
ENDS = frozenset(".!?؟…\n")
LEET = str.maketrans("013457", "oieast")


class Element(NamedTuple):
    """One place of a pattern; `gap` lets words stand before it, `free` takes any word."""

    words: frozenset[str]
    begins: tuple[str, ...]
    ends: tuple[str, ...]
    number: bool
    gap: bool
    free: bool

    def takes(self, word: str) -> bool:
        """Whether the folded word may stand here."""
        if self.free or word in self.words:
            return True
        return (self.number and is_house_number(word)) or word.startswith(self.begins) or word.endswith(self.ends)


class PatternUnreadable(ValueError):
    """A pattern that is not in the language above."""


def read_pattern(pattern: str) -> tuple[Element, ...]:
    """The elements of a pattern; refuses one that could take long or says nothing."""
    parts = pattern.split()
    gaps = parts.count("...")
    elements: list[Element] = []
    for place, part in enumerate(parts):
        if part != "...":
            elements.append(_read_element(part, gap=place > 0 and parts[place - 1] == "..."))
    if not elements or len(elements) > MOST_ELEMENTS or gaps > MOST_GAPS or parts[0] in ("...", "_") or parts[-1] == "...":
        raise PatternUnreadable(pattern)
    return tuple(elements)


def _read_element(part: str, *, gap: bool) -> Element:
    choices = part.split("|")
    begins = tuple(fold(choice[:-1]) for choice in choices if choice.endswith("*"))
    ends = tuple(fold(choice[1:]) for choice in choices if choice.startswith("*"))
    words = frozenset(fold(choice) for choice in choices if "*" not in choice and choice not in ("#", "_"))
    if any(not SHORTEST_AFFIX <= len(affix) <= LONGEST_AFFIX for affix in begins + ends) or "" in words:
        raise PatternUnreadable(part)
    if any([found.text for found in split_words(word)] != [word] for word in words.union(begins, ends)):
        raise PatternUnreadable(part)
    return Element(words, begins, ends, "#" in choices, gap, part == "_")


def is_house_number(word: str) -> bool:
    """Whether the word is a number of at most four digits, perhaps with one letter."""
    digits = word[:-1] if len(word) > 1 and word[-1].isalpha() else word
    return len(digits) <= 4 and digits.isdecimal()


class Patterns(Generic[T]):
    """Many patterns, each with what it stands for, found together in one pass over the words."""

    def __init__(self, patterns: Sequence[tuple[str, T]]) -> None:
        self._words: dict[str, list[tuple[tuple[Element, ...], T]]] = defaultdict(list)
        self._begins: dict[str, list[tuple[tuple[Element, ...], T]]] = defaultdict(list)
        self._ends: dict[str, list[tuple[tuple[Element, ...], T]]] = defaultdict(list)
        self._numbers: list[tuple[tuple[Element, ...], T]] = []
        for pattern, meaning in patterns:
            self._add(read_pattern(pattern), meaning)

    def _add(self, elements: tuple[Element, ...], meaning: T) -> None:
        first = elements[0]
        for table, keys in ((self._words, first.words), (self._begins, first.begins), (self._ends, first.ends)):
            for key in keys:
                table[key].append((elements, meaning))
        if first.number:
            self._numbers.append((elements, meaning))

    def find(self, words: Sequence[Word], last_of_sentence: Sequence[bool]) -> Iterator[tuple[int, int, T]]:
        """The places (start, end in the text) where a pattern stands, with its meaning, in the order of their first word."""
        for at, word in enumerate(words):
            for elements, meaning in self._starting_with(word.text):
                last = _match(words, last_of_sentence, elements, at)
                if last is not None:
                    yield word.start, words[last].end, meaning

    def _starting_with(self, word: str) -> Iterator[tuple[tuple[Element, ...], T]]:
        yield from self._words.get(word, ())
        for length in range(SHORTEST_AFFIX, min(len(word), LONGEST_AFFIX) + 1):
            yield from self._begins.get(word[:length], ())
            yield from self._ends.get(word[-length:], ())
        if self._numbers and is_house_number(word):
            yield from self._numbers


def _match(words: Sequence[Word], last_of_sentence: Sequence[bool], elements: tuple[Element, ...], at: int, done: int = 1) -> int | None:
    """The place of the last word where the elements after the first `done` stand behind the word `at`, or None."""
    if done == len(elements):
        return at
    element = elements[done]
    for skipped in range(GAP + 1 if element.gap else 1):
        place = at + 1 + skipped
        if place >= len(words) or (element.gap and last_of_sentence[place - 1]):
            return None
        if element.takes(words[place].text) and (last := _match(words, last_of_sentence, elements, place, done + 1)) is not None:
            return last
    return None


def read_words(text: str) -> tuple[list[Word], list[bool]]:
    """The words of a text, letters that were spelled apart (s.o.s.o) joined, digits in words read as letters; and which end a sentence."""
    words = [Word(_read_leet(word.text), word.start, word.end) for word in _join_letters(text, split_words(text))]
    ends = [not ENDS.isdisjoint(text[one.end : other.start]) for one, other in pairwise(words)]
    return words, [*ends, True]


def _read_leet(word: str) -> str:
    if word.isalpha() or word.isdecimal() or is_house_number(word):
        return word
    letters = sum(sign.isalpha() for sign in word)
    return word.translate(LEET) if letters >= 3 and letters * 2 > len(word) else word


def _join_letters(text: str, words: Sequence[Word]) -> Iterator[Word]:
    """The words, where four or more single letters stand with one sign between them as one word."""
    run: list[Word] = []
    for word in words:
        apart = word.start - run[-1].end if run else 0
        if len(word.text) == 1 and word.text.isalpha() and (not run or apart == 1):
            run.append(word)
            continue
        yield from _joined(run)
        run = [word] if len(word.text) == 1 and word.text.isalpha() else []
        if not run:
            yield word
    yield from _joined(run)


def _joined(run: Sequence[Word]) -> Iterator[Word]:
    if len(run) >= 4:
        yield Word("".join(word.text for word in run), run[0].start, run[-1].end)
    else:
        yield from run
