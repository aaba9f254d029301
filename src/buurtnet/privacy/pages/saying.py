"""Values of the database in plain words of the reader's language."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db
from buurtnet.kit.text import N_
from buurtnet.moderation.rules import REASONS, STATES
from buurtnet.notices.rules.kinds import KINDS, TOPICS
from buurtnet.people.pages.words import CONSENT_WORDS, PICTURE_NAMES, REASON_WORDS, STATE_WORDS
from buurtnet.people.queries import list_places
from buurtnet.people.rules import own_name
from buurtnet.people.rules.choices import REACHES
from buurtnet.people.rules.service import SERVICE_REASONS
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.privacy.queries.looks import Look
from buurtnet.privacy.queries.names import list_organisations
from buurtnet.privacy.rules.words import GROUPS, OTHER, TITLES, VALUES, find_action, find_group, find_label
from buurtnet.privacy.schemas import Card, Deed, Group, Held, Line, Row, Section
from buurtnet.referrals.queries import find_lists
from buurtnet.referrals.rules import STATES as REFERRAL_STATES
from buurtnet.themes.queries import list_themes
from buurtnet.web.language import _, current_language, say_day, say_list, say_number, say_time
from buurtnet.web.templating import isolate_each, say_own

ROLES = {
    "facilitator": N_("worker"),
    "coordinator": N_("coordinator"),
    "mapper": N_("maker of maps"),
    "operator": N_("technical worker"),
}


class Names(msgspec.Struct, frozen=True):
    """What ids stand for, in the reader's language."""

    themes: Mapping[int, str]
    places: Mapping[int, str]
    organisations: Mapping[UUID, str]
    rights: Mapping[str, str]
    barriers: Mapping[str, str]


async def read_names(db: Db, held: Sequence[Held]) -> Names:
    """The names of the themes, places and organisations that stand in the rows."""
    language = current_language().code
    rows = [row for one in held for row in one.rows]
    lists = await find_lists(db)
    places = {row["neighbourhood_id"] for row in rows if row.get("neighbourhood_id")}
    return Names(
        themes={one.id: one.label for branch in await list_themes(db, language) for one in (branch.theme, *branch.children)},
        places=await list_places(db, sorted(places), language),
        organisations=await list_organisations(db, language),
        rights={one.code: say_own(one.labels) for one in lists.rights},
        barriers={one.code: say_own(one.labels) for one in lists.barriers},
    )


def group_held(held: Sequence[Held], names: Names) -> list[Group]:
    """What is kept, in groups that belong together, each row in words; the newest row first."""
    found: dict[str, list[Section]] = {}
    for one in _in_order(held):
        cards = [card for row in reversed(one.rows) if (card := Card(_say_row(one.table, row, names))).lines]
        if cards:
            found.setdefault(find_group(one.table), []).append(Section(_(TITLES.get(one.table, OTHER[0])), cards))
    order = [*GROUPS, "other"]
    titles = {key: (title, icon) for key, (title, icon, _tables) in GROUPS.items()} | {"other": OTHER}
    return [Group(key, _(titles[key][0]), titles[key][1], found[key]) for key in order if key in found]


def _in_order(held: Sequence[Held]) -> list[Held]:
    """The tables as their groups name them, the others after them."""
    places = {table: place for place, table in enumerate(table for _title, _icon, tables in GROUPS.values() for table in tables)}
    return sorted(held, key=lambda one: places.get(one.table, len(places)))


def _say_row(table: str, row: Row, names: Names) -> list[Line]:
    lines: list[Line] = []
    for column, value in row.items():
        label = find_label(table, column)
        text = say_value(table, column, value, names) if label else ""
        if label and text:
            lines.append(Line(_(label), text))
    return lines


def say_value(table: str, column: str, value: Any, names: Names) -> str:
    """A value in words; empty where there is nothing to say about it."""
    if (say := SPECIAL.get(f"{table}.{column}") or SPECIAL.get(column)) is not None:
        return say(value, names)
    match value:
        case bool():
            return _("Yes") if value else _("No")
        case datetime() | date():
            return say_day(value)
        case int() | float():
            return say_number(value)
        case list():
            return say_list(_say_code(one) for one in value)
        case str():
            return _say_code(value)
        case _:
            return ""


def _say_code(value: Any) -> str:
    return _(VALUES[value]) if value in VALUES else str(value)


def _coded(words: Mapping[Any, str]) -> Callable[[Any, Names], str]:
    return lambda value, _names: _(words[value]) if value in words else _say_code(value)


SPECIAL: Mapping[str, Callable[[Any, Names], str]] = {
    "neighbourhood_id": lambda value, names: names.places.get(value, ""),
    "organisation_id": lambda value, names: names.organisations.get(value, ""),
    "theme_id": lambda value, names: names.themes.get(value, ""),
    "themes": lambda value, names: say_list(names.themes[one] for one in value if one in names.themes),
    "language": lambda value, _names: own_name(value),
    "languages": lambda value, _names: say_list(own_name(code) for code in value),
    "reach": lambda value, _names: _(REACHES[value]),
    "slots": lambda value, _names: _("Any time") if value == EVERY_SLOT else _("At fixed times"),
    "picture": lambda value, _names: _(PICTURE_NAMES[(value - 1) % len(PICTURE_NAMES)]),
    "person.state": _coded(STATE_WORDS),
    "post.state": _coded(STATES),
    "consent.what": _coded(CONSENT_WORDS),
    "choice.topic": _coded({topic.value: text for topic, text in TOPICS.items()}),
    "notice.kind": _coded({kind: one.subject for kind, one in KINDS.items()}),
    "decision.reason": _coded({**REASONS, **SERVICE_REASONS}),
    "block.code": _coded(SERVICE_REASONS),
    "referral.state": _coded(REFERRAL_STATES),
    "right": lambda value, names: names.rights.get(value, value),
    "barrier": lambda value, names: names.barriers.get(value, value),
    "text": lambda value, _names: value,
    "body": lambda value, _names: value,
    "given_name": lambda value, _names: value,
    "quiet_from": lambda value, _names: f"{value}:00",
    "quiet_until": lambda value, _names: f"{value}:00",
}
"""Columns whose values have words of their own, by table and column or by column."""


def say_looks(looks: Sequence[Look]) -> list[Deed]:
    """Who looked, when, what they did and why, in words."""
    return [
        Deed(
            day=say_day(look.at),
            time=say_time(look.at),
            who=_say_who(look),
            what=_(find_action(look.action, look.object_kind)),
            why=_(REASON_WORDS.get(look.reason, "")) if look.reason in REASON_WORDS else "",
        )
        for look in looks
    ]


def _say_who(look: Look) -> str:
    if look.name is None:
        return _("Somebody who does not work here any more")
    role = _(ROLES[look.role]) if look.role in ROLES else ""
    parts = (look.name, role, look.organisation_in(current_language().code))
    return isolate_each(part for part in parts if part)
