"""Posts as they come in and go out."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Kind = Literal["offer", "need"]
State = Literal["waiting", "open", "met", "withdrawn", "expired", "refused", "redirected"]
When = Literal["today", "week", "day", "regularly", "any"]
Urgency = Literal["normal", "urgent"]
Level = Annotated[int, msgspec.Meta(ge=0, le=4)]
Slots = Annotated[int, msgspec.Meta(ge=1, lt=1 << 28)]


class NewPost(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody wants to ask or offer."""

    kind: Kind
    text: str
    theme: str | None = None
    """Slug of the theme; None where the author does not know: a worker then decides."""
    when: When = "any"
    day: date | None = None
    """For `day`: which one, at most 60 days ahead."""
    slots: Slots | None = None
    """For `regularly`: 28 bits, bit 4·day + part, Monday first; parts are morning, noon, afternoon, evening."""
    reach: Level | None = None
    """0 my neighbourhood, 1 next to it, 2 walking, 3 cycling, 4 the whole town; None: the person's own."""
    quiet: bool = True
    """Needs only: whether just workers and the neighbours who are asked may read it."""
    urgency: Urgency = "normal"
    """Needs only; what is needed today is urgent anyway."""
    monthly: Annotated[int, msgspec.Meta(ge=1, le=31)] | None = None
    """Offers only: how often a month at most; kept with the person, for all offers together."""
    capacity: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    """How many can be helped, or can help, at the same time."""
    again: bool = False
    """Whether the same person again is preferred."""
    language: str | None = None
    """Language of the text; None: the person's own."""
    voice: bytes | None = None
    """What is said instead of typed, half a minute at most: WebM or Ogg with Opus, in JSON as base64. The text may then be empty; a worker
    listens first, and writes down what neighbours read."""


class PostChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an author changes; `version` is the one that was read."""

    version: int
    text: str
    when: When | None = None
    """None: as it was."""
    day: date | None = None
    slots: Slots | None = None
    reach: Level
    quiet: bool = True


class Post(msgspec.Struct, frozen=True, kw_only=True):
    """A post as this viewer may see it: what is not for them is None."""

    id: UUID
    kind: Kind
    state: State
    text: str
    language: str
    theme_id: int | None
    theme_slug: str | None
    theme_label: str | None
    theme_icon: str | None
    quiet: bool
    reach: int
    slots: int | None
    """The days the author named for this post; None where none were named."""
    from_on: date | None
    until_on: date | None
    urgency: Urgency
    active: bool
    version: int
    created_at: datetime
    expires_at: datetime
    level: int | None
    """How near to the viewer, 0 to 4; None where the viewer has no neighbourhood or it is farther."""
    own: bool
    """Whether the viewer is the author, or a worker acts for the author."""
    facilitated: bool
    """Whether the viewer is a worker of this post's area and organisation."""
    author_id: UUID | None
    organisation_id: UUID | None
    neighbourhood_id: int | None
    on_behalf_by: UUID | None
    capacity: int | None
    engaged: int | None
    again: bool | None
    changes_asked: str | None
    renewal_asked_at: datetime | None
    closed_at: datetime | None
    danger: bool | None
    """Whether words of danger were seen in it: it is never matched, and the author sees who can help at once."""
    sensitive: bool | None
    """Whether its theme always goes to a worker first."""
    voice: int | None
    """Seconds of what was said instead of typed; its author and a worker may listen to it."""
    worded: bool | None
    """Whether a worker wrote the text down from what was said."""


class PostCard(msgspec.Struct, frozen=True, kw_only=True):
    """A post in a list, without anything about its author."""

    id: UUID
    kind: Kind
    state: State
    text: str
    language: str
    theme_slug: str | None
    theme_label: str | None
    theme_icon: str | None
    quiet: bool
    slots: int | None
    from_on: date | None
    until_on: date | None
    urgency: Urgency
    active: bool
    expires_at: datetime
    created_at: datetime
    level: int | None
    renewal_asked_at: datetime | None = None
    """Of one's own posts alone, as the two below."""
    changes_asked: str | None = None
    danger: bool = False


class Author(msgspec.Struct, frozen=True, kw_only=True):
    """What a post copies of its author, and what decides whether and how they may place it."""

    id: UUID
    organisation_id: UUID
    adult: bool
    mediated: bool
    language: str
    languages: list[str]
    neighbourhood_id: int | None
    reach: int
    slots: int
    state: str
    posts_on_trial: int
    component: UUID | None
    """Of the ties; None where they have none yet."""


class ThemeRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a theme says about the life of a post."""

    id: int
    slug: str
    review: Literal["always", "new"]
    need_days: int
    offer_days: int

    def days(self, kind: Kind) -> int:
        """How many days a post of the kind stays open."""
        return self.need_days if kind == "need" else self.offer_days


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A post locked for the rest of a transaction, as the rules need it."""

    id: UUID
    kind: Kind
    state: State
    author_id: UUID
    theme_id: int | None
    text: str
    language: str
    quiet: bool
    slots: int | None
    own_slots: bool
    from_on: date | None
    until_on: date | None
    urgency: Urgency
    engaged: int
    changes_asked: str | None
    version: int
    danger: bool
    spoken: bool
    worded: bool


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has said so far, kept in their browser until they place it; times are seconds."""

    kind: Kind
    theme: str | None
    text: str
    when: When
    day: date | None = None
    slots: int | None
    reach: int
    monthly: int | None
    language: str
    made_at: int
    voice: UUID | None = None
    """The note that was said instead, where there is one."""
    seconds: int | None = None
    """How long it is."""
    person_id: UUID | None = None
    """Who was signed in when it was said: nobody else on the same phone reads it."""


class SayForm(msgspec.Struct, frozen=True, kw_only=True):
    """The page on which somebody says what they need or offer."""

    text: Annotated[str, msgspec.Meta(max_length=600)] = ""
    when: When = "any"
    day: date | None = None
    slots: list[Annotated[int, msgspec.Meta(ge=0, le=27)]] = []
    reach: Level = 1
    monthly: Annotated[int, msgspec.Meta(ge=1, le=31)] | None = None

    @property
    def bits(self) -> int | None:
        """The ticked moments as a set of bits; None where they do not count."""
        return (sum(1 << slot for slot in set(self.slots)) or None) if self.when == "regularly" else None


class ChangeForm(SayForm, frozen=True, kw_only=True):
    """The same for a post that is placed."""

    version: int
    shown: bool = False


class PlaceForm(msgspec.Struct, frozen=True, kw_only=True):
    """The last page before a post is placed."""

    theme: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    shown: bool = False
    """Needs only: whether neighbours nearby may read it, without a name."""


class WholeForm(SayForm, frozen=True, kw_only=True):
    """A post said on one page, for when there is no connection between the steps; placed only where its author saw it as the other will."""

    kind: Kind
    theme: Annotated[str, msgspec.Meta(max_length=60)] | None = None
    shown: bool = False
    said: Annotated[int, msgspec.Meta(ge=0, le=1 << 40)] | None = None
    """When it was said on the phone, in seconds; None: now."""
    seen: bool = False
    """Whether the phone showed its author what the other sees."""
