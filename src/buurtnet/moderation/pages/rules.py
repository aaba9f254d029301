"""The rules by which texts are read, at the desk: what they look for, how they do, and setting them."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter, QueryParameter
from litestar.response import Redirect

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.guards import responsible
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions.trying import TriedWords, try_words
from buurtnet.moderation.queries.trying import TrialView, view_trial_of
from buurtnet.screening import actions, queries
from buurtnet.screening.actions.setting import NewTheme, NewWords, RuleSetting
from buurtnet.screening.pages.views import view_change, view_rule
from buurtnet.screening.pages.words import LEADS, say_language, say_tally
from buurtnet.screening.rules.kinds import BECAUSE, BEHAVIOURS, BOUNDS, NAMES, WORDED, list_ways
from buurtnet.screening.rules.setting import LANGUAGES
from buurtnet.screening.schemas import LeadsTo
from buurtnet.themes.queries import list_themes
from buurtnet.web.forms import Form, read_form, typed_form
from buurtnet.web.language import _, current_language
from buurtnet.web.shell import DeskSection, Sections, render

RuleId = Annotated[int, PathParameter(ge=0, le=2**31 - 1)]
Asked = Annotated[str | None, QueryParameter(max_length=40)]


def _code() -> str:
    return current_language().code


async def _theme_names(db: Db) -> dict[str, str]:
    return {theme.slug: theme.label for branch in await list_themes(db, _code()) for theme in (branch.theme, *branch.children)}


def _exact(viewer: Viewer) -> bool:
    """Whether the viewer reads figures as they are: a facilitator's are of their own neighbourhoods."""
    return "facilitator" in viewer.roles


