"""People for programs: joining and signing in, oneself, and a facilitator's people. The session is the same cookie as the pages'."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, Router, delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, FromQuery
from msgspec import Meta

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import SignInFirst
from buurtnet.kit.guards import facilitators, known, residents
from buurtnet.kit.limits import Limits
from buurtnet.kit.page import Page, make_page, read_cursor
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.kit.visitor import network_of_visitor
from buurtnet.people import actions
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.actions.codes import find_proven
from buurtnet.people.actions.wishes import spend_move, spend_wish
from buurtnet.people.pages import cookies
from buurtnet.people.queries import get_person, list_people
from buurtnet.people.rules import JOIN_LIFE, normalise_address, normalise_any_address
from buurtnet.people.schemas import NewPerson, OpenedSession, Person, PersonCard, PersonChange, RegisteredPerson
from buurtnet.settings import Settings
from buurtnet.web.language import current_language

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
LimitsIn, SettingsIn, DatabaseIn = NamedDependency[Limits], NamedDependency[Settings], NamedDependency[Database]
SIGN_IN, ME, DESK = ["sign-in"], ["me"], ["desk: people"]
PERSON = {
    "id": "019a7c2e-0000-7000-8000-000000000001",
    "organisation_id": "019a7c2e-0000-7000-8000-0000000000aa",
    "given_name": "Amina",
    "picture": 3,
    "adult": True,
    "discreet": False,
    "mediated": False,
    "language": "nl",
    "languages": ["ar", "nl"],
    "neighbourhood_id": 12,
    "reach": 1,
    "slots": 268435455,
    "monthly_max": 4,
    "state": "active",
    "paused_until": None,
    "posts_on_trial": 2,
    "managed_by": None,
    "created_on": "2026-11-21",
    "seen_on": "2026-11-21",
    "has_pin": False,
}
AN_ANSWER = ResponseSpec(Person, description="The person", examples=[Example(value=PERSON)])


class SignInAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the code goes: an e-mail address or a mobile number."""

    address: Annotated[str, Meta(max_length=300, examples=["amina@example.org"])]


class TypedCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The six digits; `stay` keeps the session for 30 days instead of an hour."""

    code: Annotated[str, Meta(max_length=60, examples=["123456"])]
    stay: bool = False


class ChosenPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of the people of the address signs in, and their four pictures where they have some."""

    picture: Annotated[int, Meta(ge=1, le=24)]
    pin: Annotated[list[int], Meta(max_length=4)] = []
    stay: bool = False


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """What comes next: the session is open, one of the pictures is to be chosen, or the person is new and joins."""

    next: Literal["home", "choose", "join"]
    pictures: list[int] = []


