"""What the forms of people send."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

Place = Annotated[int, Meta(ge=1, le=2_147_483_647)]
Codes = Annotated[list[str], Meta(min_length=1, max_length=12)]


class AddressForm(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail address or telephone number."""

    address: Annotated[str, Meta(max_length=300)]


class CodeForm(msgspec.Struct, frozen=True, kw_only=True):
    """The six digits, and whether the person stays signed in on this phone."""

    code: Annotated[str, Meta(max_length=60)]
    stay: bool = False


class PinForm(msgspec.Struct, frozen=True, kw_only=True):
    """Four pictures."""

    pin1: Annotated[int, Meta(ge=0, le=24)] = 0
    pin2: Annotated[int, Meta(ge=0, le=24)] = 0
    pin3: Annotated[int, Meta(ge=0, le=24)] = 0
    pin4: Annotated[int, Meta(ge=0, le=24)] = 0

    @property
    def pin(self) -> list[int]:
        """The four in their order."""
        return [self.pin1, self.pin2, self.pin3, self.pin4]


class WhoForm(PinForm, frozen=True, kw_only=True):
    """The picture of the person who signs in, and their four pictures where they have some."""

    picture: Annotated[int, Meta(ge=1, le=24)]
    stay: bool = False


class CardForm(PinForm, frozen=True, kw_only=True):
    """A card's eight signs and the four pictures."""

    code: Annotated[str, Meta(max_length=60)]
    stay: bool = False


class CardPinForm(PinForm, frozen=True, kw_only=True):
    """The four pictures of the card whose QR code was scanned."""

    stay: bool = False


class StaffCodeForm(msgspec.Struct, frozen=True, kw_only=True):
    """The mailed code and the authenticator's digits; who is here for the first time has no such digits yet."""

    code: Annotated[str, Meta(max_length=60)]
    totp: Annotated[str, Meta(max_length=60)] = ""


class DigitsForm(msgspec.Struct, frozen=True, kw_only=True):
    """The digits of an authenticator that is new."""

    totp: Annotated[str, Meta(max_length=60)]


class PasskeyForm(msgspec.Struct, frozen=True, kw_only=True):
    """What a device answered, and by which name the worker knows it."""

    passkey: Annotated[str, Meta(max_length=8000)]
    label: Annotated[str, Meta(max_length=60)] = ""


class ProfileForm(msgspec.Struct, frozen=True, kw_only=True):
    """Name, languages and picture."""

    given_name: Annotated[str, Meta(max_length=60)]
    languages: Codes
    language: Annotated[str, Meta(max_length=3)]
    picture: Annotated[int, Meta(ge=1, le=24)]


class PlaceForm(msgspec.Struct, frozen=True, kw_only=True):
    """The neighbourhood."""

    neighbourhood_id: Place


class TimesForm(msgspec.Struct, frozen=True, kw_only=True):
    """When, how far and how often."""

    slots: Annotated[list[int], Meta(max_length=28)] = []
    reach: Annotated[int, Meta(ge=0, le=4)]
    monthly_max: Annotated[int, Meta(ge=1, le=31)]


class PauseForm(msgspec.Struct, frozen=True, kw_only=True):
    """The last day of a pause, if it is known."""

    until: date | None = None


class SafetyForm(msgspec.Struct, frozen=True, kw_only=True):
    """Only through my worker; somebody else looks at this phone; who looked is shown face to face only."""

    mediated: bool = False
    discreet: bool = False
    looks_in_person: bool = False


class NewPinForm(PinForm, frozen=True, kw_only=True):
    """Four new pictures, and the ones before."""

    old1: Annotated[int, Meta(ge=0, le=24)] = 0
    old2: Annotated[int, Meta(ge=0, le=24)] = 0
    old3: Annotated[int, Meta(ge=0, le=24)] = 0
    old4: Annotated[int, Meta(ge=0, le=24)] = 0

    @property
    def before(self) -> list[int]:
        """The four pictures until now."""
        return [self.old1, self.old2, self.old3, self.old4]


class ReasonForm(msgspec.Struct, frozen=True, kw_only=True):
    """Why a worker opens or does something; one of `rules.REASONS`."""

    reason: Annotated[str, Meta(max_length=20)] = ""


class GiveCardForm(PinForm, frozen=True, kw_only=True):
    """A card's eight signs or its token, and the four pictures the person chose."""

    code: Annotated[str, Meta(max_length=80)]


class NewCardForm(PinForm, frozen=True, kw_only=True):
    """The four pictures of a card that is printed now."""


class CardsForm(msgspec.Struct, frozen=True, kw_only=True):
    """How many blank cards to print, and in which language."""

    count: Annotated[int, Meta(ge=1, le=100)] = 8
    language: Annotated[str, Meta(max_length=3)] = ""
