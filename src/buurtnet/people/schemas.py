"""What goes into and comes out of people."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

import msgspec

Names = dict[str, str]
"""A name per language: {"nl": "Wijkwerking", "fr": "Maison de quartier"}."""


class PersonState(StrEnum):
    """The life of an account."""

    ACTIVE = "active"
    PAUSED = "paused"
    BLOCKED = "blocked"
    ERASED = "erased"


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """A person as other slices need them; no address and no secret in it."""

    id: UUID
    organisation_id: UUID
    given_name: str
    picture: int
    adult: bool
    discreet: bool
    mediated: bool
    language: str
    languages: list[str]
    neighbourhood_id: int | None
    reach: int
    slots: int
    monthly_max: int
    state: PersonState
    paused_until: date | None
    posts_on_trial: int
    managed_by: UUID | None
    created_on: date
    seen_on: date
    has_pin: bool


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail address or mobile number in the one form it is stored in; `key` is what its look-up is made of."""

    channel: Literal["email", "sms"]
    value: str
    key: str
