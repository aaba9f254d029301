"""What happened to people. Ids only."""

from uuid import UUID

import msgspec


class CodeAsked(msgspec.Struct, frozen=True):
    """Somebody waits for the code of this id; the address stands sealed in `sign_in_code`."""

    code_id: UUID


class PersonChanged(msgspec.Struct, frozen=True):
    """Something that matching, posts or notices copy of a person is different now."""

    person_id: UUID


class PersonBlocked(msgspec.Struct, frozen=True):
    """Two workers have ended somebody's service for a time."""

    person_id: UUID


class PersonAbsent(msgspec.Struct, frozen=True):
    """Somebody was not here for eleven months."""

    person_id: UUID


class ErasureAsked(msgspec.Struct, frozen=True):
    """Somebody is to be forgotten: their account is closed already, and everything about them is to be removed."""

    person_id: UUID


class PlaceAsked(msgspec.Struct, frozen=True):
    """Since the borders of neighbourhoods changed, somebody may live in one of several."""

    person_id: UUID


class StaffInvited(msgspec.Struct, frozen=True):
    """A coordinator invited a worker, who is told how to begin."""

    person_id: UUID


class WorkerLeft(msgspec.Struct, frozen=True):
    """A worker does not work here any more; what waited for them goes to their successor, or to whoever works in the place."""

    person_id: UUID
    successor_id: UUID | None
