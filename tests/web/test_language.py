from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from buurtnet.kit.clock import now
from buurtnet.settings import Settings
from buurtnet.web.language import BY_CODE, LANGUAGES, _, ngettext, say_ago, say_day, say_moment, say_number, say_time, speaking, today


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-BE,fr;q=0.9,en;q=0.5", "fr"),
        ("xx,ar;q=0.8,nl;q=0.9", "nl"),
        ("xx", "nl"),
        ("tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        ("", "nl"),
        ("en;q=0, fr;q=0.1", "fr"),
        (";;;q=,,=%s" + "x" * 9000, "nl"),
        ("AR", "ar"),
    ],
)
async def test_the_browser_asks_for_a_language(gallery: httpx.AsyncClient, header: str, language: str) -> None:
    page = await gallery.get("/gallery", headers={"Accept-Language": header})
    assert f'<html lang="{language}" dir="{BY_CODE[language].dir}"' in page.text


async def test_a_visitor_chooses_and_the_choice_stays(gallery: httpx.AsyncClient) -> None:
    answer = await gallery.post("/language", data={"language": "ar", "next": "/gallery"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/gallery")
    assert "HttpOnly" in answer.headers["set-cookie"]
    page = await gallery.get("/gallery", headers={"Accept-Language": "fr"})
    assert '<html lang="ar" dir="rtl"' in page.text


@pytest.mark.parametrize(("url", "secure"), [("http://127.0.0.1:8000", False), ("https://buurt.example", True)])
async def test_the_choice_stays_on_https_where_people_come_by_it_also_behind_a_proxy(
    gallery: httpx.AsyncClient, gallery_app: Litestar, monkeypatch: pytest.MonkeyPatch, url: str, secure: bool
) -> None:
    monkeypatch.setattr(gallery_app.state, "settings", Settings(url=url))
    answer = await gallery.post("/language", data={"language": "ar"})
    assert ("Secure" in answer.headers["set-cookie"]) is secure


async def test_the_persons_own_language_outranks_a_visitors_choice_but_not_their_own_of_today(gallery: httpx.AsyncClient) -> None:
    await gallery.post("/language", data={"language": "fr"})
    gallery.cookies.set("who", "arabic")
    assert '<html lang="ar"' in (await gallery.get("/gallery")).text
    await gallery.post("/language", data={"language": "fr"})
    assert '<html lang="fr"' in (await gallery.get("/gallery")).text


@pytest.mark.parametrize(
    "path",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "/a\r\nSet-Cookie: x=y", ""],
)
async def test_nobody_is_sent_elsewhere(gallery: httpx.AsyncClient, path: str) -> None:
    answer = await gallery.post("/language", data={"language": "fr", "next": path})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize("body", [{}, {"language": "xx"}, {"language": "fr\x00"}, {"language": "fr", "next": "/" * 2000}])
async def test_no_other_language_is_taken(gallery: httpx.AsyncClient, body: dict[str, str]) -> None:
    answer = await gallery.post("/language", data=body)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("code", "day", "number"),
    [
        ("nl", "donderdag 26 november", "12.345,5"),
        ("fr", "jeudi 26 novembre", "12\u202f345,5"),
        ("en", "Thursday 26 November", "12,345.5"),
        ("ar", "الخميس، 26 نوفمبر", "12,345.5"),
        ("tr", "26 Kasım Perşembe", "12.345,5"),
    ],
)
def test_days_and_numbers_as_the_language_writes_them(code: str, day: str, number: str) -> None:
    with speaking(code):
        assert say_day(date(2026, 11, 26)).startswith(day)
        assert say_number(12345.5) == number
        assert say_time(datetime(2026, 11, 26, 18, 5, tzinfo=UTC)) == "19:05"
        assert say_moment(datetime(2026, 11, 26, 18, 5, tzinfo=UTC)).endswith("، 19:05" if code == "ar" else ", 19:05")
        assert "1999" in say_day(date(1999, 1, 2)) and "1999" not in say_day(today())
        assert say_ago(now() - timedelta(minutes=12))


def test_texts_are_filled_in_and_the_language_ends_with_its_block() -> None:
    with speaking("en"):
        assert _("You can wait %(num)s days.", num=3) == "You can wait 3 days."
        assert ngettext("%(num)s day", "%(num)s days", 1) == "1 day"
        assert ngettext("%(num)s day", "%(num)s days", 2) == "2 days"
    with speaking("xx") as language:
        assert language is LANGUAGES[0]
