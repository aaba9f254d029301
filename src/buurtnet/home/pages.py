"""The address `/`: a visitor's landing page, a resident's start, and for workers the way to their desk."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from buurtnet.conversations.queries import list_conversations
from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries import find_topics, get_match, list_agreed, list_waiting_for
from buurtnet.matching.schemas import MatchCard, MatchPage
from buurtnet.moderation.queries.statements import list_proposals
from buurtnet.people.actions.keeping import has_kept
from buurtnet.people.pages.flyers import flyer_of
from buurtnet.people.queries import lets_others_in
from buurtnet.people.queries.places import find_place_question
from buurtnet.people.rules import picture_icon
from buurtnet.posts.pages.words import Line, near_line, own_line
from buurtnet.posts.queries import list_near_posts, list_own_posts
from buurtnet.posts.rules import first_words
from buurtnet.referrals.queries import list_asked_referrals
from buurtnet.web.language import _, current_language, say_ago
from buurtnet.web.shell import render
from buurtnet.web.templating import isolate

QUESTIONS, AGREED, UNREAD, OFFERS, NEEDS, OWN = 5, 5, 3, 4, 2, 6
"""How many of each stand on the start page."""


@get("/", opt={"public": True})
async def show_home(request: Request, db: NamedDependency[Db], viewer: NamedDependency[Viewer]) -> Response[Any]:
    """What this is, what waits for me, or the desk: by who asks."""
    if viewer.staff:
        return Redirect("/desk", status_code=303)
    if not viewer.known:
        flyer = await flyer_of(request, db)
        place = name_in(flyer.neighbourhood, current_language().code) if flyer else ""
        return render(request, "home/landing.html", public=flyer is None, place=place)
    language = current_language().code
    waiting = await list_waiting_for(db, viewer, size=QUESTIONS)
    return render(
        request,
        "home/start.html",
        questions=[_say_question(await get_match(db, viewer, card.id)) for card in waiting if _is_question(card)],
        asks=await _list_asks(db, viewer),
        place=await _ask_place(db, viewer),
        endings=[card for card in waiting if not _is_question(card)],
        agreed=await list_agreed(db, viewer, size=AGREED),
        unread=await _list_unread(db, viewer),
        offers=await _list_near(db, viewer, "offer", OFFERS),
        needs=await _list_near(db, viewer, "need", NEEDS),
        own=[own_line(post) for post in await list_own_posts(db, viewer, language=language, size=OWN, running=True)],
        placed=viewer.neighbourhood_id is not None,
        kept=await has_kept(db, viewer, at=now()),
        others=await _let_others_in(db, viewer),
    )


async def _let_others_in(db: Db, viewer: Viewer) -> bool:
    """Whether the reader is told that four pictures keep others out; nobody else chooses them, so not while a worker acts."""
    return viewer.person_id is not None and viewer.actor_id == viewer.person_id and await lets_others_in(db, viewer.person_id)


async def _list_asks(db: Db, viewer: Viewer) -> list[dict[str, str]]:
    """What a worker asks: whether a partner may be told, whether other words are good."""
    partners = [
        {"href": f"/referrals/{one.id}", "title": _("Somebody who may help you"), "meta": one.partner or ""}
        for one in await list_asked_referrals(db, viewer)
    ]
    words = [
        {
            "href": f"/decisions/{one.id}",
            "title": _("Your worker proposes other words"),
            "meta": isolate(first_words(one.text), one.language),
        }
        for one in await list_proposals(db, viewer.person_id)
    ]
    return [*partners, *words]


async def _ask_place(db: Db, viewer: Viewer) -> dict[str, Any] | None:
    """Where the reader lives since the borders changed, with the choices; None where they are not asked."""
    asked = await find_place_question(db, viewer.person_id) if viewer.person_id else None
    if asked is None or not asked.choices:
        return None
    language = current_language().code
    choices = [{"id": choice.id, "name": name_in(choice.names, language)} for choice in asked.choices]
    return {"was": name_in(asked.was, language), "choices": choices}


async def _list_near(db: Db, viewer: Viewer, kind: Any, size: int) -> list[Line]:
    return [near_line(post) for post in await list_near_posts(db, viewer, language=current_language().code, kind=kind, size=size)]


async def _list_unread(db: Db, viewer: Viewer) -> list[dict[str, str]]:
    """Conversations with something new in them; none where a worker acts for somebody: messages are for their two sides."""
    if viewer.actor_id != viewer.person_id:
        return []
    cards = [card for card in (await list_conversations(db, viewer)).items if card.unread][:UNREAD]
    about = await find_topics(db, viewer, [card.id for card in cards]) if cards else {}
    return [
        {
            "href": f"/conversations/{card.id}",
            "icon": picture_icon(card.picture) if card.picture else "user-round",
            "title": card.name or _("A former neighbour"),
            "meta": " · ".join(filter(None, [_("New"), about.get(card.id), say_ago(card.last_at)])),
        }
        for card in cards
    ]


def _is_question(card: MatchCard) -> bool:
    """Whether yes, not now or no is the answer; otherwise somebody is asked whether it worked out."""
    return card.state in ("asked", "offered")


def _say_question(match: MatchPage) -> dict[str, Any]:
    """A question as its card shows it: what it is about, the question, the reasons."""
    need = isolate(first_words(match.need.text), match.need.language) if match.need.text else match.need.theme
    asker = match.role == "asker"
    return {
        "id": match.id,
        "kicker": _("You ask: %(what)s", what=need) if asker else _("You offer: %(what)s", what=match.offer.theme),
        "heading": _("Somebody near you can help") if asker else _("A neighbour asks: %(what)s", what=need),
        "reasons": match.reasons,
        "before": match.lapses_at,
    }


router = Router("/", include_in_schema=False, route_handlers=[show_home])
