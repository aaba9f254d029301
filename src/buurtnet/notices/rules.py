"""When and how somebody is told something: pure."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from buurtnet.kit.text import N_

QUIET_FROM, QUIET_UNTIL = time(21), time(8)
"""Quiet hours in the installation's time zone."""
TRIES = 6


class Kind(msgspec.Struct, frozen=True):
    """What a kind of notice says, where it leads, and whether a neighbour waits for the answer."""

    subject: str
    text: str
    path: str
    pressing: bool = False


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
    ),
    "match_agreed": Kind(
        N_("You both said yes"),
        N_("You both said yes. Now you can write to each other."),
        "/matches/{id}",
        pressing=True,
    ),
    "match_lapsed": Kind(
        N_("We keep looking"),
        N_("There was no answer this time. We keep looking for you."),
        "/posts",
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
    ),
    "post_change_asked": Kind(
        N_("Please look at your message"),
        N_("Your worker asks you to change something in your message."),
        "/posts/{id}",
        pressing=True,
    ),
    "post_redirected": Kind(
        N_("Maybe you have a right to this"),
        N_("Your worker first looks with you at what you have a right to."),
        "/posts/{id}",
    ),
    "post_expiring": Kind(
        N_("Does this still hold?"),
        N_("Your message ends soon. Does it still hold? One tap is enough."),
        "/posts/{id}",
    ),
    "message_new": Kind(
        N_("You have a new message"),
        N_("A neighbour wrote to you."),
        "/messages",
        pressing=True,
    ),
    "done_asked": Kind(
        N_("Did it work out?"),
        N_("Did it work out with your neighbour? Please tell us."),
        "/matches/{id}",
        pressing=True,
    ),
    "call_back": Kind(
        N_("Your worker will call you"),
        N_("Your worker knows that you want to talk and will call you."),
        "/",
    ),
}


def choose_channel(channels: Sequence[str], refused: Sequence[str]) -> str | None:
    """The channel for a notice: e-mail where there is one, else a text message, none where both were switched off."""
    return next((channel for channel in ("email", "sms") if channel in channels and channel not in refused), None)


def due_time(kind: Kind, at: datetime, last_sent_at: datetime | None, zone: ZoneInfo) -> datetime:
    """When a notice goes out: never in quiet hours, and a day after the last one unless a neighbour waits for an answer."""
    due = at if kind.pressing or last_sent_at is None else max(at, last_sent_at + timedelta(days=1))
    local = due.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return due
    morning = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(morning, QUIET_UNTIL, zone).astimezone(at.tzinfo)
