"""No more messages than somebody wants, and not at night: the rules."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.ids import new_id
from buurtnet.notices.rules.channels import choose_channel, open_channels
from buurtnet.notices.rules.kinds import HELD, KINDS, Kind, topics_of
from buurtnet.notices.rules.pace import LIMITS, LONGEST_BREAK, awake, due_time, free_from, is_wanted, retry_time, sort_waiting
from buurtnet.notices.schemas import CHANNELS, NIGHT, Pace, Quiet, Topic, Waiting, Wishes
from buurtnet.web.language import ZONE

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


QUIETS = st.builds(Quiet, st.integers(0, 23), st.integers(0, 23))


def is_awake(at: datetime, quiet: Quiet = NIGHT) -> bool:
    """Hour by hour around the clock, from the start of quiet hours to their end."""
    hour, asleep = quiet.start, set()
    while hour != quiet.end:
        asleep.add(hour)
        hour = (hour + 1) % 24
    return at.astimezone(ZONE).hour not in asleep


def waiting(kind: str, *, due: timedelta = timedelta(), channel: str = "email", tries: int = 0) -> Waiting:
    return Waiting(new_id(), new_id(), channel, kind, None, NOON + due, tries)


@given(TIMES, st.lists(st.timedeltas(timedelta(), 9 * DAY), max_size=6), st.sampled_from(Pace), st.sampled_from(sorted(KINDS)), QUIETS)
def test_a_notice_is_due_when_the_person_is_awake_and_within_the_pace(
    at: datetime, ago: list[timedelta], pace: Pace, name: str, quiet: Quiet
) -> None:
    kind, sent = KINDS[name], [at - one for one in ago]
    due = due_time(kind, at, sent, pace, ZONE, quiet)
    assert due >= at and is_awake(due, quiet)
    if not kind.held:
        assert due <= at + ((quiet.end - quiet.start) % 24 + 1) * HOUR, "what two agreed waits for the end of quiet hours at most"
        return
    limit = LIMITS[pace]
    assert sum(moment > due - timedelta(days=limit.days) for moment in sent) < limit.messages
    if sent and not kind.pressing:
        assert due >= max(sent) + DAY


@given(TIMES, st.lists(st.timedeltas(timedelta(), 2 * DAY), max_size=60), st.sampled_from(Pace))
def test_however_much_happens_no_window_holds_more_than_the_pace_allows(start: datetime, gaps: list[timedelta], pace: Pace) -> None:
    limit, at = LIMITS[pace], start
    sent: list[datetime] = []
    for gap in gaps:
        at += gap
        if awake(free_from(sent, pace, at), ZONE) <= at:
            sent.append(at)
    for last in sent:
        assert sum(last - timedelta(days=limit.days) < moment <= last for moment in sent) <= limit.messages


@given(TIMES, st.integers(0, 12), QUIETS, st.integers(0, 10**9))
def test_another_try_comes_later_and_not_in_quiet_hours(at: datetime, tries: int, quiet: Quiet, seconds: int) -> None:
    again = retry_time(at, tries, ZONE, quiet, seconds=seconds)
    assert again >= at + min(timedelta(seconds=seconds), LONGEST_BREAK) and again > at and is_awake(again, quiet)


@given(TIMES, QUIETS)
def test_nobody_waits_longer_than_their_quiet_hours(at: datetime, quiet: Quiet) -> None:
    morning = awake(at, ZONE, quiet)
    assert is_awake(morning, quiet) and (morning == at) == is_awake(at, quiet)
    assert morning - at <= timedelta(hours=(quiet.end - quiet.start) % 24 + 1), "one hour more where the clocks are put back"


def test_an_hour_twice_means_no_quiet_hours() -> None:
    assert awake(NOON + 11 * HOUR, ZONE, Quiet(9, 9)) == NOON + 11 * HOUR


def test_a_pressing_notice_in_waking_hours_leaves_at_once() -> None:
    assert due_time(Kind(Topic.ASKED, "s", "t", "/", pressing=True), NOON, [NOON], Pace.USUAL, ZONE) == NOON


def test_the_fourth_message_of_a_day_waits_for_the_next_one() -> None:
    sent = [NOON - 3 * HOUR, NOON - 2 * HOUR, NOON - HOUR]
    assert due_time(KINDS["match_asked"], NOON, sent, Pace.USUAL, ZONE) == NOON - 3 * HOUR + DAY
    assert due_time(KINDS["match_agreed"], NOON, sent, Pace.USUAL, ZONE) == NOON
    assert due_time(KINDS["match_asked"], NOON, sent, Pace.WEEKLY, ZONE) == NOON - 3 * HOUR + 7 * DAY


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_was_agreed_and_what_is_safe_is_never_held_back(name: str) -> None:
    kind = KINDS[name]
    assert (name not in HELD) == (
        name in ("match_agreed", "message_new", "call_back", "still_here", "agreement_gone", "person_decided", "appeal_decided")
    )
    assert kind.own or kind.held
    assert is_wanted(kind, Pace.WEEKLY)
    assert is_wanted(kind, Pace.OWN) == (name not in ("match_asked", "match_lapsed", "match_thanks", "post_opened"))


@pytest.mark.parametrize(
    ("reached_by", "wanted", "open_"),
    [
        (["sms", "email", "push"], None, ["push", "email", "sms"]),
        (["sms", "email"], None, ["email", "sms"]),
        (["sms", "email"], ["push", "sms"], ["sms"]),
        (["email"], ["push", "sms"], []),
        (["email"], [], []),
        ([], None, []),
    ],
)
def test_the_channels_are_those_that_work_and_are_wanted_in_their_order(
    reached_by: list[str], wanted: list | None, open_: list[str]
) -> None:
    wishes = Wishes(channels={} if wanted is None else {Topic.ASKED: wanted, Topic.POSTS: []})
    assert open_channels(Topic.ASKED, wishes, reached_by) == open_


@pytest.mark.parametrize(("tries", "channel"), [(0, "push"), (1, "push"), (2, "email"), (4, "sms"), (9, "sms")])
def test_what_presses_goes_by_the_next_channel_and_the_rest_waits(tries: int, channel: str) -> None:
    assert choose_channel(KINDS["match_asked"], CHANNELS, tries) == channel
    assert choose_channel(KINDS["match_thanks"], CHANNELS, tries) == "push"
    assert choose_channel(KINDS["match_asked"], [], tries) is None


def test_every_kind_has_a_topic_and_every_topic_a_kind() -> None:
    assert topics_of(KINDS) == list(Topic)
    assert topics_of(["message_new", "match_asked", "match_thanks"]) == [Topic.ASKED, Topic.MESSAGES]


def test_in_quiet_hours_everything_waits_for_their_end() -> None:
    agreed, asked, news = waiting("match_agreed"), waiting("match_asked"), waiting("match_thanks", due=5 * HOUR)
    found = sort_waiting([agreed, asked, news], [], Pace.USUAL, NOON, ZONE, Quiet(12, 14))
    assert (found.go, found.hold, found.free) == ([], [agreed, asked], NOON + HOUR)


def test_what_waits_goes_along_with_what_is_due() -> None:
    due, later, failed = waiting("match_asked"), waiting("match_thanks", due=5 * HOUR), waiting("post_opened", due=HOUR, tries=1)
    found = sort_waiting([due, later, failed], [], Pace.DAILY, NOON, ZONE)
    assert found.go == [due, later] and not found.hold and not found.drop


def test_what_was_agreed_goes_alone_and_takes_no_place() -> None:
    held, agreed, news = waiting("match_asked"), waiting("match_agreed"), waiting("match_thanks", due=5 * HOUR)
    found = sort_waiting([held, agreed, news], [NOON - HOUR], Pace.DAILY, NOON, ZONE)
    assert (found.go, found.hold, found.free) == ([agreed], [held], NOON - HOUR + DAY)
    assert sort_waiting([agreed, news], [], Pace.DAILY, NOON, ZONE).go == [agreed]


def test_whoever_wants_only_their_own_matters_is_told_nothing_else() -> None:
    asked, offered = waiting("match_asked"), waiting("match_offered")
    found = sort_waiting([asked, offered], [], Pace.OWN, NOON, ZONE)
    assert (found.go, found.drop) == ([offered], [asked])


def test_one_message_goes_by_one_channel() -> None:
    mail, text = waiting("match_asked"), waiting("match_offered", channel="sms")
    assert sort_waiting([mail, text], [], Pace.USUAL, NOON, ZONE).go == [mail]


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(KINDS)), st.integers(-5, 5), st.sampled_from(["email", "sms"]), st.integers(0, 3)), max_size=8
    ),
    st.lists(st.integers(0, 200), max_size=5),
    st.sampled_from(Pace),
)
def test_each_notice_has_one_fate_and_looking_always_gets_on(lines: list[tuple[str, int, str, int]], ago: list[int], pace: Pace) -> None:
    given_ = [waiting(kind, due=hours * HOUR, channel=channel, tries=tries) for kind, hours, channel, tries in lines]
    sent = [NOON - hours * HOUR for hours in ago]
    found = sort_waiting(given_, sent, pace, NOON, ZONE)
    fates = [one.id for one in (*found.go, *found.drop, *found.hold)]
    assert len(set(fates)) == len(fates)
    if any(one.due_at <= NOON for one in given_):
        assert fates, "nobody is looked at again and again for nothing"
    assert not found.hold or found.free > NOON
    if any(KINDS[one.kind].held for one in found.go):
        assert free_from(sent, pace, NOON) == NOON
