"""What stands between two whom a worker would bring together by hand: hurdles, which the worker may set aside, and stops, which nobody may."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from buurtnet.kit.text import N_
from buurtnet.matching.rules.fit import (
    HelperFacts,
    PairFacts,
    PostFacts,
    common_slots,
    free_places,
    is_safe,
    theme_part,
    windows_meet,
)
from buurtnet.matching.rules.words import Phrase


class Hurdle(StrEnum):
    """Something that keeps the engine from proposing two, and that a worker who knows both may set aside."""

    THEME = "theme"
    ASKER_REACH = "asker_reach"
    HELPER_REACH = "helper_reach"
    LANGUAGE = "language"
    MOMENT = "moment"
    DATES = "dates"
    ASKED = "asked"
    PROMISED = "promised"
    OFTEN = "often"
    RESTS = "rests"


class Stop(StrEnum):
    """Something that nobody sets aside: a safeguard, or a place that is not there."""

    UNCHECKED = "unchecked"
    FULL = "full"
    PAUSED = "paused"


HURDLES: dict[Hurdle, str] = {
    Hurdle.THEME: N_("What is offered is something else than what is asked."),
    Hurdle.ASKER_REACH: N_("It is farther than %(asker)s wants."),
    Hurdle.HELPER_REACH: N_("It is farther than %(helper)s wants to go."),
    Hurdle.LANGUAGE: N_("They have no common language: somebody has to translate."),
    Hurdle.MOMENT: N_("No moment suits both."),
    Hurdle.DATES: N_("The dates do not fit together."),
    Hurdle.ASKED: N_("Somebody else is being asked for this already."),
    Hurdle.PROMISED: N_("%(helper)s is being asked for somebody else already."),
    Hurdle.OFTEN: N_("It is more often than %(helper)s wants this month."),
    Hurdle.RESTS: N_("%(helper)s is left in peace for some days."),
}
"""Each hurdle in words, for a worker; never a count of a person."""
EFFORT = {Hurdle.THEME: 9, Hurdle.LANGUAGE: 4, Hurdle.DATES: 2, Hurdle.MOMENT: 2, Hurdle.RESTS: 2}
"""How much it asks of people to get over a hurdle, where that is more than a little."""
STOPS: dict[Stop, str] = {
    Stop.UNCHECKED: N_("First check the extract of %(helper)s. This theme needs it."),
    Stop.FULL: N_("%(helper)s helps somebody with this now."),
    Stop.PAUSED: N_("%(helper)s takes a break now."),
}


def list_hurdles(need: PostFacts, offer: PostFacts, helper: HelperFacts, pair: PairFacts, today: date) -> list[Hurdle]:
    """Every hard constraint that does not hold and that may be set aside, in the order in which it is read."""
    talks = need.theme.talk or offer.theme.talk
    found = {
        Hurdle.THEME: theme_part(need.theme, offer.theme) is None,
        Hurdle.ASKER_REACH: pair.level > need.reach,
        Hurdle.HELPER_REACH: pair.level > offer.reach,
        Hurdle.LANGUAGE: talks and need.language_bits & offer.language_bits == 0,
        Hurdle.MOMENT: common_slots(need.slots, offer.slots) == 0,
        Hurdle.DATES: not windows_meet(need, offer, today),
        Hurdle.ASKED: free_places(need) == 0,
        Hurdle.PROMISED: offer.engaged < offer.capacity and free_places(offer) == 0,
        Hurdle.OFTEN: helper.this_month >= helper.monthly_max,
        Hurdle.RESTS: helper.rests,
    }
    return [hurdle for hurdle, there in found.items() if there]


def find_stop(need: PostFacts, offer: PostFacts) -> Stop | None:
    """Why the two cannot be brought together now, whoever wants it; None where they can."""
    if not is_safe(need, offer):
        return Stop.UNCHECKED
    if offer.engaged >= offer.capacity:
        return Stop.FULL
    return None if offer.active else Stop.PAUSED


def effort_of(hurdles: Sequence[Hurdle]) -> int:
    """How much stands in the way, to show first whoever fits best."""
    return sum(EFFORT.get(hurdle, 1) for hurdle in hurdles)


def say_hurdle(hurdle: Hurdle, asker: str, helper: str) -> Phrase:
    """The hurdle with the names of the two."""
    return Phrase(HURDLES[hurdle], {"asker": asker, "helper": helper})


def say_stop(stop: Stop, helper: str) -> Phrase:
    """The same for what nobody sets aside."""
    return Phrase(STOPS[stop], {"helper": helper})
