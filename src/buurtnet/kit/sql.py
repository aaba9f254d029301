"""The schema's common part: one MetaData, named constraints, kinds of columns, and tags that say what a table or column holds.

`tables` of each slice declares its tables on `metadata`. A column that refers to a person says by its `on_delete` what erasure does: CASCADE, the
row leaves with them; SET NULL, the row stays and points at nobody. Tags stand in `info` (decision 13):
  column info  "personal": True        holds personal data: export and erasure are generated from it
               "person": True          refers to the person the row is about; without a foreign key the row leaves with them
               "sealed": True          holds bytes sealed by the vault
               "object": "row"         points at something without a foreign key, or holds such ids as JSON: the row goes with that thing
                         "empty"       the same, but the reference is emptied
                         "none"        an id that points at nothing anybody keeps
               "lookup": "own"         the blind index of an address the row's person has
                         "row"         of any address: the row leaves with the last person who has it
                         "stays"       of somebody else's wish, or of nobody any more; "none": of no address
               "left": "''"            what a personal column holds after the person it was about left a row that stays; without it null
               "withheld": "…"         why export leaves it out
               "of": "asker_id"        which of a row's two people the column is about
               "heard": "asked_at"     the column that is empty until this person was told: before, export leaves the row out for them
  table info   "web": "select, insert"  what the web role may do; "worker": the same for the worker role; default: everything
               "withheld": "…"         why export leaves the whole table out
               "kept_by": "table"      a row goes when the last row of that table that refers to it has gone
               "merged": "later:until" which of two rows stays where two accounts of one person become one and a key allows one row: the one
                                       with the later value; without it the one of the account that stays
               "policies": {name: (role, "all"|"select"|"insert"|"update"|"delete", using, check)}: row-level security with FORCE
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, REAL, UUID

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Kind = Literal[
    "uuid",
    "int",
    "bigint",
    "smallint",
    "text",
    "bool",
    "time",
    "date",
    "bytes",
    "json",
    "float",
    "real",
    "texts",
    "ints",
    "smallints",
    "reals",
]
KINDS: Mapping[str, Any] = {
    "uuid": UUID(as_uuid=True),
    "int": Integer,
    "bigint": BigInteger,
    "smallint": SmallInteger,
    "text": Text,
    "bool": Boolean,
    "time": DateTime(timezone=True),
    "date": Date,
    "bytes": LargeBinary,
    "json": JSONB,
    "float": Float(53),
    "real": REAL,
    "texts": ARRAY(Text),
    "ints": ARRAY(Integer),
    "smallints": ARRAY(SmallInteger),
    "reals": ARRAY(REAL),
}


def column(
    name: str,
    kind: Kind,
    refers: str | None = None,
    *,
    key: bool = False,
    optional: bool = False,
    default: str | None = None,
    on_delete: str | None = None,
    **tags: bool | str,
) -> Column[Any]:
    """A column of a named kind; `refers` is `table.column`, `default` an SQL expression, further keywords are tags."""
    reference = [ForeignKey(refers, ondelete=on_delete)] if refers else []
    return Column(
        name,
        KINDS[kind],
        *reference,
        primary_key=key,
        autoincrement=False,
        nullable=optional,
        server_default=text(default) if default else None,
        info=dict(tags),
    )


def one_of(name: str, values: Sequence[str]) -> CheckConstraint:
    """A check that the text column holds one of the values; the constraint bears the column's name."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} in ({listed})", name=name)


WEB = "buurtnet_web"
WORKER = "buurtnet_worker"
VIEWER = "nullif(current_setting('app.viewer', true), '')::uuid"
"""The viewer inside a policy: null where no transaction has set one."""


def security_statements() -> list[str]:
    """What the declared tags mean in SQL: grants for the two roles, row-level security and its policies. Migrations hold them literally."""
    statements: list[str] = []
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        name = f'"{table.name}"'
        for role, key in ((WEB, "web"), (WORKER, "worker")):
            statements.append(f"grant {table.info.get(key, 'select, insert, update, delete')} on {name} to {role}")
        policies = table.info.get("policies", {})
        if policies:
            statements += [f"alter table {name} enable row level security", f"alter table {name} force row level security"]
        for policy, (role, command, using, check) in policies.items():
            conditions = (f" using ({using})" if using else "") + (f" with check ({check})" if check else "")
            statements.append(f"create policy {policy} on {name} for {command} to {role}{conditions}")
    return statements
