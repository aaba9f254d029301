"""A server that really listens, over the test's own transaction, and GDAL beside it as a process of its own."""

import asyncio
import shutil
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar
from litestar.types import Receive, Scope, Send

from buurtnet.local.ports import hold_port

DEBIAN = shutil.which("ogrinfo") is not None
"""Whether Debian's GDAL is here; `./buurtnet test` installs it where it may. pyogrio brings a newer one along, which is always asked."""


@asynccontextmanager
async def listening(app: Litestar) -> AsyncGenerator[tuple[str, list[str]]]:
    """The address of the service, and what was asked of it since."""
    held = hold_port(None)
    port = held.getsockname()[1]
    held.close()
    turn, asked = asyncio.Lock(), list[str]()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        async with turn:  # The test has one connection.
            asked.append(f"{scope['path']}?{scope['query_string'].decode()}")
            return await app(scope, receive, send)

    before = app.state.settings
    app.state.settings = msgspec.structs.replace(before, url=f"http://127.0.0.1:{port}")
    server = Server(answer, port=port, interface=Interfaces.ASGINL, websockets=False, log_level=LogLevels.warning, log_enabled=False)
    task = asyncio.create_task(server.serve())
    try:
        await _wait_for(port)
        yield f"http://127.0.0.1:{port}/ogc", asked
    finally:
        server.stop()
        await task
        app.state.settings = before


async def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            return writer.close()
    raise AssertionError("the server did not come up")


async def run(*words: str) -> str:
    """What the command writes; fails with what it complains of, warnings too."""
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, complaints = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 0 and not complaints, (words, complaints.decode(), out.decode())
    return out.decode()


READ = """
import json, sys, warnings
warnings.simplefilter("error")
import pyogrio, pyogrio.raw, shapely
address, layer, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
asked = {name: tuple(value) if name == "bbox" else value for name, value in options["read"].items()}
about = pyogrio.read_info(address, layer=layer, **options["open"])
meta, _, geometry, fields = pyogrio.raw.read(address, layer=layer, **options["open"], **asked)
shapes = shapely.from_wkb(geometry)
columns = {name: [None if value != value else getattr(value, "item", lambda: str(value))() if not isinstance(value, str) else value for value in values]
           for name, values in zip(meta["fields"], fields)}
print(json.dumps({"crs": meta["crs"], "count": about["features"], "read": len(shapes), "bounds": list(about["total_bounds"]),
                  "drawn": [round(float(edge), 6) for edge in shapely.total_bounds(shapes)], "kinds": dict(zip(about["fields"], about["ogr_types"])),
                  "columns": columns, "valid": bool(shapely.is_valid(shapes).all())}, default=str))
"""


async def read_layer(address: str, layer: str, *, read: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
    """A collection as pyogrio's own GDAL reads it; `options` are those of the driver, `read` those of reading."""
    said = msgspec.json.encode({"open": options, "read": read or {}}).decode()
    return msgspec.json.decode(await run(sys.executable, "-c", READ, f"OAPIF:{address}", layer, said))
