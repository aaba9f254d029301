"""Notes of posts that are not placed yet."""

from sqlalchemy import CheckConstraint, Index, Table

from buurtnet.kit.sql import VIEWER, WEB, WORKER, column, metadata

MINE = f"person_id = {VIEWER} or person_id is null and id = nullif(current_setting('app.voice_draft', true), '')::uuid"
"""Of somebody who has not joined yet the note is nobody's: its id stands in the sealed cookie of their browser alone, and who does not name it
in their transaction finds nothing."""

voice_draft = Table(
    "voice_draft",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", optional=True, person=True, on_delete="CASCADE"),
    column("sound", "bytes", sealed=True, personal=True),
    column("seconds", "smallint"),
    column("made_at", "time", default="now()"),
    CheckConstraint("seconds between 1 and 30", name="seconds"),
    Index(None, "made_at"),
    Index(None, "person_id"),
    info={
        "web": "select, insert, delete",
        "policies": {
            "voice_draft_own": (WEB, "all", MINE, f"person_id is not distinct from {VIEWER}"),
            "voice_draft_worker": (WORKER, "all", "true", "true"),
        },
    },
)
