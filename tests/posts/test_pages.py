"""The pages of posts as people use them, without JavaScript."""

import re
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from tests.made import Made

from buurtnet.kit.db import Db
from buurtnet.posts.pages.drafts import MOST_BYTES

SAY = {"text": "Mijn kast moet naar het derde verdiep.", "when": "week", "reach": "2"}
NOBODYS = UUID(int=7)


async def published(client: httpx.AsyncClient, form: dict | None = None, path: str = "/new/need/transport.move") -> str:
    """Goes the whole way and returns the address of the new post."""
    kept = await client.post(path, data=SAY | (form or {}))
    assert (kept.status_code, kept.headers["location"]) == (303, "/new/preview"), kept.text
    preview = await client.get("/new/preview")
    assert preview.status_code == 200
    action = re.search(r'action="(/posts\?once=[^"]+)"', preview.text)[1]
    placed = await client.post(action, data={})
    assert placed.status_code == 303, placed.text
    return placed.headers["location"]


async def test_from_two_doors_to_a_post_that_says_what_happens_now(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person())
    assert 'href="/new/need"' in (await client.get("/new")).text
    themes = (await client.get("/new/need")).text
    assert themes.count('class="tile"') == 12
    assert 'href="/new/need/unknown"' in themes
    finer = (await client.get("/new/need/transport")).text
    assert 'href="/new/need/transport.move"' in finer and 'href="/new/need/transport?whole=true"' in finer
    say = (await client.get("/new/need/transport.move")).text
    assert "<textarea" in say and say.count('name="slots"') == 28 and say.count('name="reach"') == 5
    assert 'name="monthly"' not in say
    assert 'name="monthly"' in (await client.get("/new/offer/transport?whole=true")).text
    address = await published(client)
    page = await client.get(address)
    assert page.status_code == 200
    assert SAY["text"] in page.text
    post_path = address.partition("?")[0]
    assert f'hx-get="{post_path}/fits"' in page.text and f'<a href="{post_path}/fits">' in page.text
    assert "Is there something you like to do for others?" in page.text
    assert "Is there something you like to do for others?" not in (await client.get(post_path)).text
    assert SAY["text"] in (await client.get("/posts")).text
    assert (await client.get("/new/preview")).headers["location"] == "/new"  # the draft is gone


async def test_no_browser_cuts_off_what_is_too_long(client: httpx.AsyncClient) -> None:
    said = (await client.get("/new/need/transport.move")).text
    assert '<textarea id="text"' in said and "maxlength" not in said


async def test_a_visitor_says_it_first_and_joins_afterwards(client: httpx.AsyncClient, made: Made) -> None:
    kept = await client.post("/new/offer/language.practice", data=SAY | {"monthly": "2"})
    assert (kept.status_code, kept.headers["location"]) == (303, "/join")
    cookie = kept.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie and "max-age=3600" in cookie
    assert SAY["text"] not in kept.headers["set-cookie"]
    asked = (await client.get("/join")).text
    assert "Your words are kept." in asked and 'href="/new/preview"' in asked
    back = (await client.get("/new/preview")).headers["location"]
    assert back == "/new/offer/language.practice" and SAY["text"] in (await client.get(back)).text
    assert (await client.post("/posts", data={})).status_code == 401
    await made.sign_in(client, await made.person())
    preview = await client.get("/new/preview")
    assert SAY["text"] in preview.text
    again = await client.get("/new/offer/language.practice")
    assert SAY["text"] in again.text and 'value="week" checked' in again.text


async def test_once_and_only_once(client: httpx.AsyncClient, made: Made, connection) -> None:
    person = await made.person()
    await made.sign_in(client, person)
    await client.post("/new/need/transport.move", data=SAY)
    draft = client.cookies["draft"]
    first = await client.post("/posts?once=0123456789", data={})
    client.cookies.set("draft", draft)
    second = await client.post("/posts?once=0123456789", data={})
    assert first.headers["location"] == second.headers["location"]
    assert await connection.fetchval("select count(*) from post where author_id = $1", person) == 1


