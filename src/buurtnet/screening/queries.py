"""Reading rules, flags and helplines."""

from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch
from buurtnet.screening.rules.screening import EXPLANATIONS
from buurtnet.screening.schemas import Flag, Helpline, LeadsTo, Rule

HELPLINES = Path(__file__).parent / "helplines.toml"

RULES = "select id, language, kind, pattern, leads_to from rule order by id"


async def list_rules(db: Db) -> tuple[Rule, ...]:
    """Every rule, by id."""
    return tuple(await fetch(db, Rule, RULES))


FLAGS = """
select object_id, kind, rule_id, starts as start, ends as "end", leads_to
  from flag
 where object_kind = $1 and object_id = any($2::uuid[])
 order by object_id, starts, ends, kind
"""


class _SeenIn(msgspec.Struct):
    object_id: UUID
    kind: str
    rule_id: int | None
    start: int
    end: int
    leads_to: LeadsTo


async def find_flags(db: Db, object_kind: str, object_id: UUID) -> list[Flag]:
    """What rules saw in the text of one object, by place."""
    return (await find_flags_of(db, object_kind, [object_id]))[object_id]


async def find_flags_of(db: Db, object_kind: str, object_ids: list[UUID]) -> dict[UUID, list[Flag]]:
    """What rules saw in the texts of several objects of one kind; an empty list where they saw nothing."""
    found: dict[UUID, list[Flag]] = {object_id: [] for object_id in object_ids}
    for seen in await fetch(db, _SeenIn, FLAGS, object_kind, object_ids):
        explanation = EXPLANATIONS.get(seen.kind, seen.kind)
        found[seen.object_id].append(
            Flag(kind=seen.kind, rule_id=seen.rule_id, start=seen.start, end=seen.end, leads_to=seen.leads_to, explanation=explanation)
        )
    return found


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
