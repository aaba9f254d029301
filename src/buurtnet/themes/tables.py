"""The theme tree and its words in each language."""

from sqlalchemy import Table, UniqueConstraint

from buurtnet.kit.sql import column, metadata, one_of

READ_ONLY = {"web": "select"}
"""`buurtnet migrate` loads the tree, in the owner's role."""

theme = Table(
    "theme",
    metadata,
    column("id", "smallint", key=True),
    column("slug", "text"),
    column("parent_id", "smallint", "theme.id", optional=True),
    column("review", "text"),
    column("talk", "bool"),
    column("halving_m", "int"),
    column("icon", "text"),
    column("position", "smallint"),
    column("right", "bool", default="false"),
    column("safeguard", "text", optional=True),
    column("advice", "text", optional=True),
    column("need_days", "smallint", default="30"),
    column("offer_days", "smallint", default="90"),
    UniqueConstraint("slug"),
    one_of("review", ["always", "new"]),
    info=READ_ONLY,
)

theme_label = Table(
    "theme_label",
    metadata,
    column("theme_id", "smallint", "theme.id", key=True),
    column("language", "text", key=True),
    column("label", "text"),
    column("shown", "text", optional=True),
    column("example", "text", default="''"),
    column("words", "texts", default="'{}'"),
    column("hints", "texts", default="'{}'"),
    info=READ_ONLY,
)
