"""Deciding on posts and matches, holding an item meanwhile, objecting to a decision."""

from datetime import date, datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions as matching
from buurtnet.matching import schemas as matching_words
from buurtnet.moderation.actions.tasks import create_task
from buurtnet.moderation.events import Decided
from buurtnet.moderation.queries import get_place
from buurtnet.moderation.rules import AlreadyDecided, HeldByOther, check_decision, check_rejection, follow_up_date
from buurtnet.moderation.schemas import MatchDecision, ObjectKind, PostDecision, Verdict, Wording
from buurtnet.people.queries import get_person
from buurtnet.posts import actions as posts

CLAIM = """
insert into claim (object_kind, object_id, by, until) values ($1, $2, $3, now() + interval '10 minutes')
on conflict (object_kind, object_id) do update set by = excluded.by, until = excluded.until
 where claim.by = excluded.by or claim.until <= now()
returning true
"""
HOLDER = "select w.given_name from claim c join person w on w.id = c.by where c.object_kind = $1 and c.object_id = $2 and c.until > now() and c.by <> $3"
RELEASE = "delete from claim where object_kind = $1 and object_id = $2"
DECIDE = """
insert into decision (id, object_kind, object_id, subject_id, verdict, reason, "right", barrier, text, by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
LAST_DECISION = """
select w.given_name, d.verdict from decision d join person w on w.id = d.by where d.object_kind = 'post' and d.object_id = $1 order by d.at desc limit 1
"""
APPEAL = """
update decision set appealed_at = now() where id = $1 and subject_id = $2 and appealed_at is null and verdict in ('refused', 'right_first')
returning true
"""


async def claim_item(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> None:
    """Holds an item of the queue for ten minutes; refused while another worker holds it. The caller has seen that the viewer may."""
    if not await db.fetchval(CLAIM, kind, object_id, viewer.person_id):
        raise HeldByOther(name=await db.fetchval(HOLDER, kind, object_id, viewer.person_id) or "?")


async def refuse_held(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> None:
    """Refuses while another worker holds the item."""
    if (holder := await db.fetchval(HOLDER, kind, object_id, viewer.person_id)) is not None:
        raise HeldByOther(name=holder)


async def decide_post(db: Db, viewer: Viewer, post_id: UUID, decision: PostDecision, *, on: date) -> UUID:
    """Carries out a verdict on a waiting post of the facilitator's areas and writes down why; the author is told after the commit."""
    place = await get_place(db, viewer.person_id, post_id)
    await refuse_held(db, viewer, "post", post_id)
    if place.state != "waiting":
        last = await db.fetchrow(LAST_DECISION, post_id)
        raise AlreadyDecided(what=f"{last['given_name']}, {last['verdict']}" if last else place.state)
    if decision.version is not None and decision.version != place.version:
        raise Conflict
    check_decision(decision, theme_known=place.theme_id is not None)
    match decision.verdict:
        case Verdict.APPROVED:
            await posts.approve_post(db, viewer, post_id, theme=decision.theme)
        case Verdict.REFUSED:
            await posts.refuse_post(db, viewer, post_id)
        case Verdict.CHANGES_ASKED:
            await posts.ask_for_change(db, viewer, post_id, decision.text or "")
        case Verdict.RIGHT_FIRST:
            await posts.redirect_post(db, viewer, post_id)
            await create_task(
                db,
                "follow_up",
                organisation_id=place.organisation_id,
                neighbourhood_id=place.neighbourhood_id,
                person_id=place.author_id,
                object_kind="post",
                object_id=post_id,
                due_on=follow_up_date(on),
                for_worker=viewer.person_id,
            )
    decision_id = await _write_decision(db, viewer, "post", post_id, place.author_id, decision)
    await record(db, Decided(decision_id))
    return decision_id


async def word_post(db: Db, viewer: Viewer, post_id: UUID, said: Wording, *, at: datetime) -> None:
    """Writes down what neighbours read of a waiting post that was spoken; refused while another worker holds it."""
    await get_place(db, viewer.person_id, post_id)
    await refuse_held(db, viewer, "post", post_id)
    await posts.word_post(db, viewer, post_id, said.words, language=said.language, version=said.version, at=at)


async def _write_decision(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID, subject: UUID | None, said: PostDecision) -> UUID:
    decision_id = new_id()
    values = (said.verdict, said.reason, said.right, said.barrier, said.text, viewer.person_id)
    await db.execute(DECIDE, decision_id, kind, object_id, subject, *values)
    await db.execute(RELEASE, kind, object_id)
    await record_audit(db, viewer, f"{kind}_{said.verdict}", subject=subject, object_kind=kind, object_id=object_id, reason=said.reason)
    return decision_id


async def decide_match(db: Db, viewer: Viewer, match_id: UUID, decision: MatchDecision) -> None:
    """Lets a suggested match go on to the helper, or rejects it with a reason that nobody but workers reads."""
    await refuse_held(db, viewer, "match", match_id)
    reason = check_rejection(decision)
    await matching.review_match(db, viewer, match_id, decision.verdict, reason)
    verdict = "approved" if decision.verdict is matching_words.Verdict.CONFIRM else "rejected"
    await db.execute(DECIDE, new_id(), "match", match_id, None, verdict, decision.reason, None, None, None, viewer.person_id)
    await db.execute(RELEASE, "match", match_id)


async def appeal_decision(db: Db, viewer: Viewer, decision_id: UUID, *, on: date) -> None:
    """Objects to a decision about one's own post: another facilitator looks again. NotFound where it is not one's own, or was done before."""
    if viewer.person_id is None or not await db.fetchval(APPEAL, decision_id, viewer.person_id):
        raise NotFound
    person = await get_person(db, viewer.person_id)
    await create_task(
        db,
        "appeal",
        organisation_id=person.organisation_id,
        neighbourhood_id=person.neighbourhood_id,
        person_id=person.id,
        object_kind="decision",
        object_id=decision_id,
        due_on=on,
    )
