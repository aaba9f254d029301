import asyncio
import stat
from pathlib import Path

import httpx

from buurtnet.kit.metrics import serve_metrics


async def test_requests_are_counted_by_route_and_only_their_owner_reads_it(client: httpx.AsyncClient, tmp_path: Path) -> None:
    await client.get("/about?secret=canary")
    await client.get("/posts/00000000-0000-0000-0000-000000000000")
    path = tmp_path / "metrics.sock"
    async with serve_metrics(str(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n")
        answer = (await reader.read()).decode()
        writer.close()
    assert 'buurtnet_requests_total{method="GET",route="/about",status="200"}' in answer
    assert "canary" not in answer
    assert "00000000-0000" not in answer
    assert not path.exists()
