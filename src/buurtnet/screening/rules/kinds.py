"""The kinds of rules: what each is called, why it is looked at, and what it may lead to."""

from collections.abc import Mapping

from buurtnet.kit.text import N_
from buurtnet.screening.schemas import LeadsTo

NAMES: Mapping[str, str] = {
    "contact": N_("Number or address"),
    "link": N_("Link"),
    "identity": N_("Identity or bank number"),
    "money": N_("Money"),
    "app": N_("Another app"),
    "address": N_("Street and number"),
    "children": N_("Children"),
    "overnight": N_("Staying overnight"),
    "keys": N_("Keys"),
    "bank": N_("Bank"),
    "papers": N_("Papers"),
    "illness": N_("Health"),
    "suicide": N_("Danger: suicide"),
    "violence": N_("Danger: violence"),
    "child": N_("Danger: a child"),
    "newcomer": N_("First messages"),
    "same": N_("Same text in many places"),
    "contacts": N_("Many new contacts"),
    "theme": N_("Theme that we look at first"),
    "own": N_("Words of our own"),
}
"""What a rule looks for, in a word or two."""

BECAUSE: Mapping[str, str] = {
    "contact": N_("Numbers and addresses are shared only after both said yes."),
    "link": N_("A link can lead somewhere that nobody checked."),
    "identity": N_("With such a number others can do harm. Nobody needs it here."),
    "money": N_("Here neighbours help each other for free. Money can mean deceit."),
    "app": N_("Who takes people to another app takes them out of our sight."),
    "address": N_("Where somebody lives is told only by themselves, later."),
    "children": N_("Where children are, a worker looks first."),
    "overnight": N_("Who stays the night with somebody should know them."),
    "keys": N_("A key is trust. A worker looks first."),
    "bank": N_("Neighbours never need a bank card or a code."),
    "papers": N_("Papers often mean a right. A worker knows the way."),
    "illness": N_("Health is private, and may ask for a professional."),
    "suicide": N_("Somebody may be in danger. A worker calls first."),
    "violence": N_("Somebody may be in danger. A worker calls first."),
    "child": N_("A child may be in danger. A worker calls first."),
    "newcomer": N_("Nobody knows this person yet. After this the messages go on by themselves."),
    "same": N_("The same words stand in several places. That can be deceit, or a mistake."),
    "contacts": N_("Somebody began to talk with many people within a day."),
    "theme": N_("We agreed to look at this theme first."),
    "own": N_("We agreed to look at these words first."),
}
"""Why it is looked at, as workers read it."""

DANGERS = frozenset(("suicide", "violence", "child"))
BEHAVIOURS = {"newcomer": "<newcomer>", "same": "<same-text>", "contacts": "<many-contacts>"}
"""Kinds that look at what people do; each has one rule with a number."""
BOUNDS = {"newcomer": (1, 2), "same": (2, 20), "contacts": (2, 30)}
"""The least and the most that the number may be."""
WORDED = tuple(kind for kind in NAMES if kind not in BEHAVIOURS and kind != "theme")
"""Kinds that look for words."""


def list_ways(kind: str, came_as: LeadsTo, *, own: bool) -> tuple[LeadsTo, ...]:
    """What a rule of the kind may lead to, the present way among them; danger that comes with the program cannot rest."""
    if kind in DANGERS and came_as is LeadsTo.DANGER:
        return (LeadsTo.DANGER, LeadsTo.OFF) if own else (LeadsTo.DANGER,)
    if came_as is LeadsTo.ALLOWED and not own:
        return LeadsTo.ALLOWED, LeadsTo.OFF
    if kind in BEHAVIOURS:
        return LeadsTo.REVIEW, LeadsTo.OFF
    if kind == "theme":
        return LeadsTo.SENSITIVE, LeadsTo.OFF
    return (LeadsTo.REVIEW, LeadsTo.SENSITIVE, *((LeadsTo.ALLOWED,) if own else ()), LeadsTo.OFF)
