"""Snapshots of the network measures per neighbourhood: a nightly draft for facilitators, a frozen month for everybody."""

from sqlalchemy import Index, Table, text

from buurtnet.kit.sql import column, metadata, one_of

READ_ONLY = {"web": "select"}
"""The worker measures and freezes; pages only show."""
MONTH = "(extract(year from as_of) * 12 + extract(month from as_of))"
KINDS = ["neighbourhood", "municipality", "area"]

snapshot = Table(
    "snapshot",
    metadata,
    column("id", "uuid", key=True),
    column("kind", "text"),
    column("as_of", "date"),
    column("places_on", "date", default="current_date"),
    column("made_at", "time", default="now()"),
    column("seconds", "float", default="0"),
    column("published_at", "time", optional=True),
    one_of("kind", ["draft", "month"]),
    Index("uq_snapshot_month", text(MONTH), unique=True, postgresql_where=text("kind = 'month'")),
    Index("uq_snapshot_draft", "kind", unique=True, postgresql_where=text("kind = 'draft'")),
    info=READ_ONLY,
)
"""The figures through the day `as_of`, of the places as they were on `places_on`: that day, or the day of making where boundaries changed since."""

snapshot_area = Table(
    "snapshot_area",
    metadata,
    column("snapshot_id", "uuid", "snapshot.id", key=True, on_delete="CASCADE"),
    column("number", "int", key=True),
    column("area_id", "uuid", object="none"),
    column("organisation_id", "uuid", object="none"),
    column("names", "json"),
    column("neighbourhoods", "ints"),
    Index(None, "area_id"),
    info=READ_ONLY,
)
"""The areas of organisations as they were on the day of a snapshot; an area has the same number in all of them."""

network_measure = Table(
    "network_measure",
    metadata,
    column("snapshot_id", "uuid", "snapshot.id", key=True, on_delete="CASCADE"),
    column("area_kind", "text", key=True),
    column("area_id", "int", key=True),
    column("window_months", "smallint", key=True),
    column("measure", "text", key=True),
    column("value", "float", optional=True),
    column("n", "int", optional=True),
    column("low", "float", optional=True),
    column("high", "float", optional=True),
    column("mark", "text"),
    one_of("area_kind", KINDS),
    one_of("mark", ["shown", "suppressed", "uninhabited", "inactive", "unpublished"]),
    Index(None, "measure", "area_kind", "snapshot_id"),
    info=READ_ONLY,
)

class_break = Table(
    "class_break",
    metadata,
    column("area_kind", "text", key=True),
    column("window_months", "smallint", key=True),
    column("measure", "text", key=True),
    column("year", "smallint", key=True),
    column("breaks", "reals"),
    column("snapshot_id", "uuid", "snapshot.id", on_delete="CASCADE"),
    one_of("area_kind", KINDS),
    info=READ_ONLY,
)
"""Where the classes of the map break, frozen for a year with its first month in which five classes can be told apart, so that its months compare."""

network_flow = Table(
    "network_flow",
    metadata,
    column("snapshot_id", "uuid", "snapshot.id", key=True, on_delete="CASCADE"),
    column("window_months", "smallint", key=True),
    column("from_id", "int", key=True),
    column("to_id", "int", key=True),
    column("helps", "int"),
    column("people", "int"),
    info=READ_ONLY,
)
"""Help given by people of one neighbourhood to people of another; only what may be told has a row."""

network_cover = Table(
    "network_cover",
    metadata,
    column("snapshot_id", "uuid", "snapshot.id", key=True, on_delete="CASCADE"),
    column("window_months", "smallint", key=True),
    column("cell", "text", key=True),
    column("turn", "smallint", key=True),
    column("area_ids", "ints"),
    column("amounts", "reals"),
    column("told", "smallints"),
    info={"web": "select", "policies": {"network_cover_worker": ("buurtnet_worker", "all", "true", "true")}},
)
"""What everybody may believe of each neighbourhood by the month's figures, with nothing small in it (rules/covers.py): the next month agrees
with it. For the worker alone."""
