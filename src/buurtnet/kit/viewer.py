"""Who asks."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from buurtnet.kit.errors import ConfirmFirst

Role = Literal["facilitator", "coordinator", "mapper", "operator"]
CONFIRMED_FOR = timedelta(minutes=15)
"""How long a worker who showed that it is them need not show it again."""


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """The person on whose behalf a request or a job runs, as the session says; `person_id` is None for a visitor and for the system."""

    person_id: UUID | None = None
    actor_id: UUID | None = None
    """The worker who acts, where a facilitator acts on behalf of `person_id`; otherwise the same person."""
    name: str | None = None
    state: str | None = None
    organisation_id: UUID | None = None
    neighbourhood_id: int | None = None
    language: str | None = None
    discreet: bool = False
    lasting: bool = False
    """Whether the session is on a phone that the person called their own; a session on a shared one ends within the hour."""
    roles: tuple[Role, ...] = ()
    """Roles of a staff session; a resident has none."""
    areas: tuple[int, ...] = ()
    """Neighbourhoods for which a facilitator is responsible, backup ones included."""
    secrecy: bool = False
    """Whether the staff member has a basis for professional secrecy."""
    session_hash: bytes | None = None
    confirmed_at: datetime | None = None
    """When they showed last, in this session, that it is them."""
    worker_name: str | None = None
    """The given name of the resident's own worker, for the header."""
    worker_phone: str | None = None
    """The number at which that worker's organisation is called."""

    @property
    def known(self) -> bool:
        """Whether somebody is signed in."""
        return self.person_id is not None

    @property
    def staff(self) -> bool:
        """Whether a worker is signed in as such."""
        return bool(self.roles) and self.actor_id == self.person_id

    @property
    def working(self) -> bool:
        """Whether a worker is signed in, also while they act for somebody."""
        return self.staff or self.actor_id != self.person_id

    @property
    def acting(self) -> bool:
        """Whether a worker acts for the person."""
        return self.actor_id is not None and self.actor_id != self.person_id

    @property
    def resident(self) -> bool:
        """Whether a resident is signed in, or a facilitator acts on behalf of one."""
        return self.known and not self.staff


def require_confirmed(viewer: Viewer, at: datetime) -> None:
    """ConfirmFirst unless the viewer showed lately that it is them: before exports, details of people somebody else looks after, and roles."""
    if viewer.confirmed_at is None or viewer.confirmed_at + CONFIRMED_FOR < at:
        raise ConfirmFirst


VISITOR = Viewer()
SYSTEM = Viewer(name="Buurtnet")
