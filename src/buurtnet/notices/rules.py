"""What a notice says, and when and how somebody is told: pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from buurtnet.kit.text import N_
from buurtnet.notices.schemas import Pace, Waiting

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Quiet hours in the installation's time zone."""
TRIES = 6
LONGEST_BREAK = timedelta(hours=4)
"""Between two tries of a message that could not be sent."""
WEEK = timedelta(days=7)
"""The longest time over which messages are counted."""


class Kind(msgspec.Struct, frozen=True):
    """What a kind of notice says, where it leads, and how much it hurries."""

    subject: str
    text: str
    path: str
    pressing: bool = False
    """Whether a neighbour or a worker waits for the answer."""
    own: bool = False
    """Whether it is about what the person asked or agreed to: told also to who wants to hear of nothing else."""
    held: bool = True
    """Whether it keeps to the pace. What two agreed and what is about safety does not wait, and does not count."""


KINDS = {
    "match_asked": Kind(
        N_("A neighbour could use your help"),
        N_("Somebody near you asks for something you offer. Please say yes or no."),
        "/matches/{id}",
        pressing=True,
    ),
    "match_offered": Kind(
        N_("A neighbour can help you"),
        N_("Somebody in your neighbourhood can help you. Please say if that is good."),
        "/matches/{id}",
        pressing=True,
        own=True,
    ),
    "match_agreed": Kind(
        N_("You both said yes"),
        N_("You both said yes. Now you can write to each other."),
        "/matches/{id}",
        pressing=True,
        own=True,
        held=False,
    ),
    "match_lapsed": Kind(
        N_("We keep looking"),
        N_("There was no answer this time. We keep looking for you."),
        "/posts",
    ),
    "match_gone": Kind(
        N_("We keep looking"),
        N_("This neighbour has no room any more. We keep looking for you."),
        "/posts",
        own=True,
    ),
    "match_thanks": Kind(
        N_("It is not needed any more"),
        N_("It is not needed any more. Thank you for wanting to help!"),
        "/",
    ),
    "post_opened": Kind(
        N_("Your message is open"),
        N_("Your message is open now. We look for a neighbour who fits."),
        "/posts/{id}",
    ),
    "post_refused": Kind(
        N_("About your message"),
        N_("Your message was not placed. Here you can read why and what you can do."),
        "/posts/{id}",
        own=True,
    ),
    "post_change_asked": Kind(
        N_("Please look at your message"),
        N_("Your worker asks you to change something in your message."),
        "/posts/{id}",
        pressing=True,
        own=True,
    ),
    "post_redirected": Kind(
        N_("Maybe you have a right to this"),
        N_("Your worker first looks with you at what you have a right to."),
        "/posts/{id}",
        own=True,
    ),
    "post_expiring": Kind(
        N_("Does this still hold?"),
        N_("Your message ends soon. Does it still hold? One tap is enough."),
        "/posts/{id}",
        own=True,
    ),
    "message_new": Kind(
        N_("You have a new message"),
        N_("A neighbour wrote to you."),
        "/messages",
        pressing=True,
        own=True,
        held=False,
    ),
    "done_asked": Kind(
        N_("Did it work out?"),
        N_("Did it work out with your neighbour? Please tell us."),
        "/matches/{id}",
        pressing=True,
        own=True,
    ),
    "report_closed": Kind(
        N_("About what you told us"),
        N_("A worker looked at what you told us. Here you read the answer."),
        "/reports/{id}",
        own=True,
    ),
    "call_back": Kind(
        N_("Your worker will call you"),
        N_("Your worker knows that you want to talk and will call you."),
        "/",
        own=True,
        held=False,
    ),
}
SEVERAL = N_("There is news for you")
"""The subject where a message says several things."""
HELD = sorted(name for name, kind in KINDS.items() if kind.held)


class Limit(msgspec.Struct, frozen=True):
    """How many messages in how many days, and whether about one's own matters alone."""

    messages: int
    days: int
    own: bool = False


LIMITS = {Pace.USUAL: Limit(3, 1), Pace.DAILY: Limit(1, 1), Pace.WEEKLY: Limit(3, 7), Pace.OWN: Limit(1, 1, own=True)}


def choose_channel(channels: Sequence[str]) -> str | None:
    """The channel for a notice: e-mail where there is an address, else a text message; None without either."""
    return next((channel for channel in ("email", "sms") if channel in channels), None)


def is_wanted(kind: Kind, pace: Pace) -> bool:
    """Whether somebody of this pace is told this kind of thing at all; if not, they find it when they look."""
    return kind.own or not LIMITS[pace].own


def free_from(sent: Sequence[datetime], pace: Pace, at: datetime) -> datetime:
    """From when one more message keeps to the pace, `sent` being when those before went out."""
    limit = LIMITS[pace]
    since = at - timedelta(days=limit.days)
    counted = sorted(moment for moment in sent if moment > since)
    return at if len(counted) < limit.messages else counted[-limit.messages] + timedelta(days=limit.days)


def awake(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or in quiet hours the next morning."""
    local = at.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    morning = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(morning, QUIET_UNTIL, zone).astimezone(at.tzinfo)


def due_time(kind: Kind, at: datetime, sent: Sequence[datetime], pace: Pace, zone: ZoneInfo) -> datetime:
    """When a notice goes out: never in quiet hours, within the pace, and a day after the last message unless somebody waits for an answer."""
    due = at
    if kind.held:
        due = free_from(sent, pace, at)
        if sent and not kind.pressing:
            due = max(due, max(sent) + timedelta(days=1))
    return awake(due, zone)


def retry_time(at: datetime, tries: int, zone: ZoneInfo) -> datetime:
    """When a message that could not be sent is tried again: in growing breaks, not in quiet hours."""
    return awake(at + min(timedelta(minutes=2**tries), LONGEST_BREAK), zone)


class Sorted(msgspec.Struct, frozen=True):
    """What becomes of the notices that wait for one person."""

    go: list[Waiting]
    """In one message, now; all by the same channel."""
    drop: list[Waiting]
    """The person does not want to be told of these."""
    hold: list[Waiting]
    """Until `free`."""
    free: datetime


def sort_waiting(waiting: Sequence[Waiting], sent: Sequence[datetime], pace: Pace, at: datetime, zone: ZoneInfo) -> Sorted:
    """What goes now. Once a message goes that counts, whatever else waits goes along, so that fewer follow; what is not held never waits."""
    wanted = [one for one in waiting if is_wanted(KINDS[one.kind], pace)]
    drop = [one for one in waiting if not is_wanted(KINDS[one.kind], pace)]
    due = [one for one in wanted if one.due_at <= at]
    held = [one for one in due if KINDS[one.kind].held]
    free = awake(free_from(sent, pace, at), zone)
    if held and free <= at:
        go = [one for one in wanted if one.channel == held[0].channel and (one.due_at <= at or not one.tries)]
        return Sorted(go, drop, [], free)
    at_once = [one for one in due if not KINDS[one.kind].held]
    return Sorted([one for one in at_once if one.channel == at_once[0].channel], drop, held, free)
