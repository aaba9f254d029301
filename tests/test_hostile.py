"""Every form and every endpoint with what nobody should send: a clear answer, nothing lost that was typed, nothing stored by halves."""

import asyncio
import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import asyncpg
import httpx
import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from buurtnet.kit.db import _set_up
from buurtnet.kit.limits import Limits
from buurtnet.kit.queue import Queue
from buurtnet.kit.vault import Vault
from buurtnet.local.postgres import Cluster
from buurtnet.settings import Settings
from tests.access import ACTORS, ROUTES, Route
from tests.asking import Answer
from tests.committed import Committed
from tests.made import Made
from tests.stage import Stage
from tests.test_access import PARAMETER

LONG = 1_000_000
MARK = "{{ 1337*1337 }}${1337*1337}<%= 1337*1337 %>#{1337*1337}"
WORDS: dict[str, str] = {
    "empty": "",
    "spaces": " \t \u00a0\u2003 ",
    "nul": "Een kast\x00dragen",
    "html": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "sql": "'; drop table post; -- \\' or '1'='1",
    "path": "../../../../etc/passwd",
    "headers": "een\r\nSet-Cookie: hacked=1\r\n\r\n<script>",
    "template": MARK,
    "placeholders": "%(name)s %s %d {0} {x.__class__} %%",
    "override": "\u202egnp.exe\u2066 twee\u200b",
    "arabic": "أحتاج إلى من يساعدني في حمل خزانة",
    "family": "👩‍👩‍👧‍👦 " * 30,
    "zalgo": "e" + "\u0301" * 3000,
    "huge": "a" * LONG,
    "number": "9" * 400,
    "negative": "-1",
    "infinite": "1e999",
    "nan": "nan",
    "noncharacter": "\ufffe\uffff\U0010ffff",
}
FORMS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "application/x-www-form-urlencoded"),
    "huge": (b"text=" + b"a" * LONG, "application/x-www-form-urlencoded"),
    "many": (b"a=b&" * 20_000, "application/x-www-form-urlencoded"),
    "latin-1": (b"text=caf%E9&address=caf%E9&given_name=caf%E9", "application/x-www-form-urlencoded"),
    "raw latin-1": ("text=café&address=café".encode("latin-1"), "application/x-www-form-urlencoded; charset=iso-8859-1"),
    "utf-16": ("text=kast&address=kast".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
    "surrogate": (b"text=%ED%A0%80abc&address=%ED%A0%80", "application/x-www-form-urlencoded"),
    "overlong": (b"text=%C0%AFabc&address=%C0%AF", "application/x-www-form-urlencoded"),
    "broken": (b"%&%zz=&&==&%u0041;\x00\xff", "application/x-www-form-urlencoded"),
    "multipart": (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nkast\r\n--x--\r\n', "multipart/form-data; boundary=x"),
    "broken multipart": (b"--x\r\nnothing", "multipart/form-data"),
    "json": (b'{"text": "kast"}', "application/json"),
    "no type": (b"text=kast", ""),
}
JSONS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "application/json"),
    "null": (b"null", "application/json"),
    "list": (b"[]", "application/json"),
    "words": (b'"kast"', "application/json"),
    "broken": (b'{"text": "kast', "application/json"),
    "deep": (b"[" * 100_000, "application/json"),
    "huge": (b'{"text": "' + b"a" * LONG + b'"}', "application/json"),
    "latin-1": ('{"text": "café", "address": "café"}'.encode("latin-1"), "application/json"),
    "utf-16": ('{"text": "kast"}'.encode("utf-16"), "application/json; charset=utf-16"),
    "surrogate": (b'{"text": "\\ud800 kast", "address": "\\ud800"}', "application/json"),
    "nul": (b'{"text": "een\\u0000kast", "address": "een\\u0000"}', "application/json"),
    "nan": (b'{"reach": NaN, "picture": 1e999, "neighbourhood_id": 99999999999999999999}', "application/json"),
    "twice": (b'{"text": "een", "text": {"a": []}}', "application/json"),
    "form": (b"text=kast", "application/x-www-form-urlencoded"),
    "pickle": (b"\x80\x04.", "application/octet-stream"),
}
SPILLED = ("traceback", "asyncpg", "msgspec", "litestar", "postgres", "syntax error", 'file "')
UNSAFE = [name for name in ROUTES if not name.startswith("GET ")]
ELSEWHERE: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1:8000"},
    {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
)


def somebody(name: str, route: Route) -> tuple[str, str | None]:
    """Who gets the good answer at the route, and for which object."""
    method, path = name.split(" ")
    for target in route.of or [None]:
        for actor in ("asker", "facilitator", *ACTORS):
            if route.statuses(method, path, target)[actor] == route.good and not route.door.refuses(actor, method, path):
                return actor, target
    raise AssertionError(f"nobody may do {name}")


