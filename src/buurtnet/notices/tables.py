"""What people are told, by which channel and when."""

from sqlalchemy import Index, Table, UniqueConstraint, text

from buurtnet.kit.sql import column, metadata, one_of

notice = Table(
    "notice",
    metadata,
    column("id", "uuid", key=True),
    column("event_id", "uuid"),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("channel", "text"),
    column("kind", "text"),
    column("object_id", "uuid", optional=True),
    column("due_at", "time", default="now()"),
    column("sent_at", "time", optional=True),
    column("provider_id", "text", optional=True),
    column("tries", "smallint", default="0"),
    column("state", "text", default="'due'"),
    UniqueConstraint("event_id", "person_id", "channel", "kind"),
    one_of("channel", ["email", "sms", "push", "worker"]),
    one_of("state", ["due", "sent", "failed", "dropped"]),
    Index("ix_notice_due_at", "due_at", postgresql_where=text("state = 'due'")),
    Index(None, "person_id"),
)

preference = Table(
    "preference",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("kind", "text", key=True),
    column("channel", "text", key=True),
    column("on", "bool"),
)