async def test_the_unknown_theme_is_suggested_and_otherwise_waits(client: httpx.AsyncClient, made: Made, connection) -> None:
    await made.sign_in(client, await made.person())
    await client.post(
        "/new/need/unknown", data=SAY | {"text": "Wie brengt boodschappen mee van de Colruyt?"}, headers={"Accept-Language": "nl"}
    )
    preview = await client.get("/new/preview", headers={"Accept-Language": "nl"})
    assert 'value="errands.groceries"' in preview.text
    placed = await client.post("/posts", data={"theme": "errands.groceries"})
    assert (await connection.fetchrow("select theme.slug, state from post join theme on theme.id = theme_id"))[:] == (
        "errands.groceries",
        "open",
    )
    assert placed.status_code == 303
    await client.post("/new/need/unknown", data=SAY | {"text": "Ik weet niet goed wat ik moet doen"})
    page = await client.get((await client.post("/posts", data={"theme": ""})).headers["location"])
    assert "A worker looks at it first" in page.text
    assert await connection.fetchval("select count(*) from post where theme_id is null and state = 'waiting'") == 1


@pytest.mark.parametrize(("root", "finer"), [("home", "transport.move"), ("things", "transport.move"), ("children", "transport.school")])
async def test_a_theme_is_also_found_where_people_look_for_it(client: httpx.AsyncClient, root: str, finer: str) -> None:
    assert f'href="/new/need/{finer}"' in (await client.get(f"/new/need/{root}")).text


async def test_who_chose_a_theme_roughly_is_offered_the_finer_one_that_their_words_say(
    client: httpx.AsyncClient, made: Made, connection: Db
) -> None:
    await made.sign_in(client, await made.person())
    said = SAY | {"text": "Wie helpt zaterdag een kast dragen?"}
    await client.post("/new/need/home", data=said, headers={"Accept-Language": "nl"})
    preview = await client.get("/new/preview", headers={"Accept-Language": "nl"})
    assert 'value="transport.move"' in preview.text and 'value="home" checked' in preview.text
    for chosen, slug in (("home", "home"), ("transport.move", "transport.move")):
        await client.post("/new/need/home", data=said, headers={"Accept-Language": "nl"})
        assert (await client.post("/posts", data={"theme": chosen})).status_code == 303
        placed = "select theme.slug from post join theme on theme.id = theme_id order by post.id desc limit 1"
        assert await connection.fetchval(placed) == slug
    await client.post("/new/need/home.repair", data=said, headers={"Accept-Language": "nl"})
    assert 'name="theme"' not in (await client.get("/new/preview", headers={"Accept-Language": "nl"})).text


async def test_shown_to_neighbours_only_by_choice(client: httpx.AsyncClient, made: Made, connection) -> None:
    await made.sign_in(client, await made.person())
    await client.post("/new/need/errands.groceries", data=SAY)
    assert 'name="shown"' in (await client.get("/new/preview")).text
    await client.post("/posts", data={"shown": "yes"})
    assert await connection.fetchval("select quiet from post") is False
    await client.post("/new/need/papers.letter", data=SAY)
    assert 'name="shown"' not in (await client.get("/new/preview")).text
    await client.post("/posts", data={"shown": "yes"})
    assert await connection.fetchval("select quiet from post order by id desc limit 1") is True


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"text": ""}, None),
        ({"text": "ab"}, "ab"),
        ({"text": "x" * 601}, "x" * 601),
        ({"text": "x" * 20_000}, "x" * 20_000),
        ({"text": "a\x00b <b>c</b>"}, "&lt;b&gt;c&lt;/b&gt;"),
        ({"text": "\x07\x08 <script>alert(1)</script>"}, "&lt;script&gt;"),
        ({"text": "\u202eabc\x00", "when": "today"}, 'value="today" checked'),
        ({"when": "regularly"}, SAY["text"]),
        ({"when": "whenever"}, SAY["text"]),
        ({"reach": "9"}, SAY["text"]),
        ({"reach": "\u0661"}, SAY["text"]),
        ({"when": "regularly", "slots": "28"}, SAY["text"]),
    ],
)
async def test_what_is_wrong_comes_back_with_what_was_typed(
    client: httpx.AsyncClient, made: Made, connection, form: dict, kept: str | None
) -> None:
    await made.sign_in(client, await made.person())
    answer = await client.post("/new/need/transport.move", data=SAY | form)
    if form.get("reach") == "\u0661" and answer.status_code == 303:
        return  # an Arabic digit is a digit
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "draft" not in client.cookies
    assert kept is None or kept in answer.text
    assert "<script>alert" not in answer.text
    assert await connection.fetchval("select count(*) from post") == 0


