"""Deciding, claiming, reporting, and giving workers something to do."""

from datetime import date
from uuid import UUID

from buurtnet.conversations.queries import read_reported
from buurtnet.conversations.schemas import Message
from buurtnet.kit.audit import grant_access, record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.matching import actions as matching
from buurtnet.matching import schemas as matching_words
from buurtnet.moderation.events import Decided
from buurtnet.moderation.queries import get_place, list_open_reports, list_tasks
from buurtnet.moderation.rules import AlreadyDecided, HeldByOther, check_decision, check_rejection, follow_up_date
from buurtnet.moderation.schemas import MatchDecision, NewReport, ObjectKind, PostDecision, TaskDone, Verdict
from buurtnet.people.queries import get_person
from buurtnet.people.rules import REASONS
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
REPORTED_PLACE = """
select organisation_id, neighbourhood_id from post where $1 = 'post' and id = $2
union all select organisation_id, neighbourhood_id from person where $1 = 'person' and id = $2
union all select p.organisation_id, p.neighbourhood_id from participant a join person p on p.id = a.person_id
  where $1 = 'conversation' and a.conversation_id = $2 and a.person_id is distinct from $3
limit 1
"""
REPORT = """
insert into report (id, by, organisation_id, neighbourhood_id, object_kind, object_id, text, language) values ($1, $2, $3, $4, $5, $6, $7, $8)
"""
CLOSE_REPORT = "update report set closed_at = now(), closed_by = $2, outcome = $3 where id = $1 and closed_at is null returning true"
TASK = """
insert into task (id, kind, organisation_id, neighbourhood_id, person_id, for_worker, object_kind, object_id, urgent, due_on)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
 where $8::uuid is null or not exists (select from task where kind = $2 and object_id = $8 and person_id is not distinct from $5 and done_at is null)
"""
FINISH = "update task set done_at = now(), done_by = $2, outcome = $3 where id = $1 and done_at is null returning true"
POSTPONE = "update task set due_on = current_date + 1, outcome = 'no_answer' where id = $1 and done_at is null"
SIDES = "select person_id from participant where conversation_id = $1"
APPEAL = """
update decision set appealed_at = now() where id = $1 and subject_id = $2 and appealed_at is null and verdict in ('refused', 'right_first')
returning true
"""


