"""By which channel somebody is told: pure."""

from collections.abc import Collection, Sequence

from buurtnet.notices.rules.kinds import Kind
from buurtnet.notices.schemas import CHANNELS, Topic, Wishes

TRIES_EACH = 2
"""Tries by one channel before what presses goes by the next."""
MOST_FAILURES = 8
"""Messages in a row that a device did not take; then it is forgotten."""


def open_channels(topic: Topic, wishes: Wishes, reached_by: Collection[str]) -> list[str]:
    """The channels by which somebody can be told about the topic and wants to be, in the order in which they are tried."""
    wanted = wishes.channels.get(topic, CHANNELS)
    return [channel for channel in CHANNELS if channel in reached_by and channel in wanted]


def choose_channel(kind: Kind, channels: Sequence[str], tries: int) -> str | None:
    """The channel for a notice after so many tries: the first; for what presses the next one where that did not work. None without any."""
    if not channels:
        return None
    turn = tries // TRIES_EACH if kind.pressing else 0
    return channels[min(turn, len(channels) - 1)]
