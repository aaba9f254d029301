"""Whether this process lives, and whether it can serve: for supervisors, containers and monitors."""

from litestar import Response, Router, get
from litestar.datastructures import State

from buurtnet.kit.errors import Refusal

HEADERS = {"Cache-Control": "no-store"}


@get("/live", opt={"database": False}, include_in_schema=False, sync_to_thread=False)
def tell_live() -> Response[str]:
    """Always 200 while the process answers."""
    return Response("alive\n", media_type="text/plain", headers=HEADERS)


@get("/ready", opt={"database": False}, include_in_schema=False)
async def tell_ready(state: State) -> Response[str]:
    """200 when PostgreSQL and Valkey answer, 503 with the names of those that do not."""
    away: list[str] = []
    try:
        async with state.database.transaction(readonly=True) as db:
            await db.execute("select 1")
    except Refusal:
        away.append("database")
    if not await state.limits.ping():
        away.append("valkey")
    text = f"away: {', '.join(away)}\n" if away else "ready\n"
    return Response(text, status_code=503 if away else 200, media_type="text/plain", headers=HEADERS)


router = Router(path="/health", route_handlers=[tell_live, tell_ready])
