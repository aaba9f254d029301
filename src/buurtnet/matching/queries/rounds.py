"""Reading rounds: what waits to be done, for workers; what was done and found, for those who are responsible there."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from buurtnet.geography.rules.naming import name_in
from buurtnet.kit.db import Db, fetch
from buurtnet.kit.errors import NotFound
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.queries.matches import LABELS
from buurtnet.web.language import current_language

RESPONSIBLE = """exists (
  select from staff f where f.person_id = $1::uuid and f.organisation_id = area.organisation_id
     and (f.role = 'coordinator'
          or (f.role = 'facilitator' and exists (select from staff_area fa where fa.person_id = f.person_id
                                                    and fa.neighbourhood_id = any(area.neighbourhoods)))))"""
"""A coordinator of the area's organisation, or one of its facilitators with a neighbourhood in it."""
VISIBLE = f"(round.area_id is null or exists (select from area where area.id = round.area_id and {RESPONSIBLE}))"
"""The condition on `round` under which the worker `$1` may read that it took place."""
COUNTED = """exists (
  select from staff f join staff_area fa on fa.person_id = f.person_id and fa.neighbourhood_id = c.neighbourhood_id
   where f.person_id = $3::uuid and f.role = 'facilitator' and f.organisation_id = c.organisation_id
     and (f.secrecy_basis is not null or not exists (select from theme where theme.id = c.theme_id and theme.review = 'always')))"""
"""The condition on a count `c` under which `$3` reads it: true numbers are for the facilitators of its place and organisation, those of sensitive
themes for the ones with a basis for secrecy."""


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """A round as a worker may see it."""

    id: UUID
    area_id: UUID | None
    area: str | None = None
    """None for a round over everything."""
    dry_run: bool
    state: str
    started_at: datetime
    finished_at: datetime | None
    parts: int
    """How many parts it has; `over` of them are done or failed."""
    over: int
    problems: list[str]


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """So many needs of a theme in a neighbourhood had this outcome."""

    neighbourhood_id: int
    neighbourhood: str
    theme_id: int
    theme: str
    icon: str
    outcome: str
    needs: int


class PartReport(msgspec.Struct, frozen=True, kw_only=True):
    """One theme of a round in figures, for the operator."""

    id: UUID
    theme: str
    state: str
    problem: str | None
    needs: int
    offers: int
    pairs: int
    chosen: int
    asked: int
    seconds: float
    peak_mib: int


class Area(msgspec.Struct, frozen=True, kw_only=True):
    """An area by its name."""

    id: UUID
    name: str


class Pair(msgspec.Struct, frozen=True, kw_only=True):
    """Two posts that a dry run would bring together."""

    need_id: UUID
    offer_id: UUID
    score: float


ROUND = f"""
select round.id, round.area_id, area.names as area_names, round.dry_run, round.state, round.started_at, round.finished_at,
       sums.parts, sums.over, sums.problems
  from round left join area on area.id = round.area_id
       cross join lateral (
         select count(*) as parts, count(*) filter (where p.state <> 'waiting') as over,
                coalesce(array_agg(distinct p.problem) filter (where p.problem is not null), '{{}}') as problems
           from round_part p where p.round_id = round.id) sums
 where {VISIBLE}
"""
ROUND_BY_ID = f"{ROUND} and round.id = $2"
LAST_ROUND = f"""{ROUND} and not round.dry_run and round.state <> 'running' and (round.area_id is null or round.area_id = $2)
 order by round.started_at desc limit 1"""
RUNNING_ROUND = f"""{ROUND} and round.state = 'running' and round.area_id = $2 order by round.dry_run, round.started_at desc limit 1"""
COUNTS = f"""
select c.neighbourhood_id, hood.names as neighbourhood_names, c.theme_id, words.label as theme, theme.icon, c.outcome, c.needs
  from round_count c join round_part p on p.id = c.part_id join neighbourhood hood on hood.id = c.neighbourhood_id join theme on theme.id = c.theme_id
       {LABELS}
 where p.round_id = $1
"""
IN_ORDER = "order by hood.id, theme.position, theme.id, c.outcome"
ALL_COUNTS = f"{COUNTS} {IN_ORDER}"
OWN_COUNTS = f"""{COUNTS} and {COUNTED}
   and ($4::uuid is null or exists (select from area where area.id = $4 and c.neighbourhood_id = any(area.neighbourhoods)))
 {IN_ORDER}
"""


