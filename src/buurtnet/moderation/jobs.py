"""Reactions: what happened elsewhere becomes something a worker sees, and what workers decide is told to whom it concerns."""

from collections.abc import Sequence

from buurtnet.conversations.events import ConversationReported, MessageFlagged
from buurtnet.geography.events import NeighbourhoodsReplaced
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import Reaction
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.events import MatchAsked, MatchFailed, MatchOffered, MatchSilent
from buurtnet.moderation.actions import (
    carry_out,
    close_moot,
    create_task,
    forget_reports,
    forget_tasks,
    handing,
    make_report,
    write_to_reporter,
)
from buurtnet.moderation.actions.handing import hand_over_work
from buurtnet.moderation.actions.persons import replace_task
from buurtnet.moderation.events import Decided, DecisionDue, ReportClosed, ReportMade
from buurtnet.moderation.queries import (
    Subject,
    find_decided,
    find_reporter,
    list_absent,
    list_asked,
    list_displaced,
    list_endangered,
    list_expiring,
    list_silent,
    list_unhappy,
    list_unreached,
)
from buurtnet.moderation.queries.alarms import Judgement, find_post_judgement, find_report_judgement
from buurtnet.moderation.schemas import NewReport
from buurtnet.notices.actions import plan_notice
from buurtnet.notices.events import AddressFailed
from buurtnet.people.events import PersonAbsent, PlaceAsked, WorkerLeft
from buurtnet.people.queries import get_person
from buurtnet.posts.events import PostExpiring, PostWaiting
from buurtnet.referrals.events import ReferralMoved
from buurtnet.referrals.queries import find_moved
from buurtnet.referrals.schemas import State
from buurtnet.screening.actions import judge_flags
from buurtnet.settings import Settings
from buurtnet.web.language import _, speaking, today

NOTICE = {
    "approved": "post_opened",
    "refused": "post_refused",
    "changes_asked": "post_change_asked",
    "words_proposed": "post_change_asked",
    "right_first": "post_redirected",
}


async def _give_tasks(db: Db, kind: str, object_kind: str, subjects: Sequence[Subject], *, urgent: bool = False) -> None:
    for subject in subjects:
        await create_task(
            db,
            kind,
            organisation_id=subject.organisation_id,
            neighbourhood_id=subject.neighbourhood_id,
            person_id=subject.person_id,
            for_worker=subject.managed_by,
            object_kind=object_kind,
            object_id=subject.object_id,
            urgent=urgent,
            due_on=today(),
        )


async def carry_out_decision(db: Db, event: DecisionDue) -> None:
    """Nobody took the verdict back: it takes effect."""
    await carry_out(db, event.decision_id)


async def tell_decided(db: Db, event: Decided) -> None:
    """Plans the notice about a decision, for who it is about: on their post, on themselves, or what another worker said to their appeal."""
    decided = await find_decided(db, event.decision_id)
    if decided is None:
        return
    if decided.verdict in ("upheld", "overturned"):
        kind, about = "appeal_decided", event.decision_id
    elif decided.object_kind == "person":
        kind, about = "person_decided", event.decision_id
    elif decided.object_kind == "post" and decided.verdict in NOTICE:
        kind, about = "post_opened" if decided.agreed else NOTICE[decided.verdict], decided.object_id
    else:
        return
    await plan_notice(db, decided.subject_id, kind, event_id=event.decision_id, object_id=about)


async def follow_referral(db: Db, event: ReferralMoved) -> None:
    """The next step of a referral is a worker's task, the one before is done; the person is told where they are asked."""
    moved = await find_moved(db, event.referral_id)
    if moved is None:
        return
    await replace_task(
        db,
        "referral",
        organisation_id=moved.organisation_id,
        neighbourhood_id=moved.neighbourhood_id,
        person_id=moved.person_id,
        for_worker=moved.worker_id,
        object_kind="referral",
        object_id=moved.id,
        due_on=moved.due_on,
    )
    if moved.state is State.PROPOSED and moved.asked_at is not None:
        await plan_notice(db, moved.person_id, "referral_asked", event_id=new_id(), object_id=moved.id)


def receipt_sender(settings: Settings, vault: Vault) -> Reaction:
    """The reaction to ReportMade that mails who left an address that the report came."""

    async def send_receipt(db: Db, event: ReportMade) -> None:
        await write_to_reporter(db, settings, vault, event.report_id, decided=False)

    return send_receipt


def answer_sender(settings: Settings, vault: Vault) -> Reaction:
    """The reaction to ReportClosed that mails who left an address what was decided."""

    async def send_answer(db: Db, event: ReportClosed) -> None:
        await write_to_reporter(db, settings, vault, event.report_id, decided=True)

    return send_answer


