"""When rounds come, what becomes of the needs in one, and what is said of it."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from buurtnet.kit.text import N_

EVERY = timedelta(minutes=10)
"""How often the clock has a round made."""
GIVEN_UP_AFTER = timedelta(hours=1)
"""A round that is not over by then is stopped, so that the next one can begin."""
KEPT = timedelta(days=90)


class Outcome(StrEnum):
    """What becomes of a need with room for a question."""

    ASKED = "asked"
    """A helper is asked, or a worker looks first."""
    TAKEN = "taken"
    """Somebody fits, and goes to another need this time."""
    FULL = "full"
    """Whoever fits has no room."""
    UNFIT = "unfit"
    """Neighbours offer this, and it does not fit: too far, another time, another language."""
    NOBODY = "nobody"
    """Nobody in town offers this."""
    LATER = "later"
    """Those that come first were all that the server's memory held; the next round goes on."""


OUTCOMES = {
    Outcome.ASKED: N_("with a question"),
    Outcome.TAKEN: N_("waiting: others go first"),
    Outcome.FULL: N_("waiting: all are busy"),
    Outcome.UNFIT: N_("waiting: nothing fits"),
    Outcome.NOBODY: N_("waiting: nobody offers this"),
    Outcome.LATER: N_("waiting for the next round"),
}
"""Each of them in a word or two after a number, for workers."""
PROBLEMS = {
    "memory": N_("There are too many posts for the memory of the server."),
    "error": N_("Something went wrong. The log of the server says what."),
    "time": N_("It took too long."),
}
"""Why a theme was not looked at."""


class Proposal(NamedTuple):
    """A need and an offer that were chosen for each other, with all that a match keeps."""

    need_id: UUID
    offer_id: UUID
    score: float
    parts: tuple[float, ...]
    metres: int
    level: int
    tongues: int
    """Languages that both speak, as bits."""
    slots: int | None
    needs_review: bool


class Count(NamedTuple):
    """So many needs of a theme, at a place of an organisation, had this outcome."""

    organisation_id: UUID
    neighbourhood_id: int
    theme_id: int
    outcome: str
    needs: int


class Solved(NamedTuple):
    """What a part found: needs with room for a question, offers with a free place, pairs that fit, and the best of all assignments."""

    needs: int
    offers: int
    pairs: int
    chosen: list[Proposal]
    counts: list[Count]


def next_round(at: datetime) -> datetime:
    """When the clock has the next round made."""
    passed = timedelta(minutes=at.minute % 10, seconds=at.second, microseconds=at.microsecond)
    return at - passed + EVERY
