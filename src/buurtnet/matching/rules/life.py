"""The life of a match: which step leads where, and how long a question waits."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from buurtnet.matching.schemas import Answer, State

WAKING_FROM, WAKING_UNTIL = time(8), time(21)
WAITS = timedelta(hours=72)
"""Waking hours a question waits at most."""
WAITS_AT_LEAST = timedelta(hours=2)
RESTS = timedelta(days=14)
"""How long two people are not proposed to each other after one of them said not now, or left a question to this one lying."""
UNTOLD_RESTS = timedelta(days=1)
"""How long at least they are not after a question that could not be told in time."""
TURNS_IN_A_ROW, TURNS_WITHIN, HELPER_RESTS = 3, timedelta(days=14), timedelta(days=7)
"""After so many questions in a row without a yes, within so many days, a helper is asked nothing for so long."""
ASK_DONE_AFTER = timedelta(days=3)
SILENT_AFTER = timedelta(days=14)


class Step(StrEnum):
    """What moves a match."""

    CONFIRM = "confirm"
    REJECT = "reject"
    HELPER_YES = "helper_yes"
    HELPER_NOT_NOW = "helper_not_now"
    HELPER_NO = "helper_no"
    ASKER_YES = "asker_yes"
    ASKER_NOT_NOW = "asker_not_now"
    ASKER_NO = "asker_no"
    LAPSE = "lapse"
    WITHDRAW = "withdraw"
    WAKE = "wake"
    COMPLETE = "complete"
    FAIL = "fail"
    PROPOSE = "propose"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.SUGGESTED, Step.CONFIRM): State.ASKED,
    (State.SUGGESTED, Step.REJECT): State.REJECTED,
    (State.SUGGESTED, Step.WITHDRAW): State.WITHDRAWN,
    (State.ASKED, Step.HELPER_YES): State.OFFERED,
    (State.ASKED, Step.HELPER_NOT_NOW): State.RESTING,
    (State.ASKED, Step.HELPER_NO): State.DECLINED,
    (State.ASKED, Step.LAPSE): State.LAPSED,
    (State.ASKED, Step.WITHDRAW): State.WITHDRAWN,
    (State.OFFERED, Step.ASKER_YES): State.AGREED,
    (State.OFFERED, Step.ASKER_NOT_NOW): State.RESTING,
    (State.OFFERED, Step.ASKER_NO): State.DECLINED,
    (State.OFFERED, Step.LAPSE): State.LAPSED,
    (State.OFFERED, Step.WITHDRAW): State.WITHDRAWN,
    (State.RESTING, Step.WAKE): State.WITHDRAWN,
    (State.RESTING, Step.WITHDRAW): State.WITHDRAWN,
    (State.AGREED, Step.COMPLETE): State.COMPLETED,
    (State.AGREED, Step.FAIL): State.FAILED,
    (State.WITHDRAWN, Step.PROPOSE): State.SUGGESTED,
}
"""Where each step leads; what is not listed is refused. A match that was withdrawn was refused by nobody, so it may be proposed again;
one that has rested long enough becomes such a one, and is asked again if it still is among the best."""

ANSWER_STEPS = {
    (State.ASKED, Answer.YES): Step.HELPER_YES,
    (State.ASKED, Answer.NOT_NOW): Step.HELPER_NOT_NOW,
    (State.ASKED, Answer.NO): Step.HELPER_NO,
    (State.OFFERED, Answer.YES): Step.ASKER_YES,
    (State.OFFERED, Answer.NOT_NOW): Step.ASKER_NOT_NOW,
    (State.OFFERED, Answer.NO): Step.ASKER_NO,
}


def next_state(state: State, step: Step) -> State | None:
    """Where the step leads from the state; None where it may not be taken."""
    return TRANSITIONS.get((state, step))


def step_of(state: State, role: str, answer: Answer) -> Step | None:
    """The step that an answer of this side means; None where this side is not asked now."""
    asked = {State.ASKED: "helper", State.OFFERED: "asker"}.get(state)
    return ANSWER_STEPS[state, answer] if asked == role else None


def add_waking(start: datetime, hours: timedelta, zone: ZoneInfo) -> datetime:
    """The moment after so many waking hours; hours of the night do not count."""
    at, left = start, hours
    while True:
        day = at.astimezone(zone).date()
        wakes = datetime.combine(day, WAKING_FROM, zone).astimezone(start.tzinfo)
        sleeps = datetime.combine(day, WAKING_UNTIL, zone).astimezone(start.tzinfo)
        at = max(at, wakes)
        if at < sleeps:
            if left <= sleeps - at:
                return at + left
            left -= sleeps - at
        at = datetime.combine(day + timedelta(days=1), WAKING_FROM, zone).astimezone(start.tzinfo)


def lapse_bounds(asked_at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Between which moments a question that is asked then lapses, however little or much time is left."""
    return add_waking(asked_at, WAITS_AT_LEAST, zone), add_waking(asked_at, WAITS, zone)


