"""Doing a part of a round. Whoever takes one holds it for one transaction, in which the town is read and the best assignment is found in a process
apart. What it chose is asked in short transactions beside that one (`asking`), so that nobody who answers waits for long; a part whose worker is
killed is free again, and whoever was asked already is not asked twice, because a need with a question has no room for another.
"""

from uuid import UUID

import msgspec

from buurtnet.kit.apart import MEBIBYTE, Apart, Done
from buurtnet.kit.clock import now
from buurtnet.kit.db import LONG, Db, be_patient, fetch_one
from buurtnet.matching.actions.rounds import finish_round
from buurtnet.matching.rules.rounds import Solved

PROGRAM_MIB, FOR_PAIRS = 256, 0.8
"""What the program takes by itself with its work space, and the share of the rest that pairs may take; the solver needs some beside them."""
TAKE = """
select p.id, p.round_id, p.theme_id, r.dry_run, a.organisation_id, a.neighbourhoods
  from round_part p join round r on r.id = p.round_id left join area a on a.id = r.area_id
 where p.state = 'waiting' and r.state = 'running' and ($1::uuid is null or r.id = $1)
 order by r.area_id is null, r.started_at, p.waiting desc, p.id
 limit 1 for update of p skip locked
"""
"""An area's round first, because somebody waits for it; of a round the largest part first, so that several workers end together."""
DONE = """
update round_part set state = 'done', needs = $2, offers = $3, pairs = $4, chosen = $5, asked = $6, seconds = $7, peak_mib = $8
 where id = $1 and state = 'waiting' returning id
"""
ADD_COUNTS = """
insert into round_count (part_id, organisation_id, neighbourhood_id, theme_id, outcome, needs)
select $1, * from unnest($2::uuid[], $3::int[], $4::smallint[], $5::text[], $6::int[])
"""
ADD_PAIRS = """
insert into round_pair (part_id, need_id, offer_id, score)
select $1, c.need_id, c.offer_id, c.score from unnest($2::uuid[], $3::uuid[], $4::float8[]) as c(need_id, offer_id, score)
 where exists (select from post where post.id = c.need_id) and exists (select from post where post.id = c.offer_id)
"""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a round, held by whoever took it."""

    id: UUID
    round_id: UUID
    theme_id: int | None
    """A root; None: all themes."""
    dry_run: bool
    organisation_id: UUID | None
    """Of the area, as its neighbourhoods: whose needs the round looks at; None: everybody's."""
    neighbourhoods: list[int] | None


async def take_part(db: Db, round_id: UUID | None = None) -> Part | None:
    """A part that nobody holds, of this round or of any; it is held until the transaction ends, which may be long."""
    await be_patient(db)
    return await fetch_one(db, Part, TAKE, round_id)


async def find_best(db: Db, part: Part, apart: Apart) -> Done:
    """The best assignment for a part that was taken (`answer`, a Solved), and what memory it took; OutOfMemory, Ended."""
    from buurtnet.matching.queries.pool import read_pool  # NumPy and SciPy take a second to import, which only a worker with a round needs.
    from buurtnet.matching.rules.solving import solve_part

    pool = await read_pool(db, root=part.theme_id, at=now(), neighbourhoods=part.neighbourhoods, organisation_id=part.organisation_id)
    most_bytes = int((apart.most_mib - PROGRAM_MIB) * MEBIBYTE * FOR_PAIRS)
    return await apart.do(solve_part, pool, most_bytes)


async def finish_part(db: Db, part: Part, solved: Solved, *, asked: int, seconds: float, peak_mib: int) -> None:
    """Notes what was found in a part that was taken, of a dry run also whom it would ask, and ends the round with its last part."""
    if part.dry_run:
        await _note_pairs(db, part, solved)
    if solved.counts:
        await db.execute(ADD_COUNTS, part.id, *map(list, zip(*solved.counts, strict=True)), timeout=LONG)
    await db.execute(DONE, part.id, solved.needs, solved.offers, solved.pairs, len(solved.chosen), asked, seconds, peak_mib)
    await finish_round(db, part.round_id, now())


async def _note_pairs(db: Db, part: Part, solved: Solved) -> None:
    chosen = solved.chosen
    values = ([one.need_id for one in chosen], [one.offer_id for one in chosen], [one.score for one in chosen])
    await db.execute(ADD_PAIRS, part.id, *values, timeout=LONG)
