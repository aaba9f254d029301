"""The life of a post as rules: states, days, words."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from buurtnet.kit.errors import Invalid
from buurtnet.posts import rules
from buurtnet.posts.schemas import NewPost
from buurtnet.posts.tables import STATES

ZONE = ZoneInfo("Europe/Brussels")
AT = datetime(2025, 11, 19, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "open"),
        ({"review": "always"}, "waiting"),
        ({"review": None}, "waiting"),
        ({"leads": ["review"]}, "waiting"),
        ({"leads": ["danger"]}, "waiting"),
        ({"leads": ["sensitive"]}, "waiting"),
        ({"leads": ["allowed"]}, "open"),
        ({"mediated": True}, "waiting"),
    ],
)
def test_what_a_worker_sees_first(given: dict, state: str) -> None:
    assert rules.first_state(**({"review": "new", "leads": []} | given)) == state


@pytest.mark.parametrize("lead", ["review", "sensitive", "danger"])
@given(review=st.sampled_from(["new", "always", None]))
def test_a_flag_always_waits(lead: str, review: str | None) -> None:
    assert rules.first_state(review=review, leads=["allowed", lead]) == "waiting"


def test_every_state_has_its_ways_out() -> None:
    assert set(rules.TRANSITIONS) == set(STATES)
    assert {state for ways in rules.TRANSITIONS.values() for state in ways} <= set(STATES)


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"state": "open"}, rules.PostIsClosed),
        ({"state": "withdrawn"}, rules.PostIsClosed),
        ({"danger": True}, rules.DangerStays),
        ({"theme_known": False}, Invalid),
        ({"until_on": date(2025, 11, 18)}, rules.DayIsOver),
    ],
)
def test_what_cannot_be_approved(given: dict, refusal: type[Exception]) -> None:
    good = {"state": "waiting", "theme_known": True, "danger": False, "until_on": date(2025, 11, 19), "today": date(2025, 11, 19)}
    rules.check_approval(**good)
    with pytest.raises(refusal):
        rules.check_approval(**(good | given))


def test_who_may_place_something() -> None:
    good = {"adult": True, "state": "active", "has_neighbourhood": True, "with_worker": False}
    rules.check_author(**good)
    rules.check_author(**(good | {"state": "paused"}))
    rules.check_author(**(good | {"state": "blocked", "with_worker": True}))
    for given_, refusal in (
        ({"adult": False}, rules.OnlyForAdults),
        ({"adult": False, "with_worker": True}, rules.OnlyForAdults),
        ({"state": "blocked"}, rules.OnlyWithYourWorker),
        ({"has_neighbourhood": False}, rules.NeighbourhoodFirst),
    ):
        with pytest.raises(refusal):
            rules.check_author(**(good | given_))


def test_days_and_ends() -> None:
    today = date(2025, 11, 19)
    assert rules.window_of("today", today) == (today, today)
    assert rules.window_of("week", today) == (today, date(2025, 11, 25))
    assert rules.window_of("any", today) == rules.window_of("regularly", today) == (None, None)
    assert rules.expires_at(30, None, AT, ZONE) == AT + timedelta(days=30)
    assert rules.expires_at(30, today, AT, ZONE) == datetime(2025, 11, 19, 23, tzinfo=UTC)  # midnight in Brussels, in winter
    assert rules.expires_at(3, date(2025, 11, 25), AT, ZONE) == AT + timedelta(days=3)
    assert rules.expires_at(30, date(2025, 11, 1), AT, ZONE) == AT  # a day that is gone ends at once
    assert rules.renewed_window(None, today) == (None, None)
    assert rules.renewed_window(date(2025, 11, 18), today) == (today, date(2025, 11, 25))


@given(days=st.integers(1, 120), ahead=st.none() | st.integers(0, 200), hours=st.integers(0, 23))
def test_the_question_comes_before_the_end(days: int, ahead: int | None, hours: int) -> None:
    at = AT + timedelta(hours=hours)
    until = None if ahead is None else at.astimezone(ZONE).date() + timedelta(days=ahead)
    end = rules.expires_at(days, until, at, ZONE)
    asks = rules.asks_at(at, end)
    assert at < asks < end or end == at
    assert end - asks <= timedelta(days=3)
    assert end <= at + timedelta(days=days)


def test_the_choice_comes_back_from_what_is_stored() -> None:
    today = date(2025, 11, 19)
    for when in ("today", "week", "any", "regularly"):
        own = when == "regularly"
        assert rules.when_of(8192 if own else None, own, *rules.window_of(when, today), today) == when


@given(st.text(max_size=900))
def test_cleaning_is_done_once_and_for_all(text: str) -> None:
    clean = rules.clean_text(text)
    assert rules.clean_text(clean) == clean
    assert not rules.LAYOUT_SIGNS.search(clean)
    if rules.check_text(clean) is None:
        assert rules.SHORTEST <= len(clean) <= rules.LONGEST
        assert "\x00" not in clean
        clean.encode()


@pytest.mark.parametrize(
    "text",
    [
        "Een kast <b>dragen</b>",
        "🙂🙂🙂",
        "'; drop table post; --",
        "Ik help graag 👩‍👩‍👧 mee",
        "أحتاج مساعدة",
        "سلام، می‌توانید کمک کنید؟",
        "a\nb\nc",
    ],
)
def test_words_of_every_kind_can_stand(text: str) -> None:
    assert rules.check_text(rules.clean_text(text)) is None


@pytest.mark.parametrize("text", ["", "  ", "ab", "\u200b\u200b\u200b\u200b", "a\x00bcd", "a\x07bcd", "\ud800abc", "x" * 601, "🙂" * 601])
def test_what_cannot_be_stored_is_refused(text: str) -> None:
    assert rules.check_text(rules.clean_text(text)) is not None


def test_words_that_turn_others_around_lose_that() -> None:
    assert rules.clean_text("Bel \u202e0471 32 65 98\u202c") == "Bel 0471 32 65 98"


def test_each_field_says_what_is_wrong() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check_new(NewPost(kind="offer", text="", when="regularly", urgency="urgent"), today=date(2026, 11, 16))
    assert set(refused.value.errors) == {"text", "slots", "urgency"}


def test_quiet_and_urgent() -> None:
    assert rules.is_quiet("need", wanted=True, sensitive=False)
    assert not rules.is_quiet("need", wanted=False, sensitive=False)
    assert rules.is_quiet("need", wanted=False, sensitive=True)
    assert not rules.is_quiet("offer", wanted=True, sensitive=True)
    assert rules.urgency_of("need", "today", "normal") == rules.urgency_of("need", "any", "urgent") == "urgent"
    assert rules.urgency_of("offer", "today", "urgent") == rules.urgency_of("need", "week", "normal") == "normal"


@given(st.text(min_size=1, max_size=400))
def test_first_words_are_one_short_line(text: str) -> None:
    line = rules.first_words(text)
    assert "\n" not in line
    assert len(line) <= 61


def test_moments() -> None:
    assert rules.list_moments(0b0101 | 1 << 27) == [(0, [0, 2]), (6, [3])]
    assert rules.list_moments(0) == []


class PostLife(RuleBasedStateMachine):
    """Whatever authors, workers, helpers and time do, in any order: only allowed ways are taken, and danger never opens."""

    def __init__(self) -> None:
        super().__init__()
        self.danger = self.asked = False
        self.state = rules.first_state(review="new", leads=[])
        self.seen = [self.state]

    def go(self, wanted: str) -> None:
        if rules.may_become(self.state, wanted):
            self.state = wanted
            self.seen.append(wanted)

    @precondition(lambda self: self.state in ("waiting", "open"))
    @rule(danger=st.booleans(), new=st.booleans(), same=st.booleans())
    def change(self, danger: bool, new: bool, same: bool) -> None:
        first = rules.first_state(review="new", leads=["danger"] * danger + ["review"] * new)
        after = self.state if same else "waiting" if self.asked else first
        if not same:
            self.danger, self.asked = danger, False
        if after != self.state:
            assert rules.may_become(self.state, after)
            self.go(after)

    @rule(theme=st.booleans(), over=st.booleans())
    def approve(self, theme: bool, over: bool) -> None:
        until = AT.date() - timedelta(days=1) if over else None
        try:
            rules.check_approval(state=self.state, theme_known=theme, danger=self.danger, until_on=until, today=AT.date())
        except (Invalid, rules.PostIsClosed, rules.DangerStays, rules.DayIsOver):
            return
        assert self.state == "waiting"
        self.go("open")

    @precondition(lambda self: self.state in ("waiting", "open"))
    @rule()
    def ask_for_change(self) -> None:
        self.asked = True
        self.state = "waiting"

    @rule(wanted=st.sampled_from(["met", "withdrawn", "expired", "refused", "redirected"]))
    def end(self, wanted: str) -> None:
        self.go(wanted)

    @invariant()
    def danger_is_never_open(self) -> None:
        assert not (self.danger and self.state in ("open", "met", "expired"))

    @invariant()
    def an_end_is_an_end(self) -> None:
        ends = [state for state in self.seen if not rules.TRANSITIONS[state]]
        assert len(ends) <= 1
        assert not ends or self.seen[-1] == ends[0]


PostLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestPostLife = PostLife.TestCase


def test_a_given_day_is_one_day_and_comes_back_as_such() -> None:
    today = date(2025, 11, 19)
    saturday = date(2025, 11, 22)
    assert rules.window_of("day", today, saturday) == (saturday, saturday)
    assert rules.when_of(None, False, saturday, saturday, today) == "day"
    assert rules.when_of(None, False, saturday, saturday, saturday) == "today", "on the day itself it is for today"


@pytest.mark.parametrize(("day", "right"), [(None, False), (-1, False), (0, True), (60, True), (61, False)])
def test_a_given_day_is_neither_over_nor_far_away(day: int | None, right: bool) -> None:
    today = date(2025, 11, 19)
    new = NewPost(kind="need", text="Een kast dragen", when="day", day=None if day is None else today + timedelta(days=day))
    if right:
        rules.check_new(new, today=today)
    else:
        with pytest.raises(Invalid) as refused:
            rules.check_new(new, today=today)
        assert set(refused.value.errors) == {"day"}
