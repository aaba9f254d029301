"""Rules, and what they saw in a text."""

from enum import StrEnum

import msgspec


class LeadsTo(StrEnum):
    """What follows when a rule sees something: a worker looks, looks with care, looks first; or nothing, because the use is harmless."""

    REVIEW = "review"
    SENSITIVE = "sensitive"
    DANGER = "danger"
    ALLOWED = "allowed"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern, in one language or in `any`."""

    id: int
    language: str
    kind: str
    pattern: str
    leads_to: LeadsTo


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule saw: signs `start` up to `end` of the text as it was written."""

    kind: str
    rule_id: int | None
    start: int
    end: int
    leads_to: LeadsTo


class Helpline(msgspec.Struct, frozen=True, kw_only=True):
    """A number that helps right now, with what it is for in each language."""

    number: str
    tel: str
    kinds: list[str]
    """The kinds of danger for which it comes first."""
    name: dict[str, str]
    purpose: dict[str, str]
    hours: dict[str, str] = {}
    speaks: list[str] = []
    """Languages of the line; none named: several."""
    url: str | None = None
