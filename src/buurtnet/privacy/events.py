"""What privacy asks its worker to do. Ids only."""

from uuid import UUID

import msgspec


class MergeAsked(msgspec.Struct, frozen=True):
    """A worker has seen with the person that two accounts are theirs: one of them is to become the other."""

    kept_id: UUID
    gone_id: UUID
    worker_id: UUID
