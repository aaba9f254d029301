"""What workers have to do for somebody."""

from datetime import date
from uuid import UUID

from buurtnet.kit.audit import record_audit
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.queries import list_tasks
from buurtnet.moderation.schemas import TaskDone
from buurtnet.people.actions.leaving import note_contact
from buurtnet.people.queries import get_person
from buurtnet.web.language import today

TASK = """
insert into task (id, kind, organisation_id, neighbourhood_id, person_id, for_worker, object_kind, object_id, urgent, due_on)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
 where $8::uuid is null or not exists (select from task where kind = $2 and object_id = $8 and person_id is not distinct from $5 and done_at is null)
"""
FINISH = "update task set done_at = now(), done_by = $2, outcome = $3 where id = $1 and done_at is null returning true"
PERSON = "select person_id from task where id = $1"
POSTPONE = "update task set due_on = current_date + 1, outcome = 'no_answer' where id = $1 and done_at is null"


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
    elif (met := await db.fetchval(PERSON, task_id)) is not None:
        await note_contact(db, met, today())
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
