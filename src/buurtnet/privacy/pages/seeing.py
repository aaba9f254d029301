"""My data: what is kept, in plain words; the same as files; who looked."""

import asyncio
import importlib
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.guards import residents
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.leaving import require_own_worker
from buurtnet.privacy.pages.saying import group_held, read_names, say_looks
from buurtnet.privacy.queries.looks import are_looks_in_person, list_looks
from buurtnet.privacy.rules.words import GROUPS
from buurtnet.privacy.schemas import DataFile, Deed, Group, Held
from buurtnet.web.shell import render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
SIZE = 30
"""Rows of a page."""


async def list_own(db: Db, vault: Vault, viewer: Viewer) -> list[Held]:
    """Everything that stands about the viewer; refuses a worker who does not look after them, and shows the one who does not what the person
    reported: it may be about them."""
    await require_own_worker(db, viewer)
    assert viewer.person_id is not None
    # SQLAlchemy takes half a second to import, which only this page needs, and nobody else waits for it.
    own = await asyncio.to_thread(importlib.import_module, "buurtnet.privacy.queries.own")
    held: list[Held] = await own.list_held(db, vault, viewer.person_id)
    return held if viewer.actor_id == viewer.person_id else [one for one in held if one.table != "report"]


async def _list_groups(db: Db, vault: Vault, viewer: Viewer) -> list[Group]:
    held = await list_own(db, vault, viewer)
    return group_held(held, await read_names(db, held))


async def list_own_looks(db: Db, viewer: Viewer) -> list[Deed] | None:
    """Who looked, in words; None where the viewer wants to be shown that face to face only."""
    assert viewer.person_id is not None
    return None if await are_looks_in_person(db, viewer) else say_looks(await list_looks(db, viewer.person_id))


@get("/me/data", guards=[residents], include_in_schema=False)
async def show_data(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """What can be done with my data: see, download, who looked, be forgotten."""
    await require_own_worker(db, viewer)
    return render(request, "privacy/data.html", groups=[(key, title, icon) for key, (title, icon, _tables) in GROUPS.items()])


@get("/me/data/kept/{group:str}", guards=[residents], include_in_schema=False)
async def show_group(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, group: FromPath[str], older: FromQuery[int] = 0
) -> Response[str]:
    """One group of what is kept, the newest first."""
    known = {key: (title, icon) for key, (title, icon, _tables) in GROUPS.items()}
    if group not in known and group != "other":
        raise NotFound
    found = next((one for one in await _list_groups(db, vault, viewer) if one.key == group), None)
    start = min(max(older, 0), 100_000)
    more = any(len(section.cards) > start + SIZE for section in found.sections) if found else False
    title = known.get(group, ("", ""))[0]
    return render(request, "privacy/group.html", found=found, title=title, start=start, size=SIZE, more=more, path=f"/me/data/kept/{group}")


@get("/me/data/looks", guards=[residents], include_in_schema=False)
async def show_looks(request: Asked, db: DbIn, viewer: ViewerIn) -> Response[str]:
    """Who looked at my data, when and why; or that my worker shows it face to face."""
    await require_own_worker(db, viewer)
    return render(request, "privacy/looks.html", deeds=await list_own_looks(db, viewer))


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


@get("/me/data/file.json", guards=[residents], include_in_schema=False)
async def download_json(db: DbIn, viewer: ViewerIn, vault: VaultIn) -> Response[bytes]:
    """Everything about me for a program."""
    held = await list_own(db, vault, viewer)
    made = DataFile(now().isoformat(), {one.table: one.rows for one in held}, await list_own_looks(db, viewer) or [])
    text = msgspec.json.format(msgspec.json.encode(made), indent=2)
    return Response(text, media_type="application/json", headers=_attached("buurtnet.json"))


@get("/me/data/file.html", guards=[residents], include_in_schema=False)
async def download_page(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn) -> Response[str]:
    """Everything about me as a page to read and to keep."""
    groups = await _list_groups(db, vault, viewer)
    deeds = await list_own_looks(db, viewer)
    return render(request, "privacy/file.html", groups=groups, deeds=deeds, made_at=now(), headers=_attached("buurtnet.html"))


HANDLERS = (show_data, show_group, show_looks, download_json, download_page)
"""Reading one's own data changes nothing and leaves no trace."""
