"""Why two posts fit, in plain and true words. Sentences are msgids; never a count of a person, never what somebody lacks."""

from collections.abc import Mapping

import msgspec

from buurtnet.kit.text import N_
from buurtnet.matching.rules.fit import EXACT, PRESENT_BOND
from buurtnet.matching.schemas import FailReason, Parts, State
from buurtnet.people.rules import LANGUAGES
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.posts.rules import BANDS, DAYS, PARTS, list_moments

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


def level_phrase(level: int) -> Phrase:
    """How far apart the two live, in words."""
    return Phrase(BANDS[level])


def language_phrase(languages: list[str], reader: str | None = None) -> Phrase | None:
    """A language both speak, the reader's own first; by the language's own name."""
    said = [LANGUAGES[code] for code in sorted(languages, key=lambda code: code != reader) if code in LANGUAGES][:LANGUAGES_SAID]
    if not said:
        return None
    if len(said) == 1:
        return Phrase(N_("You both speak %(language)s"), {"language": said[0]})
    return Phrase(N_("You both speak %(language)s and %(other)s"), {"language": said[0], "other": said[1]})


def slots_phrases(slots: int | None) -> list[Phrase]:
    """When it suits both: each moment where there are few, one sentence where there are many."""
    if slots is None or slots == EVERY_SLOT:
        return []
    moments = moment_phrases(slots)
    return moments if len(moments) <= MOMENTS_SAID else [Phrase(N_("Many moments suit you both"))]


def reasons(*, level: int, languages: list[str], slots: int | None, theme_part: float, reader: str | None = None) -> list[Phrase]:
    """Why these two: how near, a common language, when, what; in that order."""
    language = language_phrase(languages, reader)
    said = [level_phrase(level), *([language] if language else []), *slots_phrases(slots)]
    if theme_part >= EXACT:
        said.append(Phrase(N_("What is asked is just what is offered")))
    return said


def part_phrases(parts: Parts, *, level: int, slots: int | None, known: bool) -> list[tuple[str, float, Phrase]]:
    """For a worker: each part of the score by name, its share, and what it means in words."""
    theme = "exact" if parts.theme >= EXACT else "near"
    return [
        (N_("How near"), parts.proximity, level_phrase(level)),
        (N_("Theme"), parts.theme, Phrase({"exact": N_("Just this"), "near": N_("A broader or finer theme")}[theme])),
        (N_("Time"), parts.time, _time_phrase(parts.time, slots)),
        (N_("Room"), parts.room, _room_phrase(parts.room)),
        (N_("Contact"), parts.bond, _bond_phrase(parts.bond, known=known)),
    ]


def _time_phrase(part: float, slots: int | None) -> Phrase:
    if slots is None:
        return Phrase(N_("Both are free to choose"))
    return Phrase(N_("All that is needed")) if part >= 1 else Phrase(N_("Part of the moments"))


def _room_phrase(part: float) -> Phrase:
    if part >= 1:
        return Phrase(N_("Has room"))
    return Phrase(N_("Helps somebody already")) if part > 0 else Phrase(N_("Has no room now"))


def _bond_phrase(part: float, *, known: bool) -> Phrase:
    if known:
        return Phrase(N_("They have met before"))
    return Phrase(N_("Brings two people together")) if part > PRESENT_BOND else Phrase(N_("They have contacts in common"))


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
