"""What happened to notices. Ids only."""

from uuid import UUID

import msgspec


class AddressFailed(msgspec.Struct, frozen=True):
    """Nobody can be reached at this address any more."""

    contact_id: UUID
