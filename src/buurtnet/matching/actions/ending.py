"""How matches end: completed, failed or withdrawn. Silence never completes one."""

from datetime import datetime
from uuid import UUID

from buurtnet.conversations.actions import close_conversation
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions.taking import (
    Held,
    audit_worker,
    change,
    lock_posts,
    part_pair,
    remember_pair,
    take_own_match,
    withdraw_others,
)
from buurtnet.matching.events import MatchCompleted, MatchFailed, MatchWithdrawn
from buurtnet.matching.rules.life import Step
from buurtnet.matching.schemas import FailReason
from buurtnet.posts.actions import meet_post, release_post, withdraw_post
from buurtnet.ties.actions import record_help
from buurtnet.web.language import ZONE

SAY_DONE = """
update match set need_done_at = case when $2 = 'asker' then coalesce(need_done_at, $3) else need_done_at end,
                 offer_done_at = case when $2 = 'helper' then coalesce(offer_done_at, $3) else offer_done_at end,
                 version = version + 1
 where id = $1 and state = 'agreed' returning need_done_at is not null and offer_done_at is not null as both
"""
COMPLETE = "update match set state = 'completed', closed_at = $2, version = version + 1 where id = $1 and state = 'agreed' returning id"
COMPLETED = "select count(*) from match where need_id = $1 and state = 'completed'"
FAIL = (
    "update match set state = 'failed', reason = $2, closed_at = $3, version = version + 1 where id = $1 and state = 'agreed' returning id"
)


class NobodySaidSo(Conflict):
    """A worker confirms what one of the two said; alone they cannot complete a match."""

    text = N_("One of the two says first that it worked out. Then you can confirm it.")


async def complete_match(db: Db, viewer: Viewer, match_id: UUID) -> bool:
    """The viewer says that it worked out; True where that completes the match because the other one said so too."""
    at = now()
    held, role = await take_own_match(db, viewer, match_id)
    if role == "worker":
        raise NotFound
    held.after(Step.COMPLETE)
    both = await db.fetchval(SAY_DONE, held.id, role, at)
    if both:
        await _complete(db, held, at)
    await audit_worker(db, viewer, "match_done", held)
    return bool(both)


async def confirm_completion(db: Db, viewer: Viewer, match_id: UUID) -> None:
    """A facilitator of the need's area confirms what one side said; refuses where nobody said anything."""
    held, _ = await take_own_match(db, viewer, match_id)
    if not (viewer.staff and held.facilitated):
        raise NotFound
    held.after(Step.COMPLETE)
    if held.need_done_at is None and held.offer_done_at is None:
        raise NobodySaidSo
    await _complete(db, held, now())
    await audit_worker(db, viewer, "match_confirmed_done", held)


async def _complete(db: Db, held: Held, at: datetime) -> None:
    """Writes down the help as a tie, frees the helper, and ends the need where all its places were met."""
    await change(db, COMPLETE, held.id, at)
    await record_help(db, held.helper_id, held.asker_id, None if held.sensitive else held.theme_id, at.astimezone(ZONE).date())
    await release_post(db, held.offer_id)
    if (await db.fetchval(COMPLETED, held.need_id) or 0) >= held.need_capacity:
        await meet_post(db, held.need_id)
    await record(db, MatchCompleted(held.id))


async def fail_match(db: Db, viewer: Viewer, match_id: UUID, reason: FailReason) -> None:
    """It did not work out, says one of the two or a facilitator. Both posts are free again; what did not feel right is never proposed again."""
    at = now()
    held, role = await take_own_match(db, viewer, match_id)
    held.after(Step.FAIL)
    await change(db, FAIL, held.id, reason, at)
    await release_post(db, held.need_id)
    await release_post(db, held.offer_id)
    if reason is FailReason.NOT_RIGHT:
        await remember_pair(db, *held.pair(role), held.theme_id, "unhappy", at)
        await part_pair(db, held.asker_id, held.helper_id, at)
        if held.conversation_id is not None:
            await close_conversation(db, held.conversation_id)
    if reason is FailReason.NO_LONGER_NEEDED and role == "asker" and held.need_state == "open":
        await withdraw_post(db, viewer, held.need_id)
    await record(db, MatchFailed(held.id))
    await audit_worker(db, viewer, "match_failed", held)


STATE = "select state from post where id = $1 for update"


async def withdraw_matches(db: Db, post_id: UUID, *, at: datetime) -> int:
    """Takes back whatever still stands of a post that is not open, resting matches only where it is over; returns how many.

    Nothing of a post that is open: it may have been opened, and matched, before the news that it waited arrived.
    """
    state = await db.fetchval(STATE, post_id)
    return 0 if state == "open" else await withdraw_others(db, post_id, at, rested=state != "waiting")


KEPT_APART = """
select match.id, match.conversation_id from match
 where $1 in (match.asker_id, match.helper_id)
   and exists (select from keep_away where keep_away.person_id = match.asker_id and keep_away.other_id = match.helper_id)
   and (match.state in ('suggested', 'asked', 'offered', 'resting') or match.conversation_id is not null)
"""
TAKE_BACK = """
update match set state = 'withdrawn', closed_at = $2, version = version + 1
 where id = any($1::uuid[]) and state in ('suggested', 'asked', 'offered', 'resting') returning id
"""


OF_PERSON = """
select id from match
 where $1 in (asker_id, helper_id) and state in ('suggested', 'asked', 'offered', 'resting')
   and exists (select from person where id = $1 and state in ('blocked', 'erased'))
"""


async def withdraw_person(db: Db, person_id: UUID, *, at: datetime) -> int:
    """Takes back whatever is asked of or for somebody who does not take part any more; what was agreed stays with the two and their workers.
    Nothing of who takes part again: the block may be over before the news of it arrives."""
    found = [row["id"] for row in await db.fetch(OF_PERSON, person_id)]
    await lock_posts(db, found)
    taken = await db.fetch(TAKE_BACK, found, at)
    for row in taken:
        await record(db, MatchWithdrawn(row["id"]))
    return len(taken)


async def part_kept_apart(db: Db, person_id: UUID, *, at: datetime) -> int:
    """Takes back the questions between the person and whoever never meets them, and ends their conversations; returns how many questions."""
    found = await db.fetch(KEPT_APART, person_id)
    await lock_posts(db, [row["id"] for row in found])
    taken = await db.fetch(TAKE_BACK, [row["id"] for row in found], at)
    for row in taken:
        await record(db, MatchWithdrawn(row["id"]))
    for row in found:
        if row["conversation_id"] is not None:
            await close_conversation(db, row["conversation_id"])
    return len(taken)