def _in_words(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The row with the name of its place in the reader's language."""
    names = row[f"{name}_names"]
    return {**row, name: name_in(names, current_language().code) if names else None}


async def _find_round(db: Db, statement: str, viewer: Viewer, identity: UUID) -> Round | None:
    row = await db.fetchrow(statement, viewer.person_id, identity)
    return msgspec.convert(_in_words(dict(row), "area"), Round) if row else None


async def get_round(db: Db, viewer: Viewer, round_id: UUID) -> Round:
    """A round of everything, or of an area for which the worker is responsible; NotFound for any other."""
    found = await _find_round(db, ROUND_BY_ID, viewer, round_id)
    if found is None:
        raise NotFound
    return found


async def find_last_round(db: Db, viewer: Viewer, area_id: UUID) -> Round | None:
    """The last round that looked at the area's needs and is over, be it the area's own or one of everything."""
    return await _find_round(db, LAST_ROUND, viewer, area_id)


async def find_running_round(db: Db, viewer: Viewer, area_id: UUID) -> Round | None:
    """The round of the area that runs now."""
    return await _find_round(db, RUNNING_ROUND, viewer, area_id)


AREAS = f"select area.id, area.names as name_names from area where {RESPONSIBLE} order by area.id"


async def list_areas(db: Db, viewer: Viewer) -> list[Area]:
    """The areas for which the worker is responsible."""
    rows = await db.fetch(AREAS, viewer.person_id)
    return msgspec.convert([_in_words(dict(row), "name") for row in rows], list[Area])


async def list_counts(db: Db, viewer: Viewer, round_id: UUID, *, area_id: UUID | None = None) -> list[Counted]:
    """What became of the needs for which the worker is responsible, true numbers by neighbourhood and theme; of the area alone, if one is named."""
    return _to_counts(await db.fetch(OWN_COUNTS, round_id, current_language().code, viewer.person_id, area_id))


async def list_all_counts(db: Db, round_id: UUID) -> list[Counted]:
    """The same for all needs that the round looked at, for the operator."""
    return _to_counts(await db.fetch(ALL_COUNTS, round_id, current_language().code))


def _to_counts(rows: Iterable[Any]) -> list[Counted]:
    return msgspec.convert([_in_words(dict(row), "neighbourhood") for row in rows], list[Counted])


ANYBODY = f"""
select exists (
  select from round_count c join round_part p on p.id = c.part_id join area on area.organisation_id = c.organisation_id
   where p.round_id = $2 and c.outcome = 'asked' and c.neighbourhood_id = any(area.neighbourhoods) and ($3::uuid is null or area.id = $3)
     and {RESPONSIBLE})
"""


async def has_asked(db: Db, viewer: Viewer, round_id: UUID, *, area_id: UUID | None = None) -> bool:
    """Whether anybody at all was asked for the areas for which the worker is responsible, or would be; for one of them, if it is named."""
    return bool(await db.fetchval(ANYBODY, viewer.person_id, round_id, area_id))


NAMED_AREAS = """
select id from area where id::text = lower($1) or exists (select from jsonb_each_text(names) where lower(value) = lower($1)) order by id
"""


async def find_areas(db: Db, named: str) -> list[UUID]:
    """The areas with this id, or this name in any language."""
    return [row["id"] for row in await db.fetch(NAMED_AREAS, named)]


PARTS = """
select p.id, coalesce(l.label, 'All themes') as theme, p.state, p.problem, p.needs, p.offers, p.pairs, p.chosen, p.asked, p.seconds, p.peak_mib
  from round_part p left join theme_label l on l.theme_id = p.theme_id and l.language = 'en'
 where p.round_id = $1 and p.state <> 'waiting' order by p.theme_id
"""


async def list_parts(db: Db, round_id: UUID) -> list[PartReport]:
    """The parts of a round that are over, in figures, for the operator."""
    return await fetch(db, PartReport, PARTS, round_id)


PAIRS = """
select o.need_id, o.offer_id, o.score from round_pair o join round_part p on p.id = o.part_id
 where p.round_id = $1 order by p.theme_id, o.need_id, o.offer_id
"""


async def list_pairs(db: Db, round_id: UUID) -> list[Pair]:
    """Whom a dry run would bring together: the posts alone, for the operator."""
    return await fetch(db, Pair, PAIRS, round_id)


LEFT = "select count(*) from round_part p join round r on r.id = p.round_id where r.id = $1 and r.state = 'running' and p.state = 'waiting'"


async def count_left(db: Db, round_id: UUID) -> int:
    """How many parts of the round are not over yet."""
    return await db.fetchval(LEFT, round_id) or 0
