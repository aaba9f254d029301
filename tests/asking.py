"""Asking the application over one connection, each request undone afterwards: without a client in between, and without a trip to the database that
says nothing about the answer."""

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from string import punctuation
from typing import Any
from urllib.parse import quote, unquote

import asyncpg
import httpx
from litestar import Litestar

from buurtnet.kit.db import Database, Db, translate
from buurtnet.kit.limits import Limits

CANARY = re.compile("kanarie([a-z]+)", re.IGNORECASE)
PARTITION = re.compile(r"audit_(\d+|rest)")
BASE = httpx.URL("http://127.0.0.1:8000")
NOTED = """
create table written (relation text not null, deed text not null);
create function note_write() returns trigger language plpgsql security definer as
  $$ begin insert into written values (tg_table_name, lower(tg_op)); return null; end $$;
"""


class OneTrip(Database):
    """A superuser's connection as a Database of the web role: a savepoint for each transaction, begun and ended in one trip each."""

    def __init__(self, connection: Db) -> None:
        self._connection, self._within = connection, 0
        self._undoing = self._standing = False

    def glance(self) -> AbstractAsyncContextManager[Db]:
        return self.bare(readonly=True)

    @asynccontextmanager
    async def bare(self, *, readonly: bool = False) -> AsyncGenerator[Db]:
        outer = await self._connection.fetchval("select current_setting('app.viewer', true)") if self._within else ""
        reads = "set local transaction_read_only = on;" if readonly else ""
        first = self._undoing and not self._standing and not self._within
        point = "request" if first else "unit"
        await self._connection.execute(
            f"savepoint {point}; set local role buurtnet_web; select set_config('app.viewer', '', true); {reads}"
        )
        self._within += 1
        kept = False
        try:
            yield self._connection
            kept = not readonly
        except asyncpg.PostgresError as error:
            raise translate(error) from error
        finally:
            self._within -= 1
            # Released, the role and the viewer would outlive the savepoint; rolled back they are as before.
            role = "set local role buurtnet_web" if self._within else "reset role"
            release = "" if first else f"release {point};"
            after = f"{release} {role}; select set_config('app.viewer', '{outer}', true)"
            await self._connection.execute(after if kept else f"rollback to {point}; release {point}")
            self._standing |= first and kept

    @asynccontextmanager
    async def undone(self) -> AsyncGenerator[set[str]]:
        """Undoes what is kept in the block; afterwards the set holds the tables that it would have changed. Where no transaction is kept there is
        nothing to undo: the savepoint of the first one that is stays until then."""
        written: set[str] = set()
        self._undoing = True
        try:
            yield written
            if self._standing:
                rows = await self._connection.fetch("select distinct relation from written")
                written.update(PARTITION.sub("audit", row["relation"]) for row in rows)
        finally:
            if self._standing:
                await self._connection.execute("rollback to request; release request")
            self._undoing = self._standing = False


class Renewed(Limits):
    """Budgets that are whole again for whoever asks next; Valkey is asked only where something was left there."""

    left = True  # perhaps by others

    async def spend(self, budget: str, whose: str, *, most: int, seconds: int) -> None:
        self.left = True
        await super().spend(budget, whose, most=most, seconds=seconds)

    async def renew(self) -> None:
        if self.left:
            await self._redis.flushdb()
            self.left = False


class Answer:
    """What one request got, and what it would have left behind."""

    def __init__(self, response: httpx.Response, written: set[str]) -> None:
        self.status, self.text, self.headers, self.written = response.status_code, response.text, response.headers, written

    def canaries(self) -> set[str]:
        """The secrets that stand in the answer, its headers included."""
        return {word.lower() for word in CANARY.findall(self.text + repr(sorted(self.headers.items())))}


async def ask(
    app: Litestar, method: str, address: str, headers: Mapping[str, str | bytes], *, params: Mapping[str, Any] | None = None, **sent: Any
) -> httpx.Response:
    """The answer to one request; `sent` is httpx's data, json, content or files. The query travels as it stands here."""
    request = httpx.Request(method, BASE, headers={"Accept": "*/*", "Accept-Encoding": "identity", **headers}, **sent)
    path, _, query = address.partition("?")
    if params:
        query = str(httpx.QueryParams(params))
    waiting = [request.read()]
    told, body, done = {"status": 0, "headers": []}, bytearray(), asyncio.Event()

    async def receive() -> Any:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        await done.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            told.update(message)
        else:
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                done.set()

    scope: Any = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": "http",
        "path": unquote(path),
        "raw_path": quote(path, safe=punctuation).encode("ascii"),
        "query_string": query.encode("ascii"),
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }
    await app(scope, receive, send)
    assert done.is_set(), "an answer that does not end"
    return httpx.Response(told["status"], headers=told["headers"], content=b"" if method == "HEAD" else bytes(body))
