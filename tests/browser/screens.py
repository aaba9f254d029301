"""Every screen there is, taken from the matrix of `tests/access.py`, and a server that shows them over the stage of `tests/stage.py`.

A screen is a page as somebody meets it: a route, for one of its objects, as the first of each kind of person who gets it. Two people whose
page says the same are one screen. So a route that is new in the matrix is looked at without being named here. What a screen's form would do
is undone after each request, so that every visit finds the same neighbourhood.
"""

import asyncio
import os
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

import msgspec
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server
from litestar.types import ASGIApp, Receive, Scope, Send

from buurtnet.local.ports import hold_port
from buurtnet.web.refusals import PROGRAM_PATHS
from tests.access import ROUTES, Route
from tests.stage import RESIDENTS, STAFF, Stage

PARAMETER = re.compile(r"\{(\w+):\w+\}")
TITLE = re.compile("<title>(.*?)</title>")
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
PASSING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|kanarie\w+|\+?\d[\d:/ ]*|(?:second|minute)s?(?= ago)| checked| selected", re.IGNORECASE)
"""What differs between two pages that are the same to look at: ids, names and words of the stage, numbers, how long ago, what is ticked."""
KINDS = {
    "visitor": ("visitor",),
    "resident": tuple(RESIDENTS),
    "facilitator": tuple(name for name, (role, _, _) in STAFF.items() if role == "facilitator"),
    "coordinator": ("coordinator",),
    "mapper": ("mapper",),
    "operator": ("operator",),
}
FREE = ("asker", "helper", "receiver", "neighbour")
"""The residents whose pages without an object are looked at: with questions, asked, with a conversation, and with nothing yet."""
Told = tuple[str, str | None, str, str]
"""Route, target, actor and title of a screen: all that does not depend on the ids of a stage."""
ACTED = "GET /me"
"""A page with the banner of a worker who acts for somebody."""


class Screen(msgspec.Struct, frozen=True, kw_only=True):
    """One page as one person meets it; `sent` are httpx's arguments."""

    route: str
    target: str | None
    actor: str
    address: str
    title: str = ""
    """In English."""
    sent: Mapping[str, Any] = {}

    @property
    def draws(self) -> bool:
        """Whether it is a map."""
        return self.address.startswith("/map")

    @property
    def method(self) -> str:
        return self.route.partition(" ")[0]

    @property
    def name(self) -> str:
        return " ".join((self.route, *([f"[{self.target}]"] if self.target else []), f"as {self.actor}"))


def _actors(name: str, route: Route, target: str | None) -> list[str]:
    """Who is tried for a screen: of each kind of person the first who gets the good answer, and residents with little and with much."""
    method, path = name.split(" ")
    statuses = route.statuses(method, path, target)
    chosen = ["acted"] if name == ACTED else []
    for kind, actors in KINDS.items():
        welcome = [actor for actor in actors if statuses[actor] == route.good]
        chosen += [actor for actor in welcome if actor in FREE] if kind == "resident" and route.of is None else welcome[:1]
        if kind == "resident" and target is not None:
            chosen += [actor for actor in welcome[1:] if actor in ("giver", "neighbour")]
    return chosen


def is_for_people(name: str) -> bool:
    """Whether the route is none for programs."""
    path = name.partition(" ")[2]
    return path == "/api/docs" or not path.startswith(PROGRAM_PATHS)


def address_of(name: str, sent: dict[str, Any], identity: object) -> str:
    """The path with its parameters filled: from `sent`, which loses them, or with the id."""
    return PARAMETER.sub(lambda at: str(sent.pop(at[1], None) or identity), name.partition(" ")[2])


async def list_screens(stage: Stage) -> list[Screen]:
    """All of them, in the order of the matrix; also what a form answers that leads on to no other page. What one process of a run found, the others
    need not ask for."""
    told = stage.together / "screens.json" if stage.together else None
    if told and told.exists():
        return [_show_again(stage, *one) for one in msgspec.json.decode(told.read_bytes(), type=list[Told])]
    found = await _find_screens(stage)
    if told:
        own = told.with_suffix(f".{os.getpid()}")
        own.write_bytes(msgspec.json.encode([(one.route, one.target, one.actor, one.title) for one in found]))
        own.replace(told)
    return found


def _show_again(stage: Stage, name: str, target: str | None, actor: str, title: str) -> Screen:
    route = ROUTES.get(name)
    sent = dict(route.sends(stage)) if route and route.sends else {}
    address = address_of(name, sent, stage.ids.get(target))
    return Screen(route=name, target=target, actor=actor, address=address, title=title, sent=sent)


async def _find_screens(stage: Stage) -> list[Screen]:
    found: list[Screen] = []
    for name, route in ROUTES.items():
        method = name.partition(" ")[0]
        if not is_for_people(name) or (method != "GET" and route.good not in (200, 422)):
            continue
        seen: set[str] = set()
        for target in route.of or (None,):
            for actor in _actors(name, route, target):
                sent = dict(route.sends(stage)) if route.sends else {}
                address = address_of(name, sent, stage.ids.get(target))
                answer = await stage.ask(actor, method, address, **sent)
                if not answer.headers.get("content-type", "").startswith("text/html") or "<html" not in answer.text:
                    continue
                if "attachment" in answer.headers.get("content-disposition", ""):
                    continue  # a file to keep, not a screen
                main = PASSING.sub("", (MAIN.search(answer.text) or [""])[0])
                if main not in seen or actor == "acted":
                    seen.add(main)
                    title = unescape(TITLE.search(answer.text)[1])
                    found.append(Screen(route=name, target=target, actor=actor, address=address, title=title, sent=sent))
    nothing = Screen(route="GET /nothing", target=None, actor="visitor", address="/nothing")
    return [*found, nothing, msgspec.structs.replace(nothing, actor="asker")]


def in_turn(app: ASGIApp, stage: Stage, *, lasting: bool) -> ASGIApp:
    """The application, one request at a time, each undone unless it is to last; files need no waiting, and what never ends has no turn."""
    turn = asyncio.Lock()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            return await app(scope, receive, send)
        if scope["type"] == "http" and scope["path"] == "/desk/live":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            return await send({"type": "http.response.body", "body": b""})
        async with turn:
            if scope["method"] != "GET":
                await stage.limits._redis.flushdb()
            if lasting:
                return await app(scope, receive, send)
            await stage.db.execute("savepoint visit")
            try:
                await app(scope, receive, send)
            finally:
                await stage.db.execute("rollback to visit; release visit")

    return answer


@asynccontextmanager
async def showing(stage: Stage, *, lasting: bool = False) -> AsyncGenerator[str]:
    """Serves the stage on this machine and gives its address; what is done there is undone at once, or where it lasts, at the end."""
    held = hold_port(None)
    port = held.getsockname()[1]
    held.close()
    app = in_turn(stage.app, stage, lasting=lasting)
    server = Server(app, port=port, interface=Interfaces.ASGINL, websockets=False, log_level=LogLevels.warning, log_enabled=False)
    task = asyncio.create_task(server.serve())
    await stage.db.execute("savepoint shown")
    try:
        await _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.stop()
        await task
        await stage.db.execute("rollback to shown; release shown")


async def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            return writer.close()
    raise AssertionError("the server did not come up")
