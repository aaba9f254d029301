"""One person from what was pasted: checked, kept for later, or dropped."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.intake.actions.checking import NEW, as_typed, check_row, turned
from buurtnet.intake.actions.pasting import change_pasted, take_pasted
from buurtnet.intake.pages.pasting import DbIn, Sections, SettingsIn, VaultIn, ViewerIn, find_done
from buurtnet.intake.pages.words import soon_choices, theme_choices
from buurtnet.intake.queries.waiting import get_waiting, list_known, list_waiting
from buurtnet.intake.schemas import Checked, CheckForm, Known, Pasted
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound, Refusal
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.joining import MaybeKnown
from buurtnet.people.pages import words
from buurtnet.people.queries import list_places
from buurtnet.posts.queries import get_post
from buurtnet.posts.schemas import Post
from buurtnet.settings import Settings
from buurtnet.themes.rules.suggestions import suggest_themes
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import current_language
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]


def fill(row: Pasted, known: Sequence[Known]) -> Form:
    """The form as the row fills it; who has the same number as somebody known is taken to be them."""
    who = next((str(one.id) for one in known if one.same_number), "")
    return Form.filled(
        {
            "who": who,
            "given_name": row.name,
            "neighbourhood_id": row.neighbourhood_id,
            "languages": row.languages,
            "phone": row.phone,
            "adult": "yes",
            "asks": row.asks,
            "asks_theme": row.asks_theme,
            "soon": row.soon,
            "offers": row.offers,
            "offers_theme": row.offers_theme,
        }
    )


async def show_row_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    vault: Vault,
    settings: Settings,
    sections: Sequence[DeskSection],
    row_id: UUID,
    *,
    form: Form | None = None,
    done: str = "",
    status_code: int = 200,
) -> Response[str]:
    """The page on which one person is checked."""
    row, language = await get_waiting(db, vault, viewer, row_id), current_language().code
    name, phone = (form.value("given_name"), form.value("phone")) if form else (row.name, row.phone)
    known = await list_known(db, vault, viewer, name, phone, region=settings.phone_region, language=language)
    asked, offered = (suggest_themes(text, language) if text else [] for text in (row.asks, row.offers))
    places = await list_places(db, viewer.areas, language)
    return render(
        request,
        "intake/row.html",
        desk=sections,
        waiting=await list_waiting(db, vault, viewer),
        row=row,
        row_id=row_id,
        known=known,
        answered=await _find_answered(db, viewer, row, language),
        places=sorted(places.items(), key=lambda place: place[1].casefold()),
        languages=words.first_languages(row.languages),
        others=words.other_languages(),
        consents=words.CONSENT_WORDS.values(),
        asked_themes=await theme_choices(db, language, asked),
        offered_themes=await theme_choices(db, language, offered),
        soon=soon_choices(),
        done=await find_done(db, viewer, done),
        form=form or fill(row, known),
        new=NEW,
        status_code=status_code,
    )


async def _find_answered(db: Db, viewer: Viewer, row: Pasted, language: str) -> Post | None:
    """The post on paper that the row answers; None where it answers none, or that one is gone."""
    try:
        return await get_post(db, viewer, row.answers, language=language) if row.answers else None
    except NotFound:
        return None


@get("/desk/intake/{row_id:uuid}", guards=[facilitators], include_in_schema=False)
async def show_row(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    settings: SettingsIn,
    sections: Sections,
    row_id: FromPath[UUID],
    done: FromQuery[str] = "",
) -> Response[str]:
    """One person to check: who it is, what they ask and offer."""
    return await show_row_page(request, db, viewer, vault, settings, sections, row_id, done=done)


@post("/desk/intake/{row_id:uuid}", guards=[facilitators], include_in_schema=False)
async def check(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, settings: SettingsIn, sections: Sections, row_id: FromPath[UUID]
) -> Response[Any]:
    """Registers the person and places what they ask and offer, then goes on to the next; the form again where something is missing."""
    before = [row.id for row in await list_waiting(db, vault, viewer)]
    try:
        checked = await check_row(db, vault, viewer, row_id, await read_form(request, CheckForm), region=settings.phone_region, at=now())
    except NotFound:
        raise
    except MaybeKnown as refusal:
        return await _again(request, db, viewer, vault, settings, sections, row_id, Invalid({"who": refusal.text}))
    except Refusal as refusal:
        wrong = refusal if isinstance(refusal, Invalid) else Invalid({"": refusal.text})
        return await _again(request, db, viewer, vault, settings, sections, row_id, wrong)
    return Redirect(_next_address(before, row_id, checked), status_code=303)


async def _again(
    request: Asked, db: Db, viewer: Viewer, vault: Vault, settings: Settings, sections: Sequence[DeskSection], row_id: UUID, wrong: Invalid
) -> Response[Any]:
    form = await typed_form(request, wrong)
    return await show_row_page(request, db, viewer, vault, settings, sections, row_id, form=form, status_code=422)


def _next_address(before: Sequence[UUID], row_id: UUID, checked: Checked) -> str:
    """Where it goes on: to the pair that waits, or to who fits, where something on paper was answered; else to the next row."""
    if checked.match_id is not None:
        return f"/desk/matches/{checked.match_id}"
    place = before.index(row_id) if row_id in before else 0
    left = [*before[place + 1 :], *before[:place]]
    return f"/desk/intake/{left[0]}?done={checked.person_id}" if left else f"/desk/intake?done={checked.person_id}"


@post("/desk/intake/{row_id:uuid}/keep", guards=[facilitators], include_in_schema=False)
async def keep(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    vault: VaultIn,
    settings: SettingsIn,
    sections: Sections,
    row_id: FromPath[UUID],
    turn: FromQuery[bool] = False,
) -> Response[Any]:
    """Keeps what was changed until the person has agreed, and goes on; with `turn` what is asked and what is offered change sides."""
    before = [row.id for row in await list_waiting(db, vault, viewer)]
    row = await get_waiting(db, vault, viewer, row_id)
    try:
        changed = as_typed(row, await read_form(request, CheckForm))
    except Invalid as refusal:
        return await _again(request, db, viewer, vault, settings, sections, row_id, refusal)
    await change_pasted(db, vault, viewer, row_id, turned(changed) if turn else changed, at=now())
    later = before[before.index(row_id) + 1 :] if row_id in before else []
    return Redirect(f"/desk/intake/{row_id}" if turn else f"/desk/intake/{later[0]}" if later else "/desk/intake", status_code=303)


@post("/desk/intake/{row_id:uuid}/drop", guards=[facilitators], include_in_schema=False)
async def drop(db: DbIn, viewer: ViewerIn, vault: VaultIn, row_id: FromPath[UUID]) -> Response[Any]:
    """Forgets one that nobody needs, and goes on."""
    before = [row.id for row in await list_waiting(db, vault, viewer)]
    await take_pasted(db, vault, viewer, row_id, at=now())
    left = [one for one in before if one != row_id]
    later = left[before.index(row_id) :] if row_id in before else left
    return Redirect(f"/desk/intake/{(later or left)[0]}" if left else "/desk/intake", status_code=303)


HANDLERS = (show_row, check, keep, drop)
