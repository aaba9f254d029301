"""Deciding on posts and matches. What was decided takes effect ten seconds later (undoing, carrying)."""

from datetime import datetime
from uuid import UUID

from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid
from buurtnet.kit.outbox import record
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions as matching
from buurtnet.matching import schemas as matching_words
from buurtnet.matching.queries.reviewing import get_review
from buurtnet.moderation.actions.claiming import refuse_decided, refuse_held
from buurtnet.moderation.actions.tasks import create_task
from buurtnet.moderation.actions.undoing import give_verdict
from buurtnet.moderation.events import Decided
from buurtnet.moderation.queries import get_place
from buurtnet.moderation.queries.posts import Place
from buurtnet.moderation.rules import ChangedMeanwhile, check_decision, check_rejection, next_date
from buurtnet.moderation.schemas import Due, MatchDecision, PostDecision, Said, Verdict, Wording
from buurtnet.posts import actions as posts
from buurtnet.posts.rules import check_text, clean_text
from buurtnet.referrals.actions import propose_referral
from buurtnet.referrals.queries import find_lists
from buurtnet.referrals.schemas import NewReferral
from buurtnet.web.language import ZONE, today


async def decide_post(db: Db, viewer: Viewer, post_id: UUID, decision: PostDecision, *, batch: UUID | None = None) -> UUID:
    """Gives a verdict on a waiting post of the facilitator's areas, with why, and returns its id: it takes effect ten seconds later. Whatever would
    refuse it then refuses it now."""
    place = await get_place(db, viewer.person_id, post_id)
    await refuse_held(db, viewer, "post", post_id)
    await refuse_decided(db, "post", post_id, waits=place.state == "waiting")
    if decision.version not in (None, place.version):
        raise ChangedMeanwhile
    check_decision(decision, theme_known=place.theme_id is not None, lists=await find_lists(db), text=place.text)
    said = Said(
        verdict=decision.verdict,
        reason=decision.reason,
        right=decision.right,
        barrier=decision.barrier,
        text=decision.text,
        words=decision.words if decision.verdict is Verdict.WORDS_PROPOSED else None,
        until=next_date(today(), decision.rest) if decision.rest and decision.verdict is Verdict.HELD else None,
        stays=decision.stays and decision.verdict is Verdict.RIGHT_FIRST,
        agreed=decision.agreed if decision.verdict is Verdict.WORDS_PROPOSED else None,
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
        case Verdict.WORDS_PROPOSED:
            await _propose_words(db, viewer, due, place.version)
        case Verdict.HELD:
            await _remind(db, viewer, due, place)
        case Verdict.RIGHT_FIRST:
            await _look_at_right(db, viewer, due, place)
    await record(db, Decided(due.id))


async def _propose_words(db: Db, viewer: Viewer, due: Due, version: int) -> None:
    """Opens the post with the words to which its author said yes already, or lets it wait for their answer."""
    if due.agreed is None:
        if wrong := check_text(clean_text(due.words or "")):
            raise Invalid({"other": wrong})
        await posts.ask_for_change(db, viewer, due.object_id, due.text or due.words or "")
    else:
        await posts.reword_post(db, viewer, due.object_id, due.words or "", version=version)
        await posts.approve_post(db, viewer, due.object_id, theme=due.theme)


async def _remind(db: Db, viewer: Viewer, due: Due, place: Place) -> None:
    """What is on hold comes back as a task of who put it there, on its day."""
    await create_task(
        db,
        "held",
        organisation_id=place.organisation_id,
        neighbourhood_id=place.neighbourhood_id,
        person_id=place.author_id,
        object_kind="post",
        object_id=due.object_id,
        due_on=due.until or today(),
        for_worker=viewer.person_id,
    )


async def _look_at_right(db: Db, viewer: Viewer, due: Due, place: Place) -> None:
    """A right or a service comes first, or is looked for while a neighbour is, too."""
    if due.stays:
        await posts.approve_post(db, viewer, due.object_id, theme=due.theme)
    else:
        await posts.redirect_post(db, viewer, due.object_id)
    new = NewReferral(
        organisation_id=place.organisation_id,
        neighbourhood_id=place.neighbourhood_id,
        person_id=place.author_id,
        post_id=due.object_id,
        right=due.right or "",
        barrier=due.barrier or "",
    )
    await propose_referral(db, viewer, new, at=due.at, on=due.at.astimezone(ZONE).date())


async def word_post(db: Db, viewer: Viewer, post_id: UUID, said: Wording, *, at: datetime) -> None:
    """Writes down what neighbours read of a waiting post that was spoken; refused while another worker holds it."""
    await get_place(db, viewer.person_id, post_id)
    await refuse_held(db, viewer, "post", post_id)
    await posts.word_post(db, viewer, post_id, said.words, language=said.language, version=said.version, at=at)


async def decide_match(db: Db, viewer: Viewer, match_id: UUID, decision: MatchDecision, *, batch: UUID | None = None) -> UUID:
    """Lets a suggested match go on to the helper, or rejects it with a reason that nobody but workers reads: ten seconds later. Returns the
    decision's id; whatever would refuse it then refuses it now."""
    seen = await get_review(db, viewer, match_id)
    await refuse_held(db, viewer, "match", match_id)
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