async def claim_item(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> None:
    """Holds an item of the queue for ten minutes; refused while another worker holds it. The caller has seen that the viewer may."""
    if not await db.fetchval(CLAIM, kind, object_id, viewer.person_id):
        raise HeldByOther(name=await db.fetchval(HOLDER, kind, object_id, viewer.person_id) or "?")


async def _refuse_held(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID) -> None:
    if (holder := await db.fetchval(HOLDER, kind, object_id, viewer.person_id)) is not None:
        raise HeldByOther(name=holder)


async def decide_post(db: Db, viewer: Viewer, post_id: UUID, decision: PostDecision, *, on: date) -> UUID:
    """Carries out a verdict on a waiting post of the facilitator's areas and writes down why; the author is told after the commit."""
    place = await get_place(db, viewer.person_id, post_id)
    await _refuse_held(db, viewer, "post", post_id)
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


async def _write_decision(db: Db, viewer: Viewer, kind: ObjectKind, object_id: UUID, subject: UUID | None, said: PostDecision) -> UUID:
    decision_id = new_id()
    values = (said.verdict, said.reason, said.right, said.barrier, said.text, viewer.person_id)
    await db.execute(DECIDE, decision_id, kind, object_id, subject, *values)
    await db.execute(RELEASE, kind, object_id)
    await record_audit(db, viewer, f"{kind}_{said.verdict}", subject=subject, object_kind=kind, object_id=object_id, reason=said.reason)
    return decision_id


async def decide_match(db: Db, viewer: Viewer, match_id: UUID, decision: MatchDecision) -> None:
    """Lets a suggested match go on to the helper, or rejects it with a reason that nobody but workers reads."""
    await _refuse_held(db, viewer, "match", match_id)
    reason = check_rejection(decision)
    await matching.review_match(db, viewer, match_id, decision.verdict, reason)
    verdict = "approved" if decision.verdict is matching_words.Verdict.CONFIRM else "rejected"
    await db.execute(DECIDE, new_id(), "match", match_id, None, verdict, decision.reason, None, None, None, viewer.person_id)
    await db.execute(RELEASE, "match", match_id)


async def make_report(db: Db, viewer: Viewer, new: NewReport, *, language: str) -> UUID:
    """Keeps that somebody says something is wrong, with or without an account; what it is about need not be visible to them any more."""
    place = await db.fetchrow(REPORTED_PLACE, new.object_kind, new.object_id, viewer.person_id) if new.object_id else None
    organisation_id, neighbourhood_id = (place[0], place[1]) if place else (viewer.organisation_id, viewer.neighbourhood_id)
    report_id = new_id()
    await db.execute(
        REPORT,
        report_id,
        viewer.person_id,
        organisation_id,
        neighbourhood_id,
        new.object_kind,
        new.object_id if place else None,
        new.text,
        language,
    )
    return report_id


async def close_report(db: Db, viewer: Viewer, report_id: UUID, outcome: str) -> None:
    """Ends a report of the facilitator's areas with what was done."""
    if not await list_open_reports(db, viewer.person_id, "nl", report_id=report_id):
        raise NotFound
    await _refuse_held(db, viewer, "report", report_id)
    if not await db.fetchval(CLOSE_REPORT, report_id, viewer.person_id, outcome):
        raise Conflict
    await db.execute(DECIDE, new_id(), "report", report_id, None, "closed", outcome, None, None, None, viewer.person_id)
    await db.execute(RELEASE, "report", report_id)
    await record_audit(db, viewer, "report_closed", object_kind="report", object_id=report_id, reason=outcome)


async def open_reported(db: Db, vault: Vault, viewer: Viewer, report_id: UUID, reason: str) -> list[Message]:
    """The messages that a side reported, for ten minutes and with a reason that is written down; NotFound where the report is not theirs,
    Forbidden without a basis for professional secrecy."""
    found = await list_open_reports(db, viewer.person_id, "nl", report_id=report_id)
    if not found or found[0].object_kind != "conversation" or found[0].object_id is None or viewer.person_id is None:
        raise NotFound
    if not viewer.secrecy:
        raise Forbidden
    if reason not in REASONS:
        raise Invalid({"reason": N_("Choose why.")})
    for row in await db.fetch(SIDES, found[0].object_id):
        await grant_access(db, viewer, found[0].object_id, subject=row["person_id"], object_kind="conversation", reason=reason)
    return await read_reported(db, vault, found[0].object_id)


async def create_task(
    db: Db,
    kind: str,
    *,
    organisation_id: UUID,
    due_on: date,
    neighbourhood_id: int | None = None,
    person_id: UUID | None = None,
    object_kind: str | None = None,
    object_id: UUID | None = None,
    urgent: bool = False,
    for_worker: UUID | None = None,
) -> None:
    """Gives the workers of the neighbourhood something to do; the same open task about the same thing is not given twice."""
    values = (kind, organisation_id, neighbourhood_id, person_id, for_worker, object_kind, object_id, urgent, due_on)
    await db.execute(TASK, new_id(), *values)


async def finish_task(db: Db, viewer: Viewer, task_id: UUID, done: TaskDone) -> None:
    """Ends a task with how it went; where nobody answered it comes back tomorrow."""
    if not await list_tasks(db, viewer.person_id, "nl", task_id=task_id):
        raise NotFound
    if done.outcome == "no_answer":
        await db.execute(POSTPONE, task_id)
    elif not await db.fetchval(FINISH, task_id, viewer.person_id, done.outcome):
        raise Conflict
    await record_audit(db, viewer, "task_done", object_kind="task", object_id=task_id, reason=done.outcome)


async def ask_for_call(db: Db, viewer: Viewer, *, on: date) -> None:
    """A call back as a task for the worker of the person, or for the workers of their neighbourhood."""
    assert viewer.person_id is not None
    person = await get_person(db, viewer.person_id)
    await create_task(
        db,
        "call_back",
        organisation_id=person.organisation_id,
        neighbourhood_id=person.neighbourhood_id,
        person_id=person.id,
        object_kind="person",
        object_id=person.id,
        for_worker=person.managed_by,
        due_on=on,
    )


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
