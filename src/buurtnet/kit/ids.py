"""Identifiers: UUIDv7, so that new rows lie next to each other in an index."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A new UUIDv7."""
    return uuid_utils.compat.uuid7()
