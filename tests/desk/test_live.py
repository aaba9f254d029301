"""Open desks: what changes anywhere is shown within two seconds, over two web processes, and a connection ends with its session."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest

from buurtnet.kit.db import Database, Db, _set_up
from buurtnet.kit.ids import new_id
from buurtnet.kit.news import News
from buurtnet.kit.vault import Vault
from buurtnet.local.parts import Part, serve_web
from buurtnet.local.ports import hold_port
from buurtnet.local.postgres import Cluster
from buurtnet.local.supervise import wait_until_ready
from buurtnet.settings import Settings
from tests.committed import Committed
from tests.made import Made

WITHIN = 2.0
HEADERS = {"Accept-Language": "en", "Sec-Fetch-Site": "same-origin"}
Told = dict[str, Any]


@asynccontextmanager
async def two_processes(settings: Settings) -> AsyncGenerator[tuple[str, str]]:
    """The addresses of two web processes of one installation."""
    held = [hold_port(None), hold_port(None)]
    ports = [one.getsockname()[1] for one in held]
    parts = [Part("web server", serve_web, one, settings=settings) for one in held]
    try:
        for one, part, port in zip(held, parts, ports, strict=True):
            _close(one)
            await asyncio.to_thread(wait_until_ready, port, [part])
        yield f"http://127.0.0.1:{ports[0]}", f"http://127.0.0.1:{ports[1]}"
    finally:
        await asyncio.gather(*(asyncio.to_thread(part.stop) for part in parts))


def _close(held: socket.socket) -> None:
    held.close()


class Desk:
    """An open desk: what its live connection says, one event after the other."""

    def __init__(self, lines: Any) -> None:
        self._lines = lines

    async def next(self) -> tuple[str, Mapping[str, str]]:
        """The name and the data of the next event."""
        name = data = ""
        async with asyncio.timeout(WITHIN):
            async for line in self._lines:
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    data += line.removeprefix("data: ")
                elif not line and name:
                    break
        return name, json.loads(data or "{}")


@asynccontextmanager
async def open_desk(url: str, token: str) -> AsyncGenerator[Desk]:
    async with (
        httpx.AsyncClient(base_url=url, headers={"Cookie": f"session={token}", **HEADERS}, timeout=10) as browser,
        browser.stream("GET", "/desk/live", headers={"Accept": "text/event-stream", "Accept-Encoding": "gzip"}) as answer,
    ):
        assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/event-stream")
        async with aclosing(answer.aiter_lines()) as lines:
            yield Desk(lines)


async def test_two_processes_tell_each_other(committed: Committed, settings: Settings, cluster: Cluster, vault: Vault) -> None:
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    async with connection.transaction():
        made = Made(connection, vault)
        worker, resident, hood = await made.staff(), await made.person(), await made.hood()
        token, own = await made.session(worker, kind="staff"), await made.session(resident)
    here = msgspec.structs.replace(
        settings, database_url=cluster.url("web", committed.name), worker_url=cluster.url("worker", committed.name)
    )
    async with two_processes(here) as (first, second), open_desk(second, token) as desk:
        name, counts = await desk.next()
        assert name == "counts" and counts.get("reports", counts[""]) == "0"
        async with httpx.AsyncClient(base_url=first, headers={"Cookie": f"session={own}", **HEADERS}) as browser:
            answer = await browser.post("/report", data={"text": "Er klopt hier iets niet", "object_kind": "other"})
            assert answer.status_code == 303
            name, counts = await desk.next()
            assert (name, counts["reports"], counts[f"reports/{hood}"]) == ("counts", "1", "1")
        await _add_area(cluster.url("worker", committed.name), here, worker, await made.hood("Collignon"))
        async with httpx.AsyncClient(base_url=first, headers={"Cookie": f"session={token}", **HEADERS}) as browser:
            assert (await browser.post("/sign-out")).status_code in (200, 303)
        assert (await desk.next())[0] == "end"
    await connection.close()


async def test_an_open_desk_holds_nobody_up_who_stops(committed: Committed, settings: Settings, cluster: Cluster, vault: Vault) -> None:
    """Connections that stay open would let the server wait until it is killed; the browser comes back to another process."""
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    made = Made(connection, vault)
    token = await made.session(await made.staff(), kind="staff")
    await connection.close()
    here = msgspec.structs.replace(settings, database_url=cluster.url("web", committed.name))
    held = hold_port(None)
    port = held.getsockname()[1]
    part = Part("web server", serve_web, held, settings=here)
    held.close()
    try:
        await asyncio.to_thread(wait_until_ready, port, [part])
        async with open_desk(f"http://127.0.0.1:{port}", token) as desk:
            assert (await desk.next())[0] == "counts"
            part.ask_to_end()
            assert (await desk.next())[0] == "", "no word of an end: the session goes on"
        await asyncio.to_thread(part.process.join, 4)
        assert not part.is_alive(), "it is not killed after five seconds, it stops"
    finally:
        await asyncio.to_thread(part.stop)


async def _add_area(url: str, settings: Settings, worker: UUID, hood: int) -> None:
    """As the operator does, in a process of its own."""
    database = Database(url, size=1, tell=News(settings.redis_url).tell)
    await database.open()
    async with database.transaction() as db:
        await db.execute("insert into staff_area (person_id, neighbourhood_id) values ($1, $2)", worker, hood)
    await database.close()


async def test_what_is_rolled_back_is_told_to_nobody(committed: Committed, cluster: Cluster, vault: Vault) -> None:
    told: list[str] = []

    async def tell(touched: str) -> None:
        told.append(touched)

    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    author = await Made(connection, vault).person()
    post = await Made(connection, vault).post(author)
    hood = await Made(connection, vault).hood()
    await connection.close()
    database = Database(cluster.url("web", committed.name), size=2, tell=tell)
    await database.open()
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as db:
            await db.execute("update post set state = 'withdrawn' where id = $1", post)
            raise ZeroDivisionError
    async with database.transaction(readonly=True) as db:
        await db.fetchval("select count(*) from post")
    async with database.transaction() as db:
        await db.execute("update post set quiet = quiet where id = $1", post)
    assert told == []
    async with database.transaction() as db:
        await db.execute("update post set state = 'withdrawn' where id = $1", post)
    assert [marks.split() for marks in told] == [[f"n{hood}"]]
    await database.close()


Deed = Callable[[Made, Told], Any]
DEEDS: Mapping[str, tuple[str, str]] = {
    "a post waits": ("update post set state = 'waiting' where id = $1", "post"),
    "a match is answered": ("update match set state = 'asked' where id = $1", "match"),
    "a report is closed": ("update report set closed_at = now() where id = $1", "report"),
    "a task is done": ("update task set done_at = now() where id = $1", "task"),
    "a verdict is given": (
        "insert into decision (id, object_kind, object_id, verdict, batch) values (gen_random_uuid(), 'match', $1, 'rejected', gen_random_uuid())",
        "match",
    ),
    "an item is held": (
        "insert into claim (object_kind, object_id, by, until) select 'post', id, author_id, now() from post where id = $1",
        "post",
    ),
    "somebody pauses": ("update person set state = 'paused' where id = $1", "person"),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_what_is_counted_is_noted_where_it_changes(connection: Db, made: Made, deed: str) -> None:
    hood = await made.hood()
    here: Told = {"person": await made.person()}
    here["post"] = await made.post(here["person"])
    here["match"] = await made.match(here["post"], await made.post(await made.person("Bart", "Collignon"), "offer"), "suggested")
    place = {"organisation_id": await made.home_organisation(), "neighbourhood_id": hood}
    here["report"], here["task"] = new_id(), new_id()
    await made.insert("report", id=here["report"], object_kind="other", text="Iets", language="nl", **place)
    await made.insert("task", id=here["task"], kind="call_back", **place)
    statement, of = DEEDS[deed]
    await connection.execute("select set_config('app.touched', '', true)")
    await connection.execute(statement, here[of])
    assert f"n{hood}" in (await connection.fetchval("select current_setting('app.touched')")).split()


async def test_a_session_a_role_and_an_area_are_noted_for_the_person(connection: Db, made: Made) -> None:
    worker = await made.staff()
    await made.session(worker, kind="staff")
    for table in ("session", "staff_area", "staff"):
        await connection.execute("select set_config('app.touched', '', true)")
        await connection.execute(f"delete from {table} where person_id = $1", worker)
        assert f"p{worker}" in (await connection.fetchval("select current_setting('app.touched')")).split(), table


async def test_what_touches_everything_is_said_in_one_sign(connection: Db) -> None:
    await connection.execute("select note_touched('n' || n) from generate_series(1, 2000) n")
    assert await connection.fetchval("select current_setting('app.touched')") == "*"


async def test_looking_at_the_counters_is_not_using_the_session(client: httpx.AsyncClient, connection: Db, made: Made) -> None:
    """An open desk that nobody touches must not keep a session alive."""
    worker = await made.staff()
    await made.sign_in(client, worker, kind="staff")
    seen = "select seen_at from session where person_id = $1"
    await connection.execute("update session set seen_at = seen_at - interval '30 minutes' where person_id = $1", worker)
    before = await connection.fetchval(seen, worker)
    answer = await client.get("/desk/live")
    assert answer.status_code == 200 and answer.text.startswith("event: counts")
    assert await connection.fetchval(seen, worker) == before
    await client.get("/desk")
    assert await connection.fetchval(seen, worker) > before


async def test_news_that_was_missed_is_made_up_for(settings: Settings) -> None:
    """Whoever listens is woken when the ear is back, and only by what concerns them."""
    news, other = News(settings.redis_url), News(settings.redis_url)
    async with news.hearing():
        with news.listen({"n1"}) as listener:
            assert await listener.wait(WITHIN), "the ear is there: look once"
            await other.tell(" n2 ")
            assert not await listener.wait(0.3)
            await other.tell(" n2  n1 ")
            assert await listener.wait(WITHIN)
            await news._redis.client_kill_filter(_type="pubsub")
            await other.tell(" n1 ")
            assert await listener.wait(WITHIN)
