"""Nothing on any screen, in any refusal and in any message stands there in one language only; names and what people wrote stand apart."""

import json
import re
from collections.abc import Generator, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.core import Locale
from litestar import Litestar

from buurtnet.kit.errors import Refusal
from buurtnet.people.rules import LANGUAGES as SPOKEN
from buurtnet.web.language import LANGUAGES, speaking, translate
from buurtnet.web.refusals import SAYINGS
from tests.access import ROUTES
from tests.asking import CANARY
from tests.browser.screens import PARAMETER, Screen, list_screens
from tests.pseudo import PSEUDO, spoken, unmarked
from tests.stage import Stage
from tests.test_hostile import UNSAFE, is_form, prepare

READ = ("alt", "title", "aria-label", "placeholder", "aria-description", "aria-roledescription", "aria-valuetext", "data-confirm")
"""Attributes that somebody sees or hears."""
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "use", "path", "rect", "circle")
)
APART = ("bdi", "code", "kbd", "samp", "textarea", "script", "style", "time")
LETTERS = re.compile(r"[^\W\d_]{2,}")
PAGES_OF_PROGRAMS = ("/api", "/inbox")
"""For who writes programs: in English; and letters as they went out, each in its reader's language."""


class Reader(HTMLParser):
    """The texts of a page, each with what stands around it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str | None]]]]] = []
        self.attributes: list[tuple[str, list[tuple[str, dict[str, str | None]]]]] = []
        self.everything: list[tuple[str, list[tuple[str, dict[str, str | None]]]]] = []
        self._depth = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        around = [*self.open, (tag, found)]
        for name in READ:
            if found.get(name):
                self.attributes.append((found[name] or "", around))
        if tag == "input" and found.get("type") in ("submit", "button", "reset") and found.get("value"):
            self.attributes.append((found["value"] or "", around))
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        for place in reversed(range(len(self.open))):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Keeps what stands outside marks; a text with a name in it is several pieces of the page between two marks."""
        self.everything.append((data, list(self.open)))
        outside = ""
        for sign in data:
            self._depth += (sign == "⟦") - (sign == "⟧")
            outside += " " if self._depth or sign == "⟧" else sign
        if outside.strip():
            self.texts.append((outside, list(self.open)))


Around = list[tuple[str, dict[str, str | None]]]


def stands_apart(around: Around) -> bool:
    """Whether it is somebody's name or words, or a thing with a language of its own: a name, a number, a text, a choice of language."""
    tags = [tag for tag, _ in around]
    drawn = "svg" in tags and tags[-1] not in ("title", "desc")
    return drawn or any(tag in APART or attrs.get("dir") == "auto" or "lang" in attrs for tag, attrs in around if tag != "html")


@cache
def dates() -> re.Pattern[str]:
    """Days and spans of time as CLDR writes them in the locale of the made-up languages."""
    locale = Locale.parse(PSEUDO[0].locale)
    names = [name for width in ("wide", "abbreviated") for kind in (locale.days, locale.months) for name in kind["format"][width].values()]
    unit = r"(?:second|minute|hour|day|week|month|year)s?"
    return re.compile(rf"\b(?:{'|'.join(names)})\b|\b(?:in )?\d+ {unit}(?: ago)?")


async def names_of(stage: Stage) -> list[str]:
    """What is called so in every language: places, organisations, themes (in Dutch where a language has no labels), languages by themselves."""
    found = {"Buurtnet", "itsme", *(one.name for one in LANGUAGES), *(one.name for one in PSEUDO)}
    for table in ("neighbourhood", "municipality", "organisation", "area"):
        for row in await stage.db.fetch(f"select names from {table}"):
            found |= set(row["names"].values())
    for row in await stage.db.fetch("select label, shown, example from theme_label where language in ('nl', 'en')"):
        found |= {value for value in row.values() if value}
    found |= {row["name"] for row in await stage.db.fetch("select name from partner")}
    found |= {row["given_name"] for row in await stage.db.fetch("select given_name from person where given_name is not null")}
    return sorted({*found, *SPOKEN.values()}, key=len, reverse=True)


def tell(faults: set[str]) -> None:
    """Fails with all that was found."""
    if faults:
        pytest.fail("\n".join(sorted(faults)))


class Names:
    """What may stand on a page without a translation."""

    def __init__(self, names: list[str]) -> None:
        self._names = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in names))

    def left(self, text: str) -> str:
        """What of the text is a word that should have been translated."""
        rest = self._names.sub(" ", dates().sub(" ", unmarked(text)))
        return " ".join(text.split())[:90] if LETTERS.search(rest) else ""


def faults_of(page: str, names: Names) -> list[str]:
    """The words on a page that stand there untranslated."""
    read = Reader(page)
    found = [names.left(text) for text, around in read.texts if not stands_apart(around)]
    found += [f"{names.left(text)} (attribute)" for text, around in read.attributes if names.left(text)]
    return [one for one in dict.fromkeys(found) if one]


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    with spoken(tmp_path_factory.mktemp("locales")):
        yield


