"""Reading rules, flags and helplines."""

from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch
from buurtnet.screening.schemas import Flag, Helpline, Rule

HELPLINES = Path(__file__).parent / "helplines.toml"

RULES = "select id, language, kind, pattern, leads_to from rule order by id"


async def list_rules(db: Db) -> tuple[Rule, ...]:
    """Every rule, by id."""
    return tuple(await fetch(db, Rule, RULES))


FLAGS = """
select kind, rule_id, starts as start, ends as "end", leads_to from flag
 where object_kind = $1 and object_id = $2
 order by starts, ends, kind
"""


async def find_flags(db: Db, object_kind: str, object_id: UUID) -> list[Flag]:
    """What rules saw in the text of an object, by place."""
    return await fetch(db, Flag, FLAGS, object_kind, object_id)


@cache
def list_helplines() -> list[Helpline]:
    """The helplines of this installation, the emergency number first."""
    return msgspec.toml.decode(HELPLINES.read_bytes(), type=dict[str, list[Helpline]])["helplines"]


def helplines_for(*kinds: str, language: str) -> list[Helpline]:
    """All helplines: the emergency number, then those for the given kinds of danger, then those that speak the language, then the others."""
    first, *others = list_helplines()
    return [
        first,
        *sorted(others, key=lambda line: (not set(kinds).intersection(line.kinds), bool(line.speaks) and language not in line.speaks)),
    ]
