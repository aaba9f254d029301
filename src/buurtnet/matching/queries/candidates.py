"""The candidates of a post: exact, and without looking at every post.

Cells are read best first, in growing chunks, until no unread cell and no unread post of a read cell can be better than the worst candidate
that is wanted. So a search over the whole town reads little more than one over the next streets, unless nobody fits.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db, fetch_one
from buurtnet.matching.rules.cells import Cell, Subject, list_cells
from buurtnet.matching.rules.fit import CHECKED_HELPER, asks_review, common_slots
from buurtnet.matching.schemas import Candidate, Parts
from buurtnet.people.rules import languages_of
from buurtnet.web.language import ZONE

SQL = Path(__file__).parent.parent / "sql"
SUBJECT = (SQL / "subject.sql").read_text()
CANDIDATES = (SQL / "candidates.sql").read_text()
FIRST_CELLS, FIRST_BATCH = 12, 50
"""Cells of the first chunk and posts first looked at exactly; both double each time, so that a town of busy helpers is no long way either."""
Ranked = list[tuple[float, UUID, Candidate]]


def month_start(at: datetime) -> datetime:
    """The first moment of the calendar month, where the installation is."""
    return at.astimezone(ZONE).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


async def get_subject(db: Db, post_id: UUID, at: datetime) -> Subject | None:
    """The post as a subject of matching; None where it is not there or has no theme yet."""
    return await fetch_one(db, Subject, SUBJECT, post_id, month_start(at), at, at.astimezone(ZONE).date())


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
        best = await _read_cells(db, subject, cells[start : start + size], best, limit, at)
        start, size = start + size, size * 2
    return [candidate for *_, candidate in best]


async def _read_cells(db: Db, subject: Subject, cells: list[Cell], best: Ranked, limit: int, at: datetime) -> Ranked:
    """The best so far together with those in some cells, batch after batch while the bound allows a better one."""
    places, about = _cell_values(subject, cells), _subject_values(subject, at)
    after: tuple[float | None, UUID | None] = (None, None)
    batch = FIRST_BATCH
    while True:
        worst = best[-1][0] if len(best) >= limit else -1.0
        rows = await db.fetch(CANDIDATES, subject.wanted, *places, *about, worst, *after, batch, limit, month_start(at), at, subject.id)
        found = [_to_candidate(subject, cells[row["cell"]], row) for row in rows if row["id"] is not None]
        best = sorted([*best, *((one.score, one.post_id, one) for one in found)], key=lambda entry: (-entry[0], entry[1]))[:limit]
        if not rows or rows[0]["read"] < batch or (len(best) >= limit and rows[0]["last_bound"] < best[-1][0]):
            return best
        after, batch = (rows[0]["last_bound"], rows[0]["last_id"]), batch * 2


WAITING = """
select p.id from post p
 where p.state = 'open' and p.kind = 'need' and p.active and p.engaged < p.capacity and p.expires_at > $1
   and (p.urgency = 'urgent' or get_byte(uuid_send(p.id), 15) % $2::int = $3::int)
   and not exists (select from match m where m.need_id = p.id and m.state in ('suggested', 'asked', 'offered'))
 order by p.urgency = 'urgent' desc, p.created_at, p.id
"""


async def list_waiting_needs(db: Db, *, at: datetime, every: timedelta, share: int = 36) -> list[UUID]:
    """Open needs without a proposal whose turn it is, oldest first: urgent ones each time, of the others one `share` at a time."""
    turn = int(at.timestamp() // every.total_seconds()) % share
    return [row["id"] for row in await db.fetch(WAITING, at, share, turn)]


def _cell_values(subject: Subject, cells: list[Cell]) -> list[list[Any]]:
    """The cells as parallel arrays, in the order of the statement."""
    own = subject.theme
    rows = [
        (
            number,
            cell.theme.id,
            cell.neighbourhood_id,
            cell.organisation_id,
            cell.level,
            own.talk or cell.theme.talk,
            CHECKED_HELPER in (own.safeguard, cell.theme.safeguard),
            cell.near_score,
            cell.weights.time,
            cell.weights.room,
            cell.weights.bond,
            cell.organisation_id != subject.organisation_id,
        )
        for number, cell in enumerate(cells)
    ]
    return [list(values) for values in zip(*rows, strict=True)]


def _subject_values(subject: Subject, at: datetime) -> list[Any]:
    today = at.astimezone(ZONE).date()
    return [
        subject.author_id,
        subject.language_bits,
        subject.slots,
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
