"""The life of a match: which step leads where, and how long a question waits."""

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from buurtnet.matching.schemas import Answer, State

WAKING_FROM, WAKING_UNTIL = time(8), time(21)
WAITS = timedelta(hours=72)
"""Waking hours a question waits at most."""
WAITS_AT_LEAST = timedelta(hours=2)
RESTS = timedelta(days=14)
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


def lapse_time(asked_at: datetime, ends_at: datetime, zone: ZoneInfo) -> datetime:
    """When a question lapses: after 72 waking hours or a third of the time left until the need ends, and never before two waking hours."""
    third = asked_at + max(ends_at - asked_at, timedelta()) / 3
    return max(min(add_waking(asked_at, WAITS, zone), third), add_waking(asked_at, WAITS_AT_LEAST, zone))


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
