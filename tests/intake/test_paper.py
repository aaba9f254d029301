"""What fits on one printed sheet."""

from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from buurtnet.intake.rules.paper import MOST, choose_for_sheet
from buurtnet.intake.schemas import PaperPost


def make_post(number: int, kind: Any, signs: int) -> PaperPost:
    when = {"slots": None, "from_on": None, "until_on": None}
    return PaperPost(id=UUID(int=number), kind=kind, theme="Thema", icon=None, text="x" * signs, language="nl", **when)


def make_posts(kind: str, *signs: int) -> list[PaperPost]:
    return [make_post(number + (100 if kind == "offer" else 0), kind, one) for number, one in enumerate(signs)]


def test_half_is_asked_and_half_offered_where_there_is_enough_of_both() -> None:
    needs, offers = make_posts("need", *[20] * 9), make_posts("offer", *[20] * 9)
    assert choose_for_sheet(needs, offers) == [*needs[:4], *offers[:4]]
    assert choose_for_sheet(needs[:2], offers) == [*needs[:2], *offers[:6]]
    assert choose_for_sheet(needs, offers[:1]) == [*needs[:7], *offers[:1]]


def test_the_longest_words_stay_off_before_the_strips_come_on_a_second_page() -> None:
    needs, offers = make_posts("need", 20, 600, 20, 500), make_posts("offer", 20, 600, 20, 20)
    assert choose_for_sheet(needs, offers) == [needs[0], needs[2], needs[3], *offers[:1], *offers[2:]]


@given(st.lists(st.integers(3, 600), max_size=12), st.lists(st.integers(3, 600), max_size=12))
def test_something_always_stands_there_and_never_too_much(needs: list[int], offers: list[int]) -> None:
    chosen = choose_for_sheet(make_posts("need", *needs), make_posts("offer", *offers))
    assert len(chosen) <= MOST and bool(chosen) == bool(needs or offers)
    assert sum(len(post.text) for post in chosen) <= 44 * 42
