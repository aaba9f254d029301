"""Two accounts of one person at the desk: found, compared, made one."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.guards import facilitators
from buurtnet.kit.viewer import Viewer
from buurtnet.people.actions.acting import find_resident
from buurtnet.people.pages import words
from buurtnet.people.queries import find_maybe_same, list_people, list_places
from buurtnet.people.rules import merge_languages, own_name, picture_icon
from buurtnet.people.schemas import Person
from buurtnet.privacy.actions.merging import ask_merge, check_merge, find_both
from buurtnet.privacy.rules.words import COMING
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, current_language, say_list
from buurtnet.web.shell import DeskSection, Sections, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
MOST = 20


class MergeForm(msgspec.Struct, frozen=True, kw_only=True):
    """Which account becomes part of this one, and that the person said that both are theirs."""

    other: UUID
    sure: bool = False


class Compared(msgspec.Struct, frozen=True):
    """One line of the comparison: what each account says, and what holds afterwards."""

    label: str
    kept: str
    gone: str
    after: str


def _compare(kept: Person, gone: Person, places: dict[int, str], colleague: str) -> list[Compared]:
    """What the two accounts say, side by side."""
    yes, no = _("Yes"), _("No")

    def tongues(codes: Sequence[str]) -> str:
        return say_list([own_name(code) for code in codes])

    def either(label: str, one: bool, other: bool) -> Compared:
        return Compared(label, yes if one else no, yes if other else no, yes if one or other else no)

    def first(label: str, one: str, other: str) -> Compared:
        return Compared(label, one, other, one)

    minor = either(_("Younger than 18"), not kept.adult, not gone.adult)
    lines = [
        first(_("Name"), kept.given_name, gone.given_name),
        first(_("Neighbourhood"), places.get(kept.neighbourhood_id or 0, ""), places.get(gone.neighbourhood_id or 0, "")),
        Compared(
            _("Languages"), tongues(kept.languages), tongues(gone.languages), tongues(merge_languages(kept.languages, gone.languages))
        ),
        first(_("How it is"), _(words.STATE_WORDS[kept.state]), _(words.STATE_WORDS[gone.state])),
        first(_("Who looks after the account"), *(colleague if one.managed_by else _("The person") for one in (kept, gone))),
        first(_("Four pictures"), yes if kept.has_pin else no, yes if gone.has_pin else no),
        either(_("Only through a worker"), kept.mediated, gone.mediated),
        either(_("Somebody else looks at the phone"), kept.discreet, gone.discreet),
    ]
    return [*lines, minor] if not (kept.adult and gone.adult) else lines


async def _show_both(
    request: Asked, db: Db, viewer: Viewer, sections: Sequence[DeskSection], both: tuple[UUID, UUID], form: Form, status_code: int = 200
) -> Response[str]:
    from buurtnet.privacy.queries.merging import list_coming  # SQLAlchemy takes half a second, which other pages need not wait for.

    kept, gone = await find_both(db, viewer, *both)
    try:
        await check_merge(db, kept.id, gone.id)
        forbidden = None
    except Conflict as refusal:
        forbidden = _(refusal.text)
    places = await list_places(db, [kept.neighbourhood_id or 0, gone.neighbourhood_id or 0], current_language().code)
    coming = await list_coming(db, gone.id)
    return render(
        request,
        "privacy/merge.html",
        desk=sections,
        person=kept,
        gone=gone,
        icons=(picture_icon(kept.picture), picture_icon(gone.picture)),
        lines=_compare(kept, gone, places, _("A worker")),
        coming=[_(COMING[name]) for name in COMING if name in coming],
        stops_cards="card" in coming and not kept.has_pin,
        forbidden=forbidden,
        form=form,
        status_code=status_code,
    )


@get("/desk/people/{person_id:uuid}/double", guards=[facilitators], include_in_schema=False)
async def show_double(
    request: Asked,
    db: DbIn,
    viewer: ViewerIn,
    sections: Sections,
    person_id: FromPath[UUID],
    other: FromQuery[UUID | None] = None,
    q: FromQuery[str] = "",
) -> Response[str]:
    """Who may be the same person; with `other` the two accounts side by side, and what would be of them."""
    if other is not None:
        return await _show_both(request, db, viewer, sections, (person_id, other), Form())
    person = await find_resident(db, viewer, person_id)
    found = await list_people(db, viewer, search=q.strip(), size=MOST) if q.strip() else await find_maybe_same(db, viewer, person)
    return render(
        request,
        "privacy/double.html",
        desk=sections,
        person=person,
        found=[one for one in found[:MOST] if one.id != person_id],
        places=await list_places(db, viewer.areas, current_language().code),
        states=words.STATE_WORDS,
        q=q.strip(),
    )


@post("/desk/people/{person_id:uuid}/double", guards=[facilitators], include_in_schema=False)
async def merge(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, person_id: FromPath[UUID]) -> Response[Any]:
    """Lets the other account become part of this one."""
    try:
        typed = await read_form(request, MergeForm)
    except Invalid:
        raise NotFound from None
    try:
        await ask_merge(db, viewer, person_id, typed.other, sure=typed.sure)
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await _show_both(request, db, viewer, sections, (person_id, typed.other), form, 422)
    return Redirect(f"/desk/people/{person_id}?joined=true", status_code=303)


HANDLERS = (show_double, merge)
