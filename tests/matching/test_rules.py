"""The pure rules of matching: clocks, words, and the parts of the score as the tables say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.matching.rules.fit import HelperFacts, ThemeFacts, proximity_part, room_part, score, theme_part, time_part
from buurtnet.matching.rules.life import WAITS_AT_LEAST, add_waking, ask_outcome_at, lapse_time, need_ends, step_of
from buurtnet.matching.rules.weighing import share_weights
from buurtnet.matching.rules.words import FAIL_REASONS, list_words, reasons, slots_phrases
from buurtnet.matching.schemas import Answer, FailReason, Parts, State, Weights

ZONE = ZoneInfo("Europe/Brussels")
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


def theme(number: int, parent: int | None = None) -> ThemeFacts:
    return ThemeFacts(id=number, parent_id=parent, talk=False, halving_m=800, review="new", safeguard=None)


def test_the_theme_part() -> None:
    root, leaf, other = theme(1), theme(2, 1), theme(3, 1)
    assert [theme_part(leaf, leaf), theme_part(leaf, root), theme_part(root, leaf), theme_part(leaf, other)] == [1.0, 0.8, 0.6, None]


def test_proximity_is_halved_with_each_halving() -> None:
    assert [proximity_part(metres, 800) for metres in (0, 800, 1600)] == [1.0, 0.5, 0.25]


@pytest.mark.parametrize(
    ("need", "offer", "part"),
    [
        (None, None, 1.0),
        (0b1, None, 1.0),
        (0b11, 0b1, 0.5),
        (0b11111111, 0b1111, 1.0),
        (0b11111111, 0b11, 0.5),
        (None, 0b1, 0.25),
        (0b1, 0b10, 0.0),
    ],
)
def test_the_time_part(need: int | None, offer: int | None, part: float) -> None:
    assert time_part(need, offer) == part


def test_the_room_part() -> None:
    assert [room_part(HelperFacts(load=load, capacity=4, this_month=0, monthly_max=4)) for load in (0, 1, 4, 6)] == [1.0, 0.75, 0.0, 0.0]


@given(st.lists(st.floats(0, 1), min_size=5, max_size=5), st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_a_score_lies_between_nothing_and_one(parts: list[float], weights: list[float]) -> None:
    assert 0 <= score(Parts(*parts), share_weights(Weights(*weights))) <= 1 + 1e-9


def test_equal_parts_are_the_score() -> None:
    assert score(Parts(0.5, 0.5, 0.5, 0.5, 0.5), Weights()) == pytest.approx(0.5)


def brussels(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("asked", "ends", "lapses"),
    [
        (brussels(2, 9), brussels(30, 9), brussels(7, 16)),
        (brussels(2, 9), brussels(3, 9), brussels(2, 17)),
        (brussels(2, 9), brussels(2, 10), brussels(2, 11)),
        (brussels(2, 23), brussels(3, 1), brussels(3, 10)),
        (brussels(2, 20), brussels(2, 23), brussels(3, 9)),
    ],
)
def test_a_question_lapses_in_waking_hours(asked: datetime, ends: datetime, lapses: datetime) -> None:
    assert lapse_time(asked, ends, ZONE) == lapses


@given(MOMENTS, st.timedeltas(timedelta(), timedelta(days=60)))
def test_nobody_has_less_than_two_waking_hours_or_more_than_needed(asked: datetime, left: timedelta) -> None:
    lapses = lapse_time(asked, asked + left, ZONE)
    assert lapses >= add_waking(asked, WAITS_AT_LEAST, ZONE) >= asked + WAITS_AT_LEAST
    assert lapses <= max(add_waking(asked, timedelta(hours=72), ZONE), add_waking(asked, WAITS_AT_LEAST, ZONE))


@given(MOMENTS, st.timedeltas(timedelta(minutes=1), timedelta(hours=80)))
def test_waking_hours_end_in_the_day(start: datetime, hours: timedelta) -> None:
    end = add_waking(start, hours, ZONE)
    assert end - start >= hours and 8 <= end.astimezone(ZONE).hour <= 21


def test_a_need_ends_with_its_last_day() -> None:
    expires = brussels(30, 12)
    assert need_ends(expires, None, ZONE) == expires
    assert need_ends(expires, date(2026, 11, 5), ZONE) == brussels(6, 0)
    assert ask_outcome_at(brussels(2, 9), None, ZONE) == brussels(2, 9) + timedelta(days=3)
    assert ask_outcome_at(brussels(2, 9), date(2026, 11, 5), ZONE) == brussels(6, 8)


def test_only_who_is_asked_has_a_step() -> None:
    assert step_of(State.ASKED, "helper", Answer.YES) and step_of(State.OFFERED, "asker", Answer.NO)
    for state in State:
        for role in ("helper", "asker", "worker"):
            if (state, role) not in ((State.ASKED, "helper"), (State.OFFERED, "asker")):
                assert step_of(state, role, Answer.YES) is None


def test_reasons_are_true_and_short() -> None:
    said = reasons(level=0, languages=["nl", "fr"], slots=1 << 20, theme_part=1.0, reader="fr")
    assert [phrase.text for phrase in said] == [
        "In your neighbourhood",
        "You both speak %(language)s and %(other)s",
        "%(day)s %(part)s",
        "What is asked is just what is offered",
    ]
    assert said[1].values["language"] == "Français"
    assert [phrase.text for phrase in reasons(level=2, languages=[], slots=None, theme_part=0.8)] == ["20 minutes on foot"]
    assert len(slots_phrases((1 << 12) - 1)) == 1


def test_every_reason_and_state_has_words() -> None:
    assert set(FAIL_REASONS) == set(FailReason)
    assert all(list_words(state, role) for state in State for role in ("helper", "asker"))
