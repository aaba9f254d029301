"""The ledger of those who asked to be forgotten."""

from sqlalchemy import Table

from buurtnet.kit.sql import column, metadata

erasure = Table(
    "erasure",
    metadata,
    column("person_hash", "bytes", key=True),
    column("erased_at", "time", default="now()"),
    info={"web": "select"},
)
"""Keyed hashes of ids, of nobody who is still here; the same lines stand in a file outside the backups."""