class NewPause(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last day of the pause; null: until further notice."""

    until: date | None = None


AddressBody = Annotated[SignInAddress, Body(examples=[Example(value={"address": "amina@example.org"})])]
CodeBody = Annotated[TypedCode, Body(examples=[Example(value={"code": "123456", "stay": True})])]
PictureBody = Annotated[ChosenPicture, Body(examples=[Example(value={"picture": 3, "pin": [1, 2, 3, 4]})])]
JoinBody = Annotated[
    NewPerson,
    Body(
        examples=[
            Example(
                value={
                    "neighbourhood_id": 12,
                    "languages": ["ar", "nl"],
                    "adult": True,
                    "discreet": False,
                    "consent": True,
                    "given_name": "Amina",
                }
            )
        ]
    ),
]
ChangeBody = Annotated[PersonChange, Body(examples=[Example(value={"languages": ["ar", "nl", "fr"], "reach": 2})])]
PauseBody = Annotated[NewPause, Body(examples=[Example(value={"until": "2027-01-31"})])]
RegisterBody = Annotated[
    RegisteredPerson, Body(examples=[Example(value={"given_name": "Hatice", "neighbourhood_id": 12, "languages": ["tr"], "consent": True})])
]


@post(
    "/sign-in",
    operation_id="askCode",
    summary="Ask for a code",
    tags=SIGN_IN,
    status_code=202,
    responses={202: ResponseSpec(None, description="Asked. The same for known and unknown addresses.")},
)
async def ask_code(request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, data: AddressBody) -> Response[None]:
    """Sends six digits to the address, which count in this client alone: keep the cookie."""
    address = normalise_address(data.address, settings.phone_region)
    network = network_of_visitor(request)
    code = await actions.ask_code(db, vault, limits, address, network=network, language=current_language().code, at=now())
    return Response(None, cookies=[cookies.code_cookie(settings, code.browser)])


@post("/sign-in/code", operation_id="sendCode", summary="Prove the address", tags=SIGN_IN, status_code=200)
async def send_code(
    request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, database: DatabaseIn, data: CodeBody
) -> Response[SignedIn]:
    """Opens the session of the one person of the address, or says what comes next."""
    at, network, browser = now(), network_of_visitor(request), cookies.browser_of(request, settings)
    code = await actions.verify_code(db, database, vault, limits, browser, data.code, purpose="sign_in", network=network, at=at)
    entered = await actions.enter(db, code, stay=data.stay, at=at)
    if isinstance(entered, OpenedSession):
        return Response(SignedIn(next="home"), cookies=cookies.session_cookies(settings, entered))
    return Response(SignedIn(next="choose" if entered else "join", pictures=[one.picture for one in entered]))


@post("/sign-in/who", operation_id="chooseWho", summary="Choose one's own picture", tags=SIGN_IN, status_code=200)
async def choose_who(
    request: Asked, db: DbIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, data: PictureBody
) -> Response[SignedIn]:
    """Opens the session of one of the people of a proven address."""
    code = await find_proven(db, cookies.browser_of(request, settings), now() - JOIN_LIFE)
    session = await actions.choose_person(db, vault, limits, code, data.picture, data.pin, stay=data.stay, at=now())
    return Response(SignedIn(next="home"), cookies=cookies.session_cookies(settings, session))


@post("/join", operation_id="join", summary="Take part", tags=SIGN_IN, status_code=201)
async def join(request: Asked, db: DbIn, vault: VaultIn, settings: SettingsIn, data: JoinBody) -> Response[SignedIn]:
    """Makes the account of somebody whose address was proven in this client, and opens their session."""
    code = await find_proven(db, cookies.browser_of(request, settings), now() - JOIN_LIFE)
    session = await actions.join(db, vault, code, data, language=current_language().code, at=now())
    return Response(SignedIn(next="home"), headers={"Location": "/api/v1/me"}, cookies=cookies.session_cookies(settings, session))


@delete("/session", operation_id="signOut", summary="Sign out", tags=SIGN_IN, guards=[known])
async def sign_out(db: DbIn, viewer: ViewerIn, settings: SettingsIn) -> Response[None]:
    """Ends this session."""
    await actions.sign_out(db, viewer)
    return Response(None, cookies=cookies.no_session(settings))


@delete("/sessions", operation_id="signOutEverywhere", summary="Sign out on all devices", tags=SIGN_IN, guards=[known])
async def sign_out_everywhere(db: DbIn, viewer: ViewerIn, settings: SettingsIn) -> Response[None]:
    """Ends every session of the person."""
    await actions.sign_out_everywhere(db, viewer)
    return Response(None, cookies=cookies.no_session(settings) if viewer.actor_id == viewer.person_id else [])


async def _own(db: Db, viewer: Viewer) -> Person:
    if viewer.person_id is None:
        raise SignInFirst
    return await get_person(db, viewer.person_id)


@get("/me", operation_id="getMe", summary="Who I am", tags=ME, guards=[known], responses={200: AN_ANSWER})
async def get_me(db: DbIn, viewer: ViewerIn) -> Person:
    """What stands about the person of the session, without their addresses."""
    return await _own(db, viewer)


@patch("/me", operation_id="changeMe", summary="Change what stands about me", tags=ME, guards=[residents], responses={200: AN_ANSWER})
async def change_me(db: DbIn, viewer: ViewerIn, limits: LimitsIn, data: ChangeBody) -> Person:
    """The person with what they changed; fields that are not sent stay."""
    if data.neighbourhood_id is not msgspec.UNSET:
        await spend_move(limits, viewer, data.neighbourhood_id)
    return await actions.change_person(db, viewer, data, at=now())


@put("/me/pause", operation_id="pause", summary="Rest for a while", tags=ME, guards=[residents], status_code=204)
async def pause(db: DbIn, viewer: ViewerIn, data: PauseBody) -> None:
    """Lets the person and their posts rest."""
    await actions.pause(db, viewer, data.until, at=now())


@delete("/me/pause", operation_id="resume", summary="Come back", tags=ME, guards=[residents])
async def resume(db: DbIn, viewer: ViewerIn) -> None:
    """Ends the pause; nothing where there is none."""
    await actions.resume(db, viewer)


@post("/me/keep-away", operation_id="keepAway", summary="Never be found by somebody", tags=ME, guards=[residents], status_code=204)
async def keep_away(db: DbIn, viewer: ViewerIn, vault: VaultIn, limits: LimitsIn, settings: SettingsIn, data: AddressBody) -> None:
    """Keeps whoever has the address away from the person; the same answer whether it is known or not."""
    await spend_wish(limits, viewer)
    await actions.keep_away(db, vault, viewer, normalise_any_address(data.address, settings.phone_region))


@get("/people", operation_id="listPeople", summary="The people of my areas", tags=DESK, guards=[facilitators])
async def list_my_people(
    db: DbIn, viewer: ViewerIn, search: FromQuery[str] = "", after: FromQuery[str] = "", size: FromQuery[int] = 50
) -> Page[PersonCard]:
    """Residents of the facilitator's areas and organisation by name; no addresses."""
    most = min(max(size, 1), 200)
    rows = await list_people(db, viewer, search=search.strip(), after=read_cursor(after, tuple[str, UUID]), size=most)
    return make_page(rows, most, "given_name", "id")


@get("/people/{person_id:uuid}", operation_id="getPerson", summary="One person of my areas", tags=DESK, guards=[facilitators])
async def get_one(db: DbIn, viewer: ViewerIn, person_id: FromPath[UUID]) -> Person:
    """A person as their facilitator sees them."""
    return await find_resident(db, viewer, person_id)


@post("/people", operation_id="registerPerson", summary="Register somebody", tags=DESK, guards=[facilitators], status_code=201)
async def register(db: DbIn, viewer: ViewerIn, data: RegisterBody) -> Response[Person]:
    """Registers somebody in the facilitator's area; a conflict where somebody of that name is known and `sure` is not said."""
    identity = await actions.register_person(db, viewer, data)
    return Response(await get_person(db, identity), headers={"Location": f"/api/v1/people/{identity}"})


api = Router(
    "/api/v1",
    route_handlers=[
        ask_code,
        send_code,
        choose_who,
        join,
        sign_out,
        sign_out_everywhere,
        get_me,
        change_me,
        pause,
        resume,
        keep_away,
        list_my_people,
        get_one,
        register,
    ],
)
