"""The rules by which texts are read, for programs: what they look for, what they would have seen, and setting them."""

from datetime import datetime
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter, QueryParameter

from buurtnet.kit.db import Db
from buurtnet.kit.guards import responsible
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions.trying import TriedWords, try_words
from buurtnet.moderation.queries.trying import TrialView, view_trial_of
from buurtnet.screening import actions, queries
from buurtnet.screening.actions.setting import NewTheme, NewWords, RuleSetting
from buurtnet.screening.rules.kinds import NAMES, list_ways
from buurtnet.screening.rules.trying import tell_tally
from buurtnet.screening.schemas import LeadsTo, RuleCard
from buurtnet.web.language import _

DbIn, ViewerIn = NamedDependency[Db], NamedDependency[Viewer]
RuleId = Annotated[int, PathParameter(description="Id of a rule.", ge=0, le=2**31 - 1)]
Kind = Annotated[str | None, QueryParameter(description="One kind of rules; all without.", max_length=20)]
Language = Annotated[str | None, QueryParameter(description="Rules of one language, or of `any`.", max_length=8)]
WORDS = {"words": "gratis lenen\ngeen interest", "language": "nl", "kind": "money", "leads_to": "review"}
WordsBody = Annotated[NewWords, Body(examples=[Example(value=WORDS | {"why": "Three people were deceived with it."})])]
TriedBody = Annotated[TriedWords, Body(examples=[Example(value=WORDS)])]
ThemeBody = Annotated[NewTheme, Body(examples=[Example(value={"theme": "things.lend", "why": "Things were lost."})])]
SettingBody = Annotated[RuleSetting, Body(examples=[Example(value={"leads_to": "off", "why": "It saw nothing for a year."})])]


class RuleLine(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as it holds in the worker's organisation, with how it does."""

    id: int
    kind: str
    name: str
    """The kind in words."""
    language: str
    pattern: str
    """What it looks for: a word or a phrase, the slug of a theme, or in angle brackets what people do."""
    most: int | None
    leads_to: LeadsTo
    ways: list[LeadsTo]
    """What it may be set to."""
    own: bool
    """Whether the organisation made it; others come with the program."""
    set_by: str | None
    set_at: datetime | None
    why: str | None
    looked: int
    """How often workers looked at what it saw: a facilitator's own neighbourhoods, or the whole organisation in rounded numbers."""
    false_alarms: int | None
    """How often there was nothing; null where that cannot be told."""


def _line(card: RuleCard, viewer: Viewer) -> RuleLine:
    looked, empty = tell_tally(card.seen, card.wrong, exact="facilitator" in viewer.roles)
    return RuleLine(
        id=card.id,
        kind=card.kind,
        name=_(NAMES[card.kind]),
        language=card.language,
        pattern=card.pattern,
        most=card.most,
        leads_to=card.leads_to,
        ways=list(list_ways(card.kind, card.came_as, own=card.own)),
        own=card.own,
        set_by=card.set_by,
        set_at=card.set_at,
        why=card.why,
        looked=looked,
        false_alarms=empty,
    )


@get("/rules", operation_id="listRules", summary="What texts are read for", guards=[responsible])
async def list_rules(db: DbIn, viewer: ViewerIn, kind: Kind = None, language: Language = None) -> list[RuleLine]:
    """The rules of the worker's organisation, its own first: those that rest, too."""
    cards = await queries.list_cards(db, viewer, kinds=[kind] if kind else list(NAMES))
    return [_line(card, viewer) for card in cards if language in (None, card.language)]


@get("/rules/{rule_id:int}", operation_id="getRule", summary="One rule", guards=[responsible])
async def get_rule(db: DbIn, viewer: ViewerIn, rule_id: RuleId) -> RuleLine:
    """404 for another organisation's."""
    return _line(await queries.get_card(db, viewer, rule_id), viewer)


@get("/rules/{rule_id:int}/trial", operation_id="tryRule", summary="What a rule sees in past posts", guards=[responsible])
async def try_rule(db: DbIn, viewer: ViewerIn, rule_id: RuleId) -> TrialView:
    """Counts and examples of the facilitator's own areas; in how many people's posts, rounded, for others. Empty for what people do."""
    return await view_trial_of(db, viewer, await queries.get_card(db, viewer, rule_id)) or TrialView()


@post("/rules/trial", operation_id="tryWords", summary="What words would have seen", guards=[responsible], status_code=200)
async def try_new(db: DbIn, viewer: ViewerIn, data: TriedBody) -> TrialView:
    """The words tried on past posts before anybody keeps them; told as of a rule."""
    return await try_words(db, viewer, data)


@post("/rules", operation_id="addRules", summary="Look for more words", guards=[responsible], status_code=201)
async def add_words(db: DbIn, viewer: ViewerIn, data: WordsBody) -> Response[list[int]]:
    """Makes a rule of each line and gives their ids; 422 where one is looked for already, or would take danger away."""
    added = await actions.add_words(db, viewer, data)
    return Response(added, headers={"Location": f"/api/v1/rules/{added[0]}"})


@post("/rules/themes", operation_id="addRuleForTheme", summary="Look first at a theme", guards=[responsible], status_code=201)
async def add_theme(db: DbIn, viewer: ViewerIn, data: ThemeBody) -> Response[list[int]]:
    """From now on a worker looks first at posts of the theme; gives the id of the rule."""
    added = await actions.add_theme(db, viewer, data)
    return Response(added, headers={"Location": f"/api/v1/rules/{added[0]}"})


@post("/rules/{rule_id:int}", operation_id="setRule", summary="Set what a rule leads to", guards=[responsible], status_code=204)
async def set_rule(db: DbIn, viewer: ViewerIn, rule_id: RuleId, data: SettingBody) -> None:
    """Holds for the worker's organisation alone, and is kept with who did it and why."""
    await actions.set_rule(db, viewer, rule_id, data)


HANDLERS = (list_rules, get_rule, try_rule, try_new, add_words, add_theme, set_rule)
