"""What moderation announces. Ids only."""

from uuid import UUID

import msgspec


class Decided(msgspec.Struct, frozen=True):
    """A worker decided about somebody's post; the author is to be told."""

    decision_id: UUID
