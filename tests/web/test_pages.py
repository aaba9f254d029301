import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from uuid import UUID

import httpx
import pytest
from jinja2 import DictLoader, UndefinedError

from buurtnet.web.shell import initials_of
from buurtnet.web.templating import environment, render_text


class Reader(HTMLParser):
    """The elements of a page with their attributes, and what is said inside `title` and `h1`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def of(self, *tags: str) -> Iterator[dict[str, str | None]]:
        return (attributes for tag, attributes in self.elements if tag in tags)


@pytest.mark.parametrize("who", ["", "resident", "discreet", "behalf", "facilitator"])
@pytest.mark.parametrize("path", ["/gallery", "/form", "/desk-gallery", "/about", "/nowhere"])
@pytest.mark.parametrize("language", ["nl", "ar"])
async def test_every_page_is_sound(gallery: httpx.AsyncClient, path: str, who: str, language: str) -> None:
    gallery.cookies.set("who", who)
    answer = await gallery.get(path, headers={"Accept-Language": language})
    page = Reader(answer.text)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert len(list(page.of("h1"))) == 1
    assert len(list(page.of("main"))) == 1
    assert next(page.of("a")).get("href") == "#main"
    for _, attributes in page.elements:
        for name in ("aria-describedby", "for", "popovertarget"):
            for target in (attributes.get(name) or "").split():
                assert target in ids, (name, target)
    for form in page.of("form"):
        assert form.get("method") == "post"
    assert len(answer.content) <= 30_000


async def test_fields_are_labelled_and_tied_to_what_is_wrong(gallery: httpx.AsyncClient) -> None:
    answer = await gallery.post("/form", data={"text": "x", "days": ["mo", "th"], "urgency": "never"}, headers={"Accept-Language": "en"})
    assert answer.status_code == 422
    page = Reader(answer.text)
    labelled = {attributes.get("for") for attributes in page.of("label")}
    for field in page.of("input", "textarea", "select"):
        if field.get("type") in ("radio", "checkbox", "hidden"):
            continue
        assert field["id"] in labelled
    text = next(page.of("textarea"))
    assert text["aria-invalid"] == "true"
    assert text["aria-describedby"] == "text-hint text-wrong"
    assert 'href="#text"' in answer.text
    assert "<title>Not right yet:" in answer.text
    ticked = {field["value"] for field in page.of("input") if field.get("name") == "days" and "checked" in field}
    assert ticked == {"mo", "th"}
    assert re.search(r"<textarea[^>]*>\nx</textarea>", answer.text)


async def test_a_resident_has_the_worker_and_the_way_out_at_hand(gallery: httpx.AsyncClient) -> None:
    assert "<a data-leave" not in (await gallery.get("/gallery")).text
    gallery.cookies.set("who", "resident")
    page = (await gallery.get("/gallery")).text
    for needed in (
        "Sara Bakker",
        ">SB<",
        'href="/call-me"',
        "data-leave",
        'href="/helplines"',
        'href="/report"',
        'aria-current="page"',
        'rel="manifest" href="/manifest/',
    ):
        assert needed in page
    gallery.cookies.set("who", "discreet")
    assert 'rel="manifest"' not in (await gallery.get("/gallery")).text
    gallery.cookies.set("who", "behalf")
    assert 'class="acting"' in (await gallery.get("/gallery")).text


async def test_each_form_has_an_idempotency_key_of_its_own(gallery: httpx.AsyncClient) -> None:
    pages = [(await gallery.get("/form")).text for _ in range(2)]
    keys = {UUID(re.findall(r"once=([0-9a-f-]{36})", page)[0]) for page in pages}
    assert len(keys) == 2


def test_initials() -> None:
    assert [initials_of(name) for name in ("Sara Bakker", "sara", "Ana Maria de la Cruz", "", "- 4", "سارة")] == [
        "SB",
        "S",
        "AC",
        "",
        "",
        "س",
    ]


def test_templates_refuse_what_nobody_gave_and_escape_what_people_gave() -> None:
    templates = environment().overlay(loader=DictLoader({"a.html": "{{ name | bdi }}", "b.txt": "{{ name }}"}))
    with pytest.raises(UndefinedError):
        templates.get_template("a.html").render()
    assert templates.get_template("a.html").render(name="<b>") == "<bdi>&lt;b&gt;</bdi>"
    assert templates.get_template("b.txt").render(name="d'Arc & co") == "d'Arc & co"


def test_every_template_of_every_slice_can_be_read() -> None:
    for name in environment().list_templates(filter_func=lambda name: name.endswith((".html", ".txt", ".subject"))):
        environment().get_template(name)


def test_a_text_outside_a_request_has_its_language() -> None:
    environment().loader.mapping["test"] = DictLoader({"day.txt": "{{ day | day }}"})  # type: ignore[union-attr]
    assert render_text("test/day.txt", "fr", day=date(1999, 1, 2)) == "samedi 2 janvier 1999"


def test_a_number_written_in_a_template_is_said_in_each_readers_language() -> None:
    environment().loader.mapping["number"] = DictLoader({"one.txt": "{{ 1234.5 | number }}"})  # type: ignore[union-attr]
    assert [render_text("number/one.txt", code) for code in ("nl", "en")] == ["1.234,5", "1,234.5"]
