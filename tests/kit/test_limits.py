import asyncio
from pathlib import Path

import pytest

from buurtnet.kit.errors import TooMany, Unavailable
from buurtnet.kit.limits import Limits
from buurtnet.kit.queue import Queue
from buurtnet.kit.visitor import network_of


async def test_a_budget_is_spent_once_and_for_each_apart(limits: Limits) -> None:
    for _ in range(3):
        await limits.spend("code", "a", most=3, seconds=60)
    with pytest.raises(TooMany) as refusal:
        await limits.spend("code", "a", most=3, seconds=60)
    assert 1 <= refusal.value.seconds <= 60
    await limits.spend("code", "b", most=3, seconds=60)
    await limits.forget("code", "a")
    await limits.spend("code", "a", most=3, seconds=60)


async def test_many_at_once_do_not_get_past_the_budget(limits: Limits) -> None:
    results = await asyncio.gather(*(limits.spend("code", "c", most=10, seconds=60) for _ in range(40)), return_exceptions=True)
    assert sum(result is None for result in results) == 10


async def test_without_valkey_nobody_is_let_through() -> None:
    away = Limits("unix:///nowhere/at/all.sock")
    with pytest.raises(Unavailable):
        await away.spend("code", "a", most=3, seconds=60)
    assert not await away.ping()
    await away.close()


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("nonsense", "unknown"), ("", "unknown")],
)
def test_visitors_are_counted_by_network(address: str, network: str) -> None:
    assert network_of(address) == network


async def test_a_valkey_that_does_not_answer_is_away_and_a_ring_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("buurtnet.kit.limits.PATIENCE", 0.2)
    monkeypatch.setattr("buurtnet.kit.queue.PATIENCE", 0.2)
    url, quiet = f"unix://{tmp_path}/s", asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await quiet.wait()
        writer.close()

    server = await asyncio.start_unix_server(say_nothing, f"{tmp_path}/s")
    stuck, queue = Limits(url), Queue(url)
    try:
        async with asyncio.timeout(10):
            with pytest.raises(Unavailable):
                await stuck.spend("code", "a", most=3, seconds=60)
            await queue.ring()
    finally:
        quiet.set()
        server.close()
        await stuck.close()
        await queue.close()
