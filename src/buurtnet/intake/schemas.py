"""What is pasted, read and checked."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from buurtnet.posts.schemas import Kind, State

Soon = Literal["any", "today", "week"]
Words = Annotated[str, Meta(max_length=600)]
Slug = Annotated[str, Meta(max_length=60)]
Number = Annotated[str, Meta(max_length=40)]
Place = Annotated[int, Meta(ge=1, le=2_147_483_647)]


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one line of a list, or one message, tells as it stands: nothing in it is checked yet."""

    name: str = ""
    phone: str = ""
    place: str = ""
    """The neighbourhood as it was written."""
    languages: tuple[str, ...] = ()
    """Codes of the languages the person speaks, where the list says so."""
    asks: str = ""
    offers: str = ""
    about: str = ""
    """The theme as it was written."""
    said: str = ""
    """The words as they came, to compare with."""
    sure: bool = True
    """Whether it is clear that it is asked, or offered."""
    soon: Soon = "any"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All that was found in what was pasted."""

    rows: list[Found]
    left_out: int = 0
    """Messages in which nobody asks or offers anything."""
    columns_left: list[str] = []
    """Columns of a list that are not taken over, by their own headings."""


class Pasted(msgspec.Struct, frozen=True, kw_only=True):
    """One person to check, as the worker sees and changes them."""

    name: str = ""
    phone: str = ""
    neighbourhood_id: int | None = None
    languages: list[str] = []
    asks: str = ""
    asks_theme: str = ""
    soon: Soon = "any"
    offers: str = ""
    offers_theme: str = ""
    said: str = ""
    sure: bool = True
    answers: UUID | None = None
    """The post on a sheet of paper that they answer."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One that waits to be checked."""

    id: UUID
    pasted: Pasted
    known: bool = False
    """Whether somebody whose name sounds alike is here already."""


class PasteForm(msgspec.Struct, frozen=True, kw_only=True):
    """What is pasted, and where most of the people live."""

    text: Annotated[str, Meta(max_length=60_000)] = ""
    neighbourhood_id: Place | None = None


class CheckForm(msgspec.Struct, frozen=True, kw_only=True):
    """One person as the worker checked them."""

    who: Annotated[str, Meta(max_length=40)] = ""
    """`new`, or the id of somebody who is here already; empty where nobody alike is known."""
    given_name: Annotated[str, Meta(max_length=60)] = ""
    neighbourhood_id: Place | None = None
    languages: Annotated[list[str], Meta(max_length=12)] = []
    phone: Number = ""
    adult: bool = True
    asks: Words = ""
    asks_theme: Slug = ""
    soon: Soon = "any"
    offers: Words = ""
    offers_theme: Slug = ""
    consent: bool = False
    named: bool = False
    """Whether the worker has seen that the person's name is a word of the text."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row."""

    person_id: UUID
    posts: list[UUID]
    match_id: UUID | None = None
    """The pair that waits for review, where the row answered a post on paper."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is here already and may be the same person."""

    id: UUID
    given_name: str
    neighbourhood: str
    same_number: bool


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A post that the worker placed for somebody today."""

    id: UUID
    kind: Kind
    state: State
    text: str
    language: str
    theme: str | None
    icon: str | None
    person_id: UUID
    name: str


class OwnPost(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks or offers now, as their worker reads it."""

    id: UUID
    kind: str
    state: str
    theme: str | None
    icon: str | None
    text: str
    language: str
    created_at: datetime
    sensitive: bool


class Fitting(msgspec.Struct, frozen=True, kw_only=True):
    """A post beside the one for which somebody is sought, with its author."""

    id: UUID
    person_id: UUID
    name: str
    neighbourhood: str
    theme: str | None
    text: str
    language: str
    languages: list[str]
    """By their own names."""
    why: list[str]
    """What speaks for it, or what stands in the way, in words."""


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Who was registered or found a moment ago, and what was placed for them."""

    id: UUID
    name: str
    posts: list[Placed]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """A pair that is proposed, asked or agreed already."""

    id: UUID
    state: str
    asker: str
    helper: str


class Near(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who lives near and could be asked."""

    id: UUID
    name: str
    neighbourhood: str
    how_near: str
    languages: list[str]
    """Those that both speak, by their own names."""


class PaperPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post on a sheet of paper: nothing of its author is on it."""

    id: UUID
    kind: Kind
    theme: str
    icon: str | None
    text: str
    language: str
    slots: int | None
    from_on: date | None
    until_on: date | None


class PlaceForm(msgspec.Struct, frozen=True, kw_only=True):
    """For which neighbourhood, and in which language."""

    neighbourhood_id: Place
    language: Annotated[str, Meta(max_length=3)]


class ShareForm(msgspec.Struct, frozen=True, kw_only=True):
    """In which language a post is told to a group, and whether its author agreed."""

    language: Annotated[str, Meta(max_length=3)]
    agreed: bool = False


class AnswerForm(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who answers what stands on paper."""

    code: Annotated[str, Meta(max_length=20)]
    given_name: Annotated[str, Meta(max_length=60)] = ""
    phone: Number = ""
    text: Words = ""


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the figures."""

    label: str
    count: int | None
    """None where it is not told."""


class FigureTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table of the figures of a year."""

    key: str
    title: str
    rows: list[Figure]
    total: int | None = None
    """None where it is not told."""

    @property
    def told(self) -> bool:
        """Whether any of its lines is told."""
        return any(row.count is not None for row in self.rows)

    @property
    def highest(self) -> int:
        """What the longest bar stands for."""
        return max((row.count or 0 for row in self.rows), default=0) or 1


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many people, by a theme, a neighbourhood or another key; "" is all of them."""

    what: str
    code: str
    label: dict[str, str]
    people: int
    place: int = 0
    """Where it stands among the others."""
