"""Why two posts fit, in plain and true words. Sentences are msgids; never a count of a person, never what somebody lacks."""

from collections.abc import Mapping

import msgspec

from buurtnet.kit.text import N_
from buurtnet.matching.rules.fit import EXACT
from buurtnet.matching.schemas import Bond, FailReason, Parts, State
from buurtnet.people.rules import LANGUAGES
from buurtnet.people.rules.choices import DAYS, PARTS
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.posts.rules import BANDS, list_moments

MOMENTS_SAID = 3
LANGUAGES_SAID = 2


class Phrase(msgspec.Struct, frozen=True):
    """A msgid and what fills it; a value that is a Phrase itself is translated too."""

    text: str
    values: "Mapping[str, Phrase | str]" = {}


def moment_phrases(slots: int) -> list[Phrase]:
    """The dayparts of a set of slots, "Saturday morning", in the order of the week."""
    return [
        Phrase(N_("%(day)s %(part)s"), {"day": Phrase(DAYS[day]), "part": Phrase(PARTS[part])})
        for day, parts in list_moments(slots)
        for part in parts
    ]


BETWEEN = (
    N_("In the same neighbourhood"),
    N_("In neighbourhoods next to each other"),
    N_("20 minutes on foot between them"),
    N_("By bicycle from each other"),
    N_("In the same town"),
)
"""How near two others are to each other, by level, for a worker who reads of both."""


def level_phrase(level: int) -> Phrase:
    """How far apart the reader and the other live, in words."""
    return Phrase(BANDS[level])


def language_phrase(languages: list[str], reader: str | None = None, *, worker: bool = False) -> Phrase | None:
    """A language both speak, the reader's own first; by the language's own name."""
    said = [LANGUAGES[code] for code in sorted(languages, key=lambda code: code != reader) if code in LANGUAGES][:LANGUAGES_SAID]
    if not said:
        return None
    if len(said) == 1:
        text = N_("Both speak %(language)s") if worker else N_("You both speak %(language)s")
        return Phrase(text, {"language": said[0]})
    text = N_("Both speak %(language)s and %(other)s") if worker else N_("You both speak %(language)s and %(other)s")
    return Phrase(text, {"language": said[0], "other": said[1]})


def slots_phrases(slots: int | None, *, worker: bool = False) -> list[Phrase]:
    """When it suits both: each moment where there are few, one sentence where there are many."""
    if slots is None or slots == EVERY_SLOT:
        return []
    moments = moment_phrases(slots)
    many = N_("Many moments suit both") if worker else N_("Many moments suit you both")
    return moments if len(moments) <= MOMENTS_SAID else [Phrase(many)]


def reasons(
    *, level: int, languages: list[str], slots: int | None, theme_part: float, reader: str | None = None, worker: bool = False
) -> list[Phrase]:
    """Why these two: how near, a common language, when, what; in that order. To one of the two, or to a worker about the two."""
    near = Phrase(BETWEEN[level]) if worker else level_phrase(level)
    language = language_phrase(languages, reader, worker=worker)
    said = [near, *([language] if language else []), *slots_phrases(slots, worker=worker)]
    if theme_part >= EXACT:
        said.append(Phrase(N_("What is asked is just what is offered")))
    return said


def part_phrases(parts: Parts, *, level: int, slots: int | None, bond: Bond) -> list[tuple[str, float, Phrase]]:
    """For a worker: each part of the score by name, its share, and what it means in words; in the order of Parts."""
    theme = "exact" if parts.theme >= EXACT else "near"
    return [
        (N_("How near"), parts.proximity, Phrase(BETWEEN[level])),
        (N_("Theme"), parts.theme, Phrase({"exact": N_("Just this"), "near": N_("A broader or finer theme")}[theme])),
        (N_("Time"), parts.time, _time_phrase(parts.time, slots)),
        (N_("Room"), parts.room, Phrase(N_("Has room") if parts.room >= 1 else N_("Helps somebody already"))),
        (N_("Contact"), parts.bond, Phrase(BOND_WORDS[bond])),
    ]


def _time_phrase(part: float, slots: int | None) -> Phrase:
    if slots is None:
        return Phrase(N_("Both are free to choose"))
    return Phrase(N_("Enough moments suit both") if part >= 1 else N_("Some moments suit both"))


BOND_WORDS = {
    Bond.KNOWN: N_("They know each other"),
    Bond.PRESENT: N_("Linked through other neighbours"),
    Bond.NEW: N_("Brings two people together"),
}
"""What there is between two people: a tie, a way over others, or what may begin now."""


FAIL_REASONS = {
    FailReason.NO_CONTACT: N_("We did not reach each other"),
    FailReason.NOT_AT_TIME: N_("It did not happen at the time we agreed"),
    FailReason.NO_LONGER_NEEDED: N_("It is not needed any more"),
    FailReason.NOT_RIGHT: N_("It did not feel right"),
    FailReason.OTHER: N_("Something else"),
}
"""Why it did not work out, as the two choose it."""
HELPER_WORDS = {
    State.ASKED: N_("Waits for your answer"),
    State.OFFERED: N_("We ask the neighbour now"),
    State.DECLINED: N_("You said no"),
    State.RESTING: N_("You said not now"),
    State.LAPSED: N_("It is over"),
    State.WITHDRAWN: N_("Not needed any more"),
}
ASKER_WORDS = HELPER_WORDS | {State.OFFERED: N_("Waits for your answer")}
BOTH_WORDS = {
    State.AGREED: N_("You both said yes"),
    State.COMPLETED: N_("It worked out"),
    State.FAILED: N_("It did not work out"),
}


def list_words(state: State, role: str) -> str:
    """How a match stands, in the list of one of its sides."""
    return (BOTH_WORDS | (ASKER_WORDS if role == "asker" else HELPER_WORDS)).get(state, BOTH_WORDS[State.FAILED])
