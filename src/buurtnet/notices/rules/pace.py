"""When somebody is told, and how much goes in one message: pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from buurtnet.notices.rules.kinds import KINDS, Kind
from buurtnet.notices.schemas import NIGHT, Pace, Quiet, Waiting

TRIES = 6
LONGEST_BREAK = timedelta(hours=4)
"""Between two tries of a message that could not be sent."""
WEEK = timedelta(days=7)
"""The longest time over which messages are counted."""


class Limit(msgspec.Struct, frozen=True):
    """How many messages in how many days, and whether about one's own matters alone."""

    messages: int
    days: int
    own: bool = False


LIMITS = {Pace.USUAL: Limit(3, 1), Pace.DAILY: Limit(1, 1), Pace.WEEKLY: Limit(3, 7), Pace.OWN: Limit(1, 1, own=True)}


def is_wanted(kind: Kind, pace: Pace) -> bool:
    """Whether somebody of this pace is told this kind of thing at all; if not, they find it when they look."""
    return kind.own or not LIMITS[pace].own


def free_from(sent: Sequence[datetime], pace: Pace, at: datetime) -> datetime:
    """From when one more message keeps to the pace, `sent` being when those before went out."""
    limit = LIMITS[pace]
    since = at - timedelta(days=limit.days)
    counted = sorted(moment for moment in sent if moment > since)
    return at if len(counted) < limit.messages else counted[-limit.messages] + timedelta(days=limit.days)


def awake(at: datetime, zone: ZoneInfo, quiet: Quiet = NIGHT) -> datetime:
    """The moment itself, or in somebody's quiet hours, which are those of the installation's place, when they are over."""
    clock = at.astimezone(zone)
    over_night = quiet.start > quiet.end
    late = clock.hour >= quiet.start
    if not (late or clock.hour < quiet.end if over_night else late and clock.hour < quiet.end):
        return at
    day = clock.date() + timedelta(days=over_night and late)
    return datetime.combine(day, time(quiet.end), zone).astimezone(at.tzinfo)


def due_time(kind: Kind, at: datetime, sent: Sequence[datetime], pace: Pace, zone: ZoneInfo, quiet: Quiet = NIGHT) -> datetime:
    """When a notice goes out: never in quiet hours, within the pace, and a day after the last message unless somebody waits for an answer."""
    due = at
    if kind.held:
        due = free_from(sent, pace, at)
        if sent and not kind.pressing:
            due = max(due, max(sent) + timedelta(days=1))
    return awake(due, zone, quiet)


def retry_time(at: datetime, tries: int, zone: ZoneInfo, quiet: Quiet = NIGHT, *, seconds: int = 0) -> datetime:
    """When a message that could not be sent is tried again: in growing breaks, no sooner than the service wants, not in quiet hours."""
    pause = max(timedelta(minutes=2**tries), timedelta(seconds=seconds))
    return awake(at + min(pause, LONGEST_BREAK), zone, quiet)


class Sorted(msgspec.Struct, frozen=True):
    """What becomes of the notices that wait for one person."""

    go: list[Waiting]
    """In one message, now; all by the same channel."""
    drop: list[Waiting]
    """The person does not want to be told of these."""
    hold: list[Waiting]
    """Until `free`."""
    free: datetime


def sort_waiting(
    waiting: Sequence[Waiting], sent: Sequence[datetime], pace: Pace, at: datetime, zone: ZoneInfo, quiet: Quiet = NIGHT
) -> Sorted:
    """What goes now: nothing in quiet hours. Once a message goes that counts, whatever else waits goes along, so that fewer follow; what is
    not held waits for the end of quiet hours at most."""
    wanted = [one for one in waiting if is_wanted(KINDS[one.kind], pace)]
    drop = [one for one in waiting if not is_wanted(KINDS[one.kind], pace)]
    due = [one for one in wanted if one.due_at <= at]
    if (morning := awake(at, zone, quiet)) != at:
        return Sorted([], drop, due, morning)
    held = [one for one in due if KINDS[one.kind].held]
    free = awake(free_from(sent, pace, at), zone, quiet)
    if held and free <= at:
        go = [one for one in wanted if one.channel == held[0].channel and (one.due_at <= at or not one.tries)]
        return Sorted(go, drop, [], free)
    at_once = [one for one in due if not KINDS[one.kind].held]
    return Sorted([one for one in at_once if one.channel == at_once[0].channel], drop, held, free)
