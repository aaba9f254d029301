"""Pasting a message or a list, and what came of it today."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromQuery
from litestar.response import Redirect

from buurtnet.intake.actions.pasting import drop_all, paste, read_list_of, refuse_without_secrecy
from buurtnet.intake.queries.waiting import list_placed, list_waiting
from buurtnet.intake.rules.chats import NOTHING
from buurtnet.intake.rules.sheets import TOO_BIG
from buurtnet.intake.schemas import Done, PasteForm, Reading
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.queries import list_places
from buurtnet.settings import Settings
from buurtnet.web.forms import Form, convert_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
SettingsIn, Sections = NamedDependency[Settings], NamedDependency[Sequence[DeskSection]]
LONGEST = 60_000


@get("/desk/intake", guards=[facilitators], include_in_schema=False)
async def show_intake(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    sections: Sections,
    done: FromQuery[str] = "",
    left: FromQuery[str] = "",
    columns: FromQuery[str] = "",
) -> Response[str]:
    """The place to paste, what waits to be checked, and what was placed today."""
    return await show_paste_page(request, db, viewer, vault, sections, done=done, left=left, columns=columns)


async def show_paste_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    vault: Vault,
    sections: Sequence[DeskSection],
    *,
    form: Form | None = None,
    done: str = "",
    left: str = "",
    columns: str = "",
    status_code: int = 200,
) -> Response[str]:
    """The page to paste on; `done` is the id of who was registered last, `left` and `columns` say what was not taken over."""
    refuse_without_secrecy(viewer)
    language = current_language().code
    places = await list_places(db, viewer.areas, language)
    return render(
        request,
        "intake/intake.html",
        desk=sections,
        waiting=await list_waiting(db, vault, viewer),
        placed=await list_placed(db, viewer, language),
        places=sorted(places.items(), key=lambda place: place[1].casefold()),
        done=await find_done(db, viewer, done),
        left=int(left) if left.isdecimal() and len(left) < 6 else 0,
        columns=columns[:300],
        longest=LONGEST,
        form=form or Form(),
        status_code=status_code,
    )


async def find_done(db: Db, viewer: Viewer, done: str) -> Done | None:
    """Who was registered or found a moment ago, and what was placed for them; None where the address does not say."""
    try:
        person = await find_resident(db, viewer, UUID(done)) if done else None
    except (ValueError, NotFound):
        return None
    if person is None:
        return None
    placed = await list_placed(db, viewer, current_language().code)
    return Done(id=person.id, name=person.given_name, posts=[one for one in placed if one.person_id == person.id])


@post("/desk/intake", guards=[facilitators], include_in_schema=False)
async def read_pasted_list(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, settings: SettingsIn, sections: Sections
) -> Response[Any]:
    """Reads what was pasted or sent, and shows the first to check; the page again where nobody is in it."""
    refuse_without_secrecy(viewer)
    fields: dict[str, list[str]] = {}
    try:
        fields, data = await _read_sent(request)
        typed = convert_form(fields, PasteForm)
        reading = await read_list_of(data or typed.text.encode(), settings.phone_region)
        language = current_language().code
        ids = await paste(db, vault, viewer, reading, neighbourhood_id=typed.neighbourhood_id, language=language, at=now())
    except (Invalid, Conflict) as refusal:
        errors = refusal.errors if isinstance(refusal, Invalid) else {"": refusal.text}
        form = Form(typed=fields, errors=errors, sent=True)
        return await show_paste_page(request, db, viewer, vault, sections, form=form, status_code=refusal.status)
    return Redirect(_address_of(reading, ids), status_code=303)


def _address_of(reading: Reading, ids: Sequence[UUID]) -> str:
    """The first one to check; or the list, where something was not taken over that the worker should know of."""
    if not reading.left_out and not reading.columns_left:
        return f"/desk/intake/{ids[0]}"
    return f"/desk/intake?{urlencode({'left': reading.left_out, 'columns': ', '.join(reading.columns_left)})}"


async def _read_sent(request: Asked) -> tuple[dict[str, list[str]], bytes]:
    """The typed fields and the bytes of the file, where one came along; Invalid where it is more than anybody may send."""
    if not request.headers.get("content-type", "").startswith("multipart/"):
        raise Invalid({"list": NOTHING})
    try:
        sent = await request.form()
    except HTTPException as error:
        raise Invalid({"list": TOO_BIG if error.status_code == 413 else NOTHING}) from None
    fields = {name: [value] for name, value in sent.items() if isinstance(value, str)}
    file = sent.get("list")
    return fields, await file.read() if isinstance(file, UploadFile) else b""


@post("/desk/intake/drop", guards=[facilitators], include_in_schema=False)
async def drop_everything(db: DbIn, viewer: ViewerIn) -> Response[Any]:
    """Forgets all that waits."""
    await drop_all(db, viewer)
    return Redirect("/desk/intake", status_code=303)


HANDLERS = (show_intake, read_pasted_list, drop_everything)