def prepare(stage: Stage, name: str) -> tuple[str, str, str, dict[str, Any]]:
    """Actor, method, address and what is sent when all is well."""
    route, (method, path) = ROUTES[name], name.split(" ")
    actor, target = somebody(name, route)
    sent = dict(route.sends(stage)) if route.sends else {}
    address = PARAMETER.sub(lambda match: str(sent.pop(match[1])) if match[1] in sent else str(stage.ids[target or ""]), path)
    return actor, method, address, sent


def is_spilled(text: str) -> bool:
    """Whether the text holds what a program says to its makers alone."""
    lowered = text.lower()
    return any(word in lowered for word in SPILLED)


def check(answer: Answer, route: Route, said: object) -> None:
    """What holds for every answer, whatever was sent."""
    assert answer.status < 500, said
    if answer.status >= 400:
        assert answer.written - route.apart == set(), said
        assert not is_spilled(answer.text), said
    assert str(1337 * 1337) not in answer.text, said
    assert "hacked" not in {cookie.partition("=")[0] for cookie in answer.headers.get_list("set-cookie")}, said
    assert not any("\n" in value or "\r" in value for value in answer.headers.values()), said
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert '<html lang="en" dir="ltr"' in answer.text, said
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, said
    elif answer.status >= 400:
        problem = json.loads(answer.text)
        assert answer.headers["content-type"] == "application/problem+json", said
        assert problem["status"] == answer.status and problem["title"] and problem["detail"], said


def tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def is_typed(field: str, page: str) -> bool:
    """Whether people type in the field, so that what they typed has to stand there again."""
    box = re.search(rf'<(?:textarea|input(?![^>]*type="(?:radio|checkbox|hidden|date|number)"))[^>]*name="{field}"', page)
    return box is not None


def hostile_fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """The fields with one of them made hostile, one after the other."""
    for field in fields:
        for kind, word in WORDS.items():
            yield field, kind, {**fields, field: word}


def is_form(name: str) -> bool:
    return not name.partition(" ")[2].startswith("/api/")


@pytest.mark.parametrize("name", [name for name in UNSAFE if is_form(name)])
async def test_a_form_with_hostile_words(stage: Stage, name: str) -> None:
    actor, method, address, sent = prepare(stage, name)
    fields = sent.pop("data", {})
    for field, kind, hostile in hostile_fields(fields):
        answer = await stage.ask(actor, method, address, data=hostile, **sent)
        check(answer, ROUTES[name], (field, kind, answer.status))
        if answer.status == 422 and is_typed(field, answer.text) and len(hostile[field]) < 10_000:
            assert tidy(hostile[field]) in html.unescape(answer.text), (field, kind)


@pytest.mark.parametrize("name", [name for name in UNSAFE if is_form(name)])
async def test_a_form_in_a_body_that_is_none(stage: Stage, name: str) -> None:
    actor, method, address, sent = prepare(stage, name)
    sent.pop("data", None)
    for kind, (body, media_type) in FORMS.items():
        answer = await stage.ask(actor, method, address, content=body, headers={"Content-Type": media_type}, **sent)
        check(answer, ROUTES[name], (kind, answer.status))


@pytest.mark.parametrize("name", [name for name in UNSAFE if not is_form(name)])
async def test_an_endpoint_with_hostile_words(stage: Stage, name: str) -> None:
    actor, method, address, sent = prepare(stage, name)
    fields = sent.pop("json", {})
    for field, kind, hostile in hostile_fields(fields):
        answer = await stage.ask(actor, method, address, json=hostile, **sent)
        check(answer, ROUTES[name], (field, kind, answer.status))


@pytest.mark.parametrize("name", [name for name in UNSAFE if not is_form(name)])
async def test_an_endpoint_with_a_body_that_is_none(stage: Stage, name: str) -> None:
    actor, method, address, sent = prepare(stage, name)
    takes = "json" in sent
    sent.pop("json", None)
    for kind, (body, media_type) in JSONS.items():
        answer = await stage.ask(actor, method, address, content=body, headers={"Content-Type": media_type}, **sent)
        check(answer, ROUTES[name], (kind, answer.status))
        if takes and kind in ("nothing", "null", "list", "broken", "deep", "huge", "latin-1", "utf-16", "form", "pickle"):
            assert 400 <= answer.status < 500, (kind, answer.status)


