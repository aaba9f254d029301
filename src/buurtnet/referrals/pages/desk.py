"""A worker's referrals: the list, one of them, asking the person, and the steps to the partner and back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.audit import record_audit
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.guards import facilitators
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people.rules import own_name
from buurtnet.referrals import rules
from buurtnet.referrals.actions import ask_person, take_step
from buurtnet.referrals.pages.forms import AskForm, StepForm
from buurtnet.referrals.queries import find_partner, get_referral, list_partners, list_referrals, read_words
from buurtnet.referrals.schemas import Ask, Step
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, current_language, today
from buurtnet.web.shell import DeskSection, render

Asked = Request[Any, Any, Any]
DbIn, ViewerIn, VaultIn = NamedDependency[Db], NamedDependency[Viewer], NamedDependency[Vault]
Sections = NamedDependency[Sequence[DeskSection]]


@get("/desk/referrals", guards=[facilitators])
async def show_referrals(request: Asked, db: DbIn, viewer: ViewerIn, sections: Sections, over: FromQuery[bool] = False) -> Response[str]:
    """Who is on the way to a right or a service, those to look at first; or what is over."""
    found = await list_referrals(db, viewer, current_language().code, over=over)
    return render(request, "referrals/list.html", desk=sections, referrals=found, over=over, states=rules.STATES, today=today())


async def _referral_page(
    request: Asked,
    db: Db,
    viewer: Viewer,
    vault: Vault,
    sections: Sequence[DeskSection],
    referral_id: UUID,
    *,
    form: Form | None = None,
    open_words: bool = False,
    status_code: int = 200,
) -> Response[str]:
    """One referral. Its words stand open for the worker whose it is; a colleague opens them, which is written down."""
    referral = await get_referral(db, viewer, referral_id, current_language().code)
    mine = referral.worker_id == viewer.person_id
    partners = [one for one in await list_partners(db, viewer) if one.ended_on is None]
    return render(
        request,
        "referrals/item.html",
        desk=sections,
        referral=referral,
        partner=await find_partner(db, viewer, referral.partner_id) if referral.partner_id else None,
        partners=[(str(one.id), one.name) for one in sorted(partners, key=lambda one: referral.right not in one.rights)],
        words=await read_words(db, vault, referral_id) if mine or open_words else None,
        closed_words=not mine and not open_words,
        reads=own_name(referral.person_language),
        states=rules.STATES,
        steps=rules.STEPS.get(referral.state, ()),
        askable=referral.state in rules.ASKABLE,
        told=[(code, _(text)) for code, text in rules.HOW_TOLD.items()],
        how_told=rules.HOW_TOLD,
        agreed=[(code, _(text)) for code, text in rules.HOW_AGREED.items()],
        form=form or Form(),
        today=today(),
        status_code=status_code,
    )


@get("/desk/referrals/{referral_id:uuid}", guards=[facilitators])
async def show_referral(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, referral_id: FromPath[UUID]
) -> Response[str]:
    """One referral and its next steps."""
    return await _referral_page(request, db, viewer, vault, sections, referral_id)


@post("/desk/referrals/{referral_id:uuid}/words", guards=[facilitators], status_code=200)
async def open_words(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, referral_id: FromPath[UUID]
) -> Response[str]:
    """What the partner may be told, for a colleague; it is written down that they read it."""
    referral = await get_referral(db, viewer, referral_id)
    await record_audit(db, viewer, "opened", subject=referral.person_id, object_kind="referral", object_id=referral_id)
    return await _referral_page(request, db, viewer, vault, sections, referral_id, open_words=True)


@post("/desk/referrals/{referral_id:uuid}/ask", guards=[facilitators])
async def ask(request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, referral_id: FromPath[UUID]) -> Response[Any]:
    """Asks the person whether this partner may be told these words; the page again where something is missing."""
    try:
        typed = await read_form(request, AskForm)
        wanted = Ask(partner=typed.partner, words=typed.words, agreed=typed.agreed)
        await ask_person(db, vault, viewer, referral_id, wanted, version=typed.version, at=now(), on=today())
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await _referral_page(request, db, viewer, vault, sections, referral_id, form=form, status_code=422)
    return Redirect(f"/desk/referrals/{referral_id}", status_code=303)


@post("/desk/referrals/{referral_id:uuid}", guards=[facilitators])
async def step(
    request: Asked, db: DbIn, viewer: ViewerIn, vault: VaultIn, sections: Sections, referral_id: FromPath[UUID]
) -> Response[Any]:
    """Notes what was done or heard; the page again where something is missing."""
    try:
        typed = await read_form(request, StepForm)
        await take_step(db, viewer, referral_id, Step(state=typed.state, how=typed.how), version=typed.version, at=now(), on=today())
    except Invalid as refusal:
        form = await typed_form(request, refusal)
        return await _referral_page(request, db, viewer, vault, sections, referral_id, form=form, status_code=422)
    return Redirect(f"/desk/referrals/{referral_id}", status_code=303)


HANDLERS = (show_referrals, show_referral, open_words, ask, step)
