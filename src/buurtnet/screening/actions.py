"""Screening a text and keeping what was seen; loading the rules from the files of this package."""

import tomllib
from pathlib import Path
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.ids import new_id
from buurtnet.screening import queries
from buurtnet.screening.rules.detectors import DETECTORS
from buurtnet.screening.rules.patterns import PatternUnreadable, read_pattern
from buurtnet.screening.rules.screening import screen
from buurtnet.screening.schemas import Flag, LeadsTo

LISTS = Path(__file__).parent / "rules"

FORGET_FLAGS = "delete from flag where object_kind = $1 and object_id = $2"
SAVE_FLAG = """
insert into flag (id, object_kind, object_id, rule_id, kind, leads_to, starts, ends) values ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def screen_text(db: Db, object_kind: str, object_id: UUID, text: str, language: str, *, region: str = "BE") -> list[Flag]:
    """What the rules see in the text, by place; kept as flags of the object in place of earlier ones."""
    flags = screen(text, language, await queries.list_rules(db), region=region)
    await db.execute(FORGET_FLAGS, object_kind, object_id)
    rows = [(new_id(), object_kind, object_id, flag.rule_id, flag.kind, flag.leads_to, flag.start, flag.end) for flag in flags]
    if rows:
        await db.executemany(SAVE_FLAG, rows)
    return flags


def read_rules() -> list[tuple[str, str, str, LeadsTo]]:
    """Language, kind, pattern and where it leads to of every rule in the files; PatternUnreadable where one is not in the language."""
    rules: dict[tuple[str, str, str], LeadsTo] = {}
    for path in sorted(LISTS.glob("*.toml")):
        for kind, listed in tomllib.loads(path.read_text(encoding="utf-8")).items():
            named = [(pattern, LeadsTo(listed["leads_to"])) for pattern in listed["patterns"]]
            for pattern, leads_to in named + [(pattern, LeadsTo.ALLOWED) for pattern in listed.get("allowed", ())]:
                _check_pattern(pattern)
                rules[path.stem, kind, pattern] = leads_to
    return [(*key, leads_to) for key, leads_to in rules.items()]


def _check_pattern(pattern: str) -> None:
    if not pattern.startswith("<"):
        read_pattern(pattern)
    elif pattern not in DETECTORS:
        raise PatternUnreadable(pattern)


REMOVE_RULES = """
delete from rule r
 where not exists (select from unnest($1::text[], $2::text[], $3::text[]) as kept (language, kind, pattern)
                    where (kept.language, kept.kind, kept.pattern) = (r.language, r.kind, r.pattern))
"""
SAVE_RULES = """
insert into rule (id, language, kind, pattern, leads_to)
select (select coalesce(max(id), 0) from rule) + new.place, new.language, new.kind, new.pattern, new.leads_to
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as new (language, kind, pattern, leads_to, place)
on conflict (language, kind, pattern) do update set leads_to = excluded.leads_to
"""


async def load_rules(db: Db) -> None:
    """Brings the table to the rules of this version. A rule keeps its id; flags of rules that are gone stay as they were seen."""
    languages, kinds, patterns, leads_to = (list(column) for column in zip(*read_rules(), strict=True))
    await db.execute(REMOVE_RULES, languages, kinds, patterns)
    await db.execute(SAVE_RULES, languages, kinds, patterns, leads_to)
