"""Budgets of tries, counted in Valkey by atomic INCR, so that all processes share them."""

import ipaddress
from typing import Any

import redis.asyncio
from litestar.connection import ASGIConnection
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

    async def ping(self) -> bool:
        """Whether Valkey answers."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        """Disconnects."""
        await self._redis.aclose()


def network_of_visitor(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The network by which the visitor of a request is counted; behind a proxy of this installation the one that the proxy names last."""
    address = connection.client.host if connection.client else ""
    if _is_within(address, connection.app.state.settings.proxies):
        address = connection.headers.get("x-forwarded-for", "").rpartition(",")[2].strip() or address
    return network_of(address)


def _is_within(address: str, networks: str) -> bool:
    try:
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(one.strip()) for one in networks.split(",") if one.strip())
    except ValueError:
        return False


def network_of(address: str) -> str:
    """The address by which a visitor is counted: IPv4 whole, IPv6 by its /64."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip) if ip.version == 4 else str(ipaddress.ip_network((ip, 64), strict=False))
