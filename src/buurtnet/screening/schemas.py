"""Rules, how workers set them, and what they saw in a text."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

ObjectKind = Literal["post", "message"]
Judged = Literal["right", "looked", "wrong"]
"""What a worker found of what a rule saw: it was right; they looked and let it pass; there was nothing."""


class LeadsTo(StrEnum):
    """What follows when a rule sees something: a worker looks, looks with care, looks first; nothing, because the use is harmless; or nothing,
    because the rule rests."""

    REVIEW = "review"
    SENSITIVE = "sensitive"
    DANGER = "danger"
    ALLOWED = "allowed"
    OFF = "off"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern, in one language or in `any`; `most` is the number of a rule about what people do."""

    id: int
    language: str
    kind: str
    pattern: str
    leads_to: LeadsTo
    most: int | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A text that is read, and what is known of who wrote it."""

    object_kind: ObjectKind
    object_id: UUID
    text: str
    language: str
    organisation_id: UUID | None
    """Whose rules read it, beside those that come with the program."""
    author_id: UUID
    at: datetime
    """When it was said."""
    entered: bool = False
    """Whether a worker put the words, who looked at them and says the same for many people."""
    within: UUID | None = None
    """The conversation of a message."""
    theme: str | None = None
    """The slug of a post's theme."""
    on_trial: int = 0
    """How many of a newcomer's first posts no worker has looked at yet."""
    contacts: int = 0
    """With how many people the author began to talk within a day."""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule saw: signs `start` up to `end` of the text as it was written; none where it saw what somebody does."""

    kind: str
    rule_id: int | None
    start: int
    end: int
    leads_to: LeadsTo


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why an item is before a worker: one rule, what it saw, where it comes from, and how often there was nothing wrong."""

    rule_id: int | None
    kind: str
    leads_to: str
    language: str | None
    pattern: str | None
    most: int | None
    places: list[tuple[int, int]]
    set_by: str | None
    """The worker who set the rule last; None where it is as it came with the program."""
    set_at: datetime | None
    why: str | None
    judged: Judged | None
    seen: int
    """How often workers of these neighbourhoods looked at what it saw."""
    wrong: int
    """How often there was nothing."""

    def say_words(self, text: str) -> list[str]:
        """The words of the text that the rule saw."""
        return list(dict.fromkeys(words for start, end in self.places if (words := text[start:end])))


class RuleCard(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as workers of an organisation read it: as it holds for them, with where it comes from and how it does."""

    id: int
    language: str
    kind: str
    pattern: str
    leads_to: LeadsTo
    most: int | None
    own: bool
    """Whether the organisation made it; others come with the program."""
    came_as: LeadsTo
    """What it led to at the beginning."""
    came_most: int | None
    set_by: str | None
    set_at: datetime | None
    why: str | None
    seen: int
    wrong: int

    @property
    def on(self) -> bool:
        """Whether it reads texts."""
        return self.leads_to is not LeadsTo.OFF

    @property
    def changed(self) -> bool:
        """Whether the organisation set it otherwise than it came."""
        return (self.leads_to, self.most) != (self.came_as, self.came_most)

    def as_rule(self) -> Rule:
        """The same for reading texts."""
        return Rule(id=self.id, language=self.language, kind=self.kind, pattern=self.pattern, leads_to=self.leads_to, most=self.most)


class KindCard(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of rules in an organisation: how many look for something, are its own, and rest; and how they do."""

    kind: str
    looking: int
    own: int
    resting: int
    seen: int
    wrong: int


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that somebody set: what held before and after, who, when and why; `before` None where the rule was new."""

    rule_id: int
    language: str
    kind: str
    pattern: str
    before: LeadsTo | None
    before_most: int | None
    after: LeadsTo
    after_most: int | None
    own: bool
    last: bool
    """Whether nothing was set of this rule since."""
    why: str
    set_by: str | None
    set_at: datetime


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
