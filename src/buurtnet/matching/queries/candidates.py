"""The candidates of a post: exact, and without looking at every post.

Cells are read best first, in growing chunks, until no unread cell and no unread post of a read cell can be better than the worst candidate
that is wanted. So a search over the whole town reads little more than one over the next streets, unless nobody fits.
"""

from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import astuple, replace

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.matching.queries.weighing import IN_FORCE, to_weighing
from buurtnet.matching.rules.cells import Cell, Subject, list_cells
from buurtnet.matching.rules.fit import CHECKED_HELPER, asks_review, common_slots
from buurtnet.matching.schemas import Candidate, Parts
from buurtnet.people.rules import languages_of
from buurtnet.people.schemas import EVERY_SLOT
from buurtnet.web.language import ZONE

SQL = Path(__file__).parent.parent / "sql"
POST = (SQL / "subject.sql").read_text()
SUBJECT = f"""
select subject.*, weighing.*, set_config('plan_cache_mode', 'force_generic_plan', true) as planning
  from ({POST}) subject cross join ({IN_FORCE}) weighing
"""
"""The post and what counts, in one go. From here to the end of the transaction plans are kept: to plan the search anew takes longer than to run
it, and its plan is the same whatever is sought."""
CANDIDATES = (SQL / "candidates.sql").read_text()
FIRST_CELLS, FIRST_BATCH = 4, 1.5
"""Cells of the first chunk, and posts first looked at exactly for each that is wanted."""
MORE_CELLS, MORE_BATCH = 4, 2
"""How many times more the next ones are: in a dense city the own streets are enough, and a town of busy helpers is no long way either."""
Ranked = list[tuple[float, UUID, Candidate]]


def month_start(at: datetime) -> datetime:
    """The first moment of the calendar month, where the installation is."""
    return at.astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def get_subject(db: Db, post_id: UUID, at: datetime) -> Subject | None:
    """The post as a subject of matching; None where it is not there or has no theme yet."""
    row = await db.fetchrow(SUBJECT, post_id, month_start(at), at, at.astimezone(ZONE).date())
    if row is None:
        return None
    found = dict(row)
    weighing = to_weighing(found)
    subject = msgspec.convert(found, Subject)
    family = [replace(one, halving_m=weighing.halving(one.id, one.parent_id, one.halving_m)) for one in subject.family]
    return replace(subject, weighing=weighing, family=family)


async def find_candidates(db: Db, post_id: UUID, limit: int, *, at: datetime | None = None) -> list[Candidate]:
    """At most `limit` posts that fit this one and are free to be proposed now, best first; none where the post itself is not open."""
    at = at or now()
    subject = await get_subject(db, post_id, at)
    return await search(db, subject, limit, at) if subject else []


async def search(db: Db, subject: Subject, limit: int, at: datetime) -> list[Candidate]:
    """The same for a post that was read already."""
    if not subject.may_search(at.astimezone(ZONE).date()):
        return []
    cells = list_cells(subject)
    best: Ranked = []
    start, size = 0, FIRST_CELLS
    while start < len(cells) and (len(best) < limit or cells[start].bound >= best[-1][0]):
        chunk = [cell for cell in cells[start : start + size] if len(best) < limit or cell.bound >= best[-1][0]]
        best = await _read_cells(db, subject, chunk, best, limit, at)
        start, size = start + size, size * MORE_CELLS
    return [candidate for *_, candidate in best]


async def _read_cells(db: Db, subject: Subject, cells: list[Cell], best: Ranked, limit: int, at: datetime) -> Ranked:
    """The best so far together with those in some cells, batch after batch while the bound allows a better one."""
    values = [subject.wanted, *_cell_values(subject, cells), *_subject_values(subject, at)]
    after: tuple[float, UUID] | tuple[None, None] = (None, None)
    batch = ceil(FIRST_BATCH * limit)
    while True:
        worst = best[-1][0] if len(best) >= limit else -1.0
        rows = await db.fetch(CANDIDATES, *values, worst, *after, batch, limit, month_start(at), at, at.astimezone(ZONE).date())
        found = [_to_candidate(subject, cells[row["cell"] - 1], row) for row in rows if row["id"] is not None]
        best = sorted([*best, *((one.score, one.post_id, one) for one in found)], key=lambda entry: (-entry[0], entry[1]))[:limit]
        if not rows or rows[0]["read"] < batch:
            return best
        bound, last = rows[0]["last_bound"], rows[0]["last_id"]
        # Those not read yet come after the last one read: by their bound, or with the same bound by their id.
        if len(best) >= limit and (-best[-1][0], best[-1][1]) <= (-bound, last):
            return best
        after, batch = (bound, last), batch * MORE_BATCH


def _cell_values(subject: Subject, cells: list[Cell]) -> list[list[Any]]:
    """The cells as parallel arrays, in the order of the statement."""
    own = subject.theme
    rows = [
        (
            cell.theme.id,
            cell.neighbourhood_id,
            cell.organisation_id,
            cell.level,
            own.talk or cell.theme.talk,
            CHECKED_HELPER in (own.safeguard, cell.theme.safeguard),
            cell.organisation_id != subject.organisation_id,
            cell.near_score,
            cell.weighed.weights.time,
            cell.weighed.weights.room,
            cell.weighed.weights.bond,
            *astuple(cell.weighed.bonds),
        )
        for cell in cells
    ]
    return [list(values) for values in zip(*rows, strict=True)]


def _subject_values(subject: Subject, at: datetime) -> list[Any]:
    today = at.astimezone(ZONE).date()
    return [
        subject.id,
        subject.author_id,
        subject.language_bits,
        EVERY_SLOT if subject.slots is None else subject.slots,
        max(subject.from_on or today, today),
        subject.until_on,
        subject.shunned,
        subject.known,
        subject.component,
        subject.room,
        subject.again,
    ]


def _to_candidate(subject: Subject, cell: Cell, row: Any) -> Candidate:
    reviews = (subject.theme.review, cell.theme.review)
    return Candidate(
        post_id=row["id"],
        author_id=row["author_id"],
        theme_id=cell.theme.id,
        score=row["score"],
        parts=Parts(cell.proximity, cell.theme_part, row["fit"], row["room"], row["bond"]),
        metres=cell.metres,
        level=cell.level,
        languages=languages_of(subject.language_bits & row["language_bits"]),
        slots=common_slots(subject.slots, row["slots"]),
        needs_review="always" in reviews
        or asks_review(adult=subject.adult, mediated=subject.mediated, on_trial=subject.on_trial)
        or asks_review(adult=row["adult"], mediated=row["mediated"], on_trial=row["on_trial"]),
    )