@pytest.mark.parametrize(
    "body", ["text=%ff%fe", "text=%00", "=&=&=", "text=" + "x" * 100_000, "&".join(["a=b"] * 1000), "text=abc&reach=1&reach=9"]
)
async def test_bodies_that_nobody_types(client: httpx.AsyncClient, made: Made, connection, body: str) -> None:
    await made.sign_in(client, await made.person())
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await client.post("/new/need/transport.move", content=body, headers=headers)
    assert answer.status_code == 422
    assert (await client.post("/new/need/transport.move", content="x" * 1_000_000, headers=headers)).status_code in (413, 422)
    assert await connection.fetchval("select count(*) from post") == 0


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "'; drop table post; --", "🙂" * 200, "مرحبا، أحتاج إلى مساعدة", "{{ 7 * 7 }} %(name)s %s"]
)
async def test_odd_words_are_shown_as_they_are(client: httpx.AsyncClient, made: Made, connection, text: str) -> None:
    await made.sign_in(client, await made.person())
    page = await client.get(await published(client, {"text": text}))
    assert await connection.fetchval("select text from post") == text
    assert "<img src=x" not in page.text and ">49<" not in page.text
    assert text in page.text or "&" in text or "<" in text or "'" in text


async def test_the_longest_words_fit_the_cookie(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person())
    answer = await client.post(
        "/new/offer/transport.move",
        data=SAY | {"text": "🙂" * 600, "when": "regularly", "slots": [str(n) for n in range(28)], "monthly": "8"},
    )
    assert answer.status_code == 303
    assert len(client.cookies["draft"]) <= MOST_BYTES


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "a" * 3000, quote("../../etc"), "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5"])
async def test_a_forged_draft_is_no_draft(client: httpx.AsyncClient, made: Made, cookie: str) -> None:
    await made.sign_in(client, await made.person())
    client.cookies.set("draft", cookie)
    assert (await client.get("/new/preview")).headers["location"] == "/new"
    assert (await client.post("/posts", data={})).headers["location"] == "/new"
    assert (await client.get("/new/need/transport.move")).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/new/gift",
        "/new/need/no.such",
        "/new/need/..%2f",
        "/new/need/%00",
        "/new/need/%00?whole=true",
        "/posts/nothing",
        f"/posts/{NOBODYS}",
        f"/posts/{NOBODYS}/change",
        "/new/offer/TRANSPORT",
    ],
)
async def test_what_is_not_there(client: httpx.AsyncClient, made: Made, path: str) -> None:
    await made.sign_in(client, await made.person())
    assert (await client.get(path)).status_code in (404, 422)


@pytest.mark.parametrize(
    "path",
    ["/posts/near?after=xyz", "/posts/near?theme=%00", "/posts/near?after=W10", "/posts/near?kind=gift"],
)
async def test_lists_that_do_not_exist(client: httpx.AsyncClient, made: Made, path: str) -> None:
    await made.sign_in(client, await made.person())
    assert (await client.get(path)).status_code in (400, 422)


async def test_my_post_can_be_changed_renewed_and_taken_back(client: httpx.AsyncClient, made: Made, connection) -> None:
    person = await made.person()
    await made.sign_in(client, person)
    post = await made.post(person, renewal_asked_at=await connection.fetchval("select now()"))
    page = await client.get(f"/posts/{post}")
    assert "Does this still hold?" in page.text and f'action="/posts/{post}/renew' in page.text
    assert (await client.post(f"/posts/{post}/renew")).status_code == 303
    assert "Does this still hold?" not in (await client.get(f"/posts/{post}")).text
    form = await client.get(f"/posts/{post}/change")
    assert "Een kast naar boven dragen" in form.text and 'name="version" value="2"' in form.text
    bad = await client.post(f"/posts/{post}/change", data={"text": "", "reach": "1", "version": "2"})
    assert bad.status_code == 422
    stale = await client.post(f"/posts/{post}/change", data={"text": "Nieuwe woorden hier", "reach": "1", "version": "1"})
    assert stale.status_code == 409 and "Nieuwe woorden hier" in stale.text and 'name="version" value="2"' in stale.text
    good = await client.post(f"/posts/{post}/change", data={"text": "Nieuwe woorden hier", "reach": "1", "version": "2", "shown": "yes"})
    assert good.status_code == 303
    assert "Nieuwe woorden hier" in (await client.get(f"/posts/{post}")).text
    assert (await client.post(f"/posts/{post}/withdraw")).status_code == 303
    assert "You took it back" in (await client.get(f"/posts/{post}")).text
    assert (await client.post(f"/posts/{post}/withdraw")).status_code == 409
    assert (await client.get(f"/posts/{post}/change")).status_code == 409


