"""Matches and their answers, what is remembered of pairs, and the weights of the score."""

from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, Table, UniqueConstraint, text

from buurtnet.kit.sql import VIEWER, WEB, column, metadata, one_of
from buurtnet.posts.tables import post_voice

OUTCOMES = ["asked", "taken", "full", "unfit", "nobody", "later"]
STATES = ["suggested", "asked", "offered", "agreed", "completed", "failed", "rejected", "declined", "lapsed", "withdrawn", "resting"]

match = Table(
    "match",
    metadata,
    column("id", "uuid", key=True),
    column("need_id", "uuid", "post.id", on_delete="CASCADE", of="asker_id"),
    column("offer_id", "uuid", "post.id", on_delete="CASCADE", of="helper_id"),
    column("asker_id", "uuid", "person.id", person=True, on_delete="CASCADE", heard="offered_at"),
    column("helper_id", "uuid", "person.id", person=True, on_delete="CASCADE", heard="asked_at"),
    column("state", "text", withheld="It tells what the other one answered."),
    column("origin", "text"),
    column("score", "float", withheld="It is about the two together: with it one could reckon where the other lives."),
    column("parts", "reals", withheld="The same, part by part."),
    column("metres", "int", withheld="It tells where the other one lives."),
    column("level", "smallint", withheld="It tells how far the other one lives, before both said yes too."),
    column("languages", "texts", withheld="Those both speak."),
    column("slots", "int", optional=True, withheld="When both have time."),
    column("needs_review", "bool", default="false", withheld="It can be about the other one."),
    column("need_answer", "text", optional=True, of="asker_id"),
    column("offer_answer", "text", optional=True, of="helper_id"),
    column("rests_until", "time", optional=True, of="helper_id"),
    column("reviewer_id", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("reason", "text", optional=True, withheld="Why it was not proposed or did not work out, as the other one or a worker said."),
    column("proposed_at", "time", default="now()", withheld="Nobody hears of a match before they are asked."),
    column("asked_at", "time", optional=True, of="helper_id"),
    column("offered_at", "time", optional=True, of="asker_id"),
    column("lapses_at", "time", optional=True, withheld="Whose answer is waited for."),
    column("agreed_at", "time", optional=True),
    column("need_done_at", "time", optional=True, of="asker_id"),
    column("offer_done_at", "time", optional=True, of="helper_id"),
    column("closed_at", "time", optional=True, withheld="It tells when the other one said no."),
    column("introduce", "bool", default="false"),
    column("conversation_id", "uuid", "conversation.id", optional=True, on_delete="SET NULL"),
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
    Index(
        "ix_match_standing",
        "need_id",
        "offer_id",
        postgresql_where=text("state in ('suggested', 'asked', 'offered')"),
        postgresql_include=["state"],
    ),
    Index("ix_match_suggested", "proposed_at", postgresql_where=text("state = 'suggested'")),
    Index("ix_match_conversation_id", "conversation_id", postgresql_where=text("conversation_id is not null")),
    Index("ix_match_reviewer_id", "reviewer_id", postgresql_where=text("reviewer_id is not null")),
    Index("ix_match_closed_at", "closed_at", postgresql_where=text("closed_at is not null")),
)

match_count = Table(
    "match_count",
    metadata,
    column("year", "smallint", key=True),
    column("organisation_id", "uuid", "organisation.id", key=True, on_delete="CASCADE"),
    column("theme_id", "smallint", "theme.id", key=True),
    column("state", "text", key=True),
    column("matches", "int"),
    info={"web": "select"},
)
"""What is left of matches that are not kept any more: how many ended how, in a year, by the organisation and theme of the need."""

pair_memory = Table(
    "pair_memory",
    metadata,
    column("id", "uuid", key=True),
    column("person_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("other_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("theme_id", "smallint", "theme.id"),
    column("what", "text"),
    column("at", "time", default="now()"),
    column("until", "time", optional=True),
    one_of("what", ["declined", "rejected", "unhappy", "not_now", "lapsed"]),
    CheckConstraint("(until is not null) = (what in ('not_now', 'lapsed'))", name="until"),
    Index(None, "person_id", "other_id"),
    Index(None, "other_id"),
    info={"withheld": "Who said no to whom: the other one said it in confidence."},
)
"""Two people who are not proposed to each other: for good, or until a moment. It outlives their posts."""

rest = Table(
    "rest",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("since", "time"),
    column("until", "time"),
    column("away", "bool"),
    CheckConstraint("until > since", name="until"),
    info={"merged": "later:until"},
)
"""Helpers who are asked nothing for some days; who was away rests no more once they come back. Nobody is shown it."""

put_first = Table(
    "put_first",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("until", "date"),
    column("by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    info={"withheld": "Whom a worker wants to bring together with neighbours first; nobody is shown it."},
)
"""Whose needs count in rounds as if they had waited longest, and whose bonds with somebody new count as first ones, until a day."""

PARTS = ["proximity", "theme", "time", "room", "bond"]
SET_ONCE = {"web": "select, insert", "worker": "select, insert"}
"""The newest row holds; those before it tell how it came about, so nobody changes them."""


def decided() -> list[Column[Any]]:
    """Those it was decided with and when, and who set it."""
    return [
        column("decided_with", "text"),
        column("decided_on", "date"),
        column("set_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
        column("set_at", "time", default="now()"),
    ]


def decided_long_enough() -> CheckConstraint:
    """A word or two at least on with whom it was decided."""
    return CheckConstraint("char_length(decided_with) between 3 and 600", name="decided_with")


weight = Table(
    "weight",
    metadata,
    column("id", "uuid", key=True),
    *(column(part, "smallint") for part in PARTS),
    *decided(),
    CheckConstraint("least(proximity, theme, time, room, bond) >= 0 and proximity + theme + time + room + bond = 100", name="shares"),
    decided_long_enough(),
    info=SET_ONCE,
)
"""What each part of the score counts for in the whole installation, in percent."""

halving = Table(
    "halving",
    metadata,
    column("id", "uuid", key=True),
    column("theme_id", "smallint", "theme.id"),
    column("metres", "int", optional=True),
    *decided(),
    CheckConstraint("metres between 100 and 10000", name="metres"),
    decided_long_enough(),
    Index(None, "theme_id", "set_at"),
    info=SET_ONCE,
)
"""After how many metres nearness counts half; null: as for the theme above it, or as the tree of themes says."""

emphasis = Table(
    "emphasis",
    metadata,
    column("id", "uuid", key=True),
    column("area_id", "uuid", "area.id", on_delete="CASCADE"),
    column("step", "smallint"),
    *decided(),
    CheckConstraint("step between -2 and 2", name="step"),
    decided_long_enough(),
    Index(None, "area_id", "set_at"),
    info=SET_ONCE,
)
"""From familiar faces first (-2) to new bonds first (2)."""

round_ = Table(
    "round",
    metadata,
    column("id", "uuid", key=True),
    column("area_id", "uuid", "area.id", optional=True, on_delete="CASCADE"),
    column("dry_run", "bool", default="false"),
    column("origin", "text"),
    column("asked_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("state", "text"),
    column("started_at", "time"),
    column("finished_at", "time", optional=True),
    one_of("origin", ["clock", "desk", "command"]),
    one_of("state", ["running", "done", "stopped"]),
    CheckConstraint("(finished_at is null) = (state = 'running')", name="finished"),
    Index(
        "uq_round_running",
        text("coalesce(area_id, '00000000-0000-0000-0000-000000000000')"),
        "dry_run",
        unique=True,
        postgresql_where=text("state = 'running'"),
    ),
    Index(None, "area_id", "started_at"),
    Index(None, "started_at"),
    info={"web": "select, insert"},
)
"""The best assignment of offers to the needs of an area, or of everywhere; a dry run asks nobody."""

round_part = Table(
    "round_part",
    metadata,
    column("id", "uuid", key=True),
    column("round_id", "uuid", "round.id", on_delete="CASCADE"),
    column("theme_id", "smallint", "theme.id", optional=True),
    column("waiting", "int"),
    column("state", "text", default="'waiting'"),
    column("problem", "text", optional=True),
    column("needs", "int", default="0"),
    column("offers", "int", default="0"),
    column("pairs", "bigint", default="0"),
    column("chosen", "int", default="0"),
    column("asked", "int", default="0"),
    column("seconds", "float", default="0"),
    column("peak_mib", "int", default="0"),
    one_of("state", ["waiting", "done", "failed"]),
    one_of("problem", ["memory", "error", "time"]),
    CheckConstraint("(problem is not null) = (state = 'failed')", name="failed"),
    UniqueConstraint("round_id", "theme_id"),
    Index("ix_round_part_waiting", "round_id", postgresql_where=text("state = 'waiting'")),
    info={"web": "select, insert"},
)
"""One theme root of a round, or all themes of a small one, done by one worker in one transaction. `waiting` needs had room for a question when
the round began, `needs` when the part was read; of the pairs that fit, so many were chosen, and so many of these really asked: an answer given
meanwhile wins."""

round_count = Table(
    "round_count",
    metadata,
    column("part_id", "uuid", "round_part.id", key=True, on_delete="CASCADE"),
    column("organisation_id", "uuid", "organisation.id", key=True, on_delete="CASCADE"),
    column("neighbourhood_id", "int", "neighbourhood.id", key=True, on_delete="CASCADE"),
    column("theme_id", "smallint", "theme.id", key=True),
    column("outcome", "text", key=True),
    column("needs", "int"),
    one_of("outcome", OUTCOMES),
    info={"web": "select"},
)
"""What became of the needs of a part, where they stand: counts, for those who are responsible there."""

round_pair = Table(
    "round_pair",
    metadata,
    column("part_id", "uuid", "round_part.id", key=True, on_delete="CASCADE"),
    column("need_id", "uuid", "post.id", key=True, on_delete="CASCADE"),
    column("offer_id", "uuid", "post.id", key=True, on_delete="CASCADE"),
    column("score", "float"),
    Index(None, "need_id"),
    Index(None, "offer_id"),
    info={"web": "select"},
)
"""Whom a dry run would bring together."""

AGREED = f"""exists (select from match m left join conversation c on c.id = m.conversation_id
  where post_voice.post_id in (m.need_id, m.offer_id) and {VIEWER} in (m.asker_id, m.helper_id) and m.state = 'agreed' and c.closed_at is null)"""
post_voice.info["policies"]["post_voice_matched"] = (WEB, "select", AGREED, None)
"""What a neighbour said instead of typing is heard by who was matched with them once both said yes, until one of them ends it."""
