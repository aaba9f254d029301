"""From one item of a queue to the next: what is shown of it, and where a worker goes after a verdict."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound, Refusal
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import queries, rules
from buurtnet.moderation.actions.claiming import require_seen
from buurtnet.moderation.pages.words import choices
from buurtnet.moderation.schemas import ObjectKind, QueueFilter
from buurtnet.web.language import _, current_language

PATHS: dict[ObjectKind, str] = {"post": "/desk/posts", "match": "/desk/matches", "report": "/desk/reports"}


class Queued(Protocol):
    """What every item of a queue has."""

    @property
    def id(self) -> UUID: ...
    @property
    def held_by(self) -> str | None: ...
    @property
    def held_by_me(self) -> bool: ...


Listing = Callable[[Db, UUID | None, str, QueueFilter], Awaitable[Sequence[Queued]]]
LISTS: dict[ObjectKind, Listing] = {
    "post": queries.list_waiting_posts,
    "match": queries.list_waiting_matches,
    "report": queries.list_open_reports,
}


def read_filter(request: Request[Any, Any, Any]) -> QueueFilter:
    """What the address wants to see of a queue; refused where it is no such wish."""
    given = {name: value for name, value in request.query_params.items() if value and name in QueueFilter.__struct_fields__}
    try:
        return msgspec.convert(given, QueueFilter, strict=False)
    except msgspec.ValidationError as error:
        raise ValidationException(str(error)) from None


def say_filter(wanted: QueueFilter) -> str:
    """The same as a query string, empty where everything is wanted."""
    return urlencode({name: value for name, value in msgspec.to_builtins(wanted).items() if value and name != "page"})


PAGE = 60
"""Items of a list that stand on one page."""


def find_page(waiting: Sequence[Queued], item_id: UUID) -> int:
    """The page of the list on which the item stands."""
    return next((number for number, one in enumerate(waiting) if one.id == item_id), 0) // PAGE + 1


class Steps(NamedTuple):
    """The items around one of a queue."""

    before: UUID | None
    after: UUID | None
    following: UUID | None
    """Where a verdict leads: the item after it that no other worker holds, from the top where there is none below."""


def find_steps(waiting: Sequence[Queued], item_id: UUID | None) -> Steps:
    """The items around this one, or the first where none is shown."""
    at = next((number for number, one in enumerate(waiting) if one.id == item_id), -1)
    turned = [*waiting[at + 1 :], *waiting[: max(at, 0)]]
    free = next((one.id for one in turned if one.held_by is None or one.held_by_me), None)
    return Steps(waiting[at - 1].id if at > 0 else None, waiting[at + 1].id if at + 1 < len(waiting) else None, free)


async def frame_queue(
    request: Request[Any, Any, Any], db: Db, viewer: Viewer, kind: ObjectKind, item_id: UUID | None, reasons: Sequence[str]
) -> dict[str, Any]:
    """What stands around an item of a queue: the list, its filter, and what the worker may still take back."""
    wanted = read_filter(request)
    waiting = await LISTS[kind](db, viewer.person_id, current_language().code, wanted)
    query = say_filter(wanted)
    steps = find_steps(waiting, item_id)
    more = f"next={steps.following}&" if item_id and steps.following else ""
    undoable = await queries.find_undoable(db, viewer.person_id)
    return {
        "kind": kind,
        "place": PATHS[kind],
        "waiting": waiting,
        "steps": steps,
        "page": wanted.page if item_id is None else find_page(waiting, item_id),
        "pages": -(-len(waiting) // PAGE),
        "wanted": wanted,
        "query": f"?{query}" if query else "",
        "kept": (f"{query}&" if query else "") + more,
        "area_choices": [(area.id, area.name) for area in await queries.list_areas(db, viewer.person_id, current_language().code)],
        "why_choices": choices({code: rules.WHY[code] for code in reasons}),
        "undoable": undoable,
        "undo_words": rules.UNDO,
        "undo_seconds": max(0, int((undoable.until - now()).total_seconds())) if undoable else 0,
    }


async def read_gone(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> str | None:
    """Who decided about an item that the viewer may see and that stands in no queue, in a sentence; None where it waits. NotFound where nobody decided
    about it, as where it is not there."""
    waits = await require_seen(db, viewer, kind, object_id)
    last = await queries.find_verdict(db, kind, object_id)
    if last is not None and (last.pending or not waits):
        return _(rules.DECIDED[last.verdict], name=last.by or _("Somebody"))
    if not waits and kind != "match":
        raise NotFound
    return None


def say_refusal(refusal: Refusal) -> str:
    """Why an item is refused, in one sentence."""
    if isinstance(refusal, Invalid) and refusal.errors:
        text = next(iter(refusal.errors.values()))
        return _(text, **{**refusal.values, **getattr(text, "values", {})})
    return _(refusal.text, **refusal.values)


async def go_on(db: Db, viewer: Viewer, request: Request[Any, Any, Any], kind: ObjectKind) -> Redirect:
    """To the item that stood after the one that was decided, or to the first that nobody holds, in what the worker had chosen to see; to the empty
    queue where none is left."""
    wanted = read_filter(request)
    waiting = await LISTS[kind](db, viewer.person_id, current_language().code, wanted)
    free = [str(one.id) for one in waiting if one.held_by is None or one.held_by_me]
    following = request.query_params.get("next")
    chosen = following if following in free else free[0] if free else None
    query = say_filter(wanted)
    return Redirect(PATHS[kind] + (f"/{chosen}" if chosen else "") + (f"?{query}" if query else ""), status_code=303)