async def tell_reporter(db: Db, event: ReportClosed) -> None:
    """Plans the notice about a decision for somebody who reported while signed in."""
    if (person_id := await find_reporter(db, event.report_id)) is not None:
        await plan_notice(db, person_id, "report_closed", event_id=event.decision_id, object_id=event.report_id)


async def clear_reports(database: Database) -> None:
    """Cron, nightly: addresses for answers, reports and tasks are kept as long as the privacy statement says; tasks of which the cause is over end."""
    async with database.transaction() as db:
        await forget_reports(db, now())
        await forget_tasks(db, now())
        await close_moot(db)


async def warn_of_danger(db: Db, event: PostWaiting) -> None:
    """Words of danger in a post become an urgent task."""
    await _give_tasks(db, "danger", "post", await list_endangered(db, event.post_id), urgent=True)


async def ask_in_person(db: Db, event: MatchAsked | MatchOffered) -> None:
    """For people registered by a worker the question becomes the worker's task."""
    await _give_tasks(db, "clock", "match", await list_asked(db, event.match_id))


async def ask_for_renewal(db: Db, event: PostExpiring) -> None:
    """The same for "does this still hold?"."""
    await _give_tasks(db, "clock", "post", await list_expiring(db, event.post_id))


async def call_unhappy(db: Db, event: MatchFailed) -> None:
    """What did not feel right quietly asks a worker to call back."""
    await _give_tasks(db, "unhappy", "match", await list_unhappy(db, event.match_id), urgent=True)


async def ask_about_silence(db: Db, event: MatchSilent) -> None:
    """Two weeks without news after an agreement: a worker asks."""
    await _give_tasks(db, "silent_agreement", "match", await list_silent(db, event.match_id))


async def ask_absent(db: Db, event: PersonAbsent) -> None:
    """Somebody was away for eleven months: they are asked whether they want to stay; where they cannot be asked, or a worker looks after them, a
    worker asks."""
    for subject in await list_absent(db, event.person_id):
        told = None if subject.managed_by else await plan_notice(db, subject.person_id, "still_here", event_id=new_id())
        if told is None:
            await _give_tasks(db, "still_here", "person", [subject])


async def ask_where(db: Db, event: PlaceAsked) -> None:
    """The borders changed and somebody may live in one of several neighbourhoods: they are asked, for whom a worker looks after the worker asks."""
    for subject in await list_displaced(db, event.person_id):
        if subject.managed_by is None:
            await plan_notice(db, subject.person_id, "place_asked", event_id=new_id())
        else:
            await _give_tasks(db, "place", "person", [subject])


async def call_unreached(db: Db, event: AddressFailed) -> None:
    """What we write does not reach somebody whom a worker looks after: the worker asks for another address. Others read it on their own page."""
    await _give_tasks(db, "unreached", "person", await list_unreached(db, event.contact_id))


async def keep_report(db: Db, event: ConversationReported) -> None:
    """A reported conversation stands in the queue like any report."""
    try:
        person = await get_person(db, event.by)
    except NotFound:
        return
    with speaking(person.language):
        text = _("Somebody reported this conversation.")
    viewer = Viewer(person_id=person.id, organisation_id=person.organisation_id, neighbourhood_id=person.neighbourhood_id)
    new = NewReport(text=text, object_kind="conversation", object_id=event.conversation_id)
    await make_report(db, viewer, new, language=person.language)


async def look_at_message(db: Db, event: MessageFlagged) -> None:
    """A rule saw something in a first message: a worker looks; nothing was blocked."""
    text = "A rule saw something in one of the first messages."
    await make_report(db, Viewer(), NewReport(text=text, object_kind="conversation", object_id=event.conversation_id), language="en")


async def learn_from_decision(db: Db, event: Decided) -> None:
    """What was decided about a post says whether it was right that rules had it looked at."""
    await _learn(db, await find_post_judgement(db, event.decision_id))


async def learn_from_report(db: Db, event: ReportClosed) -> None:
    """The same of a conversation in which rules saw something."""
    await _learn(db, await find_report_judgement(db, event.report_id))


async def _learn(db: Db, said: Judgement | None) -> None:
    if said is None:
        return
    await judge_flags(db, said.object_id, said.verdict, organisation_id=said.organisation_id, neighbourhood_id=said.neighbourhood_id)


async def pass_work_on(db: Db, event: WorkerLeft) -> None:
    """What waited for a worker who left goes to their successor, or to whoever works in the place."""
    await hand_over_work(db, event.person_id, event.successor_id)


async def follow_boundaries(db: Db, event: NeighbourhoodsReplaced) -> None:
    """Tasks and reports move along where a newer map took their neighbourhood away."""
    await handing.follow_boundaries(db, event.change_id)
