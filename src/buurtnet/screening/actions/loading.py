"""Loading the rules from the files of this package."""

import tomllib
from pathlib import Path

from buurtnet.kit.db import Db
from buurtnet.kit.locks import Lock, hold
from buurtnet.screening.rules.detectors import DETECTORS
from buurtnet.screening.rules.kinds import BEHAVIOURS
from buurtnet.screening.rules.patterns import PatternUnreadable, read_pattern
from buurtnet.screening.schemas import LeadsTo

LISTS = Path(__file__).parent.parent / "rules"

Listed = tuple[str, str, str, LeadsTo, int | None]
"""Language, kind, pattern, where it leads to, and the number of a rule about what people do."""


def read_rules() -> list[Listed]:
    """Every rule in the files; PatternUnreadable where one is not in the language of patterns."""
    rules: dict[tuple[str, str, str], tuple[LeadsTo, int | None]] = {}
    for path in sorted(LISTS.glob("*.toml")):
        for kind, listed in tomllib.loads(path.read_text(encoding="utf-8")).items():
            named = [(pattern, LeadsTo(listed["leads_to"])) for pattern in listed["patterns"]]
            for pattern, leads_to in named + [(pattern, LeadsTo.ALLOWED) for pattern in listed.get("allowed", ())]:
                _check_pattern(kind, pattern)
                rules[path.stem, kind, pattern] = leads_to, listed.get("most")
    return [(*key, *value) for key, value in rules.items()]


def _check_pattern(kind: str, pattern: str) -> None:
    if not pattern.startswith("<"):
        read_pattern(pattern)
    elif pattern not in DETECTORS and BEHAVIOURS.get(kind) != pattern:
        raise PatternUnreadable(pattern)


END_RULES = """
update rule r set ended_at = now()
 where r.ended_at is null and r.organisation_id is null
   and not exists (select from unnest($1::text[], $2::text[], $3::text[]) as kept (language, kind, pattern)
                    where (kept.language, kept.kind, kept.pattern) = (r.language, r.kind, r.pattern))
"""
SAVE_RULES = """
insert into rule (id, language, kind, pattern, leads_to, most)
select (select coalesce(max(id), 0) from rule) + new.place, new.language, new.kind, new.pattern, new.leads_to, new.most
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::smallint[])
       with ordinality as new (language, kind, pattern, leads_to, most, place)
on conflict (organisation_id, language, kind, pattern) do update set leads_to = excluded.leads_to, most = excluded.most, ended_at = null
"""


async def load_rules(db: Db) -> None:
    """Brings the table to the rules of this version. A rule keeps its id for ever, so that what it saw points at it; one that is gone reads no
    text any more, and what organisations made or set stays."""
    languages, kinds, patterns, leads_to, most = (list(column) for column in zip(*read_rules(), strict=True))
    await hold(db, Lock.RULES)
    await db.execute(END_RULES, languages, kinds, patterns)
    await db.execute(SAVE_RULES, languages, kinds, patterns, leads_to, most)
