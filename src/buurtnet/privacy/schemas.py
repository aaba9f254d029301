"""Shapes of what a person sees of their data, and what the forms of privacy send."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

Row = dict[str, Any]
"""One row by column: values as the database has them, secrets opened."""


class Held(msgspec.Struct, frozen=True):
    """The rows of one table about the person."""

    table: str
    rows: list[Row]


class Line(msgspec.Struct, frozen=True):
    """One thing that is kept, in words."""

    label: str
    text: str


class Card(msgspec.Struct, frozen=True):
    """What one row says."""

    lines: list[Line]


class Section(msgspec.Struct, frozen=True):
    """The rows of one table under a heading."""

    title: str
    cards: list[Card]


class Group(msgspec.Struct, frozen=True):
    """Sections that belong together."""

    key: str
    title: str
    icon: str
    sections: list[Section]


class Deed(msgspec.Struct, frozen=True):
    """One line of who looked: when, who, what and why."""

    day: str
    time: str
    who: str
    what: str
    why: str


class DataFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything about a person as a program reads it; `who_looked` is left out for who wants to be shown that face to face."""

    made_at: str
    tables: dict[str, list[Row]]
    who_looked: list[Deed] = []


class SendForm(msgspec.Struct, frozen=True, kw_only=True):
    """To which of one's addresses the code goes."""

    contact: UUID


class SureForm(msgspec.Struct, frozen=True, kw_only=True):
    """The last word; for a worker also why, and that the person wants it."""

    sure: bool = False
    reason: Annotated[str, Meta(max_length=20)] = ""
