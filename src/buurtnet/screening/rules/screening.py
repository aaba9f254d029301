"""Reading a text by the rules: what a worker should look at, where, and why."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice

from buurtnet.kit.words import Word
from buurtnet.screening.rules.detectors import DETECTORS
from buurtnet.screening.rules.kinds import WORDED
from buurtnet.screening.rules.patterns import Patterns, read_words
from buurtnet.screening.schemas import Flag, LeadsTo, Rule

Places = dict[tuple[int, int], Rule]
MOST = 20
"""Flags of one kind that are kept: a worker who sees twenty needs no more."""

STRONGER = {"identity": frozenset(("contact", "money")), "link": frozenset(("app",)), "contact": frozenset(("link", "app"))}
"""A place seen as this kind is not also seen as those kinds inside it: an account number is no phone number."""


class RuleBook:
    """Rules compiled for reading texts."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._patterns = Patterns([(rule.pattern, rule) for rule in rules if rule.kind in WORDED and not rule.pattern.startswith("<")])
        self._detected = [rule for rule in rules if rule.pattern in DETECTORS]

    def see(self, text: str, region: str) -> Iterator[tuple[int, int, Rule]]:
        """Every place that a rule sees, allowed uses too."""
        words, ends = read_words(text)
        yield from self._patterns.find(words, ends)
        for rule in self._detected:
            yield from self._detect(rule, text, words, region)

    def _detect(self, rule: Rule, text: str, words: Sequence[Word], region: str) -> Iterator[tuple[int, int, Rule]]:
        for start, end in islice(DETECTORS[rule.pattern](text, words, region), MOST):
            yield start, end, rule


@lru_cache(maxsize=16)
def compile_rules(rules: tuple[Rule, ...]) -> RuleBook:
    """The rules ready for reading; the same rules are compiled once."""
    return RuleBook(rules)


def screen(text: str, language: str, rules: Sequence[Rule], *, region: str = "BE") -> list[Flag]:
    """What the rules of all languages see in the text, by place; the said language comes first where two say the same.

    Whatever language was said, the text may be in another one, so every rule is read. `region` is the country of telephone numbers without prefix.
    """
    harmless: dict[str, Places] = defaultdict(dict)
    seen: dict[str, Places] = defaultdict(dict)
    for start, end, rule in compile_rules(tuple(rules)).see(text, region):
        if rule.leads_to is LeadsTo.ALLOWED:
            harmless[rule.kind][start, end] = rule
        elif (start, end) not in seen[rule.kind] or rule.language == language:
            seen[rule.kind][start, end] = rule
    places = {kind: _outermost(_unexcused(found, harmless[kind])) for kind, found in seen.items()}
    for kind, weaker in STRONGER.items():
        for other in weaker & places.keys():
            places[other] = _outside(places[other], places.get(kind, {}))
    flags = [
        Flag(kind=rule.kind, rule_id=rule.id, start=place[0], end=place[1], leads_to=rule.leads_to)
        for found in places.values()
        for place, rule in islice(sorted(found.items()), MOST)
    ]
    return sorted(flags, key=lambda flag: (flag.start, flag.end, flag.kind))


def _outside(found: Places, covers: Places) -> Places:
    """The places that lie inside none of the covers."""
    return _uncovered(found, covers, lambda place: place[0])


def _unexcused(found: Places, harmless: Places) -> Places:
    """The places whose last word is no part of a harmless use: in "he beats me at chess" the use begins behind "he"."""
    return _uncovered(found, harmless, lambda place: place[1] - 1)


def _uncovered(found: Places, covers: Places, from_sign: Callable[[tuple[int, int]], int]) -> Places:
    """The places without a cover that begins at the sign or before and ends at the place's end or behind; in one pass over both."""
    kept: Places = {}
    starts = sorted(covers)
    at, furthest = 0, -1
    for place in sorted(found, key=from_sign):
        while at < len(starts) and starts[at][0] <= from_sign(place):
            furthest = max(furthest, starts[at][1])
            at += 1
        if furthest < place[1]:
            kept[place] = found[place]
    return kept


def _outermost(found: Places) -> Places:
    """The places of one kind that lie inside no other place of it."""
    kept: Places = {}
    furthest = -1
    for place in sorted(found, key=lambda place: (place[0], -place[1])):
        if place[1] > furthest:
            kept[place] = found[place]
            furthest = place[1]
    return kept
