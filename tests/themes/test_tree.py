"""The tree as it stands in the file, in the tables, and for programs."""

import re
from pathlib import Path

import httpx
import pytest

import buurtnet
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.themes import actions, queries
from buurtnet.themes.rules.advice import ADVICE

TREE = actions.read_tree()
RIGHT = {"papers", "papers.letter", "papers.form", "papers.rights", "papers.debt", "papers.housing", "care.respite", "home.energy"}


def test_the_tree_is_whole() -> None:
    slugs = [theme["slug"] for theme in TREE]
    assert len(slugs) == len(set(slugs)) == 59 and len({theme["id"] for theme in TREE}) == 59
    roots = [slug for slug in slugs if "." not in slug]
    assert len(roots) == 12
    assert {slug.partition(".")[0] for slug in slugs} == set(roots)
    for theme in TREE:
        assert theme["id"] // 100 * 100 == next(root["id"] for root in TREE if root["slug"] == theme["slug"].partition(".")[0])
        assert theme["review"] in ("always", "new") and 300 <= theme["halving_m"] <= 5000
        assert theme["advice"] in ADVICE
    assert {theme["slug"] for theme in TREE if theme["right"]} == RIGHT
    assert {theme["slug"] for theme in TREE if theme["safeguard"]} == {
        "transport.school",
        "children",
        "children.mind",
        "children.homework",
        "children.play",
    }


def test_every_icon_is_listed_for_the_sprite() -> None:
    text = (Path(buurtnet.__file__).parent / "themes" / "tree.toml").read_text()
    listed = re.findall(r'"([a-z-]+)"', re.search(r"^icons = \[(.*?)\]", text, re.DOTALL | re.MULTILINE)[1])
    assert {theme["icon"] for theme in TREE} == set(listed) and listed == sorted(set(listed))


@pytest.mark.parametrize(
    ("language", "label"),
    [("nl", "In huis"), ("fr", "À la maison"), ("en", "At home"), ("ar", "في البيت"), ("tr", "Evde"), ("pl", "In huis")],
)
async def test_the_tree_comes_in_order_with_labels(db: Db, language: str, label: str) -> None:
    branches = await queries.list_themes(db, language)
    assert [slug for branch in branches for slug in (branch.theme.slug, *(child.slug for child in branch.children))] == [
        theme["slug"] for theme in TREE
    ]
    assert next(branch.theme.label for branch in branches if branch.theme.slug == "home") == label
    assert all(child.parent_id == branch.theme.id for branch in branches for child in branch.children)


async def test_one_theme(db: Db) -> None:
    parcel = await queries.get_theme_by_slug(db, "errands.foodaid", "fr")
    assert (parcel.label, parcel.shown, parcel.sensitive, parcel.talk) == ("Colis alimentaire", "Aller chercher", True, False)
    assert [theme.slug for theme in await queries.find_themes(db, ["home.pet", "nothing", "company"], "nl")] == ["home.pet", "company"]
    with pytest.raises(NotFound):
        await queries.get_theme_by_slug(db, "nothing", "nl")


async def test_loading_again_changes_nothing_and_removes_nothing(connection: Db) -> None:
    await connection.execute(
        "insert into theme (id, slug, review, talk, halving_m, icon, position) values (9000, 'old', 'new', false, 800, 'box', 900)"
    )
    await connection.execute("update theme set halving_m = 1 where slug = 'home.repair'")
    before = await connection.fetch("select * from theme_label order by theme_id, language")
    await actions.load_themes(connection)
    await actions.load_themes(connection)
    assert await connection.fetchval("select halving_m from theme where slug = 'home.repair'") == 1000
    assert await connection.fetchval("select count(*) from theme") == 60
    assert await connection.fetch("select * from theme_label order by theme_id, language") == before


async def test_programs_read_the_tree_once(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/themes", headers={"Accept-Language": "fr"})
    assert answer.status_code == 200 and answer.json()[0]["theme"]["label"] == "Compagnie"
    again = await client.get("/api/v1/themes", headers={"Accept-Language": "fr", "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    dutch = await client.get("/api/v1/themes", params={"language": "nl"}, headers={"If-None-Match": answer.headers["etag"]})
    assert dutch.status_code == 200 and dutch.json()[0]["theme"]["label"] == "Gezelschap"


async def test_programs_ask_for_suggestions(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/themes/suggestions", json={"text": "Mijn kraan lekt"}, headers={"Accept-Language": "nl"})
    assert answer.status_code == 200
    assert [(theme["slug"], theme["label"]) for theme in answer.json()["themes"]] == [("home.repair", "Kleine herstelling")]
    nothing = await client.post("/api/v1/themes/suggestions", json={"text": "hallo", "language": "nl"})
    assert nothing.json() == {"themes": []}


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        (b"", "application/json"),
        (b"{", "application/json"),
        (b'{"text": 5}', "application/json"),
        (b"[]", "application/json"),
        (b'{"text": "\xff"}', "application/json"),
    ],
)
async def test_what_cannot_be_read_is_refused(client: httpx.AsyncClient, body: bytes, type_: str) -> None:
    answer = await client.post("/api/v1/themes/suggestions", content=body, headers={"Content-Type": type_})
    assert answer.status_code in (400, 422) and answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("language", ["'; drop table theme", "../../etc", "é" * 35, "nl\x00"])
async def test_strange_languages_give_the_usual_labels(client: httpx.AsyncClient, language: str) -> None:
    answer = await client.get("/api/v1/themes", params={"language": language})
    assert answer.status_code in (200, 400, 422)
    text = await client.post("/api/v1/themes/suggestions", json={"text": "Mijn kraan lekt", "language": language})
    assert text.status_code in (200, 400, 422)


async def test_a_text_that_is_too_long_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/themes/suggestions", json={"text": "a" * 2001})
    assert answer.status_code == 400
