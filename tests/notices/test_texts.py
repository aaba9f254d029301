"""What messages say in each language: short enough for a telephone, nothing untranslated, and each in its own direction."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest

from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.notices.rules.kinds import KINDS, SEVERAL
from buurtnet.notices.rules.marks import stop_mark
from buurtnet.notices.schemas import Topic
from buurtnet.web.language import BY_CODE, LANGUAGES, speaking, translate
from buurtnet.web.templating import render_text
from tests.pseudo import spoken, unmarked

CODES = [language.code for language in LANGUAGES]
LONGEST = "https://buurtnet.schaarbeek.brussels"
"""As long as the address of an installation may well be."""
LETTERS = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"https?://\S+|@\S+")


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with spoken(tmp_path_factory.mktemp("locales")):
        yield


@pytest.mark.parametrize("code", CODES)
def test_a_text_message_fits_160_signs(vault: Vault, code: str) -> None:
    stop_url = f"{LONGEST}/s/{stop_mark(vault, new_id(), list(Topic))}"
    for subject in (SEVERAL, *(kind.subject for kind in KINDS.values())):
        text = render_text("notices/mail/notice.sms", code, subject=subject, url=LONGEST, stop_url=stop_url).strip()
        assert len(text) <= 160, text
    text = render_text("notices/mail/code.sms", code, digits="123456", host=LONGEST.removeprefix("https://")).strip()
    assert len(text) <= 160 and text.endswith("\n\n@buurtnet.schaarbeek.brussels #123456")


def letters_in(code: str) -> dict[str, str]:
    """Every letter there is."""
    link = "https://example.org/s/mark"
    lines = [{"text": kind.text, "url": link} for kind in KINDS.values()]
    shown = {
        "lines": lines,
        "settings_url": link,
        "stop_url": link,
        "subject": SEVERAL,
        "url": link,
        "digits": "123456",
        "host": "example.org",
        "name": "1030",
        "organisation": "1030",
    }
    decided = {"decided": True, "outcome": KINDS["post_opened"].text}
    root = Path(__file__).parents[2] / "src" / "buurtnet"
    names = {f"{path.parents[2].name}/mail/{path.name}" for path in root.glob("*/templates/mail/*")}
    assert len(names) > 4
    return {name: render_text(name, code, **shown, **decided) for name in names} | {
        "undecided": render_text("moderation/mail/report.txt", code, decided=False, outcome=None, url=link)
    }


def test_nothing_in_a_letter_is_untranslated(made_up: None) -> None:
    left = {name: ADDRESS.sub("", unmarked(re.sub(r"<[^>]*>", " ", text))) for name, text in letters_in("xl").items()}
    assert {name: text for name, text in left.items() if LETTERS.search(text)} == {}
    with speaking("xl"):
        assert [name for name, kind in KINDS.items() if not translate(kind.subject).startswith("⟦")] == []


@pytest.mark.parametrize("code", CODES)
def test_a_letter_is_written_in_the_direction_of_its_language(code: str) -> None:
    direction = BY_CODE[code].dir
    letter = letters_in(code)["notices/mail/notice.html"]
    assert f'<html lang="{code}" dir="{direction}">' in letter and f'<div lang="{code}" dir="{direction}">' in letter
