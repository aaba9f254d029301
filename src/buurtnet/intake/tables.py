"""What workers pasted and have not checked yet."""

from sqlalchemy import Index, Table

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata

OWN = f'"by" = {VIEWER}'

pasted = Table(
    "pasted",
    metadata,
    column("id", "uuid", key=True),
    column("by", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("position", "smallint"),
    column("sealed", "bytes", sealed=True, personal=True),
    column("pasted_at", "time", default="now()"),
    Index(None, "by", "id"),
    Index(None, "pasted_at"),
    info={
        "withheld": "What a worker typed over to check, about people who are not here yet; it goes within a day.",
        "policies": {
            "pasted_own": (WEB, "all", OWN, OWN),
            "pasted_worker": (WORKER, "all", "true", "true"),
        },
    },
)
"""Only who pasted it reads it, also behind the handlers: nobody in it has agreed to anything yet."""
