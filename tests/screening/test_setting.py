"""Setting rules: what is typed becomes a pattern, what a rule may lead to, and what rules would do to past posts."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.clock import now
from buurtnet.kit.errors import Invalid
from buurtnet.kit.ids import new_id
from buurtnet.screening.rules.alarms import RIGHT, judge
from buurtnet.screening.rules.behaviour import FEWEST_WORDS, is_new, say_plainly
from buurtnet.screening.rules.kinds import DANGERS, WORDED, list_ways
from buurtnet.screening.rules.patterns import read_pattern
from buurtnet.screening.rules.setting import read_typed, tidy_pattern
from buurtnet.screening.rules.trying import PastText, try_rules, veil
from buurtnet.screening.schemas import LeadsTo, Rule

AUTHOR = new_id()


@pytest.mark.parametrize(
    ("typed", "pattern"),
    [
        ("Ladder!", "ladder"),
        ("  Gratis   LENEN ", "gratis lenen"),
        ("prêt d'argent", "pret d argent"),
        ("lening*", "lening*"),
        ("*krediet", "*krediet"),
        ("leen|leent ... geld", "leen|leent ... geld"),
        ("leen…geld", "leen ... geld"),
        ("... geld ...", "geld"),
        ("قرض سريع", "قرض سريع"),
    ],
)
def test_what_is_typed_becomes_a_pattern(typed: str, pattern: str) -> None:
    assert tidy_pattern(typed) == pattern
    assert read_pattern(pattern)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_pattern_or_refused(typed: str) -> None:
    try:
        patterns = read_typed(typed)
    except Invalid as refused:
        assert set(refused.errors) == {"words"}
    else:
        assert patterns and all(read_pattern(pattern) for pattern in patterns)


def test_danger_that_comes_with_the_program_has_one_way_alone() -> None:
    for kind in DANGERS:
        assert list_ways(kind, LeadsTo.DANGER, own=False) == (LeadsTo.DANGER,)
        assert LeadsTo.OFF in list_ways(kind, LeadsTo.DANGER, own=True)
    for kind in set(WORDED) - DANGERS:
        assert {LeadsTo.REVIEW, LeadsTo.OFF} < set(list_ways(kind, LeadsTo.REVIEW, own=False))
        assert LeadsTo.ALLOWED not in list_ways(kind, LeadsTo.REVIEW, own=False)


@pytest.mark.parametrize(
    ("verdict", "leads_to", "judged"),
    [
        ("approved", "review", "wrong"),
        ("approved", "sensitive", "looked"),
        ("approved", "danger", "looked"),
        *((verdict, "review", "right") for verdict in sorted(RIGHT)),
        ("held", "review", None),
        ("closed", "sensitive", None),
    ],
)
def test_what_a_verdict_says_of_a_rule(verdict: str, leads_to: str, judged: str | None) -> None:
    assert judge(verdict, leads_to) == judged


def test_how_new_somebody_is() -> None:
    assert [is_new(on_trial, first) for first in (1, 2) for on_trial in (0, 1, 2)] == [False, False, True, False, True, True]


def test_the_same_words_are_the_same_whatever_their_signs() -> None:
    words = "Ik geef gratis les op de gitaar aan wie dat wil"
    assert say_plainly(words) == say_plainly(words.upper() + "!!") == say_plainly(words.replace(" ", "  \n"))
    assert say_plainly(words) != say_plainly(words.replace("gitaar", "piano"))
    assert say_plainly(" ".join(["woord"] * (FEWEST_WORDS - 1))) is None


def past(text: str, *, theme: str = "things.lend", otherwise: bool = False, author: UUID = AUTHOR) -> PastText:
    return PastText(
        id=new_id(), text=text, language="nl", theme=theme, state="open", created_at=now(), author_id=author, otherwise=otherwise
    )


def rule(identity: int, pattern: str, kind: str = "money", leads_to: LeadsTo = LeadsTo.REVIEW) -> Rule:
    return Rule(id=identity, language="any", kind=kind, pattern=pattern, leads_to=leads_to)


def test_rules_are_tried_beside_those_that_hold() -> None:
    texts = [past("Cash voor een kast"), past("Een kast in het cash café", otherwise=True), past("Een kast")]
    trial = try_rules(texts, [rule(-1, "kast")], [rule(1, "cash")])
    assert (trial.read, len(trial.seen), trial.anew, trial.freed) == (3, 3, 2, [])
    assert [sight.text.text[slice(*sight.places[0])] for sight in trial.seen] == ["kast", "kast", "kast"]
    harmless = try_rules(texts, [rule(-1, "cash cafe", leads_to=LeadsTo.ALLOWED)], [rule(1, "cash"), rule(2, "kast", "app")])
    assert harmless.seen == [] and [sight.text.text for sight in harmless.freed] == ["Een kast in het cash café"]
    assert [harmless.freed[0].text.text[slice(*place)] for place in harmless.freed[0].places] == ["cash"]


def test_a_theme_is_tried_by_what_posts_are_about() -> None:
    texts = [past("Een ladder"), past("Soep", theme="things.food")]
    trial = try_rules(texts, [rule(-1, "things.food", "theme", LeadsTo.SENSITIVE)], [])
    assert [sight.text.text for sight in trial.seen] == ["Soep"]


@given(people=st.integers(0, 200), more=st.integers(0, 200))
def test_no_small_number_leaves_the_desk(people: int, more: int) -> None:
    told = veil(people, people + more)
    if told is None:
        assert people < 10 or 0 < more < 10
    else:
        assert people >= 10 and not 0 < more < 10 and told % 5 == 0 and abs(told - people) <= 2
