"""What goes into and comes out of referrals."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

Kind = Literal["right", "barrier"]
Said = Mapping[str, str]
"""A text of the installation in each language, by its code."""
Version = Annotated[int, msgspec.Meta(ge=0, lt=2**31)]
Line = Annotated[str, msgspec.Meta(max_length=200)]


class State(StrEnum):
    """How far a referral is."""

    PROPOSED = "proposed"
    CONSENTED = "consented"
    DECLINED = "declined"
    SENT = "sent"
    ACCEPTED = "accepted"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    NO_ANSWER = "no_answer"
    ENDED = "ended"


class Listed(msgspec.Struct, frozen=True):
    """A right or a barrier of the installation's list."""

    code: str
    labels: Said
    retired: bool = False


class Lists(msgspec.Struct, frozen=True):
    """Both lists, as verdicts are checked and offered by them."""

    rights: list[Listed]
    barriers: list[Listed]

    def offers(self, kind: Kind, code: str | None) -> bool:
        """Whether the code can be chosen now; what was taken from the list cannot."""
        return any(one.code == code and not one.retired for one in (self.rights if kind == "right" else self.barriers))


class ListEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One entry of the file of rights and barriers."""

    code: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z_]{1,29}$")]
    label: dict[str, Annotated[str, msgspec.Meta(min_length=2, max_length=120)]]
    retired: bool = False


class ListFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file of rights and barriers."""

    right: Annotated[list[ListEntry], msgspec.Meta(min_length=1, max_length=40)]
    barrier: Annotated[list[ListEntry], msgspec.Meta(min_length=1, max_length=40)]


class NewPartner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A partner as it is sent; a partner without any way to reach it is none."""

    name: Annotated[str, msgspec.Meta(min_length=2, max_length=120)]
    about: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    phone: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    email: Annotated[str, msgspec.Meta(max_length=254)] | None = None
    url: Line | None = None
    address: Line | None = None
    rights: list[str] = []


class Partner(msgspec.Struct, frozen=True, kw_only=True):
    """A partner of the worker's organisation."""

    id: UUID
    name: str
    about: str | None
    phone: str | None
    email: str | None
    url: str | None
    address: str | None
    rights: list[str]
    checked_on: date
    ended_on: date | None


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom a referral goes and in which words, as it is sent; `agreed` says how the person already said yes to a worker."""

    partner: UUID
    words: Annotated[str, msgspec.Meta(min_length=3, max_length=600)]
    agreed: Literal["phone", "in_person"] | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The next step of a referral as it is sent; `how` says how the partner was told."""

    state: State
    how: Literal["called", "wrote", "together"] | None = None


class AskNow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same for a program, with the version of the referral that it read."""

    partner: UUID
    words: Annotated[str, msgspec.Meta(min_length=3, max_length=600)]
    agreed: Literal["phone", "in_person"] | None = None
    version: Version

    def asks(self) -> Ask:
        """What is asked."""
        return Ask(partner=self.partner, words=self.words, agreed=self.agreed)


class StepNow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The next step for a program, with the version of the referral that it read."""

    state: State
    how: Literal["called", "wrote", "together"] | None = None
    version: Version

    def steps(self) -> Step:
        """The step."""
        return Step(state=self.state, how=self.how)


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the person says to a referral."""

    answer: Literal["yes", "no"]


class RightOf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which right somebody is led to and what stands in the way, as it is sent: codes of the installation's lists."""

    right: Annotated[str, msgspec.Meta(max_length=30)] = ""
    barrier: Annotated[str, msgspec.Meta(max_length=30)] = ""


class NewReferral(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict knows of a referral: for whom and where, about which right and what stands in the way."""

    organisation_id: UUID
    neighbourhood_id: int | None
    person_id: UUID
    post_id: UUID | None
    right: str
    barrier: str


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """A referral as a worker of its area reads it."""

    id: UUID
    state: State
    person_id: UUID
    name: str
    person_language: str
    neighbourhood: str | None
    right: str
    right_labels: Said
    barrier: str
    barrier_labels: Said
    partner_id: UUID | None
    partner: str | None
    post_id: UUID | None
    worker_id: UUID | None
    worker: str | None
    proposed_at: datetime
    asked_at: datetime | None
    consented_at: datetime | None
    consent_how: str | None
    sent_at: datetime | None
    sent_how: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    due_on: date | None
    version: int

    @property
    def over(self) -> bool:
        """Whether nothing more is to be done."""
        return self.closed_at is not None


class OwnReferral(msgspec.Struct, frozen=True, kw_only=True):
    """A referral as the person reads it whom it is about."""

    id: UUID
    state: State
    right_labels: Said
    partner: str | None
    about: str | None
    partner_phone: str | None
    worker: str | None
    asked_at: datetime | None
    consented_at: datetime | None
    sent_at: datetime | None
    post_id: UUID | None

    @property
    def asks(self) -> bool:
        """Whether the person is asked now."""
        return self.state is State.PROPOSED and self.asked_at is not None

    @property
    def may_take_back(self) -> bool:
        """Whether the partner knows nothing yet, so that a yes can still be taken back."""
        return self.state is State.CONSENTED


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What the workers' tasks and the notices need to know of a referral that took a step."""

    id: UUID
    state: State
    organisation_id: UUID
    neighbourhood_id: int | None
    person_id: UUID
    worker_id: UUID | None
    asked_at: datetime | None
    due_on: date | None


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """How many people one code concerns in one neighbourhood, or with an empty code or no neighbourhood the total; None: fewer than may be told."""

    neighbourhood_id: int | None
    kind: Kind
    code: str
    persons: int | None
