"""Matches and their answers, what is remembered of pairs, and the weights of the score."""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, text

from buurtnet.kit.sql import column, metadata, one_of

STATES = ["suggested", "asked", "offered", "agreed", "completed", "failed", "rejected", "declined", "lapsed", "withdrawn", "resting"]

match = Table(
    "match",
    metadata,
    column("id", "uuid", key=True),
    column("need_id", "uuid", "post.id", on_delete="CASCADE"),
    column("offer_id", "uuid", "post.id", on_delete="CASCADE"),
    column("asker_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("helper_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("state", "text"),
    column("origin", "text"),
    column("score", "float"),
    column("parts", "reals"),
    column("metres", "int"),
    column("level", "smallint"),
    column("languages", "texts"),
    column("slots", "int", optional=True),
    column("needs_review", "bool", default="false"),
    column("need_answer", "text", optional=True),
    column("offer_answer", "text", optional=True),
    column("rests_until", "time", optional=True),
    column("reviewer_id", "uuid", "person.id", optional=True),
    column("reason", "text", optional=True),
    column("proposed_at", "time", default="now()"),
    column("asked_at", "time", optional=True),
    column("offered_at", "time", optional=True),
    column("lapses_at", "time", optional=True),
    column("agreed_at", "time", optional=True),
    column("need_done_at", "time", optional=True),
    column("offer_done_at", "time", optional=True),
    column("closed_at", "time", optional=True),
    column("introduce", "bool", default="false"),
    column("conversation_id", "uuid", "conversation.id", optional=True),
    column("version", "int", default="1"),
    UniqueConstraint("need_id", "offer_id"),
    one_of("state", STATES),
    one_of("origin", ["engine", "facilitator", "resident"]),
    CheckConstraint("need_id <> offer_id", name="two_posts"),
    CheckConstraint("asker_id <> helper_id", name="two_people"),
    Index(None, "offer_id"),
    Index("ix_match_agreed", "agreed_at", postgresql_where=text("state = 'agreed'")),
    Index("ix_match_helper", "helper_id", "agreed_at"),
    Index("ix_match_asker", "asker_id"),
    Index("ix_match_resting", "rests_until", postgresql_where=text("state = 'resting'")),
    Index("ix_match_lapses_at", "lapses_at", postgresql_where=text("state in ('asked', 'offered')")),
    Index("ix_match_suggested", "proposed_at", postgresql_where=text("state = 'suggested'")),
)

pair_memory = Table(
    "pair_memory",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("other_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("theme_id", "smallint", "theme.id"),
    column("what", "text"),
    column("at", "time", default="now()"),
    one_of("what", ["declined", "rejected", "unhappy"]),
    Index(None, "person_id", "other_id"),
    Index(None, "other_id"),
)

weight = Table(
    "weight",
    metadata,
    column("id", "uuid", key=True),
    column("area_id", "uuid", "area.id", optional=True),
    column("part", "text"),
    column("value", "float"),
    column("set_by", "uuid", "person.id", optional=True),
    column("set_at", "time", default="now()"),
    one_of("part", ["proximity", "theme", "time", "room", "bond"]),
    CheckConstraint("value between 0 and 1", name="value"),
    Index("uq_weight_area_part", text("coalesce(area_id, '00000000-0000-0000-0000-000000000000')"), "part", unique=True),
    info={"web": "select"},
)
