"""The ledger of those who asked to be forgotten, and the accounts that became another one."""

from sqlalchemy import Index, Table

from buurtnet.kit.sql import column, metadata

erasure = Table(
    "erasure",
    metadata,
    column("person_hash", "bytes", key=True),
    column("erased_at", "time", default="now()"),
    info={"web": "select"},
)
"""Keyed hashes of ids, of nobody who is still here; the same lines stand in a file outside the backups."""

absorbed = Table(
    "absorbed",
    metadata,
    column("person_hash", "bytes", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    Index(None, "person_id"),
    info={"web": "select", "withheld": "A keyed hash of the account that became this one, so that a restored backup forgets both."},
)
"""Which accounts became one with a person's: whoever asks to be forgotten is forgotten under all their ids."""
