"""Asking the best for one post at once; the rounds see to all the others (docs/decisions/0010)."""

from datetime import datetime
from uuid import UUID

import msgspec

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.actions.taking import LOCK, audit_worker, change, lock_people, part_pair, remember_pair, take_match
from buurtnet.matching.events import MatchAsked, MatchRejected
from buurtnet.matching.queries.candidates import get_subject, month_start, search
from buurtnet.matching.rules.cells import Subject
from buurtnet.matching.rules.life import Step, lapse_time, need_ends
from buurtnet.matching.schemas import Candidate, RejectReason, State, Verdict
from buurtnet.web.language import ZONE

SPARE = 5
"""Candidates read beyond the free places, for those who are taken in the same moment."""
STILL_FREE = """
select need.state = 'open' and need.active and need.engaged < need.capacity
       and (select count(*) + 3 * count(*) filter (where m.state = 'offered')
              from match m where m.need_id = need.id and m.state in ('suggested', 'asked', 'offered'))
           < case when need.urgency = 'urgent' then 3 else 1 end
       and offer.state = 'open' and offer.active
       and (select count(*) from match m where m.offer_id = offer.id and m.state in ('suggested', 'asked', 'offered')) < offer.capacity - offer.engaged
       and (select count(*) from match m where m.helper_id = offer.author_id
             and (m.state in ('suggested', 'asked', 'offered', 'agreed') or (m.state = 'completed' and m.agreed_at >= $3)))
           < (select monthly_max from person where id = offer.author_id)
       and not exists (select from rest where rest.person_id = offer.author_id and rest.until > $4)
       and not exists (select from pair_memory r where r.person_id in (need.author_id, offer.author_id)
                          and r.other_id in (need.author_id, offer.author_id) and (r.until is null or r.until > $4))
       and not exists (select from keep_away k where k.person_id in (need.author_id, offer.author_id)
                          and k.other_id in (need.author_id, offer.author_id))
  from post need, post offer where need.id = $1 and offer.id = $2
"""
NEED_END = "select expires_at, until_on from post where id = $1"
COLUMNS = """
(id, need_id, offer_id, asker_id, helper_id, state, origin, score, parts, metres, level, languages, slots, needs_review, proposed_at, asked_at, lapses_at)
"""
REVIVE = """
on conflict (need_id, offer_id) do update set
  state = excluded.state, origin = excluded.origin, score = excluded.score, parts = excluded.parts, metres = excluded.metres, level = excluded.level,
  languages = excluded.languages, slots = excluded.slots, needs_review = excluded.needs_review, proposed_at = excluded.proposed_at,
  asked_at = excluded.asked_at, lapses_at = excluded.lapses_at, need_answer = null, offer_answer = null, rests_until = null, offered_at = null,
  closed_at = null, reviewer_id = null, reason = null, version = match.version + 1
where match.state = 'withdrawn'
"""
"""What was withdrawn was refused by nobody: it is proposed again in the same row."""
PROPOSE = f"""insert into match {COLUMNS} values ($1, $2, $3, $4, $5, $6, 'engine', $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) {REVIVE} returning id"""
CONFIRM = """
update match set state = 'asked', asked_at = $2, lapses_at = $3, reviewer_id = $4, version = version + 1
 where id = $1 and state = 'suggested' returning id
"""
REJECT = """
update match set state = 'rejected', reason = $3, closed_at = $2, reviewer_id = $4, version = version + 1
 where id = $1 and state = 'suggested' returning id
"""
FORGET = "delete from pair_memory where until <= $1"
WAKE = """
update match set state = 'withdrawn', version = version + 1
 where id in (select id from match where state = 'resting' and rests_until <= $1 for update skip locked)
returning need_id
"""


class ReasonMissing(Invalid):
    """Nobody is refused without a reason."""

    text = N_("Say why, please.")


async def suggest_for_post(db: Db, post_id: UUID, *, at: datetime) -> int:
    """Proposes the best free candidates of a post, within what it can take; returns how many were asked or wait for review."""
    subject = await get_subject(db, post_id, at)
    if subject is None or not subject.places:
        return 0
    candidates = await search(db, subject, subject.places + SPARE, at)
    # All at once and in one order, posts before people: one by one, two searches could wait for each other.
    await db.execute(LOCK, [subject.id, *(one.post_id for one in candidates)])
    await lock_people(db, [one.author_id for one in candidates] if subject.kind == "need" else [subject.author_id])
    proposed = 0
    for candidate in candidates:
        proposed += await _propose(db, subject, candidate, at)
        if proposed == subject.places:
            break
    return proposed


async def _propose(db: Db, subject: Subject, candidate: Candidate, at: datetime) -> bool:
    """Proposes one candidate, both posts and the helper locked; False where either post was taken, or one of the two said no, in the meantime."""
    own, other = (subject.id, subject.author_id), (candidate.post_id, candidate.author_id)
    (need_id, asker_id), (offer_id, helper_id) = (own, other) if subject.kind == "need" else (other, own)
    if not await db.fetchval(STILL_FREE, need_id, offer_id, month_start(at), at):
        return False
    asked_at = None if candidate.needs_review else at
    match_id = await db.fetchval(
        PROPOSE,
        new_id(),
        need_id,
        offer_id,
        asker_id,
        helper_id,
        State.SUGGESTED if candidate.needs_review else State.ASKED,
        candidate.score,
        msgspec.structs.astuple(candidate.parts),
        candidate.metres,
        candidate.level,
        candidate.languages,
        candidate.slots,
        candidate.needs_review,
        at,
        asked_at,
        await _find_lapse(db, need_id, at) if asked_at else None,
    )
    if match_id is not None and asked_at is not None:
        await record(db, MatchAsked(match_id))
    return match_id is not None


async def _find_lapse(db: Db, need_id: UUID, at: datetime) -> datetime:
    row = await db.fetchrow(NEED_END, need_id)
    assert row is not None
    return lapse_time(at, need_ends(row["expires_at"], row["until_on"], ZONE), ZONE)


async def review_match(db: Db, viewer: Viewer, match_id: UUID, verdict: Verdict, reason: RejectReason | None = None) -> None:
    """A facilitator of the need's area lets a suggested match go on to the helper, or rejects the pair for good; refuses a rejection without a reason."""
    at = now()
    held = await take_match(db, viewer, match_id)
    if not (viewer.staff and held.facilitated):
        raise NotFound
    if verdict is Verdict.REJECT:
        if reason is None:
            raise ReasonMissing({"reason": ReasonMissing.text})
        held.after(Step.REJECT)
        await change(db, REJECT, held.id, at, reason, viewer.person_id)
        await remember_pair(db, held.asker_id, held.helper_id, held.theme_id, "rejected", at)
        await part_pair(db, held.asker_id, held.helper_id, at)
        await record(db, MatchRejected(held.id))
    else:
        held.after(Step.CONFIRM)
        held.require_open()
        lapses_at = lapse_time(at, need_ends(held.expires_at, held.until_on, ZONE), ZONE)
        await change(db, CONFIRM, held.id, at, lapses_at, viewer.person_id)
        await record(db, MatchAsked(held.id))
    await audit_worker(db, viewer, f"match_{verdict}", held)


async def wake_matches(db: Db, *, at: datetime) -> list[UUID]:
    """Ends the rest of matches that were answered with "not now" two weeks ago; the needs to which the same helper may be proposed again."""
    await db.execute(FORGET, at)
    return sorted({row["need_id"] for row in await db.fetch(WAKE, at)})
