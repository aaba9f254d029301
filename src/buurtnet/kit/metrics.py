"""Prometheus metrics: counts and times by route and status, served on a unix socket that only the operator reaches."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import Counter, Histogram, generate_latest

REQUESTS = Counter("buurtnet_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram("buurtnet_request_seconds", "Time until the response started", ["route"])


class Metrics(ASGIMiddleware):
    """Counts each request by its route, never by its address."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Runs the request and counts it."""
        started, route = time.perf_counter(), str(scope.get("path_template", ""))

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                REQUESTS.labels(str(scope.get("method")), route, str(message["status"])).inc()
                SECONDS.labels(route).observe(time.perf_counter() - started)
            await send(message)

        await next_app(scope, receive, counted)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        await reader.readuntil(b"\r\n\r\n")
        body = generate_latest()
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain; version=0.0.4\r\nconnection: close\r\n")
        writer.write(f"content-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def serve_metrics(path: str) -> AsyncGenerator[None]:
    """Within the block the metrics of this process are served on the unix socket, readable by its owner alone."""
    if not path:
        yield
        return
    remove = partial(Path(path).unlink, missing_ok=True)
    remove()
    before = os.umask(0o177)
    try:
        server = await asyncio.start_unix_server(_answer, path)
    finally:
        os.umask(before)
    async with server:
        yield
    remove()