@pytest.mark.parametrize("name", UNSAFE)
async def test_another_website_gets_nothing_done(stage: Stage, name: str) -> None:
    actor, method, address, sent = prepare(stage, name)
    for headers in ELSEWHERE:
        said = {key: value for key, value in headers.items() if value}
        if "Sec-Fetch-Site" not in said:
            answer = await stage.ask(actor, method, address, headers=said, forget=("Sec-Fetch-Site",), **sent)
        else:
            answer = await stage.ask(actor, method, address, headers=said, **sent)
        assert answer.status == 403 and answer.written == set(), headers


NO_IDS = ("1", "abc", "null", "..%2f..%2fetc%2fpasswd", "%00", "'%20or%201=1", "0" * 500, "{id}x", "{id}%0d%0aX:1", "%F0%9F%98%80", "%ff")


@pytest.mark.parametrize("name", [name for name in ROUTES if ":uuid}" in name])
async def test_what_is_no_id_is_not_there(stage: Stage, name: str) -> None:
    method, path = name.split(" ")
    actor, _, _, sent = prepare(stage, name)
    for wrong in NO_IDS:
        typed = wrong.replace("{id}", str(uuid4()))
        answer = await stage.ask(actor, method, PARAMETER.sub(typed, path), **sent)
        assert answer.status in (404, 405) if method != "GET" else answer.status == 404, (wrong, answer.status)
        assert answer.written == set(), wrong


@pytest.mark.parametrize("name", [name for name in ROUTES if re.search(r"\{\w+:(int|str)\}", name)])
async def test_odd_words_in_an_address(stage: Stage, name: str) -> None:
    method, path = name.split(" ")
    actor, _, _, sent = prepare(stage, name)
    for kind, word in WORDS.items():
        typed = quote(word[:2000], safe="")
        answer = await stage.ask(actor, method, PARAMETER.sub(typed.replace("\\", r"\\"), path), **sent)
        assert answer.status < 500, (kind, answer.status)
        assert answer.status < 400 or answer.written - ROUTES[name].apart == set(), kind
        assert "<script>alert" not in answer.text and str(1337 * 1337) not in answer.text, kind


def asked_for(app: Litestar) -> Iterator[tuple[str, str]]:
    """Each parameter that a handler reads from the address's query."""
    for route in app.routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            for method in handler.http_methods - {"OPTIONS"}:
                known = {*handler.resolve_dependencies(), *PARAMETER.findall(route.path), "request", "data", "state"}
                for parameter in handler.parsed_fn_signature.parameters:
                    if parameter not in known:
                        yield f"{method} {route.path}", parameter


QUERIES = {
    **WORDS,
    "cursor": "WzEsMl0",
    "wide cursor": "Wzk5OTk5OTk5OTk5LCIwMTk3NmYzZS04ZjNhLTdjNjItOWQzZS0wZDViMmM4YTRmMTAiXQ",
    "early cursor": "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwiMDE5NzZmM2UtOGYzYS03YzYyLTlkM2UtMGQ1YjJjOGE0ZjEwIl0",
    "nul cursor": "WyJhXHUwMDAwIiwiMDE5NzZmM2UtOGYzYS03YzYyLTlkM2UtMGQ1YjJjOGE0ZjEwIl0",
    "surrogate cursor": "WyJcdWQ4MDAiLCIwMTk3NmYzZS04ZjNhLTdjNjItOWQzZS0wZDViMmM4YTRmMTAiXQ",
    "month": "2026-13",
    "early month": "0000-01",
    "big": "2147483648",
    "bigger": "9223372036854775808",
}


