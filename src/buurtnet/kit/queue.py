"""The bell: after a commit the web process rings, and a worker looks into the outbox. A lost ring costs at most the five seconds until the cron."""

import asyncio
from typing import Any

import arq
import msgspec
import structlog
from arq.connections import ArqRedis, RedisSettings
from redis.exceptions import RedisError

log = structlog.get_logger("queue")
QUEUE = "buurtnet:jobs"
PATIENCE = 1.0
"""Seconds for a ring: people wait for it, and the cron does not need it."""


def redis_settings(url: str) -> RedisSettings:
    """The address in arq's own form: `redis://…` or `unix:///path`."""
    if url.startswith("unix://"):
        return RedisSettings(unix_socket_path=url.removeprefix("unix://"), conn_retries=1)
    settings = RedisSettings.from_dsn(url)
    settings.conn_retries = 1
    return settings


def pack(value: dict[str, Any]) -> bytes:
    """A job as bytes: msgpack, never pickle."""
    return msgspec.msgpack.encode(value)


def unpack(value: bytes) -> dict[str, Any]:
    """The job that `pack` wrote."""
    return msgspec.msgpack.decode(value)


class Queue:
    """One process's way to the jobs; without a connection it stays silent, for the cron will find the work."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._arq: ArqRedis | None = None

    async def open(self) -> None:
        """Connects; a Valkey that is away is no reason not to start."""
        try:
            self._arq = await arq.create_pool(
                redis_settings(self._url), default_queue_name=QUEUE, job_serializer=pack, job_deserializer=unpack
            )
        except (RedisError, OSError) as error:
            log.warning("queue away", error=type(error).__name__)

    async def ring(self, job: str = "deliver") -> None:
        """Asks a worker to look into the outbox soon, or to do another job that it knows."""
        try:
            async with asyncio.timeout(PATIENCE):
                if self._arq is None:
                    await self.open()
                if self._arq is not None:
                    await self._arq.enqueue_job(job)
        except (RedisError, OSError) as error:
            log.warning("ring lost", error=type(error).__name__)

    async def close(self) -> None:
        """Disconnects."""
        if self._arq is not None:
            await self._arq.aclose()
