"""Taking a match to change it: its two posts are locked first, in the order of their ids, so that whatever touches the same need or the same
offer waits, and nobody waits for each other in a circle."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db, fetch_one
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.events import MatchWithdrawn
from buurtnet.matching.queries.matches import FACILITATED
from buurtnet.matching.rules.life import Step, next_state
from buurtnet.matching.schemas import State

POSTS = "select need_id, offer_id from match where id = any($1::uuid[])"
LOCK = "select id from post where id = any($1::uuid[]) order by id for update"
HELD = f"""
select match.id, match.state, match.need_id, match.offer_id, match.asker_id, match.helper_id, match.asked_at, match.offered_at, match.offer_answer,
       match.need_done_at, match.offer_done_at, match.conversation_id, match.agreed_at,
       need.state as need_state, offer.state as offer_state, need.theme_id, need.expires_at, need.until_on, need.capacity as need_capacity,
       exists (select from theme where theme.id in (need.theme_id, offer.theme_id) and theme.review = 'always') as sensitive,
       $1::uuid is not null and {FACILITATED} as facilitated
  from match join post need on need.id = match.need_id join post offer on offer.id = match.offer_id
 where match.id = $2
"""
LOCK_PEOPLE = "select id from person where id = any($1::uuid[]) order by id for no key update"
TAKING_PART = """
select count(*) from (select state from person where id = any($1::uuid[]) order by id for no key update) p where p.state in ('active', 'paused')
"""
REMEMBER = "insert into pair_memory (id, person_id, other_id, theme_id, what, at, until) values ($1, $2, $3, $4, $5, $6, $7)"
PART = """
update match set state = 'withdrawn', closed_at = $3, version = version + 1
 where (asker_id, helper_id) in (($1, $2), ($2, $1)) and state in ('suggested', 'asked', 'offered', 'resting') returning id
"""
WITHDRAW = """
update match set state = 'withdrawn', closed_at = case when state = 'resting' then closed_at else $3 end, version = version + 1
 where (need_id = $1 or offer_id = $1) and id <> coalesce($2, '00000000-0000-0000-0000-000000000000'::uuid)
   and (state in ('suggested', 'asked', 'offered') or ($4 and state = 'resting'))
returning id, asked_at, need_id, offer_id
"""


class QuestionIsOver(Conflict):
    """The match is in another state by now: somebody else was first, it lapsed, or it was answered already."""

    text = N_("This question is over already. Thank you for answering.")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A match with what its steps need to know, its posts locked until the transaction ends."""

    id: UUID
    state: State
    need_id: UUID
    offer_id: UUID
    asker_id: UUID
    helper_id: UUID
    asked_at: datetime | None
    offered_at: datetime | None
    offer_answer: str | None
    need_done_at: datetime | None
    offer_done_at: datetime | None
    conversation_id: UUID | None
    agreed_at: datetime | None
    need_state: str
    offer_state: str
    theme_id: int
    expires_at: datetime
    until_on: date | None
    need_capacity: int
    sensitive: bool
    facilitated: bool

    def role_of(self, viewer: Viewer) -> str | None:
        """The viewer's side, where they were told of the match: helper or asker; worker for a facilitator of the need's area; else None."""
        if viewer.person_id == self.helper_id and self.asked_at is not None:
            return "helper"
        if viewer.person_id == self.asker_id and self.offered_at is not None:
            return "asker"
        return "worker" if self.facilitated else None

    def pair(self, role: str) -> tuple[UUID, UUID]:
        """Whoever has this role, and the other one; the asker where it is a worker."""
        return (self.helper_id, self.asker_id) if role == "helper" else (self.asker_id, self.helper_id)

    def after(self, step: Step) -> State:
        """Where the step leads; QuestionIsOver where it may not be taken any more."""
        state = next_state(self.state, step)
        if state is None:
            raise QuestionIsOver
        return state

    def require_open(self) -> None:
        """Refuses where one of the posts is over, though nobody has taken the match back yet."""
        if self.need_state != "open" or self.offer_state != "open":
            raise QuestionIsOver


async def lock_posts(db: Db, match_ids: Sequence[UUID]) -> None:
    """Locks the posts of the matches, in one order for everybody."""
    rows = await db.fetch(POSTS, list(match_ids))
    await db.execute(LOCK, [post for row in rows for post in (row["need_id"], row["offer_id"])])


async def lock_people(db: Db, people: Sequence[UUID]) -> None:
    """Locks the people, in one order for everybody; posts are locked before. Who proposes has locked the helper and then looks at what is remembered."""
    await db.execute(LOCK_PEOPLE, list(people))


async def require_both(db: Db, held: Held) -> None:
    """Refuses where one of the posts is over, or one of the two does not take part any more; both people are locked, so that this stays so."""
    held.require_open()
    if await db.fetchval(TAKING_PART, [held.asker_id, held.helper_id]) != 2:
        raise QuestionIsOver


async def take_match(db: Db, viewer: Viewer, match_id: UUID) -> Held:
    """The match, its posts locked; NotFound where there is none."""
    await lock_posts(db, [match_id])
    held = await fetch_one(db, Held, HELD, viewer.person_id, match_id)
    if held is None:
        raise NotFound
    return held


async def take_own_match(db: Db, viewer: Viewer, match_id: UUID) -> tuple[Held, str]:
    """The same with the viewer's role in it; NotFound for whoever has none."""
    held = await take_match(db, viewer, match_id)
    role = held.role_of(viewer)
    if role is None:
        raise NotFound
    return held, role


async def change(db: Db, statement: str, *values: object) -> None:
    """Runs a conditional change of state; QuestionIsOver where somebody was faster."""
    if await db.fetchval(statement, *values) is None:
        raise QuestionIsOver


async def remember_pair(
    db: Db, person_id: UUID, other_id: UUID, theme_id: int, what: str, at: datetime, *, until: datetime | None = None
) -> None:
    """Keeps that these two are not proposed to each other: for good (declined, rejected, unhappy), or until a moment (not_now, lapsed)."""
    await lock_people(db, [person_id, other_id])
    await db.execute(REMEMBER, new_id(), person_id, other_id, theme_id, what, at, until)


async def part_pair(db: Db, person_id: UUID, other_id: UUID, at: datetime) -> None:
    """Takes back whatever else stands between two people who are not to be brought together again."""
    for row in await db.fetch(PART, person_id, other_id, at):
        await record(db, MatchWithdrawn(row["id"]))


async def withdraw_others(db: Db, post_id: UUID, at: datetime, *, but: UUID | None = None, rested: bool = False) -> int:
    """Takes back what still stands of a post, but for one match; whoever was asked will be thanked. Returns how many."""
    rows = await db.fetch(WITHDRAW, post_id, but, at, rested)
    for row in rows:
        await record(db, MatchWithdrawn(row["id"]))
    return len(rows)


async def audit_worker(db: Db, viewer: Viewer, action: str, held: Held) -> None:
    """Both identities stand in the audit where a worker acts for somebody, or decides about two people."""
    if viewer.staff or (viewer.actor_id is not None and viewer.actor_id != viewer.person_id):
        subject = viewer.person_id if viewer.person_id in (held.asker_id, held.helper_id) else held.asker_id
        await record_audit(db, viewer, action, subject=subject, object_kind="match", object_id=held.id)