async def test_odd_words_in_a_query(stage: Stage, shared_app: Litestar) -> None:
    pairs = sorted(set(asked_for(shared_app)))
    assert len(pairs) > 40
    wrong: list[object] = []
    for name, parameter in pairs:
        actor, method, address, sent = prepare(stage, name)
        for kind, word in QUERIES.items():
            sent["params"] = {parameter: word[:5000]}
            answer = await stage.ask(actor, method, address, **sent)
            if answer.status >= 500 or "<script>alert" in answer.text or str(1337 * 1337) in answer.text or is_spilled(answer.text):
                wrong.append((name, parameter, kind, answer.status))
            if method == "GET" and answer.written - ROUTES[name].apart:
                wrong.append((name, parameter, kind, answer.written))
        raw = await stage.ask(actor, method, f"{address}?{parameter}=%ED%A0%80%ff%00&{parameter}=%zz", **{**sent, "params": None})
        if raw.status >= 500:
            wrong.append((name, parameter, "raw", raw.status))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "x" * 8000},
        {"Accept-Language": "nl;q=nan, fr;q=1e999, *;q=-1, ../../etc;q=0.9"},
        {"Accept-Language": "\xff\xfe".encode("latin-1").decode("latin-1")},
        {"Accept": "text/html;q=x, ;;;,application/*;q=-5"},
        {"Idempotency-Key": "short"},
        {"Idempotency-Key": "k" * 65},
        {"Idempotency-Key": "spaces and é are not allowed"},
        {"Cookie": "session=; draft=%00; language=../../nl"},
        {"Cookie": "session=" + "é" * 500},
        {"Cookie": ";;;=;session;=x;" + "a=b;" * 500},
        {"Cookie": "draft=" + "A" * 4000 + "; code=' or 1=1; language=xx"},
        {"If-None-Match": '"' + "x" * 5000},
        {"Content-Length": "-5"},
        {"Hx-Request": "true", "Hx-Target": "<script>"},
        {"Host": "elsewhere.example"},
        {"X-Forwarded-For": "' or 1=1", "X-Forwarded-Host": "elsewhere.example"},
    ],
)
async def test_odd_headers(stage: Stage, headers: dict[str, str]) -> None:
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    for actor in ("visitor", "asker"):
        for method, address in (
            ("GET", "/"),
            ("GET", "/new/preview"),
            ("GET", "/api/v1/themes"),
            ("POST", "/report"),
            ("POST", "/api/v1/reports"),
        ):
            sent: dict[str, Any] = {"data": {"text": "Daar klopt iets niet."}} if address == "/report" else {}
            answer = await stage.ask(actor, method, address, headers=encoded, **sent)
            assert answer.status < 500, (actor, method, address, answer.status)
            assert "elsewhere.example" not in answer.text + repr(answer.headers)
            assert answer.status < 400 or answer.written == set()


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "PROPFIND", "<script>"])
async def test_methods_nobody_offers(stage: Stage, method: str) -> None:
    for address in ("/", "/posts", "/me", "/api/v1/me", "/report"):
        answer = await stage.ask("asker", method, address)
        assert answer.status < 500, address
        assert answer.written == set() or method == "PATCH", address


LANGUAGES = {"nl": "ltr", "fr": "ltr", "en": "ltr", "ar": "rtl", "tr": "ltr"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_is_wrong_is_said_in_the_readers_language(stage: Stage, language: str) -> None:
    """The page of a form that was sent empty: its language and direction, and no sentence in English for who reads another one."""
    pages = [name for name in UNSAFE if is_form(name) and ROUTES[name].sends]
    told = 0
    for name in pages:
        actor, method, address, sent = prepare(stage, name)
        if "data" not in sent:
            continue
        sent["data"] = {}
        crumbs = {**sent.pop("cookies", {}), "language": f"{language}.mine" if actor != "visitor" else language}
        answer = await stage.ask(actor, method, address, cookies=crumbs, headers={"Accept-Language": language}, **sent)
        if answer.status < 400:
            continue
        told += 1
        assert f'<html lang="{language}" dir="{LANGUAGES[language]}"' in answer.text, name
        if language != "en":
            assert not re.search(r"Please fill this in|Please choose one|This is too|Choose a reason", answer.text), name
    assert told > 10


async def test_fifty_times_the_same_key_at_once_is_one_post(
    committed: Committed, cluster: Cluster, shared_app: Litestar, settings: Settings, vault: Vault
) -> None:
    connection = await asyncpg.connect(cluster.url("superuser", committed.name))
    await _set_up(connection)
    made = Made(connection, vault)
    person = await made.person()
    cookie = {"Cookie": f"session={await made.session(person)}", "Sec-Fetch-Site": "same-origin", "Idempotency-Key": "the same for all"}
    before = {key: shared_app.state[key] for key in ("database", "replica", "limits", "queue") if key in shared_app.state}
    limits, queue = Limits(settings.redis_url), Queue(settings.redis_url)
    shared_app.state.update(database=committed.web, replica=committed.web, limits=limits, queue=queue)
    new = {"kind": "need", "text": "Een kast naar boven dragen", "theme": "transport.move"}
    try:
        transport = httpx.ASGITransport(shared_app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=cookie, timeout=60) as client:
            answers = await asyncio.gather(*(client.post("/api/v1/posts", json=new) for _ in range(50)))
            other = await client.post(f"/api/v1/posts/{uuid4()}/withdraw")
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.headers["location"] for answer in answers}) == 1
        assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
        assert other.status_code == 409, "the key of one deed is no key for another"
        assert await connection.fetchval("select count(*) from post where author_id = $1", person) == 1
        assert await connection.fetchval("select count(*) from outbox where kind = 'posts.PostOpened'") == 1
        assert await connection.fetchval("select count(*) from idempotency") == 1
    finally:
        shared_app.state.update(before)
        await connection.close()
        await limits.close()
        await queue.close()
