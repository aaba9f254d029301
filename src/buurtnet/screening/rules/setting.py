"""What workers may set of the rules: the words they type, what a rule may lead to, and the refusals."""

from buurtnet.kit.errors import Conflict, Forbidden, Invalid
from buurtnet.kit.text import N_
from buurtnet.kit.words import split_words
from buurtnet.screening.rules.kinds import BOUNDS, DANGERS, WORDED, list_ways
from buurtnet.screening.rules.patterns import PatternUnreadable, read_pattern
from buurtnet.screening.schemas import LeadsTo, RuleCard

MOST_AT_ONCE = 20
"""Lines of words that are added together."""
LANGUAGES = ("any", "nl", "fr", "en", "ar", "tr")


class NothingChanges(Conflict):
    """The rule stands so already."""

    text = N_("This is so already.")


class DangerIsAlwaysSeen(Forbidden):
    """Words of danger that come with the program are not for one organisation to leave out."""

    text = N_("Words of danger are always looked at. Tell who runs this installation if they are wrong.")


def tidy_pattern(typed: str) -> str:
    """A line of words as the pattern language writes it: small letters, no accents, no other signs than its own."""
    parts: list[str] = []
    for part in typed.replace("…", " ... ").replace("...", " ... ").split():
        if part == "...":
            parts += [part] if parts and parts[-1] != part else []
        elif "|" in part:
            parts.append("|".join(_tidy_word(choice) for choice in part.split("|") if choice))
        else:
            parts += _tidy_word(part).split()
    while parts and parts[-1] == "...":
        parts.pop()
    return " ".join(parts)


def _tidy_word(typed: str) -> str:
    begins, ends = typed.endswith("*"), typed.startswith("*")
    words = [word.text for word in split_words(typed)]
    if not words:
        return ""
    return f"{'*' if ends else ''}{' '.join(words)}{'*' if begins else ''}"


def read_typed(words: str) -> list[str]:
    """The patterns that somebody typed, one a line; Invalid where a line says nothing, is too wide, or there are too many."""
    lines = [line for line in words.splitlines() if line.strip()]
    if not lines:
        raise Invalid({"words": N_("Write the words or phrases, one on a line.")})
    if len(lines) > MOST_AT_ONCE:
        raise Invalid({"words": N_("This is too much at once. Write at most 20 lines.")})
    patterns = [(line, tidy_pattern(line)) for line in lines]
    for line, pattern in patterns:
        _check_pattern(line, pattern)
    return list(dict.fromkeys(pattern for _line, pattern in patterns))


def _check_pattern(line: str, pattern: str) -> None:
    try:
        elements = read_pattern(pattern)
    except PatternUnreadable:
        raise Invalid({"words": N_("We cannot read the line “%(line)s”. Write at most eight words.")}, line=line[:40]) from None
    only = elements[0]
    wide = [affix for affix in (*only.begins, *only.ends) if len(affix) < 4] if len(elements) == 1 else []
    if wide or (len(elements) == 1 and any(len(word) < 3 for word in only.words)):
        raise Invalid({"words": N_("“%(line)s” is too short: it would be seen everywhere.")}, line=line[:40])


def check_new(*, kind: str, language: str, leads_to: LeadsTo) -> LeadsTo:
    """What new words of the kind lead to; Invalid, field by field, where that cannot be."""
    errors: dict[str, str] = {}
    if kind not in WORDED:
        errors["kind"] = N_("Choose what it is about.")
    if language not in LANGUAGES:
        errors["language"] = N_("We do not know this language.")
    if kind in DANGERS and leads_to is LeadsTo.ALLOWED:
        errors["leads_to"] = N_("Words of danger are always looked at, so nothing can take them away.")
    elif leads_to not in (LeadsTo.REVIEW, LeadsTo.SENSITIVE, LeadsTo.ALLOWED):
        errors["leads_to"] = N_("Choose what happens then.")
    if errors:
        raise Invalid(errors)
    return LeadsTo.DANGER if kind in DANGERS else leads_to


def check_change(rule: RuleCard, leads_to: LeadsTo, most: int | None) -> int | None:
    """The number with which the rule is set, None where it has none; refuses what this rule may not lead to, and what changes nothing."""
    ways = list_ways(rule.kind, rule.came_as, own=rule.own)
    if ways == (LeadsTo.DANGER,):
        raise DangerIsAlwaysSeen
    if leads_to not in ways:
        raise Invalid({"leads_to": N_("Choose what happens then.")})
    kept = rule.most
    if rule.kind in BOUNDS and leads_to is not LeadsTo.OFF:
        least, greatest = BOUNDS[rule.kind]
        if most is None or not least <= most <= greatest:
            raise Invalid({"most": N_("Write a number from %(least)s to %(greatest)s.")}, least=least, greatest=greatest)
        kept = most
    if (leads_to, kept) == (rule.leads_to, rule.most):
        raise NothingChanges
    return kept
