"""Rules and their changes as pages show them."""

from collections.abc import Mapping

import msgspec

from buurtnet.screening.pages.words import LEADS, say_language, say_pattern, say_tally
from buurtnet.screening.rules.kinds import NAMES
from buurtnet.screening.schemas import Change, LeadsTo, RuleCard
from buurtnet.web.language import _


class RuleView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in words."""

    card: RuleCard
    words: str
    language: str
    leads: str
    tally: str


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was set, in words."""

    change: Change
    words: str
    kind: str
    before: str
    after: str


def _say(kind: str, pattern: str, most: int | None, themes: Mapping[str, str]) -> str:
    return themes.get(pattern, pattern) if kind == "theme" else say_pattern(pattern, kind, most)


def view_rule(card: RuleCard, themes: Mapping[str, str], *, exact: bool) -> RuleView:
    """The rule in words; `themes` are their names by slug, `exact` whether its figures may be told as they are."""
    return RuleView(
        card=card,
        words=_say(card.kind, card.pattern, card.most if card.most is not None else card.came_most, themes),
        language=say_language(card.language),
        leads=_(LEADS[card.leads_to][0]),
        tally=say_tally(card.seen, card.wrong, exact=exact),
    )


def _say_way(leads_to: LeadsTo | None, most: int | None) -> str:
    if leads_to is None:
        return ""
    return _(LEADS[leads_to][0]) + (f" ({most})" if most is not None and leads_to is not LeadsTo.OFF else "")


def view_change(one: Change, themes: Mapping[str, str]) -> ChangeView:
    """The change in words."""
    return ChangeView(
        change=one,
        words=_say(one.kind, one.pattern, one.after_most if one.after_most is not None else one.before_most, themes),
        kind=_(NAMES[one.kind]),
        before=_say_way(one.before, one.before_most),
        after=_say_way(one.after, one.after_most),
    )
