"""Rules about what people do: how often the same words were said, how many people somebody talks to, how new somebody is."""

from collections.abc import Sequence

from buurtnet.kit.words import split_words
from buurtnet.screening.rules.kinds import BEHAVIOURS
from buurtnet.screening.schemas import Flag, Rule, Subject

TRIAL = 2
"""With how many posts on trial people begin."""
FEWEST_WORDS = 10
"""Shorter texts are the same by chance: many people look for "somebody who helps me move"."""


def say_plainly(text: str) -> str | None:
    """The words of the text by which it is known again, whatever its accents, capitals and signs; None where they are too few."""
    words = [word.text for word in split_words(text)]
    return " ".join(words) if len(words) >= FEWEST_WORDS else None


def is_new(on_trial: int, first: int) -> bool:
    """Whether a post with so many still on trial is one of the author's first ones."""
    return on_trial > TRIAL - first


def see_behaviour(what: Subject, rules: Sequence[Rule], *, places: int) -> list[Flag]:
    """What the rules about behaviour and themes see; `places` is where the same words stand, this one among them."""
    return [Flag(kind=rule.kind, rule_id=rule.id, start=0, end=0, leads_to=rule.leads_to) for rule in rules if _holds(rule, what, places)]


def _holds(rule: Rule, what: Subject, places: int) -> bool:
    if rule.kind == "theme":
        return rule.pattern == what.theme
    if rule.most is None or BEHAVIOURS.get(rule.kind) != rule.pattern:
        return False
    match rule.kind:
        case "newcomer":
            return is_new(what.on_trial, rule.most)
        case "same":
            return places >= rule.most
        case _:
            return what.contacts > rule.most


def count_first(rules: Sequence[Rule]) -> int:
    """How many of a newcomer's first posts are looked at; 0 where that rule rests."""
    return next((rule.most for rule in rules if rule.kind == "newcomer" and rule.most is not None), 0)
