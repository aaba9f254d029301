"""The languages of the screens: the catalogues, and dates and numbers as a language writes them."""

import gettext as catalogues
import io
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from buurtnet.kit.clock import now

LOCALES = Path(__file__).parent / "locales"
ZONE = ZoneInfo("Europe/Brussels")


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language of the screens, by its own name."""

    code: str
    name: str
    locale: str
    dir: str = "ltr"
    day: str = "EEEE d MMMM"
    """How a day of this year is written, as a CLDR pattern."""
    comma: str = ", "
    """What stands between things in a row."""


LANGUAGES = (
    Language(code="nl", name="Nederlands", locale="nl_BE"),
    Language(code="fr", name="Français", locale="fr_BE"),
    Language(code="en", name="English", locale="en_GB"),
    Language(code="ar", name="العربية", locale="ar", dir="rtl", day="EEEE، d MMMM", comma="، "),
    Language(code="tr", name="Türkçe", locale="tr", day="d MMMM EEEE"),
)
BY_CODE = {language.code: language for language in LANGUAGES}
DEFAULT = LANGUAGES[0]

_current: ContextVar[Language] = ContextVar("language", default=DEFAULT)


def current_language() -> Language:
    """The language in which this request or job speaks now."""
    return _current.get()


@contextmanager
def speaking(code: str | None) -> Generator[Language]:
    """Within the block texts, dates and numbers come in the language of the code; in the default one where the code is unknown."""
    token = _current.set(BY_CODE.get(code or "", DEFAULT))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def speak(language: Language) -> None:
    """From now on this request or job speaks the language."""
    _current.set(language)


@cache
def catalogue(code: str) -> catalogues.NullTranslations:
    """The texts of a language, compiled from its catalogue; where there is none, the English texts themselves."""
    source = LOCALES / code / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return catalogues.NullTranslations()
    compiled = source.with_suffix(".mo")
    if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
        machine = io.BytesIO()
        with source.open("rb") as text:
            write_mo(machine, read_po(text, locale=code))
        machine.seek(0)
        return catalogues.GNUTranslations(machine)
    with compiled.open("rb") as machine:
        return catalogues.GNUTranslations(machine)


def translate(text: str) -> str:
    """The text in the current language, placeholders unfilled (what Jinja's i18n calls)."""
    return catalogue(_current.get().code).gettext(text)


def translate_many(one: str, many: str, number: int) -> str:
    """The form of the text for the number in the current language, placeholders unfilled (what Jinja's i18n calls)."""
    return catalogue(_current.get().code).ngettext(one, many, number)


def _(text: str, **values: object) -> str:
    """The text in the current language, with its `%(name)s` filled in; markup where one of these is."""
    said = translate(text) if text else ""
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(said) % values
    return said % values if values else said


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """The form of the text for the number in the current language, with `%(num)s` and its other names filled in."""
    return translate_many(one, many, number) % {"num": number, **values}


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def _here(value: datetime) -> datetime:
    return value.astimezone(ZONE) if value.tzinfo else value.replace(tzinfo=UTC).astimezone(ZONE)


def today() -> date:
    """The day it is where the installation is."""
    return _here(now()).date()


def say_day(value: date | datetime) -> str:
    """A day in words: "Thursday 26 November", with the year where it is not this one."""
    language = _current.get()
    day = _here(value).date() if isinstance(value, datetime) else value
    return format_date(day, language.day if day.year == today().year else "full", locale=_locale(language.locale))


def say_short_day(value: date) -> tuple[str, str]:
    """A day in two short lines: "Thursday" and "26 Nov"."""
    locale = _locale(_current.get().locale)
    return format_date(value, "EEEE", locale=locale), format_date(value, "d MMM", locale=locale)


def say_time(value: datetime) -> str:
    """The hour and minute of the installation's place, on a 24-hour clock."""
    return f"{_here(value):%H:%M}"


def say_moment(value: datetime) -> str:
    """A day and an hour: "Thursday 26 November, 19:05"."""
    return say_list([say_day(value), say_time(value)])


def say_list(words: Iterable[str]) -> str:
    """The words in a row, with the comma of the language between them."""
    return _current.get().comma.join(words)


def say_number(value: float | int) -> str:
    """A number with the separators of the language."""
    return format_decimal(value, locale=_locale(_current.get().locale))


def say_ago(value: datetime) -> str:
    """How long ago, or in how long, in words: "12 minutes ago"."""
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    return format_timedelta(moment - now(), add_direction=True, locale=_locale(_current.get().locale))
