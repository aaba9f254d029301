"""Reading rules, flags and helplines."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec

from buurtnet.kit.db import Db, fetch
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.screening.rules.behaviour import count_first, is_new
from buurtnet.screening.rules.kinds import WORDED
from buurtnet.screening.schemas import Change, Flag, Helpline, KindCard, Reason, Rule, RuleCard

HELPLINES = Path(__file__).parent / "helplines.toml"

LAST = """left join (select distinct on (rule_id) * from rule_change where organisation_id = $1::uuid order by rule_id, set_at desc, id desc) c
    on c.rule_id = r.id"""
"""How the organisation `$1` set a rule `r` last."""
HOLDS = """case when r.leads_to = 'danger' and r.organisation_id is null then 'danger' else coalesce(c.leads_to, r.leads_to) end"""
"""What a rule leads to for the organisation; danger that comes with the program is not for anybody to leave out."""
OF_ORGANISATION = "r.ended_at is null and (r.organisation_id is null or r.organisation_id = $1::uuid)"
RULES = f"""
select r.id, r.language, r.kind, r.pattern, {HOLDS} as leads_to, coalesce(c.most, r.most) as most from rule r {LAST}
 where {OF_ORGANISATION} and {HOLDS} <> 'off'
 order by r.id
"""


SUM = "sum(hash_record_extended(r, 0))"
SUMMED = f"select {SUM}::text from ({RULES}) r"
RULES_WITH_SUM = f"select r.*, ({SUM} over ())::text as summed from ({RULES}) r order by r.id"
MOST_KEPT = 16
_kept: dict[tuple[UUID | None, str | None], tuple[Rule, ...]] = {}


async def list_rules(db: Db, organisation_id: UUID | None = None) -> tuple[Rule, ...]:
    """The rules that read texts for the organisation, or for nobody's yet; by id. They are many and change seldom: the database sends what they
    sum up to, and the rules themselves only where this process does not have those of that sum."""
    known = _kept.get((organisation_id, await db.fetchval(SUMMED, organisation_id)))
    if known is not None:
        return known
    rows = await db.fetch(RULES_WITH_SUM, organisation_id)
    if len(_kept) >= MOST_KEPT:
        del _kept[next(iter(_kept))]
    rules = msgspec.convert([dict(row) for row in rows], tuple[Rule, ...])
    _kept[organisation_id, rows[0]["summed"] if rows else None] = rules
    return rules


async def is_newcomer(db: Db, organisation_id: UUID, on_trial: int) -> bool:
    """Whether a worker looks first at what somebody with so many posts on trial places next."""
    return on_trial > 0 and is_new(on_trial, count_first(await list_rules(db, organisation_id)))


COUNTED = """left join lateral (
    select sum(k.seen)::int as seen, sum(k.wrong)::int as wrong from rule_count k
     where k.rule_id = r.id and k.organisation_id = $1::uuid
       and ($2::uuid is null or exists (select from staff_area a where a.person_id = $2 and a.neighbourhood_id = k.neighbourhood_id))) k on true"""
"""How a rule `r` does in the neighbourhoods of the worker `$2`, or in the whole organisation `$1`."""
CARDS = f"""
select r.id, r.language, r.kind, r.pattern, {HOLDS} as leads_to, coalesce(c.most, r.most) as most, r.organisation_id is not null as own,
       r.leads_to as came_as, r.most as came_most, w.given_name as set_by, c.set_at, c.why, coalesce(k.seen, 0) as seen, coalesce(k.wrong, 0) as wrong
  from rule r {LAST} left join person w on w.id = c.set_by
  {COUNTED}
 where {OF_ORGANISATION} and ($3::int is null or r.id = $3) and ($4::text[] is null or r.kind = any($4))
 order by r.organisation_id is null, r.language, r.leads_to = 'allowed', r.id
"""


def _counted_for(viewer: Viewer) -> UUID | None:
    """Whose neighbourhoods figures are of: a facilitator's own, else the whole organisation's."""
    return viewer.person_id if "facilitator" in viewer.roles else None


async def list_cards(db: Db, viewer: Viewer, *, kinds: Sequence[str]) -> list[RuleCard]:
    """The rules of some kinds as they hold in the viewer's organisation; its own first."""
    return await fetch(db, RuleCard, CARDS, viewer.organisation_id, _counted_for(viewer), None, kinds)


async def get_card(db: Db, viewer: Viewer, rule_id: int) -> RuleCard:
    """One rule; NotFound where there is none, or it is another organisation's."""
    found = await fetch(db, RuleCard, CARDS, viewer.organisation_id, _counted_for(viewer), rule_id, None)
    if not found:
        raise NotFound
    return found[0]


KINDS = f"""
select r.kind, count(*) filter (where {HOLDS} not in ('off', 'allowed')) as looking, count(*) filter (where r.organisation_id is not null) as own,
       count(*) filter (where {HOLDS} = 'off') as resting, coalesce(sum(k.seen), 0)::int as seen, coalesce(sum(k.wrong), 0)::int as wrong
  from rule r {LAST}
  {COUNTED}
 where {OF_ORGANISATION} and r.kind = any($3::text[])
 group by r.kind order by array_position($3::text[], r.kind)
"""


async def list_kinds(db: Db, viewer: Viewer) -> list[KindCard]:
    """Each kind of words with how many rules it has in the viewer's organisation and how they do."""
    return await fetch(db, KindCard, KINDS, viewer.organisation_id, _counted_for(viewer), list(WORDED))


CHANGES = (Path(__file__).parent / "sql" / "changes.sql").read_text()


async def list_changes(db: Db, viewer: Viewer, *, rule_id: int | None = None, size: int = 30) -> list[Change]:
    """What workers of the viewer's organisation set, newest first; of all rules or of one."""
    return await fetch(db, Change, CHANGES, viewer.organisation_id, rule_id, size)


FLAGS = """
select kind, rule_id, starts as start, ends as "end", leads_to from flag
 where object_kind = $1 and object_id = $2
 order by starts, ends, kind
"""


async def find_flags(db: Db, object_kind: str, object_id: UUID) -> list[Flag]:
    """What rules saw in the text of an object, by place."""
    return await fetch(db, Flag, FLAGS, object_kind, object_id)


REASONS = f"""
select f.rule_id, f.kind, f.leads_to, r.language, r.pattern, coalesce(c.most, r.most) as most, f.places, w.given_name as set_by, c.set_at, c.why,
       f.judged, coalesce(k.seen, 0) as seen, coalesce(k.wrong, 0) as wrong
  from (select rule_id, kind, leads_to, min(judged) as judged, jsonb_agg(jsonb_build_array(starts, ends) order by starts) as places
          from flag where (object_id = $3 or within = $3) and leads_to <> 'allowed' group by rule_id, kind, leads_to) f
  left join rule r on r.id = f.rule_id
  {LAST} left join person w on w.id = c.set_by
  {COUNTED}
 order by f.leads_to = 'danger' desc, f.places->0->0, f.rule_id
"""


async def explain_flags(db: Db, viewer: Viewer, object_id: UUID) -> list[Reason]:
    """Why a post, or a conversation that somebody or a rule reported, is before a worker: one reason for each rule, danger first."""
    return await fetch(db, Reason, REASONS, viewer.organisation_id, _counted_for(viewer), object_id)


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
