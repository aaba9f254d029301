"""Tables that belong to no slice: what is still to be told, what was already done once, who did what."""

from sqlalchemy import Index, PrimaryKeyConstraint, Table, text

from buurtnet.kit.sql import column, metadata

outbox = Table(
    "outbox",
    metadata,
    column("id", "uuid", key=True),
    column("kind", "text"),
    column("payload", "json", object="row"),
    column("created_at", "time", default="now()"),
    column("due_at", "time", default="now()"),
    column("attempts", "smallint", default="0"),
    column("last_error", "text", optional=True),
    column("reactions_done", "texts", default="'{}'"),
    column("done_at", "time", optional=True),
    column("parked_at", "time", optional=True),
    Index("ix_outbox_due_at", "due_at", postgresql_where=text("done_at is null and parked_at is null")),
    info={"web": "select, insert"},
)

idempotency = Table(
    "idempotency",
    metadata,
    column("person_id", "uuid", key=True, person=True),
    column("key", "text", key=True),
    column("request_hash", "bytes"),
    column("status", "smallint", optional=True),
    column("location", "text", optional=True),
    column("created_at", "time", default="now()"),
    info={"withheld": "That a device sent something once; kept for thirty days."},
)

pseudonym = Table(
    "pseudonym",
    metadata,
    column("alias", "uuid", key=True, object="none"),
    column("person_id", "uuid", person=True),
    column("former", "bool", default="false"),
    Index("uq_pseudonym_person_id", "person_id", unique=True, postgresql_where=text("not former")),
    Index(None, "person_id"),
    info={
        "web": "select, insert",
        "withheld": "It is shown as what it is for: who looked at my data.",
    },
)

audit = Table(
    "audit",
    metadata,
    column("id", "uuid"),
    column("at", "time"),
    column("actor", "uuid", optional=True, object="none"),
    column("on_behalf_of", "uuid", optional=True, object="none"),
    column("subject", "uuid", optional=True, object="none"),
    column("action", "text"),
    column("object_kind", "text", optional=True),
    column("object_id", "uuid", optional=True, object="none"),
    column("reason", "text", optional=True),
    PrimaryKeyConstraint("at", "id"),
    Index(None, "subject", "at"),
    Index(None, "actor", "at"),
    postgresql_partition_by="RANGE (at)",
    info={"web": "select, insert", "worker": "select, insert"},
)

audit_seal = Table(
    "audit_seal",
    metadata,
    column("id", "uuid", key=True),
    column("since", "time"),
    column("up_to", "time"),
    column("rows", "int"),
    column("hash", "bytes"),
    column("previous_hash", "bytes"),
    info={"web": "select", "worker": "select, insert"},
)

grant = Table(
    "grant",
    metadata,
    column("person_id", "uuid", key=True, person=True),
    column("object_id", "uuid", key=True, object="row"),
    column("until", "time"),
    info={"withheld": "What a worker opened stands in the list of who looked."},
)
