"""Referrals for programs: which rights there are, who is on the way to one, and the worker's steps."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, FromQuery

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.referrals import actions, queries
from buurtnet.referrals.schemas import AskNow, Lists, Partner, Referral, RightOf, StepNow
from buurtnet.web.language import current_language, today

DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
RightBody = Annotated[RightOf, Body(examples=[Example(value={"right": "housing", "barrier": "digital"})])]
AskBody = Annotated[
    AskNow,
    Body(
        examples=[
            Example(
                value={
                    "partner": "01976f3e-8f3a-7c62-9d3e-0d5b2c8a4f10",
                    "words": "Zoekt een woning voor drie.",
                    "agreed": "phone",
                    "version": 1,
                }
            )
        ]
    ),
]
StepBody = Annotated[StepNow, Body(examples=[Example(value={"state": "sent", "how": "called", "version": 2})])]


@get("/rights", operation_id="listRights", summary="Rights and what stands in the way", guards=[facilitators])
async def list_rights(db: DbIn) -> Lists:
    """Both lists of this installation, those that cannot be chosen any more at the end."""
    return await queries.find_lists(db)


@get("/partners", operation_id="listPartners", summary="Partners of the organisation", guards=[facilitators])
async def list_partners(db: DbIn, viewer: ViewerIn) -> list[Partner]:
    """Who can help with what, by name; those that ended come last."""
    return await queries.list_partners(db, viewer)


@get("/referrals", operation_id="listReferrals", summary="Who is on the way to a right or a service", guards=[facilitators])
async def list_referrals(db: DbIn, viewer: ViewerIn, over: FromQuery[bool] = False) -> list[Referral]:
    """The open referrals of the facilitator's areas, those to look at first; or those that are over."""
    return await queries.list_referrals(db, viewer, current_language().code, over=over)


@get("/referrals/{referral_id:uuid}", operation_id="getReferral", summary="One referral", guards=[facilitators])
async def get_referral(db: DbIn, viewer: ViewerIn, referral_id: FromPath[UUID]) -> Referral:
    """One referral of the facilitator's areas; what the partner may be told is read at the desk alone."""
    return await queries.get_referral(db, viewer, referral_id, current_language().code)


@post(
    "/people/{person_id:uuid}/referrals",
    operation_id="beginReferral",
    summary="Lead somebody to a right",
    guards=[facilitators],
    status_code=201,
)
async def begin_referral(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID], data: RightBody) -> Response[None]:
    """Begins the way to a right for a person of the facilitator's areas; nobody is told anything yet."""
    referral_id = await actions.begin_referral(db, viewer, person_id, data, at=now(), on=today())
    return Response(None, headers={"Location": f"/api/v1/referrals/{referral_id}"})


@post(
    "/referrals/{referral_id:uuid}/ask",
    operation_id="askAboutPartner",
    summary="Ask the person about a partner",
    guards=[facilitators],
    status_code=204,
)
async def ask_person(db: DbIn, viewer: ViewerIn, vault: NamedDependency[Vault], referral_id: FromPath[UUID], data: AskBody) -> None:
    """Asks whether the partner may be told exactly these words, or notes that the person said yes to the worker."""
    await actions.ask_person(db, vault, viewer, referral_id, data.asks(), version=data.version, at=now(), on=today())


@post(
    "/referrals/{referral_id:uuid}/steps",
    operation_id="takeReferralStep",
    summary="Note what was done or heard",
    guards=[facilitators],
    status_code=204,
)
async def take_step(db: DbIn, viewer: ViewerIn, referral_id: FromPath[UUID], data: StepBody) -> None:
    """The next step; refused where it does not follow, or the referral changed since it was read."""
    await actions.take_step(db, viewer, referral_id, data.steps(), version=data.version, at=now(), on=today())


api = Router(
    path="/api/v1",
    tags=["Desk"],
    route_handlers=[list_rights, list_partners, list_referrals, get_referral, begin_referral, ask_person, take_step],
)
