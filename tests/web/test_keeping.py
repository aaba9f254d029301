"""For whom a phone may keep anything, and what it needs for that."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault, token, token_hash
from buurtnet.kit.viewer import VISITOR, Viewer
from buurtnet.web.keeping import NEVER, NOBODY, mark_of
from buurtnet.web.language import LANGUAGES
from tests.made import Made

ONE, OTHER = UUID(int=1), UUID(int=2)


async def sign_in(made: Made, client: httpx.AsyncClient, person: UUID, *, days: float = 30) -> None:
    """A session on the person's own phone, or a short one on a shared one."""
    value = token()
    await made.insert("session", token_hash=token_hash(value), person_id=person, kind="resident", expires_at=now() + timedelta(days=days))
    client.cookies.set("session", value)


def own(person: UUID = ONE, **values: object) -> Viewer:
    return Viewer(**({"person_id": person, "actor_id": person, "lasting": True} | values))  # type: ignore[arg-type]


def test_a_phone_keeps_only_for_its_own_person(vault: Vault) -> None:
    mark = mark_of(own(), vault)
    assert len(mark) == 32 and mark == mark_of(own(session_hash=b"another session"), vault) != mark_of(own(OTHER), vault)
    assert str(ONE) not in mark and mark_of(VISITOR, vault) == NOBODY
    for never in ({"discreet": True}, {"lasting": False}, {"roles": ("mapper",)}, {"roles": ("facilitator",), "discreet": True}):
        assert mark_of(own(**never), vault) == NEVER
    work = mark_of(own(roles=("facilitator",)), vault)
    assert work == f"work-{mark}" != mark_of(own(OTHER, roles=("facilitator",)), vault)
    assert mark_of(own(OTHER, actor_id=ONE), vault) == "", "nothing is kept for whom a worker acts, and nothing of the worker's is wiped"


async def test_pages_say_for_whom_they_may_be_kept(made: Made, client: httpx.AsyncClient, vault: Vault) -> None:
    assert (await client.get("/")).headers["kept-for"] == NOBODY
    amina = await made.person("Amina")
    await sign_in(made, client, amina)
    page = await client.get("/")
    assert page.headers["kept-for"] == mark_of(own(amina), vault) and page.headers["cache-control"] == "no-store"
    assert f'data-kept="{page.headers["kept-for"]}"' in page.text and 'rel="manifest"' in page.text
    await sign_in(made, client, amina, days=1 / 24)
    assert (await client.get("/")).headers["kept-for"] == NEVER
    await sign_in(made, client, await made.person("Hatice", discreet=True))
    page = await client.get("/")
    assert page.headers["kept-for"] == NEVER and 'rel="manifest"' not in page.text


async def test_an_address_that_is_not_there_wipes_nothing(client: httpx.AsyncClient) -> None:
    assert "kept-for" not in (await client.get("/nowhere/at/all")).headers


async def test_what_waited_is_taken_from_its_sender_alone(made: Made, client: httpx.AsyncClient, db: Db, vault: Vault) -> None:
    amina, leila = await made.person("Amina"), await made.person("Leila")
    await sign_in(made, client, leila)
    data = {"kind": "need", "theme": "transport.move", "text": "Een kast dragen", "seen": "yes"}
    for mark, status in ((mark_of(own(amina), vault), 401), (NOBODY, 401), (mark_of(own(leila), vault), 303)):
        answer = await client.post("/posts/whole?once=12345678", data=data, headers={"Kept-For": mark, "Idempotency-Key": "12345678"})
        assert answer.status_code == status, answer.text
    assert await db.fetchval("select count(*) from post where author_id = any($1)", [amina, leila]) == 1


async def test_a_key_belongs_to_what_was_typed(made: Made, client: httpx.AsyncClient, db: Db) -> None:
    amina = await made.person("Amina")
    await sign_in(made, client, amina)
    data = {"kind": "need", "theme": "transport.move", "seen": "yes"}
    texts = ["Een kast dragen", "Een kast dragen", "Een zetel dragen"]
    places = [(await client.post("/posts/whole?once=12345678", data=data | {"text": text})).headers["location"] for text in texts]
    assert places[0] == places[1] != places[2]
    assert await db.fetchval("select count(*) from post where author_id = $1", amina) == 2


