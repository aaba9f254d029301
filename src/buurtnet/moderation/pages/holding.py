"""Holding an item while one looks at it, and taking a verdict back."""

from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions
from buurtnet.moderation.actions.claiming import refuse_decided, require_seen
from buurtnet.moderation.pages.moving import PATHS, read_filter, say_filter
from buurtnet.moderation.schemas import ObjectKind

KINDS: dict[str, ObjectKind] = {path.rpartition("/")[2]: kind for kind, path in PATHS.items()}


def _back(request: Request[Any, Any, Any], kind: ObjectKind, object_id: UUID) -> Redirect:
    query = say_filter(read_filter(request))
    return Redirect(f"{PATHS[kind]}/{object_id}" + (f"?{query}" if query else ""), status_code=303)


def _kind_of(request: Request[Any, Any, Any]) -> ObjectKind:
    return KINDS[request.scope["path"].split("/")[2]]


@post([f"{path}/{{object_id:uuid}}/claim" for path in PATHS.values()], guards=[facilitators], include_in_schema=False)
async def claim_item(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], object_id: FromPath[UUID]
) -> Redirect:
    """Holds the item for ten minutes."""
    kind = _kind_of(request)
    waits = await require_seen(db, viewer, kind, object_id)
    await actions.claim_item(db, viewer, kind, object_id)
    await refuse_decided(db, kind, object_id, waits=waits)
    return _back(request, kind, object_id)


@post([f"{path}/{{object_id:uuid}}/release" for path in PATHS.values()], guards=[facilitators], include_in_schema=False)
async def release_item(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], object_id: FromPath[UUID]
) -> Redirect:
    """Lets go of the item."""
    kind = _kind_of(request)
    await require_seen(db, viewer, kind, object_id)
    await actions.release_item(db, viewer, kind, object_id)
    return _back(request, kind, object_id)


@post("/desk/undo/{batch:uuid}", guards=[facilitators], include_in_schema=False)
async def undo(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], batch: FromPath[UUID]
) -> Redirect:
    """Takes back what was decided, and shows it again."""
    undone = await actions.undo(db, viewer, batch)
    first = next((one for one in undone if one.kind in PATHS), None)
    return _back(request, first.kind, first.object_id) if first and first.kind != "person" else Redirect("/desk", status_code=303)


@post("/desk/undo/{batch:uuid}/now", guards=[facilitators], include_in_schema=False)
async def hasten(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], batch: FromPath[UUID]
) -> Redirect:
    """Does what was decided without waiting any longer, and leads to the list."""
    kind, query = await actions.hasten(db, viewer, batch), say_filter(read_filter(request))
    place = "/desk" if kind == "person" else PATHS[kind]
    return Redirect(f"{place}?{query}" if query else place, status_code=303)


HANDLERS = (claim_item, release_item, undo, hasten)
