"""What workers did: a worker reads their own, a coordinator their colleagues'; without anything about the people concerned."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.guards import staff
from buurtnet.kit.page import make_page, read_cursor
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.rules import OUTCOMES, REASONS
from buurtnet.people.pages.words import REASON_WORDS
from buurtnet.privacy.queries.deeds import Done, find_worker, list_done, list_workers, sealed_until
from buurtnet.privacy.rules.deeds import KINDS, actions_of, say_deed
from buurtnet.web.language import _, say_day, say_time
from buurtnet.web.shell import DeskSection, render

SIZE = 60
WHYS = {**REASONS, **OUTCOMES, **REASON_WORDS}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One deed in words."""

    time: str
    what: str
    why: str
    acted: bool


def _say(done: Done) -> Line:
    why = WHYS.get(done.reason or "")
    return Line(time=say_time(done.at), what=_(say_deed(done.action, done.object_kind)), why=_(why) if why else "", acted=done.acted)


def _by_day(done: Sequence[Done]) -> list[tuple[str, list[Line]]]:
    return [(day, [_say(one) for one in deeds]) for day, deeds in groupby(done, key=lambda one: say_day(one.at))]


def _read_worker(typed: str, viewer: Viewer) -> UUID:
    try:
        return UUID(typed) if typed else viewer.person_id or UUID(int=0)
    except ValueError:
        raise NotFound from None


@get("/desk/audit", guards=[staff], include_in_schema=False)
async def show_audit(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: NamedDependency[Sequence[DeskSection]],
    of: FromQuery[str] = "",
    what: FromQuery[str] = "",
    after: FromQuery[str] = "",
) -> Response[str]:
    """What a worker did, day by day; of one kind alone where that is asked."""
    worker = await find_worker(db, viewer, _read_worker(of, viewer))
    kind = what if what in KINDS else ""
    cursor = read_cursor(after, tuple[datetime, UUID])
    page = make_page(await list_done(db, viewer, worker.id, actions=actions_of(kind), after=cursor, size=SIZE), SIZE, "at", "id")
    return render(
        request,
        "privacy/audit.html",
        desk=sections,
        worker=worker,
        workers=await list_workers(db, viewer),
        days=_by_day(page.items),
        more=page.next,
        kinds=[("", _("Everything")), *((name, _(title)) for name, (title, _deeds) in KINDS.items())],
        kind=kind,
        sealed=await sealed_until(db),
    )


HANDLERS = (show_audit,)
