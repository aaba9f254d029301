"""Today: one tap notes how it went, two say when to come back, and what is over goes by itself."""

from datetime import date, timedelta
from uuid import UUID

import httpx
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries
from buurtnet.moderation.jobs import clear_reports
from buurtnet.moderation.rules import AlreadyDone, next_date
from buurtnet.moderation.schemas import TaskDone
from buurtnet.web.language import today
from tests.conftest import Bound
from tests.made import Made


@pytest.mark.parametrize(
    ("on", "when", "due"),
    [
        (date(2026, 11, 18), "tomorrow", date(2026, 11, 19)),
        (date(2026, 11, 20), "tomorrow", date(2026, 11, 23)),  # Friday: Monday, not Saturday.
        (date(2026, 11, 18), "days", date(2026, 11, 23)),
        (date(2026, 11, 18), "week", date(2026, 11, 25)),
        (date(2026, 11, 18), "weeks", date(2026, 12, 2)),
    ],
)
def test_a_worker_comes_back_on_a_working_day(on: date, when: str, due: date) -> None:
    assert next_date(on, when) == due


class Scene:
    """Somebody who asked to be called, their worker, and a colleague."""

    sara: UUID
    mo: UUID
    amina: UUID
    task: UUID


@pytest.fixture
async def scene(made: Made) -> Scene:
    scene = Scene()
    scene.sara, scene.mo, scene.amina = await made.staff(), await made.staff("Mo"), await made.person()
    scene.task = await add_task(made, scene.amina)
    await made.contact(scene.amina, "+32470000001", "sms")
    return scene


async def add_task(made: Made, person_id: UUID, kind: str = "call_back", **values: object) -> UUID:
    identity = new_id()
    place = {"organisation_id": await made.home_organisation(), "neighbourhood_id": await made.hood(), "person_id": person_id}
    await made.insert("task", **({"id": identity, "kind": kind, "due_on": today()} | place | values))
    return identity


def viewer_of(person_id: UUID) -> Viewer:
    return Viewer(person_id=person_id, actor_id=person_id, roles=("facilitator",), secrecy=True)


async def stands(db: Db, worker: UUID) -> list[UUID]:
    return [task.id for task in (await queries.list_tasks(db, worker, "nl")).items]


