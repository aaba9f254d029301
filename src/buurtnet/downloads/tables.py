"""The files of the published months, for every web process to send: containers share no disk."""

from sqlalchemy import Index, Table, UniqueConstraint

from buurtnet.kit.sql import column, metadata, one_of

download = Table(
    "download",
    metadata,
    column("id", "uuid", key=True),
    column("snapshot_id", "uuid", "snapshot.id", on_delete="CASCADE"),
    column("name", "text"),
    column("format", "text"),
    column("edition", "smallint"),
    column("size", "int"),
    column("digest", "text"),
    # Stored as it is (`storage external`): it is gzipped already, and pieces are read from its middle.
    column("packed", "bytes"),
    column("made_at", "time", default="now()"),
    one_of("format", ["geopackage", "geojson", "csv", "spreadsheet", "code_book"]),
    UniqueConstraint("name"),
    Index(None, "snapshot_id"),
    info={"web": "select"},
)
"""A row never changes: files that are made anew are new rows, so that nobody gets half of one and half of another."""
