"""Conversations between two people who both said yes. Bodies are sealed."""

from sqlalchemy import CheckConstraint, Index, Table, text

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata

conversation = Table(
    "conversation",
    metadata,
    column("id", "uuid", key=True),
    column("opened_at", "time", default="now()"),
    column("closed_at", "time", optional=True),
    info={"kept_by": "participant"},
)

participant = Table(
    "participant",
    metadata,
    column("conversation_id", "uuid", "conversation.id", key=True, on_delete="CASCADE"),
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("read_at", "time", optional=True),
    Index(None, "person_id"),
)

TAKES_PART = f"exists (select from participant p where p.conversation_id = message.conversation_id and p.person_id = {VIEWER})"
REPORTED = (
    f'message.reported_at is not null and exists (select from "grant" g where g.person_id = {VIEWER}'
    " and g.object_id = message.conversation_id and g.until > now())"
)

message = Table(
    "message",
    metadata,
    column("id", "uuid", key=True),
    column("conversation_id", "uuid", "conversation.id", on_delete="CASCADE"),
    column("author_id", "uuid", "person.id", optional=True, person=True, on_delete="CASCADE"),
    column("body", "bytes", sealed=True, personal=True),
    column("phrase", "text", optional=True),
    column("sent_at", "time", default="clock_timestamp()"),
    column("reported_at", "time", optional=True, withheld="It tells the author that the other one went to a worker."),
    Index(None, "conversation_id", "sent_at"),
    Index(None, "author_id"),
    Index("ix_message_reported_at", "reported_at", postgresql_where=text("reported_at is not null")),
    info={
        "web": "select, insert, update (reported_at)",
        "policies": {
            "message_read": (WEB, "select", f"{TAKES_PART} or ({REPORTED})", None),
            "message_add": (WEB, "insert", None, f"author_id = {VIEWER} and {TAKES_PART}"),
            "message_report": (WEB, "update", TAKES_PART, TAKES_PART),
            "message_worker": (WORKER, "all", "true", "true"),
        },
    },
)

READABLE = "exists (select from message m where m.id = message_voice.message_id)"
"""Whoever may read the message may hear it: row-level security of `message` holds in here too."""

message_voice = Table(
    "message_voice",
    metadata,
    column("message_id", "uuid", "message.id", key=True, on_delete="CASCADE"),
    column("author_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("sound", "bytes", sealed=True, personal=True),
    column("seconds", "smallint"),
    CheckConstraint("seconds between 1 and 30", name="seconds"),
    Index(None, "author_id"),
    info={
        "web": "select, insert",
        "policies": {
            "message_voice_read": (WEB, "select", READABLE, None),
            "message_voice_add": (
                WEB,
                "insert",
                None,
                f"author_id = {VIEWER} and exists (select from message m where m.id = message_voice.message_id and m.author_id = message_voice.author_id)",
            ),
            "message_voice_worker": (WORKER, "all", "true", "true"),
        },
    },
)
"""What was said instead of written."""