async def test_danger_shows_who_can_help_at_once(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.person())
    page = await client.get(await published(client, {"text": "Ik wil niet meer leven, ik denk aan zelfmoord."}))
    assert 'href="tel:' in page.text and "/helplines" in page.text
    assert "/fits" not in page.text
    assert "Is there something you like to do for others?" not in page.text


async def test_somebody_elses_post_has_no_name(client: httpx.AsyncClient, made: Made) -> None:
    amina = await made.person("Zebedeus")
    offer = await made.post(amina, "offer", "language.practice", "Nederlands oefenen bij koffie", slots=1 << 12, own_slots=True)
    need = await made.post(amina, quiet=False, text="Een zware kast dragen")
    quiet = await made.post(amina, text="Dit is stil gebleven")
    await made.sign_in(client, await made.person("Buur"))
    page = (await client.get(f"/posts/{offer}")).text
    assert "Nederlands oefenen bij koffie" in page and "In your neighbourhood" in page and "Thursday: morning" in page
    assert "Zebedeus" not in page and str(amina) not in page
    near = (await client.get("/posts/near")).text
    assert "Nederlands oefenen" in near and "zware kast" not in near and "stil gebleven" not in near
    asked = (await client.get("/posts/near?kind=need")).text
    assert "zware kast" in asked and "stil gebleven" not in asked
    assert "Nothing here yet" in (await client.get("/posts/near?theme=papers")).text
    for path, method in (
        (f"/posts/{quiet}", "GET"),
        (f"/posts/{need}/change", "GET"),
        (f"/posts/{offer}/withdraw", "POST"),
        (f"/posts/{offer}/renew", "POST"),
    ):
        assert (await client.request(method, path)).status_code == 404, path


async def test_workers_and_visitors_have_no_resident_pages(client: httpx.AsyncClient, made: Made) -> None:
    post = await made.post(await made.person())
    pages = ["/posts", "/posts/near", f"/posts/{post}", f"/posts/{post}/change"]
    for path in pages:
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/sign-in")
    for path in (f"/posts/{post}/withdraw", f"/posts/{post}/renew", f"/posts/{post}/change", "/posts"):
        assert (await client.post(path, data={})).status_code == 401
    await made.sign_in(client, await made.staff(), kind="staff")
    for path in (*pages, "/new", "/new/need", "/new/need/transport.move", "/new/preview"):
        assert (await client.get(path)).status_code == 404, path
    for path in (f"/posts/{post}/withdraw", "/posts", "/new/need/transport.move"):
        assert (await client.post(path, data=SAY)).status_code == 404


async def test_a_worker_acts_for_somebody(client: httpx.AsyncClient, made: Made, connection) -> None:
    amina, sara = await made.person("Amina", posts_on_trial=2), await made.staff()
    await made.sign_in(client, sara, kind="staff", acting_for=amina)
    await published(client)
    row = await connection.fetchrow("select author_id, on_behalf_by, state from post")
    assert row[:] == (amina, sara, "open")


async def test_what_is_not_allowed_says_why(client: httpx.AsyncClient, made: Made) -> None:
    minor = await made.person("Kind", adult=False)
    await made.sign_in(client, minor)
    await client.post("/new/need/transport.move", data=SAY)
    answer = await client.post("/posts", data={})
    assert answer.status_code == 403 and "18" in answer.text
    full = await made.person("Vol")
    for _n in range(5):
        await made.post(full, "offer")
    await made.sign_in(client, full)
    await client.post("/new/offer/transport.move", data=SAY)
    answer = await client.post("/posts", data={})
    assert answer.status_code == 409 and "five offers" in answer.text
