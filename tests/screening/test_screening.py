"""What the rules see, what they let pass, and where in the text."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.screening.actions import read_rules
from buurtnet.screening.rules.kinds import BECAUSE, NAMES
from buurtnet.screening.rules.screening import STRONGER, screen
from buurtnet.screening.schemas import Flag, LeadsTo, Rule

RULES = tuple(
    Rule(id=n, language=language, kind=kind, pattern=pattern, leads_to=to, most=most)
    for n, (language, kind, pattern, to, most) in enumerate(read_rules(), 1)
)
TEXTS = tomllib.loads((Path(__file__).parent / "texts.toml").read_text())
SEEN = [(kind, *case) for kind, cases in TEXTS["seen"].items() for case in cases]
HARMLESS = [(language, *case) for language, cases in TEXTS["harmless"].items() for case in cases]
SENTENCES = Path(__file__).parents[1] / "themes" / "sentences"
THEME_TEXTS = [
    row["t"]
    for language in ("nl", "fr", "en", "tr")
    for rows in tomllib.loads((SENTENCES / f"{language}.toml").read_text()).values()
    for row in rows
]
DANGERS = {"suicide", "violence", "child"}


def places(text: str, flags: list[Flag], kind: str) -> list[str]:
    return [text[flag.start : flag.end] for flag in flags if flag.kind == kind]


@pytest.mark.parametrize(("kind", "language", "text", "part"), SEEN)
def test_each_kind_is_seen_where_it_stands(kind: str, language: str, text: str, part: str) -> None:
    seen = places(text, screen(text, language, RULES), kind)
    assert any(part in place or place in part for place in seen), seen
    assert any(place.startswith(part[:4]) or part in place for place in seen), seen


@pytest.mark.parametrize(("kind", "language", "text", "part"), [case for case in SEEN if case[0] in DANGERS])
def test_danger_is_seen_whatever_language_was_said(kind: str, language: str, text: str, part: str) -> None:
    for said in ("nl", "fr", "en", "ar", "tr", "", "xx"):
        flags = [flag for flag in screen(text, said, RULES) if flag.kind == kind]
        assert flags and all(flag.leads_to is LeadsTo.DANGER for flag in flags)


@pytest.mark.parametrize(("language", "kind", "text"), HARMLESS)
def test_harmless_uses_pass(language: str, kind: str, text: str) -> None:
    flags = screen(text, language, RULES)
    unwanted = {"*": set(NAMES), "danger": DANGERS}.get(kind, {kind})
    assert [flag for flag in flags if flag.kind in unwanted] == []


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in TEXTS["danger"].items() for text in texts])
def test_danger_in_the_words_of_people(language: str, text: str) -> None:
    assert any(flag.kind in DANGERS for flag in screen(text, language, RULES))


@pytest.mark.parametrize(("language", "text"), [(language, text) for language, texts in TEXTS["calm"].items() for text in texts])
def test_no_danger_in_what_only_sounds_so(language: str, text: str) -> None:
    assert [flag for flag in screen(text, language, RULES) if flag.kind in DANGERS] == []


@pytest.mark.parametrize("text", THEME_TEXTS)
def test_no_danger_in_ordinary_offers_and_needs(text: str) -> None:
    assert [flag for flag in screen(text, "nl", RULES) if flag.kind in DANGERS] == []


@pytest.mark.parametrize(("kind", "language", "text", "part"), SEEN)
def test_places_are_right_behind_emoji_and_other_scripts(kind: str, language: str, text: str, part: str) -> None:
    alone = screen(text, language, RULES)
    for before in ("👩‍👩‍👧 🏠. ", "مرحبا بكم. ", "é̂ñ\u0301 — ", "İß ﬁ. "):
        moved = screen(before + text, language, RULES)
        assert {(flag.kind, flag.start, flag.end) for flag in moved} >= {
            (flag.kind, flag.start + len(before), flag.end + len(before)) for flag in alone
        }


def test_danger_is_found_in_the_text_as_it_was_typed() -> None:
    text = "🌧️ Je pense souvent au «SuÏcIdE»…"
    (flag,) = [flag for flag in screen(text, "fr", RULES) if flag.leads_to is LeadsTo.DANGER]
    assert text[flag.start : flag.end] == "SuÏcIdE"


def test_a_harmless_use_does_not_hide_danger_beside_it() -> None:
    text = "Ik ga dood van de hitte. Ik wil dood."
    assert places(text, screen(text, "nl", RULES), "suicide") == ["wil dood"]


def test_an_account_number_is_not_also_a_telephone_number() -> None:
    text = "BE68 5390 0754 7034"
    assert [flag.kind for flag in screen(text, "nl", RULES)] == ["identity"]


@pytest.mark.parametrize("wrong", ["85.07.30-033.29", "85.13.30-033.28", "BE68 5390 0754 7035", "4111 1111 1111 1112"])
def test_numbers_with_wrong_check_digits_are_no_identity(wrong: str) -> None:
    assert places(wrong, screen(wrong, "nl", RULES), "identity") == []


def test_every_kind_is_explained_and_every_rule_leads_somewhere() -> None:
    assert {rule.kind for rule in RULES} | {"theme", "own"} == set(NAMES) == set(BECAUSE)
    assert {kind for kinds in STRONGER.values() for kind in kinds} | STRONGER.keys() <= set(NAMES)
    assert {rule.kind for rule in RULES if rule.leads_to is LeadsTo.DANGER} == DANGERS


def test_each_language_has_every_kind_of_danger() -> None:
    for language in ("nl", "fr", "en", "ar", "tr"):
        assert {rule.kind for rule in RULES if rule.language == language and rule.leads_to is LeadsTo.DANGER} == DANGERS


def test_the_said_language_names_the_rule_where_two_see_the_same() -> None:
    by_id = {rule.id: rule for rule in RULES}
    for language in ("nl", "fr", "en"):
        (flag,) = screen("burn-out", language, RULES)
        assert by_id[flag.rule_id or 0].language == language


pieces = st.sampled_from([text for _, _, text, _ in SEEN] + [text for _, _, text in HARMLESS])
texts = st.lists(st.one_of(st.text(max_size=40), pieces, st.sampled_from(list("0123456789+@.€/|*_#<> \n\x00"))), max_size=8).map("".join)


@given(texts, st.sampled_from(["nl", "fr", "en", "ar", "tr", ""]))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_and_flags_are_in_order_inside_it(text: str, language: str) -> None:
    flags = screen(text, language, RULES)
    assert all(0 <= flag.start < flag.end <= len(text) for flag in flags)
    assert [(flag.start, flag.end) for flag in flags] == sorted((flag.start, flag.end) for flag in flags)
    assert LeadsTo.ALLOWED not in {flag.leads_to for flag in flags}
    assert flags == screen(text, language, RULES)
