"""What a curious neighbour, a stranger, somebody who looks for somebody, and a worker of elsewhere try; each once worked."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

import httpx
from litestar import Litestar

from buurtnet.kit.db import Database
from buurtnet.kit.limits import Limits
from buurtnet.kit.queue import Queue
from buurtnet.settings import Settings
from tests.conftest import Committed

HOME = "http://127.0.0.1:8000"


@asynccontextmanager
async def over(app: Litestar, database: Database, settings: Settings) -> AsyncGenerator[httpx.AsyncClient]:
    """A visitor of the application over a database with a pool, as it runs."""
    before = {key: app.state[key] for key in ("database", "replica", "limits", "queue") if key in app.state}
    limits = Limits(settings.redis_url)
    app.state.update(database=database, replica=database, limits=limits, queue=Queue(settings.redis_url))
    try:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HOME, headers={"Sec-Fetch-Site": "same-origin"}) as client:
            yield client
    finally:
        app.state.update(before)
        await limits.close()


async def test_who_sends_nothing_more_holds_nobody_up(committed: Committed, shared_app: Litestar, settings: Settings) -> None:
    never = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"address="
        await never.wait()

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with over(shared_app, committed.web, settings) as client:
        hanging = [asyncio.create_task(client.post("/sign-in", content=slowly(), headers=form)) for _ in range(30)]
        await asyncio.sleep(0.2)
        try:
            async with asyncio.timeout(10):
                assert (await client.get("/sign-in")).status_code == 200
        finally:
            for task in hanging:
                task.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
