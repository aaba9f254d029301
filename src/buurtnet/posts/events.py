"""What happens to posts."""

from uuid import UUID

import msgspec


class PostWaiting(msgspec.Struct, frozen=True):
    """A post waits for a worker: it is new, its words changed, or a worker asked for others. Nobody is asked about it meanwhile."""

    post_id: UUID


class PostOpened(msgspec.Struct, frozen=True):
    """A post can be matched from now on: it opened, or its author is back."""

    post_id: UUID


class PostClosed(msgspec.Struct, frozen=True):
    """A post can no longer be matched: met, withdrawn, expired, refused or redirected; its state says which."""

    post_id: UUID


class PostExpiring(msgspec.Struct, frozen=True):
    """The author is asked whether the post still holds."""

    post_id: UUID
