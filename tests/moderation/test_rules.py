from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.errors import Invalid
from buurtnet.moderation.rules import BARRIERS, REASONS, RIGHTS, check_decision, follow_up_date, mark_flags
from buurtnet.moderation.schemas import PostDecision, QueueFlag, Verdict


@pytest.mark.parametrize(
    ("decision", "wrong"),
    [
        (PostDecision(verdict=Verdict.REFUSED), {"reason"}),
        (PostDecision(verdict=Verdict.REFUSED, reason="because"), {"reason"}),
        (PostDecision(verdict=Verdict.CHANGES_ASKED, text="  "), {"text"}),
        (PostDecision(verdict=Verdict.RIGHT_FIRST), {"right", "barrier"}),
        (PostDecision(verdict=Verdict.RIGHT_FIRST, right="housing"), {"barrier"}),
    ],
)
def test_a_verdict_without_what_it_needs_is_refused_field_by_field(decision: PostDecision, wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        check_decision(decision, theme_known=True)
    assert set(refusal.value.errors) == wrong


def test_an_approval_needs_a_theme() -> None:
    with pytest.raises(Invalid):
        check_decision(PostDecision(verdict=Verdict.APPROVED), theme_known=False)
    check_decision(PostDecision(verdict=Verdict.APPROVED, theme="home.repair"), theme_known=False)
    check_decision(PostDecision(verdict=Verdict.APPROVED), theme_known=True)


@given(st.sampled_from(sorted(REASONS)), st.sampled_from(sorted(RIGHTS)), st.sampled_from(sorted(BARRIERS)))
def test_every_code_of_the_lists_is_taken(reason: str, right: str, barrier: str) -> None:
    check_decision(PostDecision(verdict=Verdict.REFUSED, reason=reason), theme_known=True)
    check_decision(PostDecision(verdict=Verdict.RIGHT_FIRST, right=right, barrier=barrier), theme_known=True)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)))
def test_a_follow_up_is_about_two_weeks_later_and_on_a_working_day(on: date) -> None:
    due = follow_up_date(on)
    assert due.weekday() < 5
    assert 14 <= (due - on).days <= 16


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=6))
def test_marking_loses_no_letter(text: str, places: list[tuple[int, int]]) -> None:
    flags = [QueueFlag(kind="phone", leads_to="review", starts=min(place), ends=max(place)) for place in places]
    pieces = mark_flags(text, flags)
    assert "".join(piece for piece, _ in pieces) == text
    for flag in flags:
        if flag.starts < min(flag.ends, len(text)):
            at = 0
            for piece, kind in pieces:
                if kind is None:
                    assert not (at < min(flag.ends, len(text)) and at + len(piece) > flag.starts)
                at += len(piece)
