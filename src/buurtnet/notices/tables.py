"""What people are told, by which channel and when."""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, text

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata, one_of
from buurtnet.notices.schemas import CHANNELS, Pace, Topic

notice = Table(
    "notice",
    metadata,
    column("id", "uuid", key=True),
    column("event_id", "uuid", object="none"),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("channel", "text"),
    column("kind", "text"),
    column("object_id", "uuid", optional=True, object="row"),
    column("due_at", "time", default="now()"),
    column("sent_at", "time", optional=True),
    column("provider_id", "text", optional=True),
    column("tries", "smallint", default="0"),
    column("state", "text", default="'due'"),
    column("claimed_until", "time", optional=True),
    column("message_id", "uuid", optional=True, object="none"),
    UniqueConstraint("event_id", "person_id", "kind"),
    one_of("channel", [*CHANNELS]),
    one_of("state", ["due", "sent", "failed", "dropped"]),
    Index("ix_notice_due_at", "due_at", postgresql_where=text("state = 'due'")),
    Index(None, "person_id"),
    Index("ix_notice_object_id", "object_id", postgresql_where=text("state = 'due'")),
)

preference = Table(
    "preference",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("pace", "text", default="'usual'", personal=True),
    column("quiet_from", "smallint", default="21", personal=True),
    column("quiet_until", "smallint", default="8", personal=True),
    one_of("pace", [*Pace]),
    CheckConstraint("quiet_from between 0 and 23 and quiet_until between 0 and 23", name="quiet"),
)
"""How often somebody wants to be written to, and between which hours not (the same hour twice: at any time); who never said is written to at
the usual pace, and not at night."""

choice = Table(
    "choice",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("topic", "text", key=True, personal=True),
    column("channels", "texts", personal=True),
    column("stopped", "bool", default="false", personal=True),
    one_of("topic", [*Topic]),
    CheckConstraint(f"channels <@ array{[*CHANNELS]}", name="channels"),
)
"""By which channels somebody may be told about a topic, and whether they are told at all; who never said is told by any."""

push_subscription = Table(
    "push_subscription",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("session_hash", "bytes", "session.token_hash", on_delete="CASCADE"),
    column("lookup", "bytes", lookup="none"),
    column(
        "sealed", "bytes", sealed=True, personal=True, withheld="It is the key to your device: whoever has it could write to you there."
    ),
    column("failures", "smallint", default="0"),
    column("created_at", "time", default="now()"),
    UniqueConstraint("session_hash"),
    Index(None, "person_id"),
    Index(None, "lookup"),
    info={
        "policies": {
            "push_own": (WEB, "all", f"person_id = {VIEWER}", f"person_id = {VIEWER}"),
            "push_worker": (WORKER, "all", "true", "true"),
        }
    },
)
"""A device on which somebody wants to see notices; it is forgotten with the session in which it was named."""