async def test_one_tap_notes_and_two_say_when_to_come_back(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    await made.sign_in(client, scene.sara, kind="staff")
    answer = await client.post(f"/desk/tasks/{scene.task}/log", data={"outcome": "called"})
    page = await client.get(answer.headers["location"])
    assert "Called" in page.text and "Amina" in page.text and f"/desk/tasks/{scene.task}/next" in page.text
    assert await stands(db, scene.sara) == []
    await client.post(f"/desk/tasks/{scene.task}/next", data={"when": "week"})
    [task] = (await queries.list_tasks(db, scene.sara, "nl")).items
    assert (task.kind, task.person_id, task.due_on) == ("again", scene.amina, next_date(today(), "week"))
    assert (await queries.list_tasks(db, scene.sara, "nl", on=today())).items == [], "not today's"
    assert [one.id for one in (await queries.list_tasks(db, scene.sara, "nl", on=today(), span="later")).items] == [task.id]
    log = await db.fetch("select by, outcome from task_log where task_id = $1", scene.task)
    assert [tuple(row) for row in log] == [(scene.sara, "called")]
    assert {row["action"] for row in await db.fetch("select action from audit")} >= {"task_done", "task_planned"}


async def test_no_answer_comes_back_with_the_try_on_it(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    urgent = await add_task(made, scene.amina, "danger", urgent=True)
    await made.sign_in(client, scene.sara, kind="staff")
    for task in (scene.task, urgent):
        await client.post(f"/desk/tasks/{task}/log", data={"outcome": "no_answer"})
    found = {task.id: task for task in (await queries.list_tasks(db, scene.mo, "nl")).items}
    assert found[scene.task].due_on == next_date(today(), "tomorrow")
    assert found[urgent].due_on == today(), "danger waits for no tomorrow"
    assert [(one.outcome, one.by) for one in found[urgent].tries] == [("no_answer", "Sara")]
    await client.post(f"/desk/tasks/{scene.task}/next", data={"when": "weeks"})
    moved = await queries.find_task(db, scene.sara, scene.task)
    assert moved is not None and moved.due_on == next_date(today(), "weeks"), "the same task, on another day"


async def test_a_slip_of_the_thumb_is_taken_back(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    await made.sign_in(client, scene.sara, kind="staff")
    for outcome in ("agreed", "no_answer"):
        await client.post(f"/desk/tasks/{scene.task}/log", data={"outcome": outcome})
        answer = await client.post(f"/desk/tasks/{scene.task}/undo")
        assert answer.status_code == 303
        [task] = (await queries.list_tasks(db, scene.sara, "nl", on=today())).items
        assert (task.id, task.tries) == (scene.task, [])
    assert (await client.post(f"/desk/tasks/{scene.task}/undo")).status_code == 404, "there is nothing to take back"


async def test_only_who_noted_it_takes_it_back_or_plans_on(db: Db, scene: Scene) -> None:
    await actions.finish_task(db, viewer_of(scene.sara), scene.task, TaskDone(outcome="called"))
    for deed in (actions.undo_task(db, viewer_of(scene.mo), scene.task), actions.plan_next(db, viewer_of(scene.mo), scene.task, "week")):
        with pytest.raises(NotFound):
            await deed


async def test_the_second_of_two_workers_hears_who_was_first(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    await actions.finish_task(db, viewer_of(scene.sara), scene.task, TaskDone(outcome="went_by"))
    with pytest.raises(AlreadyDone):
        await actions.finish_task(db, viewer_of(scene.mo), scene.task, TaskDone(outcome="called"))
    await made.sign_in(client, scene.mo, kind="staff")
    answer = await client.post(f"/desk/tasks/{scene.task}/log", data={"outcome": "called"})
    assert answer.status_code == 409 and "Sara did this before you: Went by." in answer.text.replace("<bdi>", "").replace("</bdi>", "")


async def test_a_number_is_one_tap_away_and_stands_in_the_audit(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    await made.sign_in(client, scene.sara, kind="staff")
    assert "+32470000001" not in (await client.get("/desk/tasks")).text
    assert 'href="tel:+32470000001"' in (await client.post(f"/desk/tasks/{scene.task}/call")).text
    opened = await db.fetch("select action, reason from audit order by at, id")
    assert {("opened", "call_back"), ("task_call", None)} <= {(row["action"], row["reason"]) for row in opened}
    await made.sign_in(client, await made.staff("Lea", secrecy=None), kind="staff")
    assert "/call" not in (await client.get("/desk/tasks")).text
    assert (await client.post(f"/desk/tasks/{scene.task}/call")).status_code == 403


async def test_for_ones_own_people_there_is_no_reason_to_give(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    own = await made.person("Zohra", managed_by=scene.sara)
    await made.contact(own, "+32470000002", "sms")
    task = await add_task(made, own, "clock", object_kind="person", object_id=own)
    await made.sign_in(client, scene.sara, kind="staff")
    assert 'href="tel:+32470000002"' in (await client.post(f"/desk/tasks/{task}/call")).text
    assert await db.fetchval("select count(*) from audit where action = 'opened'") == 0
    assert await db.fetchval("select count(*) from audit where action = 'task_call'") == 1


async def test_what_was_answered_meanwhile_stands_on_no_list(db: Db, worker_database: Bound, made: Made, scene: Scene) -> None:
    asker, helper = await made.person("Zohra", managed_by=scene.sara), await made.person("Bart", managed_by=scene.sara)
    need, offer = await made.post(asker), await made.post(helper, "offer")
    match = await made.match(need, offer, "asked")
    about = {"object_kind": "match", "object_id": match}
    clock = await add_task(made, helper, "clock", **about)
    silent = await add_task(made, asker, "silent_agreement", **about)
    renewal = await add_task(made, asker, "clock", object_kind="post", object_id=need)
    assert set(await stands(db, scene.sara)) == {scene.task, clock}
    await db.execute("update match set state = 'agreed' where id = $1", match)
    await db.execute("update post set renewal_asked_at = now() where id = $1", need)
    assert set(await stands(db, scene.sara)) == {scene.task, silent, renewal}
    await clear_reports(worker_database)
    done = await db.fetch("select id from task where done_at is not null")
    assert [row["id"] for row in done] == [clock], "what is over is ended at night"


async def test_what_was_done_a_year_ago_is_forgotten(db: Db, connection: Db, worker_database: Bound, made: Made, scene: Scene) -> None:
    kept = await add_task(made, scene.amina, done_at=now() - timedelta(days=360))
    gone = await add_task(made, scene.amina, done_at=now() - timedelta(days=370))
    await made.insert("task_log", id=new_id(), task_id=gone, by=scene.sara, outcome="called")
    await clear_reports(worker_database)
    left = {row["id"] for row in await connection.fetch("select id from task")}
    assert left == {scene.task, kept}
    assert await connection.fetchval("select count(*) from task_log") == 0


async def test_coming_back_is_planned_once(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    await made.sign_in(client, scene.sara, kind="staff")
    for when in ("tomorrow", "week"):
        await client.post("/desk/tasks", data={"person_id": str(scene.amina), "when": when})
    again = [task for task in (await queries.list_tasks(db, scene.sara, "nl")).items if task.kind == "again"]
    assert [task.due_on for task in again] == [next_date(today(), "week")]


async def test_the_list_goes_on_where_it_ended(db: Db, made: Made, scene: Scene) -> None:
    more = {await add_task(made, scene.amina, due_on=today() - timedelta(days=number % 3), urgent=number % 2 == 0) for number in range(5)}
    found, after = [], None
    while True:
        page = await queries.list_tasks(db, scene.sara, "nl", after=after, size=2)
        found += page.items
        if (after := page.next) is None:
            break
    assert {task.id for task in found} == more | {scene.task} and len(found) == 6
    assert found == sorted(found, key=lambda task: (not task.urgent, task.due_on, task.created_at, task.id))
