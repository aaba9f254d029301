"""What the forms of referrals send."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec

from buurtnet.referrals.schemas import State, Version


class AskForm(msgspec.Struct, frozen=True, kw_only=True):
    """To whom and in which words, and whether the person already said yes."""

    partner: UUID
    words: Annotated[str, msgspec.Meta(min_length=3, max_length=600)]
    agreed: Literal["phone", "in_person"] | None = None
    version: Version


class StepForm(msgspec.Struct, frozen=True, kw_only=True):
    """What was done or heard."""

    state: State
    how: Literal["called", "wrote", "together"] | None = None
    version: Version