@pytest.fixture(scope="module")
async def names(stage: Stage) -> Names:
    return Names(await names_of(stage))


@pytest.fixture(scope="module")
async def screens(stage: Stage, made_up: None) -> list[tuple[Screen, str]]:
    """Every screen with its page in the made-up language."""
    shown = []
    for screen in await list_screens(stage):
        if screen.address.startswith(PAGES_OF_PROGRAMS):
            continue
        address = screen.address.replace("/offline/ar", "/offline/xl")
        crumbs = {**screen.sent.get("cookies", {}), "language": "xl.mine" if screen.actor != "visitor" else "xl"}
        sent = {name: value for name, value in screen.sent.items() if name != "cookies"}
        answer = await stage.ask(screen.actor, screen.method, address, cookies=crumbs, headers={"Accept-Language": "xl"}, **sent)
        shown.append((screen, answer.text))
    return shown


def test_nothing_on_any_screen_is_untranslated(screens: list[tuple[Screen, str]], names: Names) -> None:
    found = {f"{screen.name}: {fault}" for screen, page in screens for fault in faults_of(page, names)}
    tell(found)
    assert len(screens) > 100


def test_names_and_words_of_people_stand_apart(screens: list[tuple[Screen, str]]) -> None:
    """A name never turns the line around that it stands in, and what somebody wrote is read in its own direction."""
    loose = set()
    for screen, page in screens:
        for text, around in Reader(page).everything:
            tags = [tag for tag, _ in around]
            if CANARY.search(text) and not {"option", "title", "textarea"} & {*tags} and not stands_apart(around):
                loose.add(f"{screen.name}: {text.strip()}")
    tell(loose)


def crumbs_of(actor: str, sent: dict[str, Any]) -> dict[str, str]:
    return {**sent.pop("cookies", {}), "language": "xl" if actor == "visitor" else "xl.mine"}


async def test_no_refusal_of_a_form_is_untranslated(stage: Stage, made_up: None, names: Names) -> None:
    """Each form sent empty, and with words where a choice or a number belongs."""
    found, told = set(), 0
    for name in filter(is_form, UNSAFE):
        for spoil in (lambda _value: None, lambda _value: "‽"):
            actor, method, address, sent = prepare(stage, name)
            crumbs = crumbs_of(actor, sent)
            data = {field: spoil(value) for field, value in sent.pop("data", {}).items() if spoil(value) is not None}
            answer = await stage.ask(actor, method, address, cookies=crumbs, data=data, **sent)
            if answer.status >= 400:
                told += 1
                found |= {f"{name}: {fault}" for fault in faults_of(answer.text, names)}
    tell(found)
    assert told > 40


async def test_no_refusal_of_a_page_is_untranslated(stage: Stage, made_up: None, names: Names) -> None:
    """Who comes too late, is not allowed or finds nothing."""
    found, statuses = set(), set()
    for name, route in ROUTES.items():
        method, path = name.split(" ")
        if not is_form(name):
            continue
        for target, words in (route.of or {"": route.but}).items():
            for actor in [word.partition(":")[0] for word in words.split() if ":4" in word][:1]:
                sent = dict(route.sends(stage)) if route.sends else {}
                crumbs = crumbs_of(actor, sent)
                address = PARAMETER.sub(lambda at, sent=sent, target=target: str(sent.pop(at[1], None) or stage.ids[target]), path)
                answer = await stage.ask(actor, method, address, cookies=crumbs, **sent)
                statuses.add(answer.status)
                found |= {f"{name} [{target}] as {actor}: {fault}" for fault in faults_of(answer.text, names)}
    tell(found)
    assert {403, 404, 409} <= statuses


async def test_no_refusal_for_programs_is_untranslated(stage: Stage, made_up: None, names: Names) -> None:
    found, told = set(), 0
    for name in UNSAFE:
        if is_form(name):
            continue
        actor, method, address, sent = prepare(stage, name)
        crumbs = crumbs_of(actor, sent)
        sent.pop("json", None)
        answer = await stage.ask(actor, method, address, cookies=crumbs, json={}, **sent)
        if answer.status >= 400:
            told += 1
            said = json.loads(answer.text)
            texts = [said["title"], said["detail"], *(one["detail"] for one in said.get("errors", ()))]
            found |= {f"{name}: {names.left(text)}" for text in texts if names.left(text)}
    tell(found)
    assert told > 10


def kinds_of(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for one in kind.__subclasses__():
        yield one
        yield from kinds_of(one)


def test_every_refusal_has_its_sentence_in_the_catalogues(shared_app: Litestar, made_up: None) -> None:
    """Also those that hardly ever happen."""
    with speaking("xl"):
        said = {kind.__name__: translate(kind.text) for kind in kinds_of(Refusal) if kind.text and kind.__module__.startswith("buurtnet.")}
        said |= {f"{status} {text}": translate(text) for status, texts in SAYINGS.items() for text in texts if text}
    assert [name for name, text in said.items() if not text.startswith("⟦")] == []
    assert len(said) > 60
