"""What people are told, by which channel and when."""

from sqlalchemy import Index, Table, UniqueConstraint, text

from buurtnet.kit.sql import column, metadata, one_of
from buurtnet.notices.schemas import Pace

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
    column("claimed_until", "time", optional=True),
    column("message_id", "uuid", optional=True),
    UniqueConstraint("event_id", "person_id", "channel", "kind"),
    one_of("channel", ["email", "sms", "push", "worker"]),
    one_of("state", ["due", "sent", "failed", "dropped"]),
    Index("ix_notice_due_at", "due_at", postgresql_where=text("state = 'due'")),
    Index(None, "person_id"),
    Index("ix_notice_object_id", "object_id", postgresql_where=text("state = 'due'")),
)

preference = Table(
    "preference",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("pace", "text", personal=True),
    one_of("pace", [*Pace]),
)
"""How often somebody wants to be written to; who never said is written to at the usual pace."""