async def test_a_program_that_says_something_else_under_its_key_is_told_so(made: Made, client: httpx.AsyncClient) -> None:
    await sign_in(made, client, await made.person("Amina"))
    new = {"kind": "need", "text": "Een kast dragen", "theme": "transport.move"}
    told = [
        (await client.post("/api/v1/posts", json=new | other, headers={"Idempotency-Key": "12345678"})).status_code
        for other in ({}, {}, {"text": "Een zetel dragen"})
    ]
    assert told == [201, 201, 409]


async def test_a_whole_post_is_placed_only_where_it_was_seen(made: Made, client: httpx.AsyncClient, db: Db) -> None:
    amina = await made.person("Amina")
    await sign_in(made, client, amina)
    data = {"kind": "need", "theme": "transport.move", "text": "Een kast dragen", "when": "today"}
    unseen = await client.post("/posts/whole", data=data)
    assert unseen.headers["location"] == "/new/preview" and "Een kast dragen" in (await client.get("/new/preview")).text
    over = await client.post("/posts/whole", data=data | {"seen": "yes", "said": str(int(now().timestamp()) - 3 * 86_400)})
    assert over.status_code == 422 and "The day you meant is over." in over.text and "Een kast dragen" in over.text
    assert await db.fetchval("select count(*) from post where author_id = $1", amina) == 0
    seen = await client.post("/posts/whole", data=data | {"seen": "yes", "said": str(int(now().timestamp()))})
    assert seen.status_code == 303 and await db.fetchval("select text from post where author_id = $1", amina) == "Een kast dragen"


async def test_what_is_placed_is_what_the_page_showed(made: Made, client: httpx.AsyncClient, db: Db) -> None:
    amina = await made.person("Amina")
    await sign_in(made, client, amina)
    drafts = []
    for text in ("Een kast dragen", "Een zetel dragen"):
        await client.post("/new/need/transport.move", data={"text": text, "when": "any", "reach": "1"})
        drafts.append((await client.get("/new/preview")).text.partition('name="draft" value="')[2].partition('"')[0])
    client.cookies.delete("draft")
    assert (await client.post("/posts", data={"draft": drafts[0]})).status_code == 303
    assert await db.fetchval("select text from post where author_id = $1", amina) == "Een kast dragen"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)
async def test_the_manifest_speaks_the_language(client: httpx.AsyncClient, language: object) -> None:
    code, direction = language.code, language.dir  # type: ignore[attr-defined]
    answer = await client.get(f"/manifest/{code}")
    manifest = answer.json()
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert (manifest["lang"], manifest["dir"], manifest["id"], manifest["start_url"], manifest["scope"]) == (code, direction, "/", "/", "/")
    assert [shortcut["url"] for shortcut in manifest["shortcuts"]] == ["/new/need", "/new/offer"]
    icons = manifest["icons"] + [icon for shortcut in manifest["shortcuts"] for icon in shortcut["icons"]]
    assert {icon["purpose"] for icon in icons} == {"any", "maskable"}
    for icon in icons:
        assert (await client.get(icon["src"])).status_code == 200
    assert (await client.get("/manifest/xx")).status_code == 404


async def test_the_worker_stands_under_a_stable_address_and_knows_this_build(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript") and answer.headers["cache-control"] == "no-cache"
    packed = await client.get("/sw.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and int(packed.headers["content-length"]) <= 6_000 and packed.text == answer.text
    pages = [f"/offline/{language.code}" for language in LANGUAGES]
    shell = [part for part in answer.text.split('"') if part.startswith(("/static/app-", "/static/icons-", "/static/whole-", "/offline/"))]
    assert set(pages) <= set(shell) and len(shell) == len(pages) + 4
    for address in shell:
        assert (await client.get(address)).status_code == 200
