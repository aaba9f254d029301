"""Rounds at the desk: when we looked for matches and what came of it, looking now, and trying it out."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import responsible
from buurtnet.kit.limits import Limits
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions.rounds import RoundRuns, ask_round
from buurtnet.matching.queries import rounds as queries
from buurtnet.matching.queries.rounds import Area, Counted, Round
from buurtnet.matching.rules.rounds import OUTCOMES, PROBLEMS, next_round
from buurtnet.web.forms import read_form
from buurtnet.web.shell import Sections, render

MOST, SECONDS = 6, 600
"""So many rounds an area may ask for in so many seconds: the clock makes one in that time."""


class RoundAsked(msgspec.Struct, frozen=True):
    """For which area to look, and whether to ask or only to try."""

    area: UUID
    what: Literal["ask", "try"]


class AreaView(msgspec.Struct, frozen=True):
    """An area with its last round, what came of that, and the round that runs."""

    area: Area
    last: Round | None
    sums: list[tuple[str, int]]
    asked: bool
    running: Round | None


class ThemeView(msgspec.Struct, frozen=True):
    """What became of the needs of a theme in a neighbourhood."""

    theme: str
    icon: str
    sums: list[tuple[str, int]]


def _sum(counts: Sequence[Counted]) -> list[tuple[str, int]]:
    """The needs by what became of them, questions first."""
    sums: Counter[str] = Counter()
    for one in counts:
        sums[one.outcome] += one.needs
    return [(outcome, sums[outcome]) for outcome in OUTCOMES if sums[outcome]]


def _by_place(counts: Sequence[Counted]) -> list[tuple[str, list[ThemeView]]]:
    """The same by neighbourhood and theme, in the order in which they were read."""
    places = ((name, list(ones)) for name, ones in groupby(counts, key=lambda one: one.neighbourhood))
    return [
        (name, [ThemeView(theme, icon, _sum(list(some))) for (theme, icon), some in groupby(ones, key=lambda one: (one.theme, one.icon))])
        for name, ones in places
    ]


async def _view_area(db: Db, viewer: Viewer, area: Area) -> AreaView:
    last = await queries.find_last_round(db, viewer, area.id)
    counts = await queries.list_counts(db, viewer, last.id, area_id=area.id) if last else []
    asked = last is not None and await queries.has_asked(db, viewer, last.id, area_id=area.id)
    return AreaView(area, last, _sum(counts), asked, await queries.find_running_round(db, viewer, area.id))


@get("/desk/rounds", guards=[responsible])
async def show_rounds(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """My areas: when we last looked, what came of it, and the way to look now."""
    return render(
        request,
        "matching/rounds.html",
        desk=sections,
        areas=[await _view_area(db, viewer, area) for area in await queries.list_areas(db, viewer)],
        outcomes=OUTCOMES,
        next_at=next_round(now()),
        counted="facilitator" in viewer.roles,
    )


@post("/desk/rounds", guards=[responsible], status_code=303)
async def look_now(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], limits: NamedDependency[Limits]
) -> Redirect:
    """Has the best matches looked for in an area, or tried out, and leads to how it goes; to the one that runs where one does."""
    asked = await read_form(request, RoundAsked)
    await limits.spend("round", str(asked.area), most=MOST, seconds=SECONDS)
    try:
        round_id = await ask_round(db, viewer, asked.area, dry_run=asked.what == "try", at=now())
    except RoundRuns:
        running = await queries.find_running_round(db, viewer, asked.area)
        return Redirect(f"/desk/rounds/{running.id}" if running else "/desk/rounds", status_code=303)
    return Redirect(f"/desk/rounds/{round_id}", status_code=303)


@get("/desk/rounds/{round_id:uuid}", guards=[responsible])
async def show_round(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    round_id: FromPath[UUID],
) -> Response[str]:
    """How far a round is, and what came of it; asked for by a page that waits, only how far it is, until there is a result to show."""
    found = await queries.get_round(db, viewer, round_id)
    waits = "hx-request" in request.headers
    if waits and found.state == "running":
        return render(request, "matching/round_state.html", round=found)
    counts = await queries.list_counts(db, viewer, round_id) if found.state != "running" else []
    return render(
        request,
        "matching/round.html",
        desk=sections,
        round=found,
        sums=_sum(counts),
        places=_by_place(counts),
        asked=await queries.has_asked(db, viewer, round_id),
        outcomes=OUTCOMES,
        problems=PROBLEMS,
        counted="facilitator" in viewer.roles,
        headers={"HX-Refresh": "true"} if waits else None,
    )


HANDLERS = [show_rounds, look_now, show_round]
