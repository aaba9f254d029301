"""The rules by which texts are read, how organisations set them, what they saw, and how often there was nothing wrong."""

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint, text

from buurtnet.kit.sql import column, metadata, one_of

rule = Table(
    "rule",
    metadata,
    column("id", "int", key=True),
    column("organisation_id", "uuid", "organisation.id", optional=True, on_delete="CASCADE"),
    column("language", "text"),
    column("kind", "text"),
    column("pattern", "text"),
    column("leads_to", "text"),
    column("most", "smallint", optional=True),
    column("ended_at", "time", optional=True),
    one_of("leads_to", ["review", "sensitive", "danger", "allowed"]),
    CheckConstraint("char_length(pattern) between 1 and 400", name="pattern"),
    UniqueConstraint("organisation_id", "language", "kind", "pattern", postgresql_nulls_not_distinct=True),
    info={"web": "select, insert"},
)
"""A rule comes with the program or is an organisation's own. It never changes and never goes: what it saw keeps pointing at it."""

rule_change = Table(
    "rule_change",
    metadata,
    column("id", "uuid", key=True),
    column("organisation_id", "uuid", "organisation.id", on_delete="CASCADE"),
    column("rule_id", "int", "rule.id"),
    column("leads_to", "text"),
    column("most", "smallint", optional=True),
    column("why", "text"),
    column("set_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("set_at", "time", default="now()"),
    one_of("leads_to", ["review", "sensitive", "danger", "allowed", "off"]),
    CheckConstraint("char_length(why) between 3 and 300", name="why"),
    Index(None, "organisation_id", "rule_id", "set_at"),
    info={"web": "select, insert", "worker": "select, insert"},
)
"""How an organisation set a rule, and why: the last one holds, and those before it say how it came about."""

rule_count = Table(
    "rule_count",
    metadata,
    column("rule_id", "int", "rule.id", key=True),
    column("organisation_id", "uuid", "organisation.id", key=True, on_delete="CASCADE"),
    column("neighbourhood_id", "int", "neighbourhood.id", key=True),
    column("seen", "int"),
    column("wrong", "int"),
    CheckConstraint("wrong between 0 and seen", name="wrong"),
    info={"web": "select, insert, update"},
)
"""How often workers looked at what a rule saw in a neighbourhood, and how often there was nothing wrong: without anybody and without a text."""

flag = Table(
    "flag",
    metadata,
    column("id", "uuid", key=True),
    column("object_kind", "text"),
    column("object_id", "uuid", object="row"),
    column("within", "uuid", optional=True, object="row"),
    column("rule_id", "int", optional=True),
    column("kind", "text"),
    column("leads_to", "text"),
    column("starts", "int"),
    column("ends", "int"),
    column("judged", "text", optional=True),
    column("judged_by", "uuid", "person.id", optional=True, on_delete="SET NULL"),
    column("created_at", "time", default="now()"),
    one_of("judged", ["right", "looked", "wrong"]),
    Index(None, "object_id"),
    Index("ix_flag_within", "within", postgresql_where=text("within is not null")),
    Index("ix_flag_judged_by", "judged_by", postgresql_where=text("judged_by is not null")),
)

text_sum = Table(
    "text_sum",
    metadata,
    column("object_id", "uuid", key=True, object="row"),
    column("object_kind", "text"),
    column("within", "uuid", optional=True, object="row"),
    column("author_id", "uuid", "person.id", person=True, on_delete="CASCADE"),
    column("sum", "bytes"),
    column("at", "time", default="now()"),
    Index(None, "sum"),
    Index(None, "author_id"),
    Index(None, "at"),
    info={"withheld": "Sums by which the same words are known again; kept for thirty days."},
)
"""A sum of the words of each text of the last thirty days, keyed where the text is a secret: the same words have the same sum."""
