"""Sessions, and the unit of work of a request: finding the session and setting the viewer are one statement inside its transaction.

A response below 400 commits, any other rolls back, always before its first byte leaves. GET and HEAD read only. A request that carries an
idempotency key (`Idempotency-Key`, or `once` in a form's address) has its effect once: the second one gets the first one's status and location.
Handlers that need no database say `opt={"database": False}`; public reads that a replica may answer say `opt={"database": "replica"}`.
What a page asks for by itself, without anybody's doing, says `opt={"marks_seen": False}`: a session that nobody uses ends.
What is sent is there before the transaction begins: somebody who sends it slowly, or never, holds nobody else up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, cast

import msgspec
from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPReceiveMessage, Message, Receive, ReceiveMessage, Scope, Send

from buurtnet.kit import idempotency
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db, Unit
from buurtnet.kit.errors import Refusal
from buurtnet.kit.queue import Queue
from buurtnet.kit.text import N_
from buurtnet.kit.vault import token_hash
from buurtnet.kit.viewer import VISITOR, Viewer

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
PATIENCE = 20.0
"""Seconds in which a request has to be there whole."""
MOST_BYTES = 256 * 1024
"""The longest body that is read; whatever goes on after that is refused by the handler's own limit."""


class TooSlow(Refusal):
    """What was sent took too long to come."""

    status = 408
    text = N_("This does not work right now. Please try again in a few minutes.")


def cookie_name(secure: bool) -> str:
    """The name of the session cookie: bound to the host where https allows it."""
    return "__Host-session" if secure else "session"


class UnitOfWork(ASGIMiddleware):
    """Opens and ends the transaction of each request. `statement` finds the session: `$1` is the token's hash, its columns are Viewer's
    fields and `seen_at`, and it sets `app.viewer`. `mark_seen` notes, in a transaction apart, that the session was used. `answer_failure` says
    to people and programs that a commit failed, so that nothing was stored."""

    scopes = (ScopeType.HTTP,)

    def __init__(
        self,
        statement: str,
        mark_seen: Callable[[Db, bytes], Awaitable[None]],
        answer_failure: Callable[[Request[Any, Any, Any], Exception], Response[Any]],
        *,
        secure: bool,
    ) -> None:
        self._statement, self._mark_seen, self._answer_failure, self._cookie = statement, mark_seen, answer_failure, cookie_name(secure)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Runs the request inside its unit of work."""
        wanted = scope["route_handler"].opt.get("database", True)
        if not wanted:
            await next_app(scope, receive, send)
            return
        state = scope["litestar_app"].state
        database = cast(Database, state.replica if wanted == "replica" else state.database)
        request = ASGIConnection[Any, Any, Any, Any](scope)
        safe = scope.get("method") in SAFE
        body = b""
        if not safe:
            receive, body = await _read_ahead(receive)
        token = request.cookies.get(self._cookie)
        async with database.unit(readonly=safe) as unit:
            viewer, stale = await self._find_viewer(unit.db, token)
            scope["user"] = viewer
            scope["state"]["db"] = unit.db
            key = None if safe else idempotency.read_key(request, body)
            if key and viewer.person_id and (answer := await idempotency.begin(unit.db, viewer.person_id, key)) is not None:
                await unit.end(keep=False)
                await idempotency.answer_again(answer, send)
                return

            async def tell(error: Exception) -> None:
                answer = self._answer_failure(request := Request(scope), error)
                await answer.to_asgi_response(app=None, request=request)(scope, receive, send)

            held = _Held(unit, send, tell, state.queue if not safe else None, (viewer, key) if key and viewer.person_id else None)
            await next_app(scope, receive, held.send)
        if stale and viewer.session_hash and scope["route_handler"].opt.get("marks_seen", True):
            async with state.database.transaction(viewer.person_id) as db:
                await self._mark_seen(db, viewer.session_hash)

    async def _find_viewer(self, db: Db, token: str | None) -> tuple[Viewer, bool]:
        row = await db.fetchrow(self._statement, token_hash(token)) if token else None
        if row is None:
            return VISITOR, False
        return viewer_from(row), now() - row["seen_at"] > timedelta(minutes=5)


def viewer_from(row: Mapping[str, Any]) -> Viewer:
    """The viewer whom the session's row describes."""
    return msgspec.convert({name: row[name] for name in Viewer.__struct_fields__ if row.get(name) is not None}, Viewer)


async def _read_ahead(receive: Receive) -> tuple[Receive, bytes]:
    """The same messages to be received again, and the body, whole or as much of it as anybody may send; TooSlow."""
    read: list[ReceiveMessage] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(PATIENCE):
            while more and size <= MOST_BYTES:
                read.append(message := cast(HTTPReceiveMessage, await receive()))
                size += len(message.get("body", b""))
                more = message["type"] == "http.request" and message.get("more_body", False)
    except TimeoutError:
        raise TooSlow from None
    body = b"".join(message.get("body", b"") for message in read if message["type"] == "http.request")
    read.reverse()

    async def receive_again() -> ReceiveMessage:
        return read.pop() if read else await receive()

    return receive_again, body


class _Held:
    """Holds the response back until the transaction has ended."""

    def __init__(
        self,
        unit: Unit,
        send: Send,
        tell: Callable[[Exception], Awaitable[None]],
        queue: Queue | None,
        kept: tuple[Viewer, idempotency.Key] | None,
    ) -> None:
        self._unit, self._send, self._tell, self._queue, self._kept = unit, send, tell, queue, kept
        self._failed = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self._unit.ended:
            try:
                await self._end(message["status"], Headers.from_scope({"headers": message["headers"]}).get("location"))  # type: ignore[typeddict-item]
            except Exception as error:  # A commit that fails is told as what it is: nothing was stored.
                self._failed = True
                await self._tell(error)
        if not self._failed:
            await self._send(message)

    async def _end(self, status: int, location: str | None) -> None:
        keep = status < 400
        if keep and self._kept:
            viewer, key = self._kept
            await idempotency.finish(self._unit.db, viewer.person_id, key, status, location)
        await self._unit.end(keep=keep)
        if keep and self._queue is not None:
            await self._queue.ring()
