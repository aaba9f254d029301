"""The rules by which texts are read, and what they saw."""

from sqlalchemy import Index, Table, UniqueConstraint

from buurtnet.kit.sql import column, metadata, one_of

rule = Table(
    "rule",
    metadata,
    column("id", "int", key=True),
    column("language", "text"),
    column("kind", "text"),
    column("pattern", "text"),
    column("leads_to", "text"),
    one_of("leads_to", ["review", "sensitive", "danger", "allowed"]),
    UniqueConstraint("language", "kind", "pattern"),
    info={"web": "select"},
)

flag = Table(
    "flag",
    metadata,
    column("id", "uuid", key=True),
    column("object_kind", "text"),
    column("object_id", "uuid", object="row"),
    column("rule_id", "int", optional=True),
    column("kind", "text"),
    column("leads_to", "text"),
    column("starts", "int"),
    column("ends", "int"),
    column("created_at", "time", default="now()"),
    Index(None, "object_id"),
)
