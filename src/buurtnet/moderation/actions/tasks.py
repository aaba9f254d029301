"""What workers have to do for somebody."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries import find_ended, find_logged, find_task
from buurtnet.moderation.queries.tasks import MOOT
from buurtnet.moderation.rules import CALLED_FOR, OUTCOMES, AlreadyDone, next_date
from buurtnet.moderation.schemas import Task, TaskDone, When
from buurtnet.people.actions.acting import find_resident, open_contact
from buurtnet.people.actions.leaving import note_contact
from buurtnet.people.queries import get_person
from buurtnet.people.schemas import Contact
from buurtnet.web.language import _, today

TASK = """
insert into task (id, kind, organisation_id, neighbourhood_id, person_id, for_worker, object_kind, object_id, urgent, due_on)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
 where $8::uuid is null or not exists (select from task where kind = $2 and object_id = $8 and person_id is not distinct from $5 and done_at is null)
"""
FINISH = "update task set done_at = now(), done_by = $2, outcome = $3 where id = $1 and done_at is null returning person_id"
POSTPONE = "update task set due_on = $2, for_worker = coalesce(for_worker, $3) where id = $1 and done_at is null returning true"
AGAIN = """
update task set due_on = $3, for_worker = $2 where kind = 'again' and person_id = $1 and done_at is null and for_worker = $2 returning true
"""
NOTE = "insert into task_log (id, task_id, by, outcome) values ($1, $2, $3, $4)"
TAKE_BACK = """
delete from task_log where id = (select id from task_log where task_id = $1 order by at desc, id desc limit 1)
   and by = $2 and at > now() - interval '10 minutes' returning true
"""
REOPEN = "update task set done_at = null, done_by = null, outcome = null, due_on = least(due_on, $2) where id = $1"
CLOSE_MOOT = f"update task p set done_at = now() where p.done_at is null and {MOOT}"
FORGET = "delete from task where done_at < $1::timestamptz - interval '12 months'"


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
    """Notes how a task went and ends it; where nobody answered it comes back, an urgent one today, others on the next working day. AlreadyDone
    where another worker was first, NotFound where it is not theirs."""
    task, on = await _take(db, viewer, task_id), today()
    if done.outcome == "no_answer":
        await db.execute(POSTPONE, task_id, on if task.urgent else next_date(on, "tomorrow"), None)
    elif not await db.fetch(FINISH, task_id, viewer.person_id, done.outcome):
        raise Conflict
    elif task.person_id is not None:
        await note_contact(db, task.person_id, on)
    await db.execute(NOTE, new_id(), task_id, viewer.person_id, done.outcome)
    await record_audit(db, viewer, "task_done", subject=task.person_id, object_kind="task", object_id=task_id, reason=done.outcome)


async def _take(db: Db, viewer: Viewer, task_id: UUID) -> Task:
    if (task := await find_task(db, viewer.person_id, task_id)) is not None:
        return task
    if (ended := await find_ended(db, viewer.person_id, task_id)) is not None:
        raise AlreadyDone(name=ended.name or _("Somebody"), what=_(OUTCOMES.get(ended.outcome or "", "")))
    raise NotFound


async def plan_next(db: Db, viewer: Viewer, task_id: UUID, when: When) -> None:
    """The next step after what the viewer noted just now: the task on another day where it goes on, else a new one for the same person."""
    logged = await find_logged(db, viewer.person_id, task_id)
    if logged is None:
        raise NotFound
    if not logged.done:
        await db.execute(POSTPONE, task_id, next_date(today(), when), viewer.person_id)
        await record_audit(db, viewer, "task_planned", subject=logged.person_id, object_kind="task", object_id=task_id, reason=when)
    elif logged.person_id is not None:
        await plan_return(db, viewer, logged.person_id, when)


async def plan_return(db: Db, viewer: Viewer, person_id: UUID, when: When) -> None:
    """The viewer comes back to a resident of their areas on a day; once, where that was planned before."""
    person, due_on = await find_resident(db, viewer, person_id), next_date(today(), when)
    if not await db.fetch(AGAIN, person_id, viewer.person_id, due_on):
        place = (person.organisation_id, person.neighbourhood_id)
        await db.execute(TASK, new_id(), "again", *place, person_id, viewer.person_id, "person", person_id, False, due_on)
    await record_audit(db, viewer, "task_planned", subject=person_id, object_kind="person", object_id=person_id, reason=when)


async def plan_talk(db: Db, viewer: Viewer, person_id: UUID, kind: Literal["relieve", "circle"], *, post_id: UUID | None = None) -> None:
    """The viewer talks to a resident of their areas today: about how helping goes, or about a circle around what a post of theirs is about; once, where
    somebody is going to already."""
    person = await find_resident(db, viewer, person_id)
    await create_task(
        db,
        kind,
        organisation_id=person.organisation_id,
        neighbourhood_id=person.neighbourhood_id,
        person_id=person_id,
        object_kind="post" if post_id else "person",
        object_id=post_id or person_id,
        for_worker=viewer.person_id,
        due_on=today(),
    )
    await record_audit(db, viewer, "task_planned", subject=person_id, object_kind="person", object_id=person_id, reason=kind)


async def undo_task(db: Db, viewer: Viewer, task_id: UUID) -> None:
    """Takes back what the viewer noted last about a task, within ten minutes: it stands on the list as before."""
    if await find_logged(db, viewer.person_id, task_id) is None or not await db.fetchval(TAKE_BACK, task_id, viewer.person_id):
        raise NotFound
    await db.execute(REOPEN, task_id, today())
    await record_audit(db, viewer, "task_undone", object_kind="task", object_id=task_id)


async def open_number(db: Db, vault: Vault, viewer: Viewer, task_id: UUID) -> list[Contact]:
    """How the person of a task is reached: for one's own people at once, for others' with the task as the reason, which is written down."""
    task = await _take(db, viewer, task_id)
    if task.person_id is None:
        raise NotFound
    await record_audit(db, viewer, "task_call", subject=task.person_id, object_kind="task", object_id=task_id)
    return await open_contact(db, vault, viewer, task.person_id, "" if task.managed else CALLED_FOR.get(task.kind, "follow_up"))


async def close_moot(db: Db) -> None:
    """Ends the tasks of which the cause is over, so that they are not looked through for ever."""
    await db.execute(CLOSE_MOOT)


async def forget_tasks(db: Db, at: datetime) -> None:
    """Removes what was done twelve months ago, each try to reach somebody included."""
    await db.execute(FORGET, at)


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