def lapse_time(asked_at: datetime, ends_at: datetime, zone: ZoneInfo) -> datetime:
    """When a question lapses: after 72 waking hours or a third of the time left until the need ends, and never before two waking hours."""
    earliest, latest = lapse_bounds(asked_at, zone)
    return max(min(latest, asked_at + max(ends_at - asked_at, timedelta()) / 3), earliest)


def told_lapse_time(asked_at: datetime, told_at: datetime, ends_at: datetime, zone: ZoneInfo) -> datetime:
    """The same for a question that the person hears of later: it waits from then on, unless the need is over by that time."""
    in_time = add_waking(told_at, WAITS_AT_LEAST, zone) <= ends_at
    return lapse_time(told_at if in_time and told_at > asked_at else asked_at, ends_at, zone)


def last_waking(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or at night the end of the day before: no question lapses while people sleep."""
    local = at.astimezone(zone)
    if WAKING_FROM <= local.time() < WAKING_UNTIL:
        return at
    evening = local.date() if local.time() >= WAKING_UNTIL else local.date() - timedelta(days=1)
    return datetime.combine(evening, WAKING_UNTIL, zone).astimezone(at.tzinfo)


class Turn(msgspec.Struct, frozen=True):
    """A question to a helper that is over: what they answered, or None where it lapsed."""

    answer: Answer | None
    at: datetime


class Rest(msgspec.Struct, frozen=True):
    """A helper is asked nothing for some days."""

    since: datetime
    until: datetime
    away: bool
    """Whether the last question stayed without an answer: who then comes back rests no more."""


def rest_after(turns: Sequence[Turn]) -> Rest | None:
    """The rest of a helper whose last questions, newest first, found no yes; None where they are asked on."""
    last = turns[:TURNS_IN_A_ROW]
    if len(last) < TURNS_IN_A_ROW or any(turn.answer is Answer.YES for turn in last) or last[0].at - last[-1].at > TURNS_WITHIN:
        return None
    return Rest(last[0].at, last[0].at + HELPER_RESTS, last[0].answer is None)


def need_ends(expires_at: datetime, until_on: date | None, zone: ZoneInfo) -> datetime:
    """The moment after which the need is of no use: its last day is over, or it expires."""
    if until_on is None:
        return expires_at
    return min(expires_at, datetime.combine(until_on + timedelta(days=1), time(), zone).astimezone(expires_at.tzinfo))


def ask_outcome_at(agreed_at: datetime, until_on: date | None, zone: ZoneInfo) -> datetime:
    """When both are asked whether it worked out: the day after the need's last day, else three days after they agreed."""
    if until_on is None:
        return agreed_at + ASK_DONE_AFTER
    return max(datetime.combine(until_on + timedelta(days=1), WAKING_FROM, zone).astimezone(agreed_at.tzinfo), agreed_at + WAITS_AT_LEAST)
