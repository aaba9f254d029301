"""What goes into and comes out of people."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from buurtnet.kit.viewer import Role

Names = dict[str, str]
"""A name per language: {"nl": "Wijkwerking", "fr": "Maison de quartier"}."""


EVERY_SLOT = (1 << 28) - 1
"""All moments of a week as bits: seven days of four parts, Monday morning first."""


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
    limited_until: date | None
    managed_by: UUID | None
    created_on: date
    seen_on: date
    looks_in_person: bool
    has_pin: bool


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail address or mobile number in the one form it is stored in; `key` is what its look-up is made of."""

    channel: Literal["email", "sms"]
    value: str
    key: str


class SignInCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code somebody asked for in a browser."""

    id: UUID
    lookup: bytes
    channel: Literal["email", "sms"]
    sealed: bytes
    purpose: Literal["sign_in", "staff", "contact", "confirm"]
    person_id: UUID | None
    tries: int
    expires_at: datetime
    used_at: datetime | None


class AskedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code that is on its way; `browser` is the secret of the browser it counts in."""

    id: UUID
    browser: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One of the people of an address, by their picture."""

    id: UUID
    picture: int
    has_pin: bool
    state: PersonState


class OpenedSession(msgspec.Struct, frozen=True, kw_only=True):
    """A new session: what the cookie holds, and how long; None ends with the browser's tab or app."""

    person_id: UUID
    token: str
    seconds: int | None
    language: str
    """Their own, for pages that know nobody."""


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says of themselves when they join."""

    neighbourhood_id: Annotated[int, Meta(ge=1, le=2_147_483_647)]
    languages: Annotated[list[str], Meta(min_length=1, max_length=12)]
    """Those they speak, first language first."""
    adult: bool
    discreet: bool
    """Whether somebody else looks at their phone."""
    consent: bool
    given_name: Annotated[str, Meta(max_length=60)] = ""
    picture: Annotated[int, Meta(ge=1, le=24)] | None = None
    organisation_id: UUID | None = None
    """The organisation of the flyer."""


class RegisteredPerson(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker writes down of somebody who has no phone, or does not want to use it."""

    given_name: Annotated[str, Meta(min_length=1, max_length=60)]
    neighbourhood_id: Annotated[int, Meta(ge=1, le=2_147_483_647)]
    languages: Annotated[list[str], Meta(min_length=1, max_length=12)]
    adult: bool = True
    consent: bool = False
    """Whether the person agreed, with the worker's help."""
    sure: bool = False
    """Whether the worker has seen that somebody alike is known already."""


class PlaceChoice(msgspec.Struct, frozen=True):
    """A neighbourhood where somebody may live."""

    id: int
    names: dict[str, str]


class PlaceQuestion(msgspec.Struct, frozen=True):
    """What somebody is asked since the borders of neighbourhoods changed: names by language."""

    now_id: int
    was: dict[str, str]
    choices: list[PlaceChoice]


class PersonChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person changes about themselves; what is not there stays."""

    given_name: Annotated[str, Meta(max_length=60)] | UnsetType = UNSET
    picture: Annotated[int, Meta(ge=1, le=24)] | UnsetType = UNSET
    language: Annotated[str, Meta(max_length=3)] | UnsetType = UNSET
    languages: Annotated[list[str], Meta(min_length=1, max_length=12)] | UnsetType = UNSET
    neighbourhood_id: Annotated[int, Meta(ge=1, le=2_147_483_647)] | UnsetType = UNSET
    reach: Annotated[int, Meta(ge=0, le=4)] | UnsetType = UNSET
    slots: Annotated[int, Meta(ge=1, le=(1 << 28) - 1)] | UnsetType = UNSET
    monthly_max: Annotated[int, Meta(ge=1, le=31)] | UnsetType = UNSET
    mediated: bool | UnsetType = UNSET
    discreet: bool | UnsetType = UNSET
    looks_in_person: bool | UnsetType = UNSET


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """An address by which a person is reached, opened."""

    id: UUID
    channel: Literal["email", "sms"]
    value: str
    verified: bool
    failing: bool = False
    """Whether messages came back from there."""


class PrintedCard(msgspec.Struct, frozen=True, kw_only=True):
    """A card as it is printed: its address for the QR code and its eight signs. Shown once."""

    id: UUID
    token: str
    code: str


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A card that was given to somebody."""

    id: UUID
    activated_at: datetime | None
    revoked_at: datetime | None


class NewStaff(msgspec.Struct, frozen=True, kw_only=True):
    """A worker to be: `neighbourhoods` are theirs, for `backup` they stand in."""

    organisation_id: UUID
    given_name: str
    email: str
    roles: Annotated[list[Role], Meta(min_length=1)]
    neighbourhoods: list[int] = []
    backup: list[int] = []
    secrecy_basis: str | None = None
    language: str = "nl"


class AddedStaff(msgspec.Struct, frozen=True, kw_only=True):
    """A new worker, and the address for their authenticator app; shown once."""

    person_id: UUID
    otpauth: str


class PersonCard(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the desk's list of people."""

    id: UUID
    given_name: str
    neighbourhood_id: int
    languages: list[str]
    state: PersonState
    managed: bool
    """Whether the worker who looks manages this person."""
    discreet: bool
    mediated: bool


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """The end of somebody's service for a time, asked by one worker and confirmed by another."""

    id: UUID
    person_id: UUID
    by: UUID | None
    second_by: UUID | None
    reason: str
    """What one worker wrote to the other."""
    code: str
    told: str | None
    """What the person reads beside the reason of the code."""
    asked_at: datetime
    until: date
