"""Deciding on posts and matches, and objecting to a decision. What was decided takes effect ten seconds later (undoing, carrying)."""

from datetime import date, datetime
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions as matching
from buurtnet.matching import schemas as matching_words
from buurtnet.matching.queries.reviewing import get_review
from buurtnet.moderation.actions.claiming import claim_item, refuse_decided, refuse_held
from buurtnet.moderation.actions.tasks import create_task
from buurtnet.moderation.actions.undoing import give_verdict
from buurtnet.moderation.events import Decided
from buurtnet.moderation.queries import get_place
from buurtnet.moderation.rules import ChangedMeanwhile, check_decision, check_rejection, follow_up_date
from buurtnet.moderation.schemas import Due, MatchDecision, PostDecision, Said, Verdict, Wording
from buurtnet.people.queries import get_person
from buurtnet.posts import actions as posts
from buurtnet.web.language import ZONE

APPEAL = """
update decision set appealed_at = now() where id = $1 and subject_id = $2 and effected_at is not null and undone_at is null and appealed_at is null
   and verdict in ('refused', 'right_first')
returning true
"""


async def decide_post(db: Db, viewer: Viewer, post_id: UUID, decision: PostDecision, *, batch: UUID | None = None) -> UUID:
    """Gives a verdict on a waiting post of the facilitator's areas, with why, and returns its id: it takes effect ten seconds later. Whatever would
    refuse it then refuses it now."""
    place = await get_place(db, viewer.person_id, post_id)
    await claim_item(db, viewer, "post", post_id)
    await refuse_decided(db, "post", post_id, waits=place.state == "waiting")
    if decision.version not in (None, place.version):
        raise ChangedMeanwhile
    check_decision(decision, theme_known=place.theme_id is not None)
    said = Said(
        verdict=decision.verdict,
        reason=decision.reason,
        right=decision.right,
        barrier=decision.barrier,
        text=decision.text,
        theme=decision.theme,
        version=place.version,
    )
    return await give_verdict(db, viewer, "post", post_id, said, effect_post, subject=place.author_id, batch=batch)


async def effect_post(db: Db, viewer: Viewer, due: Due) -> None:
    """Does what was decided about a post; refuses where it does not wait any more, or with other words."""
    place = await get_place(db, viewer.person_id, due.object_id)
    if place.state != "waiting" or place.version != due.version:
        raise ChangedMeanwhile
    match Verdict(due.verdict):
        case Verdict.APPROVED:
            await posts.approve_post(db, viewer, due.object_id, theme=due.theme)
        case Verdict.REFUSED:
            await posts.refuse_post(db, viewer, due.object_id)
        case Verdict.CHANGES_ASKED:
            await posts.ask_for_change(db, viewer, due.object_id, due.text or "")
        case Verdict.RIGHT_FIRST:
            await posts.redirect_post(db, viewer, due.object_id)
            await create_task(
                db,
                "follow_up",
                organisation_id=place.organisation_id,
                neighbourhood_id=place.neighbourhood_id,
                person_id=place.author_id,
                object_kind="post",
                object_id=due.object_id,
                due_on=follow_up_date(due.at.astimezone(ZONE).date()),
                for_worker=viewer.person_id,
            )
    await record(db, Decided(due.id))


async def word_post(db: Db, viewer: Viewer, post_id: UUID, said: Wording, *, at: datetime) -> None:
    """Writes down what neighbours read of a waiting post that was spoken; refused while another worker holds it."""
    await get_place(db, viewer.person_id, post_id)
    await refuse_held(db, viewer, "post", post_id)
    await posts.word_post(db, viewer, post_id, said.words, language=said.language, version=said.version, at=at)


async def decide_match(db: Db, viewer: Viewer, match_id: UUID, decision: MatchDecision, *, batch: UUID | None = None) -> UUID:
    """Lets a suggested match go on to the helper, or rejects it with a reason that nobody but workers reads: ten seconds later. Returns the
    decision's id; whatever would refuse it then refuses it now."""
    seen = await get_review(db, viewer, match_id)
    await claim_item(db, viewer, "match", match_id)
    await refuse_decided(db, "match", match_id, waits=seen.state == "suggested")
    if decision.version not in (None, seen.version):
        raise ChangedMeanwhile
    check_rejection(decision)
    verdict = "approved" if decision.verdict is matching_words.Verdict.CONFIRM else "rejected"
    said = Said(verdict=verdict, reason=decision.reason, text=decision.text, version=seen.version)
    return await give_verdict(db, viewer, "match", match_id, said, effect_match, batch=batch)


async def effect_match(db: Db, viewer: Viewer, due: Due) -> None:
    """Does what was decided about a match; refuses where it is not suggested any more, or another one by now."""
    if (await get_review(db, viewer, due.object_id)).version != due.version:
        raise ChangedMeanwhile
    verdict = matching_words.Verdict.CONFIRM if due.verdict == "approved" else matching_words.Verdict.REJECT
    reason = matching_words.RejectReason(due.reason) if due.reason else None
    await matching.review_match(db, viewer, due.object_id, verdict, reason)


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