@get("/desk/rules", guards=[responsible], include_in_schema=False)
async def show_rules(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """Every kind of rule with how it does, what people do, the themes that are looked at first, and what was changed."""
    themes, exact = await _theme_names(db), _exact(viewer)
    behaviours = [
        view_rule(card, themes, exact=_exact(viewer)) for card in await queries.list_cards(db, viewer, kinds=[*BEHAVIOURS, "theme"])
    ]
    return render(
        request,
        "moderation/rules.html",
        desk=sections,
        kinds=[
            (one, _(NAMES[one.kind]), _(BECAUSE[one.kind]), say_tally(one.seen, one.wrong, exact=exact))
            for one in await queries.list_kinds(db, viewer)
        ],
        behaviours=[(one, _(NAMES[one.card.kind])) for one in behaviours if one.card.kind in BEHAVIOURS],
        own_themes=[one for one in behaviours if one.card.kind == "theme"],
        changes=[view_change(one, themes) for one in await queries.list_changes(db, viewer)],
    )


@get("/desk/rules/kinds/{kind:str}", guards=[responsible], include_in_schema=False)
async def show_kind(
    request: Request[Any, Any, Any],
    db: NamedDependency[Db],
    viewer: NamedDependency[Viewer],
    sections: Sections,
    kind: FromPath[str],
    language: Asked = None,
    q: Asked = None,
) -> Response[str]:
    """What one kind looks for: in the reader's language first, or in another one; all that hold some letters."""
    if kind not in WORDED:
        raise NotFound
    cards = await queries.list_cards(db, viewer, kinds=[kind])
    spoken = {card.language for card in cards}
    chosen = language if language in spoken else next((code for code in (_code(), *LANGUAGES) if code in spoken), "any")
    letters = (q or "").strip().lower()
    shown = [card for card in cards if (letters in card.pattern if letters else card.own or card.language == chosen)]
    return render(
        request,
        "moderation/rules_kind.html",
        desk=sections,
        kind=kind,
        name=_(NAMES[kind]),
        because=_(BECAUSE[kind]),
        languages=[(code, say_language(code)) for code in LANGUAGES if code in spoken],
        chosen=chosen,
        q=q or "",
        rules=[view_rule(card, {}, exact=_exact(viewer)) for card in shown[:200]],
    )


@get("/desk/rules/{rule_id:int}", guards=[responsible], include_in_schema=False)
async def show_rule(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, rule_id: RuleId
) -> Response[str]:
    """One rule: what it sees in past posts, where it comes from, how often there was nothing, and setting it."""
    return await _rule_page(request, db, viewer, sections, rule_id, Form())


async def _rule_page(
    request: Request[Any, Any, Any],
    db: Db,
    viewer: Viewer,
    sections: Sequence[DeskSection],
    rule_id: int,
    form: Form,
    status_code: int = 200,
) -> Response[str]:
    card, themes = await queries.get_card(db, viewer, rule_id), await _theme_names(db)
    ways = list_ways(card.kind, card.came_as, own=card.own)
    return render(
        request,
        "moderation/rule.html",
        desk=sections,
        status_code=status_code,
        rule=view_rule(card, themes, exact=_exact(viewer)),
        name=_(NAMES[card.kind]),
        because=_(BECAUSE[card.kind]),
        meaning=_(LEADS[card.leads_to][1]),
        ways=[(way.value, _(LEADS[way][0])) for way in ways] if len(ways) > 1 else [],
        bounds=BOUNDS.get(card.kind),
        trial=await view_trial_of(db, viewer, card),
        changes=[view_change(one, themes) for one in await queries.list_changes(db, viewer, rule_id=rule_id)],
        form=form,
    )


@post("/desk/rules/{rule_id:int}", guards=[responsible], include_in_schema=False)
async def set_rule(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections, rule_id: RuleId
) -> Response[Any]:
    """Sets what the rule leads to; the page again where something is wrong."""
    try:
        await actions.set_rule(db, viewer, rule_id, await read_form(request, RuleSetting))
    except Invalid as refusal:
        return await _rule_page(request, db, viewer, sections, rule_id, await typed_form(request, refusal), 422)
    except Conflict as refusal:
        return await _rule_page(request, db, viewer, sections, rule_id, await typed_form(request, Invalid({"": refusal.text})), 409)
    return Redirect(f"/desk/rules/{rule_id}", status_code=303)


@get("/desk/rules/new", guards=[responsible], include_in_schema=False)
async def show_new(request: Request[Any, Any, Any], sections: Sections, kind: Asked = None) -> Response[str]:
    """Words or phrases to look for from now on."""
    typed = {"kind": [kind]} if kind in WORDED else {}
    return _new_page(request, sections, Form(typed=typed))


def _new_page(
    request: Request[Any, Any, Any],
    sections: Sequence[DeskSection],
    form: Form,
    trial: TrialView | None = None,
    status_code: int = 200,
) -> Response[str]:
    return render(
        request,
        "moderation/rules_new.html",
        desk=sections,
        status_code=status_code,
        form=form,
        trial=trial,
        kinds=[(kind, _(NAMES[kind])) for kind in ("own", *WORDED[:-1])],
        languages=[(code, say_language(code)) for code in LANGUAGES],
        ways=[(way.value, _(LEADS[way][0])) for way in (LeadsTo.REVIEW, LeadsTo.SENSITIVE, LeadsTo.ALLOWED)],
    )


class Look(msgspec.Struct, frozen=True):
    """Which button was pressed: to try words, nobody need have written why."""

    look: bool = False


@post("/desk/rules/new", guards=[responsible], include_in_schema=False)
async def add_words(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[Any]:
    """Keeps the words, or only tries them on past posts; the form again where something is wrong."""
    try:
        if (await read_form(request, Look)).look:
            trial = await try_words(db, viewer, await read_form(request, TriedWords))
            return _new_page(request, sections, await typed_form(request), trial)
        added = await actions.add_words(db, viewer, await read_form(request, NewWords))
    except Invalid as refusal:
        return _new_page(request, sections, await typed_form(request, refusal), status_code=422)
    return Redirect(f"/desk/rules/{added[0]}" if len(added) == 1 else "/desk/rules", status_code=303)


@get("/desk/rules/themes", guards=[responsible], include_in_schema=False)
async def show_themes(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[str]:
    """The themes that a worker looks at first: those that come so, and those of the organisation."""
    return await _themes_page(request, db, viewer, sections, Form())


async def _themes_page(
    request: Request[Any, Any, Any], db: Db, viewer: Viewer, sections: Sequence[DeskSection], form: Form, status_code: int = 200
) -> Response[str]:
    branches, names = await list_themes(db, _code()), await _theme_names(db)
    themes = [theme for branch in branches for theme in (branch.theme, *branch.children)]
    own = [view_rule(card, names, exact=_exact(viewer)) for card in await queries.list_cards(db, viewer, kinds=["theme"])]
    watched = {one.card.pattern for one in own if one.card.on}
    return render(
        request,
        "moderation/rules_themes.html",
        desk=sections,
        status_code=status_code,
        form=form,
        own=own,
        sensitive=[(theme.icon, theme.label) for theme in themes if theme.sensitive],
        choices=[(theme.slug, theme.label) for theme in themes if not theme.sensitive and theme.slug not in watched],
    )


@post("/desk/rules/themes", guards=[responsible], include_in_schema=False)
async def add_theme(
    request: Request[Any, Any, Any], db: NamedDependency[Db], viewer: NamedDependency[Viewer], sections: Sections
) -> Response[Any]:
    """From now on a worker looks first at posts of the theme; the page again where something is wrong."""
    try:
        await actions.add_theme(db, viewer, await read_form(request, NewTheme))
    except Invalid as refusal:
        return await _themes_page(request, db, viewer, sections, await typed_form(request, refusal), 422)
    return Redirect("/desk/rules/themes", status_code=303)


HANDLERS = (show_rules, show_kind, show_rule, set_rule, show_new, add_words, show_themes, add_theme)
