"""The question card and what follows; and who fits a post."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.guards import residents
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions
from buurtnet.matching.queries import get_fits, get_match, list_matches
from buurtnet.matching.queries.matches import get_voice, say
from buurtnet.matching.rules.words import FAIL_REASONS, level_phrase, list_words
from buurtnet.matching.schemas import MatchCard, MatchPage, NewAnswer, NewFailure, NewWidening, Side
from buurtnet.posts.pages.words import say_when
from buurtnet.themes.rules.advice import ADVICE
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _
from buurtnet.web.shell import render
from buurtnet.web.sounds import answer_sound
from buurtnet.web.templating import isolate


def _line(card: MatchCard) -> dict[str, Any]:
    """A match as one line of a list."""
    meta = [_(list_words(card.state, card.role)), isolate(card.name) if card.name else say(level_phrase(card.level))]
    return {
        "href": f"/matches/{card.id}",
        "side": "asking" if card.role == "asker" else "giving",
        "icon": card.icon,
        "title": card.theme,
        "meta": meta,
    }


@get("/matches", guards=[residents])
async def show_matches(
    request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], after: FromQuery[str | None] = None
) -> Response[str]:
    """What waits for my answer, and what became of the others."""
    page = await list_matches(db, viewer, after=after)
    return render(
        request,
        "matching/matches.html",
        tab="home",
        waiting=[_line(card) for card in page.items if card.waits_for_me],
        others=[_line(card) for card in page.items if not card.waits_for_me],
        next=page.next,
    )


def _match_page(request: Request, match: MatchPage, form: Form | None = None, *, status_code: int = 200) -> Response[str]:
    """The question card, or what became of it."""
    return render(
        request,
        "matching/match.html",
        tab="home",
        status_code=status_code,
        match=match,
        need_when=_when_of(match.need),
        offer_when=_when_of(match.offer),
        advice=_(ADVICE[match.advice]) if match.advice in ADVICE else None,
        form=form or Form(),
    )


def _when_of(side: Side) -> list[str]:
    return say_when(side.slots, side.from_on, side.until_on)


def _failed_page(request: Request, match: MatchPage, form: Form | None = None, *, status_code: int = 200) -> Response[str]:
    """Why it did not work out, from a short list."""
    reasons = [(value, _(text)) for value, text in FAIL_REASONS.items()]
    return render(request, "matching/failed.html", tab="home", status_code=status_code, match=match, reasons=reasons, form=form or Form())


@get("/matches/{match_id:uuid}", guards=[residents])
async def show_match(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> Response[str]:
    """The question card; once both said yes, who it is and what comes next."""
    return _match_page(request, await get_match(db, viewer, match_id))


@get("/matches/{match_id:uuid}/voice", guards=[residents])
async def play(
    request: Request,
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    vault: NamedDependency[Vault],
    match_id: FromPath[UUID],
) -> Response[bytes]:
    """What the other one said instead of typing, once we both said yes."""
    return answer_sound(request, (await get_voice(db, viewer, vault, match_id)).sound)


@post("/matches/{match_id:uuid}/answer", guards=[residents], status_code=303)
async def answer(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> Response[Any]:
    """Yes, not now, or no."""
    try:
        given = await read_form(request, NewAnswer)
    except Invalid as refusal:
        match = await get_match(db, viewer, match_id)
        return _match_page(request, match, await typed_form(request, refusal), status_code=422)
    try:
        await actions.answer_match(db, viewer, match_id, given.answer)
    except Conflict as refusal:  # Somebody else was a moment earlier: what has become of it says that more kindly than a refusal.
        match = await get_match(db, viewer, match_id)
        form = await typed_form(request, Invalid({"": refusal.text})) if match.waits_for_me else None
        return _match_page(request, match, form, status_code=409)
    return Redirect(f"/matches/{match_id}", status_code=303)


@post("/matches/{match_id:uuid}/done", guards=[residents], status_code=303)
async def done(db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> Redirect:
    """It worked out, I say."""
    await actions.complete_match(db, viewer, match_id)
    return Redirect(f"/matches/{match_id}", status_code=303)


async def _get_agreed(db: Db, viewer: Viewer, match_id: UUID) -> MatchPage:
    match = await get_match(db, viewer, match_id)
    if match.state != "agreed":
        raise NotFound
    return match


@get("/matches/{match_id:uuid}/failed", guards=[residents])
async def ask_why(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> Response[str]:
    """It did not work out: why, from a short list."""
    return _failed_page(request, await _get_agreed(db, viewer, match_id))


@post("/matches/{match_id:uuid}/failed", guards=[residents], status_code=303)
async def failed(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], match_id: FromPath[UUID]) -> Response[Any]:
    """It did not work out, I say; what did not feel right stays between me and my worker."""
    try:
        given = await read_form(request, NewFailure)
    except Invalid as refusal:
        match = await _get_agreed(db, viewer, match_id)
        return _failed_page(request, match, await typed_form(request, refusal), status_code=422)
    await actions.fail_match(db, viewer, match_id, given.reason)
    return Redirect(f"/matches/{match_id}", status_code=303)


@get("/posts/{post_id:uuid}/fits", guards=[residents])
async def show_fits(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Response[str]:
    """Whether somebody fits my post: a fragment of the post's page, or a page of its own."""
    fits = await get_fits(db, viewer, post_id)
    template = "matching/fits.html" if "hx-request" in request.headers else "matching/fits_page.html"
    return render(request, template, tab="home", view=fits)


@post("/posts/{post_id:uuid}/widen", guards=[residents], status_code=303)
async def widen(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer], post_id: FromPath[UUID]) -> Redirect:
    """The small change that may help, with one tap; my words stay as they are."""
    await actions.widen_post(db, viewer, post_id, await read_form(request, NewWidening), at=now())
    return Redirect(f"/posts/{post_id}", status_code=303)


HANDLERS = [show_matches, show_match, play, answer, done, ask_why, failed, show_fits, widen]
