"""What happened to notices. Ids only."""

from uuid import UUID

import msgspec


class AddressFailed(msgspec.Struct, frozen=True):
    """Nobody can be reached at an address of the person any more."""

    person_id: UUID
    contact_id: UUID
