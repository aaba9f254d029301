"""Who helped whom: one row for each pair of people between whom at least one help was completed, and the component each person is in."""

from sqlalchemy import CheckConstraint, Index, Table

from buurtnet.kit.sql import column, metadata

tie = Table(
    "tie",
    metadata,
    column("a", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("b", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("first_on", "date"),
    column("last_on", "date"),
    column("helps", "int", default="1"),
    column("a_helped", "int", default="0", of="a"),
    column("b_helped", "int", default="0", of="b"),
    column("themes", "smallints", default="'{}'"),
    CheckConstraint("a < b", name="ordered"),
    CheckConstraint("helps = a_helped + b_helped", name="helps"),
    Index(None, "b"),
    Index(None, "last_on"),
)

tie_component = Table(
    "tie_component",
    metadata,
    column("person_id", "uuid", "person.id", key=True, person=True, on_delete="CASCADE"),
    column("component", "uuid", object="none", withheld="Who is connected with whom, over others."),
    Index(None, "component"),
)
