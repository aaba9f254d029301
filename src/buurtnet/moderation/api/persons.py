"""Verdicts on people for programs: a warning, a worker who looks first for a time, a service that two workers end for a time."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions import persons
from buurtnet.moderation.queries.statements import list_past_decisions
from buurtnet.moderation.schemas import NewBlock, NewLimit, NewWarning, PersonDecisions
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.queries import list_blocks
from buurtnet.web.language import today

DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
WARNING = {"reason": "rules", "text": "Bel ons gerust, dan praten we erover."}
LIMIT = {"reason": "contact", "until": "2026-03-31"}
BLOCK = {"reason": "unkind", "text": "Je schold twee buren uit.", "until": "2026-03-31", "why": "Two neighbours told me the same."}
WarningBody = Annotated[NewWarning, Body(examples=[Example(value=WARNING)])]
LimitBody = Annotated[NewLimit, Body(examples=[Example(value=LIMIT)])]
BlockBody = Annotated[NewBlock, Body(examples=[Example(value=BLOCK)])]


@get("/people/{person_id:uuid}/decisions", operation_id="listDecisions", summary="What was decided about somebody", guards=[facilitators])
async def list_decisions(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> PersonDecisions:
    """What holds for a person of the facilitator's areas now, and what was decided before, newest first."""
    person = await find_resident(db, viewer, person_id)
    return PersonDecisions(
        limited_until=person.limited_until,
        blocks=await list_blocks(db, viewer, person_id),
        past=await list_past_decisions(db, viewer.person_id, person_id),
    )


@post("/people/{person_id:uuid}/warnings", operation_id="warnPerson", summary="Warn somebody", guards=[facilitators], status_code=204)
async def warn(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID], data: WarningBody) -> None:
    """The person reads why, and how to object."""
    await persons.warn_person(db, viewer, person_id, reason=data.reason, text=data.text)


@post(
    "/people/{person_id:uuid}/limit", operation_id="limitPerson", summary="Look first, for a time", guards=[facilitators], status_code=204
)
async def limit(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID], data: LimitBody) -> None:
    """Through that day all they ask and offer, and each match, goes to a worker first; the person reads why, and how to object."""
    await persons.limit_person(db, viewer, person_id, reason=data.reason, text=data.text, until=data.until, on=today())


@delete(
    "/people/{person_id:uuid}/limit", operation_id="endLimit", summary="Nobody looks first any more", guards=[facilitators], status_code=204
)
async def end_limit(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> None:
    """409 where nobody does."""
    await persons.end_limit(db, viewer, person_id, at=now())


@post(
    "/people/{person_id:uuid}/blocks",
    operation_id="askBlock",
    summary="Ask another worker to stop an account",
    guards=[facilitators],
    status_code=201,
)
async def ask_block(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID], data: BlockBody) -> Response[None]:
    """Nothing changes for the person before a second worker confirms it; 409 where one stands or waits already."""
    block_id = await persons.ask_block(
        db, viewer, person_id, reason=data.reason, text=data.text, why=data.why, until=data.until, at=now(), on=today()
    )
    return Response(None, headers={"Location": f"/api/v1/blocks/{block_id}"})


@post("/blocks/{block_id:uuid}/confirm", operation_id="confirmBlock", summary="Stop an account", guards=[facilitators], status_code=204)
async def confirm_block(db: DbIn, viewer: ViewerIn, block_id: FromPath[UUID]) -> None:
    """As the second worker: 403 for the one who asked. The person reads why, by whom, and how to object; a worker can still act for them."""
    await persons.confirm_block(db, viewer, block_id, at=now())


@delete("/blocks/{block_id:uuid}", operation_id="endBlock", summary="Take a block back", guards=[facilitators], status_code=204)
async def end_block(db: DbIn, viewer: ViewerIn, block_id: FromPath[UUID]) -> None:
    """Ends a block, or the wish for one."""
    await persons.end_block(db, viewer, block_id, at=now())


HANDLERS = (list_decisions, warn, limit, end_limit, ask_block, confirm_block, end_block)
