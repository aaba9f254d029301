"""Who runs an installation, and who helps outside it, as the file of contact points says."""

from datetime import date
from typing import Literal

import msgspec

Said = dict[str, str]
"""A text in each language, by its code."""


class Point(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody people can turn to; what is empty is not shown."""

    name: Said
    about: Said = {}
    email: str = ""
    phone: str = ""
    address: str = ""
    url: str = ""
    number: str = ""
    """Of the register of enterprises."""
    speaks: list[str] = []
    """Languages in which one can write, by their own names."""
    hours: Said = {}


class Processor(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A company that handles data for this installation."""

    name: str
    does: Said
    where: Said


class Accessibility(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the accessibility statement says of this installation."""

    status: Literal["full", "partial"]
    checked_on: date
    checked_by: Literal["self", "expert"]
    answer_days: int
    """Within how many days a complaint is answered."""
    gaps: list[Said] = []
    """What does not work here, beside what the program itself lacks."""


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The file of contact points."""

    operator: Point
    """Who runs this installation: the single point of contact for authorities and for everybody (DSA, articles 11 and 12)."""
    protection: Point
    """Who answers questions about data."""
    authority: Point
    """The data protection authority."""
    accessibility: Accessibility
    ombudsmen: list[Point]
    """To whom one complains about accessibility when the answer is no good, and about a public service."""
    coordinator: Point
    """The coordinator for digital services, to whom one can complain about a decision."""
    disputes: list[Point] = []
    """Bodies that settle disputes about a decision out of court."""
    processors: list[Processor] = []
    sample: bool = False
    """Whether these are only examples, which the pages then say."""


class Organisation(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that welcomes people, with its number and where it works."""

    name: Said
    phone: str | None
    areas: list[Said]
