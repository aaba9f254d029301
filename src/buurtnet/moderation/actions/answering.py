"""What somebody says to a decision about them: yes or no to other words, or that they do not agree; and another worker's answer to that."""

from datetime import date, datetime
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.outbox import record
from buurtnet.kit.text import N_
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.actions.persons import end_block, end_limit, finish_tasks_about
from buurtnet.moderation.actions.tasks import create_task
from buurtnet.moderation.actions.undoing import write_decision
from buurtnet.moderation.events import Decided
from buurtnet.moderation.queries.statements import find_standing_block, get_appeal
from buurtnet.moderation.schemas import Appeal, Said
from buurtnet.people.queries import get_person
from buurtnet.posts import actions as posts
from buurtnet.referrals.actions import end_of_post

APPEAL = """
update decision set appealed_at = now()
 where id = $1 and (subject_id = $2 or verdict = 'blocked') and subject_id is not null and effected_at is not null and undone_at is null and appealed_at is null
   and verdict in ('refused', 'right_first', 'warned', 'limited', 'blocked')
returning subject_id
"""
PROPOSED = """
select object_id, words, theme, version, by, answer from decision
 where id = $1 and subject_id = $2 and verdict = 'words_proposed' and agreed is null and effected_at is not null and undone_at is null for update
"""
ANSWER = "update decision set answered_at = $2, answer = $3 where id = $1"
TAKE = "select id from decision where id = $1 for update"
OVERTURNED = "update decision set undone_at = $2, undone_why = 'appeal' where id = $1"


async def answer_words(db: Db, viewer: Viewer, decision_id: UUID, *, yes: bool, at: datetime) -> UUID:
    """The author says yes to the words a worker proposed, and the post opens with exactly these; or no, and a worker looks at the author's own. The
    same answer twice is no fault. NotFound where nothing was proposed to them, Conflict where the post has changed since."""
    row = await db.fetchrow(PROPOSED, decision_id, viewer.person_id)
    if row is None:
        raise NotFound
    if row["answer"] is not None:
        if row["answer"] == ("yes" if yes else "no"):
            return row["object_id"]
        raise Conflict
    if yes:
        worker = Viewer(person_id=row["by"], actor_id=row["by"], roles=("facilitator",))
        try:
            await posts.reword_post(db, worker, row["object_id"], row["words"], version=row["version"] + 1)
            await posts.approve_post(db, worker, row["object_id"], theme=row["theme"])
        except NotFound:
            raise Conflict from None  # Who proposed them does not work here any more.
    else:
        await posts.keep_words(db, viewer, row["object_id"])
    await db.execute(ANSWER, decision_id, at, "yes" if yes else "no")
    said = "words agreed" if yes else "words declined"
    await record_audit(db, viewer, said, subject=viewer.person_id, object_kind="post", object_id=row["object_id"])
    return row["object_id"]


async def appeal_decision(db: Db, viewer: Viewer, decision_id: UUID, *, on: date) -> None:
    """Does not agree with a decision about oneself: a worker who did not take it looks again. Who is stopped cannot sign in and objects by the address
    of the decision alone. NotFound where it is not theirs, or was done before."""
    subject = await db.fetchval(APPEAL, decision_id, viewer.person_id)
    if subject is None:
        raise NotFound
    person = await get_person(db, subject)
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


async def answer_appeal(db: Db, viewer: Viewer, decision_id: UUID, *, stays: bool, text: str | None, at: datetime) -> Appeal:
    """Says as another worker that the decision stays, and why, or that it was not right, which undoes it; returns what was decided about. The person
    is told. NotFound for who took the decision, or where nobody objects."""
    await db.execute(TAKE, decision_id)
    appeal = await get_appeal(db, viewer.person_id, decision_id)
    if stays and not (text or "").strip():
        raise Invalid({"text": N_("Write why it stays. The person reads it.")})
    if not stays:
        await _overturn(db, viewer, appeal, at)
        await db.execute(OVERTURNED, decision_id, at)
    said = Said(verdict="upheld" if stays else "overturned", text=text, appeal_of=decision_id)
    written = await write_decision(db, viewer, appeal.object_kind, appeal.object_id, said, subject=appeal.subject_id, at_once=True)
    await finish_tasks_about(db, viewer, "appeal", decision_id)
    await record(db, Decided(written))
    return appeal


async def _overturn(db: Db, viewer: Viewer, appeal: Appeal, at: datetime) -> None:
    """Makes undone what was decided: the post waits again, the limit or the block ends; a warning is only words."""
    match appeal.verdict:
        case "refused" | "right_first":
            await posts.reopen_post(db, viewer, appeal.object_id)
            await end_of_post(db, appeal.object_id, at=at)
        case "limited":
            await end_limit(db, viewer, appeal.object_id, at=at)
        case "blocked":
            if (block_id := await find_standing_block(db, appeal.object_id)) is not None:
                await end_block(db, viewer, block_id, at=at)
        case _:
            pass
