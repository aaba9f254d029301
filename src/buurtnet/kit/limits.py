"""Budgets of tries, counted in Valkey by atomic INCR, so that all processes share them."""

from collections.abc import Collection

import redis.asyncio
from redis.exceptions import RedisError

from buurtnet.kit.errors import TooMany, Unavailable

PATIENCE = 2.0
"""Seconds after which Valkey counts as away: a sign-in must not hang with it."""
SPEND = """
local spent = redis.call('incr', KEYS[1])
if spent == 1 then redis.call('expire', KEYS[1], ARGV[1]) end
return {spent, redis.call('ttl', KEYS[1])}
"""


class Limits:
    """The counters of an installation."""

    def __init__(self, url: str) -> None:
        self._redis: redis.asyncio.Redis = redis.asyncio.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._spend = self._redis.register_script(SPEND)

    async def spend(self, budget: str, whose: str, *, most: int, seconds: int) -> None:
        """Counts one try; TooMany when the budget of so many tries in so many seconds is spent, Unavailable when nobody can count."""
        try:
            spent, left = await self._spend(keys=[f"limit:{budget}:{whose}"], args=[seconds])
        except (RedisError, OSError) as error:
            raise Unavailable from error
        if int(spent) > most:
            raise TooMany(max(int(left), 1))

    async def forget(self, budget: str, whose: str) -> None:
        """Gives a budget back, after a success."""
        try:
            await self._redis.delete(f"limit:{budget}:{whose}")
        except (RedisError, OSError) as error:
            raise Unavailable from error

    async def forget_all(self, whose: Collection[str]) -> None:
        """Gives every budget of these back and leaves no trace of them; for people who are erased."""
        try:
            async for key in self._redis.scan_iter(match="limit:*", count=1000):
                name = key.decode() if isinstance(key, bytes) else str(key)
                if name.rpartition(":")[2] in whose:
                    await self._redis.delete(key)
        except (RedisError, OSError) as error:
            raise Unavailable from error

    async def ping(self) -> bool:
        """Whether Valkey answers."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        """Disconnects."""
        await self._redis.aclose()
