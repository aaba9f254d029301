"""What each side says to the question it was asked: the helper first, nameless; then the asker."""

from datetime import datetime
from uuid import UUID

from buurtnet.conversations.actions import open_conversation
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions.resting import end_rest, let_rest
from buurtnet.matching.actions.taking import (
    Held,
    QuestionIsOver,
    audit_worker,
    change,
    remember_pair,
    require_both,
    take_own_match,
    withdraw_others,
)
from buurtnet.matching.events import MatchAgreed, MatchDeclined, MatchOffered, MatchQuiet, MatchRested, MatchSilent
from buurtnet.matching.rules.life import RESTS, SILENT_AFTER, Step, ask_outcome_at, lapse_time, need_ends, step_of
from buurtnet.matching.schemas import Answer
from buurtnet.posts.actions import engage_post
from buurtnet.web.language import ZONE

OFFER = """
update match set state = 'offered', offer_answer = 'yes', offered_at = $2, lapses_at = $3, version = version + 1
 where id = $1 and state = 'asked' returning id
"""
AGREE = """
update match set state = 'agreed', need_answer = 'yes', agreed_at = $2, lapses_at = null, conversation_id = $3, version = version + 1
 where id = $1 and state = 'offered' returning id
"""
REST = """
update match set state = 'resting', rests_until = $4, closed_at = $5, lapses_at = null, version = version + 1,
       offer_answer = case when $3 = 'helper' then 'not_now' else offer_answer end,
       need_answer = case when $3 = 'asker' then 'not_now' else need_answer end
 where id = $1 and state = $2 returning id
"""
DECLINE = """
update match set state = 'declined', closed_at = $4, lapses_at = null, version = version + 1,
       offer_answer = case when $3 = 'helper' then 'no' else offer_answer end,
       need_answer = case when $3 = 'asker' then 'no' else need_answer end
 where id = $1 and state = $2 returning id
"""
FULL = "select id from post where id = any($1::uuid[]) and engaged >= capacity"


async def answer_match(db: Db, viewer: Viewer, match_id: UUID, answer: Answer) -> None:
    """The viewer's answer, or that of the person a facilitator acts for; QuestionIsOver where it is not theirs to answer (any more)."""
    at = now()
    held, role = await take_own_match(db, viewer, match_id)
    if role == "worker":
        raise NotFound
    step = step_of(held.state, role, answer)
    if step is None:
        raise QuestionIsOver
    held.after(step)
    match step:
        case Step.HELPER_YES:
            await _offer(db, held, at)
        case Step.ASKER_YES:
            await _agree(db, held, at)
        case Step.HELPER_NOT_NOW | Step.ASKER_NOT_NOW:
            await _rest(db, held, role, at)
        case _:
            await _decline(db, held, role, at)
    await audit_worker(db, viewer, f"match_answered_{answer}", held)


async def _offer(db: Db, held: Held, at: datetime) -> None:
    """The helper said yes: the asker hears of it, and whoever else was asked for this need is thanked."""
    await require_both(db, held)
    await change(db, OFFER, held.id, at, lapse_time(at, need_ends(held.expires_at, held.until_on, ZONE), ZONE))
    await withdraw_others(db, held.need_id, at, but=held.id)
    await end_rest(db, held.helper_id)
    await record(db, MatchOffered(held.id))


async def _agree(db: Db, held: Held, at: datetime) -> None:
    """Both said yes: a place of each post is taken, the two can write to each other, and what no longer has a place is taken back."""
    await require_both(db, held)
    await engage_post(db, held.need_id)
    await engage_post(db, held.offer_id)
    await change(db, AGREE, held.id, at, await open_conversation(db, held.asker_id, held.helper_id))
    for row in await db.fetch(FULL, [held.need_id, held.offer_id]):
        await withdraw_others(db, row["id"], at, but=held.id)
    await record(db, MatchAgreed(held.id))
    await record(db, MatchQuiet(held.id), due_at=ask_outcome_at(at, held.until_on, ZONE))
    await record(db, MatchSilent(held.id), due_at=ask_outcome_at(at, held.until_on, ZONE) + SILENT_AFTER)


async def _rest(db: Db, held: Held, role: str, at: datetime) -> None:
    """One said not now: for two weeks nothing is asked between these two, whatever else they post."""
    until = at + RESTS
    await change(db, REST, held.id, held.state, role, until, at)
    await remember_pair(db, *held.pair(role), held.theme_id, "not_now", at, until=until)
    if role == "helper":
        await let_rest(db, held.helper_id)
    await record(db, MatchRested(held.id))


async def _decline(db: Db, held: Held, role: str, at: datetime) -> None:
    """One said no: the pair is never proposed again, and the other one does not see it."""
    await change(db, DECLINE, held.id, held.state, role, at)
    await remember_pair(db, *held.pair(role), held.theme_id, "declined", at)
    if role == "helper":
        await let_rest(db, held.helper_id)
    await record(db, MatchDeclined(held.id))
