"""The fragment in which somebody chooses a neighbourhood."""

import gzip
import re
from html.parser import HTMLParser

import pytest

from buurtnet.geography import queries
from buurtnet.kit.db import Db
from buurtnet.web.templating import render_text

PAGE = "geography/choose.html"


class Tags(HTMLParser):
    """All start tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def show(choice: object, language: str = "nl", **values: object) -> str:
    from buurtnet.web.language import speaking
    from buurtnet.web.templating import environment

    with speaking(language):
        return str(environment().get_template(PAGE).module.choose(choice, **values))


@pytest.mark.parametrize("language", ["nl", "fr", "en", "ar"])
async def test_list_and_map_say_the_same(db: Db, language: str) -> None:
    choice = await queries.get_choice(db, language)
    html = show(choice, language)
    tags = Tags(html)
    radios = [tag for tag in tags.all("input") if tag["name"] == "neighbourhood_id"]
    assert [tag["value"] for tag in radios] == [str(option.id) for option in choice.neighbourhoods]
    links = {tag["href"] for tag in tags.all("a")}
    labels = {f"#{tag['id']}" for tag in tags.all("label")}
    assert links == labels, "without a script the map leads to the list"
    assert all(tag["tabindex"] == "-1" for tag in tags.all("a"))
    assert len(tags.all("path")) == 15
    assert not re.search(r'\sstyle="|\son\w+="', html), "the content security policy forbids both"


async def test_location_button_is_hidden_until_the_script_shows_it(db: Db) -> None:
    choice = await queries.get_choice(db, "en")
    tags = Tags(show(choice, "en"))
    (button,) = [tag for tag in tags.all("button") if "data-locate" in tag]
    assert "hidden" in button
    assert button["type"] == "button"
    assert button["data-locate"] == f"/outlines/{choice.municipality_id}"
    assert "{place}" in (button["data-here"] or "")
    (script,) = tags.all("script")
    assert (script["type"], "locate" in (script["src"] or "")) == ("module", True)


async def test_chosen_value_and_error_are_kept(db: Db) -> None:
    choice = await queries.get_choice(db, "en")
    wanted = choice.neighbourhoods[3].id
    tags = Tags(show(choice, "en", value=wanted, error="Please choose one."))
    assert [tag["value"] for tag in tags.all("input") if "checked" in tag] == [str(wanted)]
    (fieldset,) = tags.all("fieldset")
    assert fieldset["aria-describedby"] == "neighbourhood_id-wrong"


async def test_schematic_map_says_so(db: Db) -> None:
    assert "This map is a drawing" in show(await queries.get_choice(db, "en"), "en")


async def test_fragment_is_light(db: Db) -> None:
    assert len(gzip.compress(show(await queries.get_choice(db, "nl")).encode())) < 4_000


async def test_hostile_names_are_escaped(db: Db) -> None:
    from buurtnet.geography.schemas import Choice, Drawing, Option, Sketch

    name = '<script>alert(1)</script>" onload="x'
    drawing = Drawing(
        municipality_id=1,
        width=10,
        height=10,
        areas=[Sketch(id=1, names={"nl": name}, inhabited=True, path="M 0 0 z", x=1, y=1)],
        schematic=False,
        attribution=name,
    )
    html = show(
        Choice(municipalities=[Option(1, name), Option(2, name)], municipality_id=1, neighbourhoods=[Option(1, name)], drawing=drawing)
    )
    assert "<script>alert" not in html
    assert len(Tags(html).all("script")) == 1
    assert all("onload" not in attributes for _, attributes in Tags(html).tags)


def test_fragment_renders_outside_a_page() -> None:
    assert render_text(PAGE, "nl").strip() == ""
