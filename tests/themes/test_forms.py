"""Forms of words and spellings, rule by rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.kit.words import fold
from buurtnet.themes.rules.forms import Forms, find_past, find_verb, join_verbs, restore_harmony, stem_arabic
from buurtnet.themes.rules.lexicon import LANGUAGES
from buurtnet.themes.rules.spelling import Spellings, count_edits
from buurtnet.themes.rules.suggestions import split_clauses


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "ophalen ophaal opgehaald"),
        ("nl", "boodschap boodschappen"),
        ("fr", "médicament médicaments medicamment"),
        ("en", "repair repairs repairing"),
        ("ar", "صيدلية الصيدلية للصيدلية بالصيدلية صيدليه"),
        ("ar", "كلب كلبي الكلب كلبها"),
        ("tr", "köpek köpeğim köpeğimi köpeklerimiz KÖPEĞİ kopegimi"),
        ("tr", "fatura faturalarımı faturamı FATURAYI faturalarimi"),
        ("tr", "mutfak mutfağı mutfağımda mutfagim"),
    ],
)
def test_forms_of_one_word_have_one_stem(language: str, words: str) -> None:
    forms = Forms(language)
    assert len({forms.stem(fold(word)) for word in words.split()}) == 1


def test_turkish_letters_typed_or_not_are_read_alike() -> None:
    for word in ("ışığı", "çocuğumla", "İSTANBUL", "yürüyüşe", "fatura"):
        plain = word.lower().translate(str.maketrans("ışğçöü", "isgcou")).replace("i̇", "i")
        assert restore_harmony(fold(word)) == restore_harmony(fold(plain))


@pytest.mark.parametrize(
    ("word", "verb"), [("بيوصلني", "وصل"), ("كنوصل", "وصل"), ("سيوصلك", "وصل"), ("يرافقني", "رافق"), ("تحضرلي", "حضر"), ("كلب", None)]
)
def test_arabic_verbs_lose_who_and_whom(word: str, verb: str | None) -> None:
    assert find_verb(word) == verb


def test_arabic_past_and_articles() -> None:
    assert find_past("طبخت") == "طبخ" and find_past("ماوصلتش") == "وصل"
    assert stem_arabic("والحديقه") == stem_arabic("حديقه") and stem_arabic("دار") == "دار"


def test_french_and_dutch_readings() -> None:
    assert next(Forms("fr").read("lhopital")) == "hopital"
    assert list(Forms("fr").read("fuite")) == []
    assert "pakje" in list(Forms("nl").read("pakske")) and "hond" in list(Forms("nl").read("hondeke"))


def test_separable_verbs_come_together_within_their_clause() -> None:
    particles = frozenset({"op", "af"})
    said = split_clauses("wie haalt mijn brood. Ik sta op")
    assert "ophaalt" not in [joined for _, joined in join_verbs(said.words, said.clauses, particles)]
    assert (1, "ophaalt") in list(join_verbs(["wie", "haalt", "mijn", "brood", "op"], [0] * 5, particles))
    assert (3, "ophalen") in list(join_verbs(["om", "op", "te", "halen"], [0] * 4, particles))


def test_clauses_end_at_signs_and_turns() -> None:
    assert split_clauses("ik kom, jij gaat maar niet").clauses == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("a", "a", 0), ("brood", "brod", 1), ("ab", "ba", 1), ("wandelen", "wadelem", 2), ("", "abc", 3)]
)
def test_edits(one: str, other: str, edits: int) -> None:
    assert count_edits(one, other) == count_edits(other, one) == edits


@given(st.text("abcdef", min_size=7, max_size=12), st.data())
def test_a_word_with_one_wrong_letter_is_found_again(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    left_out, doubled = word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]
    swapped = word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    taken_for = word[:at] + word[at].translate(str.maketrans("aebcdf", "eapktv")) + word[at + 1 :]
    for wrong in (left_out, doubled, swapped, taken_for):
        assert Spellings([word]).find_close(wrong) == word
    assert Spellings([word]).find_close("g" + word[1:]) is None


def test_another_letter_is_another_word_unless_it_is_long() -> None:
    assert Spellings(["homeless"]).find_close("hopeless") is None
    assert Spellings(["boodschappen"]).find_close("boodscjappen") == "boodschappen"


@pytest.mark.parametrize("language", LANGUAGES)
@given(word=st.text(st.characters(categories=["L"]), min_size=1, max_size=30))
def test_any_word_has_a_stem(language: str, word: str) -> None:
    folded = fold(word)
    if folded:
        assert isinstance(STEMS[language].stem(folded), str) and list(STEMS[language].read(folded)) is not None


STEMS = {language: Forms(language) for language in LANGUAGES}
