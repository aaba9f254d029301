from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.errors import Invalid
from buurtnet.moderation.rules import REASONS, check_decision, mark_flags, next_date
from buurtnet.moderation.schemas import PostDecision, QueueFlag, Verdict
from buurtnet.referrals.schemas import Listed, Lists

LISTS = Lists([Listed("housing", {"nl": "Wonen"}), Listed("old", {"nl": "Vroeger"}, retired=True)], [Listed("digital", {"nl": "Online"})])


@pytest.mark.parametrize(
    ("decision", "wrong"),
    [
        (PostDecision(verdict=Verdict.REFUSED), {"reason"}),
        (PostDecision(verdict=Verdict.REFUSED, reason="because"), {"reason"}),
        (PostDecision(verdict=Verdict.CHANGES_ASKED, text="  "), {"text"}),
        (PostDecision(verdict=Verdict.RIGHT_FIRST), {"right", "barrier"}),
        (PostDecision(verdict=Verdict.RIGHT_FIRST, right="housing"), {"barrier"}),
        (PostDecision(verdict=Verdict.RIGHT_FIRST, right="digital", barrier="housing"), {"right", "barrier"}),
        (PostDecision(verdict=Verdict.RIGHT_FIRST, right="old", barrier="digital"), {"right"}),
        (PostDecision(verdict=Verdict.WORDS_PROPOSED), {"other"}),
        (PostDecision(verdict=Verdict.WORDS_PROPOSED, words=" Een kast dragen "), {"other"}),
        (PostDecision(verdict=Verdict.HELD), {"rest"}),
    ],
)
def test_a_verdict_without_what_it_needs_is_refused_field_by_field(decision: PostDecision, wrong: set[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        check_decision(decision, theme_known=True, lists=LISTS, text="Een kast dragen")
    assert set(refusal.value.errors) == wrong


@pytest.mark.parametrize(
    "decision",
    [
        {"verdict": Verdict.APPROVED},
        {"verdict": Verdict.WORDS_PROPOSED, "words": "Een kast naar boven dragen"},
        {"verdict": Verdict.RIGHT_FIRST, "right": "housing", "barrier": "digital", "stays": True},
    ],
)
def test_what_opens_a_post_needs_a_theme(decision: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        check_decision(PostDecision(**decision), theme_known=False, lists=LISTS)
    assert set(refusal.value.errors) == {"theme"}
    check_decision(PostDecision(**decision, theme="home.repair"), theme_known=False, lists=LISTS)
    check_decision(PostDecision(**decision), theme_known=True, lists=LISTS)


def test_every_verdict_with_what_it_needs_is_taken() -> None:
    for reason in REASONS:
        check_decision(PostDecision(verdict=Verdict.REFUSED, reason=reason), theme_known=False, lists=LISTS)
    check_decision(PostDecision(verdict=Verdict.RIGHT_FIRST, right="housing", barrier="digital"), theme_known=False, lists=LISTS)
    check_decision(PostDecision(verdict=Verdict.HELD, rest="tomorrow"), theme_known=False, lists=LISTS)


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.sampled_from(["tomorrow", "days", "week"]))
def test_what_rests_comes_back_on_a_working_day(on: date, rest: str) -> None:
    due = next_date(on, rest)
    assert due.weekday() < 5
    assert 1 <= (due - on).days <= 9


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
