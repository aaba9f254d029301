"""What workers look at, decide and have to do."""

from sqlalchemy import Index, Table, text

from buurtnet.kit.sql import WEB, WORKER, column, metadata, one_of

claim = Table(
    "claim",
    metadata,
    column("object_kind", "text", key=True),
    column("object_id", "uuid", key=True, object="row"),
    column("by", "uuid", "person.id", on_delete="CASCADE"),
    column("until", "time"),
    one_of("object_kind", ["post", "match", "report"]),
)

report = Table(
    "report",
    metadata,
    column("id", "uuid", key=True),
    column("by", "uuid", "person.id", optional=True, person=True, on_delete="SET NULL"),
    column("organisation_id", "uuid", "organisation.id", optional=True),
    column("neighbourhood_id", "int", "neighbourhood.id", optional=True),
    column("object_kind", "text"),
    column("object_id", "uuid", optional=True, object="empty"),
    column("text", "text", personal=True, left="''"),
    column("where_seen", "text", optional=True, personal=True),
    column("language", "text"),
    column("at", "time", default="now()"),
    column("closed_at", "time", optional=True),
    column("closed_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("outcome", "text", optional=True),
    one_of("object_kind", ["post", "person", "conversation", "message", "other"]),
    Index("ix_report_open", "at", postgresql_where=text("closed_at is null")),
)

report_address = Table(
    "report_address",
    metadata,
    column("id", "uuid", "report.id", key=True, on_delete="CASCADE"),
    column("sealed", "bytes", sealed=True, personal=True),
    info={
        "withheld": "No page can read it, only the worker that sends the answer; then it goes.",
        "web": "insert",
        "policies": {
            "report_address_add": (WEB, "insert", None, "true"),
            "report_address_worker": (WORKER, "all", "true", "true"),
        },
    },
)
"""Where the answer to a report goes, sealed: no page can read it, only the worker that sends the answer."""

VERDICTS = [
    *("approved", "refused", "changes_asked", "words_proposed", "held", "right_first", "rejected", "closed"),
    *("warned", "limited", "blocked", "upheld", "overturned"),
]
TASK_KINDS = [
    *("call_back", "follow_up", "clock", "danger", "unhappy", "appeal", "silent_agreement", "unreached", "still_here"),
    *("referral", "held", "block_asked", "again", "place", "relieve", "circle"),
]

decision = Table(
    "decision",
    metadata,
    column("id", "uuid", key=True),
    column("object_kind", "text"),
    column("object_id", "uuid", object="row"),
    column("subject_id", "uuid", "person.id", optional=True, person=True, on_delete="CASCADE"),
    column("verdict", "text"),
    column("reason", "text", optional=True),
    column("right", "text", optional=True),
    column("barrier", "text", optional=True),
    column("text", "text", optional=True, personal=True),
    column("words", "text", optional=True, personal=True),
    column("until", "date", optional=True),
    column("stays", "bool", default="false"),
    column("agreed", "text", optional=True),
    column("by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("second_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("at", "time", default="now()"),
    column("undone_at", "time", optional=True),
    column("undone_why", "text", optional=True),
    column("effect_at", "time", default="now()"),
    column("effected_at", "time", optional=True),
    column("batch", "uuid", object="none"),
    column("theme", "text", optional=True),
    column("version", "int", optional=True),
    column("appealed_at", "time", optional=True),
    column("appeal_of", "uuid", optional=True, object="row"),
    column("answered_at", "time", optional=True),
    column("answer", "text", optional=True),
    one_of("object_kind", ["post", "match", "report", "person"]),
    one_of("verdict", VERDICTS),
    one_of("agreed", ["phone", "in_person"]),
    one_of("answer", ["yes", "no"]),
    one_of("undone_why", ["worker", "changed", "appeal", "ended"]),
    Index(None, "object_id"),
    Index(None, "subject_id"),
    Index(None, "batch"),
    Index(None, "by"),
    Index("ix_decision_second_by", "second_by", postgresql_where=text("second_by is not null")),
    Index("ix_decision_due", "object_kind", "object_id", unique=True, postgresql_where=text("effected_at is null and undone_at is null")),
    Index("ix_decision_undoable", "by", postgresql_where=text("effected_at is null and undone_at is null")),
)

task = Table(
    "task",
    metadata,
    column("id", "uuid", key=True),
    column("kind", "text"),
    column("organisation_id", "uuid", "organisation.id"),
    column("neighbourhood_id", "int", "neighbourhood.id", optional=True),
    column("person_id", "uuid", "person.id", optional=True, person=True, on_delete="CASCADE"),
    column("for_worker", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("object_kind", "text", optional=True),
    column("object_id", "uuid", optional=True, object="row"),
    column("urgent", "bool", default="false"),
    column("due_on", "date", default="current_date"),
    column("created_at", "time", default="now()"),
    column("done_at", "time", optional=True),
    column("done_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("outcome", "text", optional=True),
    one_of("kind", TASK_KINDS),
    Index(None, "person_id"),
    Index(None, "object_id"),
    Index("ix_task_for_worker", "for_worker", postgresql_where=text("for_worker is not null")),
    Index("ix_task_done_by", "done_by", postgresql_where=text("done_by is not null")),
    Index("ix_task_open", "organisation_id", "due_on", postgresql_where=text("done_at is null")),
    info={
        "withheld": "What workers have to do for somebody; with it in hand, whoever looks at a phone could read that they asked for help."
    },
)

task_log = Table(
    "task_log",
    metadata,
    column("id", "uuid", key=True),
    column("task_id", "uuid", "task.id", on_delete="CASCADE"),
    column("at", "time", default="now()"),
    column("by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("outcome", "text"),
    one_of("outcome", ["called", "no_answer", "went_by", "agreed", "done"]),
    Index(None, "task_id"),
    Index(None, "by"),
)
"""Each try of a worker, and how it went."""
