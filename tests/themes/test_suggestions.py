"""Which themes texts suggest: measured on sentences that were not used for tuning, and the rules one by one."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from buurtnet.themes.actions import read_tree
from buurtnet.themes.rules.lexicon import LANGUAGES, read_labels, read_lexicon
from buurtnet.themes.rules.suggestions import count_edits, suggest_themes, tell_language

SENTENCES = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text())
SLUGS = {theme["slug"] for theme in read_tree()}


def measure(language: str, rows: list[dict]) -> tuple[float, float]:
    """Precision and recall over the sentences."""
    right = given_ = asked = found = 0
    for row in rows:
        suggested = set(suggest_themes(row["t"], language))
        right += len(suggested & {*row["themes"], *row.get("also", [])})
        given_ += len(suggested)
        asked += len(row["themes"])
        found += len(suggested & set(row["themes"]))
    return right / given_, found / asked


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_sentences_never_tuned_on_are_understood(language: str, record_property) -> None:
    rows = SENTENCES[language]
    assert len(rows) >= 40
    precision, recall = measure(language, rows[1::2] + SENTENCES["fresh"][language])
    record_property("precision", round(precision, 3))
    record_property("recall", round(recall, 3))
    assert precision >= 0.8 and recall >= 0.8


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_nothing_is_suggested_where_nothing_is_said(language: str) -> None:
    assert {
        row["t"]: suggest_themes(row["t"], language)
        for row in SENTENCES[language]
        if not row["themes"] and suggest_themes(row["t"], language)
    } == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_theme_suggests_the_theme_or_its_root(language: str) -> None:
    labels = read_labels(language)
    missed = {}
    for slug in SLUGS:
        suggested = suggest_themes(labels[slug]["example"], language)
        if not {slug, slug.partition(".")[0]} & {part for one in suggested for part in (one, one.partition(".")[0])}:
            missed[slug] = (labels[slug]["example"], suggested)
    assert missed == {}


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("bodschapen doen", "nl", "errands.groceries"),
        ("naar de apoteek", "nl", "errands.pharmacy"),
        ("verhuisdozen", "nl", "transport.move"),
        ("kuisen", "nl", "home.clean"),
        ("médicamants", "fr", "errands.pharmacy"),
        ("DEMENAGEMENT", "fr", "transport.move"),
        ("papoter", "fr", "company.visit"),
        ("mon gsm", "fr", "digital.phone"),
        ("groceris", "en", "errands.groceries"),
        ("babysiting", "en", "children.mind"),
        ("أحتاج إلى من يحضر لي الدواء من الصيدلية", "ar", "errands.pharmacy"),
        ("هل تستطيع ترجمة رسالة؟", "ar", "language.translate"),
        ("واجباته المدرسية", "ar", "children.homework"),
    ],
)
def test_spellings_dialect_and_arabic(text: str, language: str, first: str) -> None:
    assert suggest_themes(text, language)[:1] == [first]


@pytest.mark.parametrize("said", ["nl", "en", "ar", "tr", ""])
def test_a_text_in_another_language_than_said_is_understood(said: str) -> None:
    assert suggest_themes("Qui peut m'aider à faire les courses et aller à la pharmacie ?", said) == [
        "errands.groceries",
        "errands.pharmacy",
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("formulier voor mijn verblijfsvergunning", "nl"),
        ("formulaire pour mon titre de séjour", "fr"),
        ("fill in the form for my residence permit", "en"),
        ("استمارة بطاقة الإقامة", "ar"),
    ],
)
def test_residence_papers_are_never_a_theme(text: str, language: str) -> None:
    assert suggest_themes(text, language) == []


def test_the_language_is_told_by_its_small_words() -> None:
    assert tell_language(["ik", "heb", "een", "vraag"], "nl") == "nl"
    assert tell_language(["je", "cherche", "quelqu", "un", "pour", "ma", "mère"], "nl") == "fr"
    assert tell_language(["xyz"], "fr") == "fr"
    assert tell_language(["xyz"], "tr") is None


@pytest.mark.parametrize(
    ("one", "other", "edits"), [("a", "a", 0), ("brood", "brod", 1), ("ab", "ba", 1), ("wandelen", "wadelem", 2), ("", "abc", 3)]
)
def test_edits(one: str, other: str, edits: int) -> None:
    assert count_edits(one, other) == count_edits(other, one) == edits


ALL = [row["t"] for language in ("nl", "fr", "en") for row in SENTENCES[language]]


@given(st.text(max_size=300) | st.lists(st.sampled_from(ALL), max_size=4).map(" ".join), st.sampled_from([*LANGUAGES, "tr", ""]))
@settings(max_examples=100, deadline=None)
def test_any_text_suggests_at_most_three_known_themes(text: str, language: str) -> None:
    slugs = suggest_themes(text, language)
    assert len(slugs) <= 3 and len(set(slugs)) == len(slugs) and set(slugs) <= SLUGS
    assert slugs == suggest_themes(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_theme_has_label_example_and_words_in_every_language(language: str) -> None:
    labels = {slug: label for slug, label in read_labels(language).items() if isinstance(label, dict)}
    assert labels.keys() == SLUGS
    for slug, label in labels.items():
        assert label["label"] and label["example"] and len(label["words"]) >= 3, slug
        assert label.keys() <= {"label", "shown", "example", "words", "hints"}
    assert read_lexicon(language).words


def test_the_label_that_others_see_hides_the_food_parcel() -> None:
    assert {language: read_labels(language)["errands.foodaid"]["shown"] for language in ("nl", "fr", "en")} == {
        "nl": "Iets afhalen",
        "fr": "Aller chercher",
        "en": "Fetching",
    }
