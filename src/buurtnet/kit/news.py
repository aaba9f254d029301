"""News between processes: what a committed transaction touched is told to every web process over Valkey, which wakes whom it concerns.

What is touched, triggers note in the transaction itself (`desk/tables.py`), so that no writer can forget it and what is rolled back is never told.
It is a row of marks with spaces between: `n7` a neighbourhood, `o…` an organisation, `p…` a person, `*` everything. News may be lost while Valkey is
away: whoever listens looks by itself now and then, and at once when Valkey is back.
"""

import asyncio
from collections.abc import AsyncGenerator, Generator, Set
from contextlib import asynccontextmanager, contextmanager, suppress

import redis.asyncio
import structlog
from redis.exceptions import RedisError

log = structlog.get_logger("news")
CHANNEL = "buurtnet:touched"
EVERYTHING = "*"
PATIENCE = 1.0
"""Seconds for telling: people wait for it, and whoever is not told finds out by itself."""
AWAY = 1.0
"""Seconds until Valkey is tried again."""
QUIET = 15.0
"""Seconds without news after which the connection shows that it lives."""
AT_ONCE = 2
"""How many who were woken look at the same moment: the connections to the database are for people who wait for a page."""


class Listener:
    """Somebody who waits for news about some marks."""

    def __init__(self, marks: Set[str]) -> None:
        self.marks, self._told = marks, asyncio.Event()

    def wake(self) -> None:
        """There is news."""
        self._told.set()

    async def wait(self, seconds: float) -> bool:
        """Returns as soon as there is news since the last time, or when the time is over; whether there was news."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._told.wait()
        told = self._told.is_set()
        self._told.clear()
        return told


class News:
    """One process's way to tell and to hear."""

    def __init__(self, url: str) -> None:
        self._redis: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
            url, socket_connect_timeout=PATIENCE, health_check_interval=QUIET, decode_responses=True
        )
        self._listeners: set[Listener] = set()
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.over = False
        """Whether this process is about to stop."""

    async def tell(self, touched: str) -> None:
        """Tells every process, this one too; Valkey that is away is no reason to fail what is committed."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._redis.publish(CHANNEL, touched)
        except (RedisError, OSError) as error:
            log.warning("news lost", error=type(error).__name__)

    @contextmanager
    def listen(self, marks: Set[str]) -> Generator[Listener]:
        """Within the block the listener is woken by news about its marks, which may change."""
        listener = Listener(marks)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    @asynccontextmanager
    async def hearing(self) -> AsyncGenerator[None]:
        """Within the block listeners of this process hear; at its end they are woken once more, and the connection is closed."""
        ear = asyncio.create_task(self._hear())
        try:
            yield
        finally:
            ear.cancel()
            with suppress(asyncio.CancelledError):
                await ear
            await self._redis.aclose()

    def end(self) -> None:
        """Wakes everybody who listens: this process stops, and they are to end."""
        self.over = True
        self._wake({EVERYTHING})

    async def _hear(self) -> None:
        while True:
            try:
                await self._hear_until_lost()
            except (RedisError, OSError) as error:
                log.warning("news away", error=type(error).__name__)
            await asyncio.sleep(AWAY)

    async def _hear_until_lost(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(CHANNEL)
            self._wake({EVERYTHING})  # Whatever was told before was missed.
            while True:
                message = await channel.get_message(timeout=QUIET)
                if message is not None:
                    self._wake(set(str(message["data"]).split()))
                else:
                    await channel.ping()

    def _wake(self, touched: Set[str]) -> None:
        for listener in self._listeners:
            if EVERYTHING in touched or touched & listener.marks:
                listener.wake()
