"""The pages in plain words: in every language, with everything the law wants told, and nothing that leads nowhere."""

import gzip
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import httpx
import msgspec
import pytest
from litestar import Litestar

import buurtnet
from buurtnet.kit.ids import new_id
from buurtnet.people.rules import CONSENT_VERSION
from buurtnet.reading.pages import VERSION
from buurtnet.reading.queries import SAMPLE, read_contact
from buurtnet.reading.schemas import Contact
from buurtnet.settings import Settings, SettingUnusable
from buurtnet.web.language import LANGUAGES
from buurtnet.web.templating import environment
from tests.made import Made

PAGES = ("/about", "/privacy", "/rules", "/accessibility", "/contact")
FOOT = ("/contact", "/helplines", "/report", "/about", "/rules", "/privacy", "/accessibility")
TEXTS = {"2026-11-22": "634607de5e849c3d"}
"""Digest of what privacy statement and house rules say, by version: other words are another version, which people then agree to."""
CODES = [language.code for language in LANGUAGES]


class Reader(HTMLParser):
    """What a person reads on a page, and where its links lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self.links: set[str] = set()
        self._within: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "use", "br", "input", "path", "button"):
            self._within.append(tag)
        if tag == "a" and (href := dict(attrs).get("href")):
            self.links.add(href)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._within:
            while self._within.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "main" in self._within and "bdi" not in self._within:
            self.said.add(" ".join(data.split()))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_there_in_each_language(client: httpx.AsyncClient, path: str, code: str) -> None:
    answer = await client.get(path, headers={"Accept-Language": code})
    assert answer.status_code == 200
    assert f'<html lang="{code}"' in answer.text
    assert answer.text.count("<h1") == 1
    assert "data-aloud" in answer.text
    assert "max-age=60" in answer.headers["cache-control"]
    assert len(gzip.compress(answer.content, 5)) <= 14_000, "HTML of a page is at most 14 kB"


@pytest.mark.parametrize("code", [code for code in CODES if code != "en"])
@pytest.mark.parametrize("path", PAGES)
async def test_nothing_on_it_is_left_in_english(client: httpx.AsyncClient, path: str, code: str) -> None:
    read = {language: Reader((await client.get(path, headers={"Accept-Language": language})).text).said for language in ("en", code)}
    assert {text for text in read["en"] & read[code] if len(text.split()) > 2} == set()


async def test_every_link_leads_somewhere(client: httpx.AsyncClient) -> None:
    links = {link for path in PAGES for link in Reader((await client.get(path)).text).links}
    assert {"/me/data", "/me/pause", "/report", "/contact#outside"} <= links
    for link in sorted(links):
        if link.startswith("/"):
            answer = await client.get(link)
            assert answer.status_code in (200, 303), link
        elif link.startswith("#"):
            assert link == "#main"
        else:
            assert link.startswith(("https://", "mailto:", "tel:+", "tel:0", "tel:1")), link
    page = (await client.get("/contact")).text
    assert 'id="outside"' in page


async def test_privacy_statement_and_house_rules_show_the_version_that_is_agreed_to(client: httpx.AsyncClient) -> None:
    assert VERSION.isoformat() == CONSENT_VERSION
    for path in ("/privacy", "/rules"):
        assert "22 november 2026" in (await client.get(path, headers={"Accept-Language": "nl"})).text


def test_other_words_are_another_version() -> None:
    words = []
    for name in ("privacy", "rules"):
        source, _, _ = environment().loader.get_source(environment(), f"reading/{name}.html")  # type: ignore[union-attr]
        words += [message for _, _, message in environment().extract_translations(source)]  # type: ignore[attr-defined]
    assert len(words) > 100
    assert TEXTS[CONSENT_VERSION] == hashlib.sha256("\n".join(map(str, words)).encode()).hexdigest()[:16]


async def test_the_privacy_statement_says_all_that_the_law_asks(client: httpx.AsyncClient, made: Made) -> None:
    """GDPR, article 13: who, whom to ask, why, by which ground, for whom, how long, which rights, where to complain, no automated decision."""
    await made.insert("area", id=new_id(), organisation_id=await made.home_organisation(), names={"nl": "X"}, neighbourhoods=[1])
    page = (await client.get("/privacy")).text
    contact = read_contact("")
    for part in (
        "Sociale Dienst 1030",
        contact.operator.name["en"],
        contact.protection.email,
        contact.processors[0].name,
        "article 6.1 a",
        "24 months",
        "take it along",
        "take your yes back",
        contact.authority.phone,
        "It decides nothing",
    ):
        assert part in page, part


@pytest.fixture
def own_contact(app: Litestar, settings: Settings, tmp_path: Path) -> Path:
    """The application of an installation that has filled in its contact points."""
    file = tmp_path / "contact.toml"
    text = SAMPLE.read_text().replace("sample = true", "").replace("contact@example.org", "hallo@buurt.example")
    file.write_text(text.replace("+32 2 000 00 00", "+32 2 111 22 33"))
    app.state.settings = msgspec.structs.replace(settings, contact=str(file))
    return file


async def test_what_an_installation_fills_in_is_shown(
    client: httpx.AsyncClient, own_contact: Path, app: Litestar, settings: Settings
) -> None:
    try:
        for path in ("/contact", "/accessibility"):
            page = (await client.get(path)).text
            assert "hallo@buurt.example" in page and 'href="tel:+3221112233"' in page
            assert "This is an example." not in page
    finally:
        app.state.settings = settings
    assert "This is an example." in (await client.get("/contact")).text


@pytest.mark.parametrize("text", ["", "sample = 3", "[operator]\nname = 1", "not toml", "surplus = true"])
def test_a_file_that_is_not_right_stops_the_server(tmp_path: Path, text: str) -> None:
    file = tmp_path / "contact.toml"
    file.write_text(text)
    with pytest.raises(SettingUnusable, match="BUURTNET_CONTACT"):
        read_contact(str(file))
    with pytest.raises(SettingUnusable, match="cannot be read"):
        read_contact(str(tmp_path / "nowhere.toml"))


def test_the_sample_speaks_every_language() -> None:
    def texts(value: object) -> list[dict[str, str]]:
        if isinstance(value, msgspec.Struct):
            return [found for name in value.__struct_fields__ for found in texts(getattr(value, name))]
        if isinstance(value, list):
            return [found for one in value for found in texts(one)]
        return [value] if isinstance(value, dict) and value else []

    contact: Contact = read_contact("")
    assert contact.sample
    for said in texts(contact):
        assert {"nl", "fr", "en", "ar", "tr"} <= set(said), said


async def test_a_visitor_is_given_numbers_and_a_resident_their_own_worker(client: httpx.AsyncClient, made: Made) -> None:
    home, other = await made.home_organisation(), await made.organisation("Andere Dienst")
    for organisation, phone in ((home, "+32 2 555 10 30"), (other, "+32 2 555 20 40")):
        await made.db.execute("set local role none")
        await made.db.execute("update organisation set phone = $2 where id = $1", organisation, phone)
        await made.insert(
            "area",
            id=new_id(),
            organisation_id=organisation,
            names={"en": "Around the square"},
            neighbourhoods=[await made.hood()],
        )
    page = (await client.get("/contact")).text
    assert 'href="tel:+3225551030"' in page and 'href="tel:+3225552040"' in page and "Around the square" in page
    await made.staff("Sara")
    await made.sign_in(client, await made.person())
    page = (await client.get("/contact")).text
    assert "Your worker" in page and 'href="/call-me"' in page and "Sara" in page
    assert 'href="tel:+3225551030"' in page and "+3225552040" not in page


async def test_every_page_leads_to_them(client: httpx.AsyncClient, made: Made) -> None:
    async def check(path: str) -> None:
        page = (await client.get(path)).text
        foot = page[page.index("<footer") :]
        assert re.findall(r'<a href="([^"]+)"', foot) == list(FOOT), path

    for path in ("/", "/report", "/helplines", "/sign-in", "/new", "/map", *PAGES):
        await check(path)
    await made.sign_in(client, await made.person())
    for path in ("/", "/me", "/posts", "/messages", "/call-me"):
        await check(path)
    await made.sign_in(client, await made.staff(), kind="staff")
    for path in ("/desk", "/desk/reports"):
        await check(path)


@pytest.mark.parametrize(
    "path",
    ["/", "/new", "/new/need", "/posts", "/posts/near", "/messages", "/matches", "/me", "/me/pause", "/me/contact", "/report", *PAGES],
)
async def test_a_residents_worker_stands_on_every_page_with_name_and_number(client: httpx.AsyncClient, made: Made, path: str) -> None:
    await made.staff("Sara")
    amina = await made.person()
    await made.db.execute("set local role none")
    await made.db.execute("update organisation set phone = '+32 2 555 10 30'")
    await made.sign_in(client, amina)
    page = (await client.get(path)).text
    header = page[page.index("<header") : page.index("</header>")]
    for part in ('href="/call-me"', "<bdi>Sara</bdi>", "<bdi>+32 2 555 10 30</bdi>", "Call me"):
        assert part in header, part


def test_a_slice_of_pages_owns_nothing() -> None:
    assert not (Path(buurtnet.__file__).parent / "reading" / "tables.py").exists()
