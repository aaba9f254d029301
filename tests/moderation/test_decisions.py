from datetime import date
from uuid import UUID

import httpx
import pytest

from buurtnet.conversations.actions import open_conversation, report_conversation, send_message
from buurtnet.conversations.schemas import NewMessage
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Conflict, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import deliver
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation import actions, queries
from buurtnet.moderation.events import Decided, DecisionDue
from buurtnet.moderation.jobs import carry_out_decision, tell_decided
from buurtnet.moderation.rules import AlreadyDecided, AlreadyDone, HeldByOther
from buurtnet.moderation.schemas import NewReport, PostDecision, TaskDone, Verdict
from tests.made import Made

TODAY = date(2026, 11, 20)


class Scene:
    """A facilitator, a resident with a waiting post, and somebody who has no business there."""

    worker: UUID
    author: UUID
    post: UUID
    viewer: Viewer


@pytest.fixture
async def scene(db: Db, made: Made) -> Scene:
    scene = Scene()
    scene.worker, scene.author = await made.staff(), await made.person()
    scene.post = await made.post(scene.author, state="waiting")
    scene.viewer = Viewer(person_id=scene.worker, actor_id=scene.worker, roles=("facilitator",), areas=(await made.hood(),))
    return scene


async def state_of(db: Db, post: UUID) -> str:
    return await db.fetchval("select state from post where id = $1", post)


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (PostDecision(verdict=Verdict.APPROVED), "open"),
        (PostDecision(verdict=Verdict.REFUSED, reason="money"), "refused"),
        (PostDecision(verdict=Verdict.CHANGES_ASKED, text="Zonder nummer, graag"), "waiting"),
        (PostDecision(verdict=Verdict.RIGHT_FIRST, right="housing", barrier="digital"), "redirected"),
    ],
)
async def test_each_verdict_moves_the_post_and_is_written_down(db: Db, scene: Scene, decision: PostDecision, state: str) -> None:
    await actions.carry_out(db, await actions.decide_post(db, scene.viewer, scene.post, decision))
    assert await state_of(db, scene.post) == state
    row = await db.fetchrow("select * from decision where object_id = $1", scene.post)
    assert (row["verdict"], row["subject_id"], row["by"]) == (decision.verdict, scene.author, scene.worker)
    assert await db.fetchval("select count(*) from audit where object_id = $1", scene.post) >= 1


async def test_who_decided_first_is_told_to_who_comes_second(db: Db, scene: Scene) -> None:
    await actions.decide_post(db, scene.viewer, scene.post, PostDecision(verdict=Verdict.APPROVED))
    with pytest.raises(AlreadyDecided):
        await actions.decide_post(db, scene.viewer, scene.post, PostDecision(verdict=Verdict.REFUSED, reason="money"))


async def test_a_post_changed_meanwhile_is_not_decided_on(db: Db, scene: Scene) -> None:
    with pytest.raises(Conflict):
        await actions.decide_post(db, scene.viewer, scene.post, PostDecision(verdict=Verdict.APPROVED, version=99))
    assert await state_of(db, scene.post) == "waiting"


async def test_an_item_that_another_holds_is_refused_with_their_name_until_the_claim_is_over(db: Db, made: Made, scene: Scene) -> None:
    other = await made.staff("Mehdi")
    await actions.claim_item(db, scene.viewer, "post", scene.post)
    theirs = Viewer(person_id=other, actor_id=other, roles=("facilitator",))
    with pytest.raises(HeldByOther) as refusal:
        await actions.claim_item(db, theirs, "post", scene.post)
    assert refusal.value.values["name"] == "Sara"
    with pytest.raises(HeldByOther):
        await actions.decide_post(db, theirs, scene.post, PostDecision(verdict=Verdict.APPROVED))
    await db.execute("update claim set until = now() - interval '1 second'")
    await actions.claim_item(db, theirs, "post", scene.post)


@pytest.mark.parametrize("who", ["other area", "other organisation", "mapper", "coordinator", "resident", "visitor"])
async def test_nobody_else_sees_or_decides(db: Db, made: Made, scene: Scene, who: str) -> None:
    match who:
        case "other area":
            person = await made.staff("Mehdi", hoods=["Helmet"])
        case "other organisation":
            person = await made.staff("Piet", organisation_id=await made.organisation("Andere"))
        case "mapper" | "coordinator":
            person = await made.staff("Ines", role=who)
        case "resident":
            person = await made.person("Hassan")
        case _:
            person = None
    viewer = Viewer(person_id=person, actor_id=person)
    assert await queries.list_waiting_posts(db, person, "nl") == []
    assert await queries.get_waiting_post(db, person, scene.post, "nl") is None
    with pytest.raises(NotFound):
        await actions.decide_post(db, viewer, scene.post, PostDecision(verdict=Verdict.APPROVED))
    assert await state_of(db, scene.post) == "waiting"


async def test_the_same_call_is_asked_once(db: Db, scene: Scene) -> None:
    await actions.ask_for_call(db, Viewer(person_id=scene.author), on=TODAY)
    await actions.ask_for_call(db, Viewer(person_id=scene.author), on=TODAY)
    assert len((await queries.list_tasks(db, scene.worker, "nl")).items) == 1


async def test_an_appeal_goes_to_another_worker(db: Db, made: Made, scene: Scene) -> None:
    other = await made.staff("Mehdi")
    decision = await actions.decide_post(db, scene.viewer, scene.post, PostDecision(verdict=Verdict.REFUSED, reason="money"))
    with pytest.raises(NotFound):
        await actions.appeal_decision(db, Viewer(person_id=scene.author), decision, on=TODAY)
    await actions.carry_out(db, decision)
    with pytest.raises(NotFound):
        await actions.appeal_decision(db, Viewer(person_id=await made.person("Hassan")), decision, on=TODAY)
    await actions.appeal_decision(db, Viewer(person_id=scene.author), decision, on=TODAY)
    with pytest.raises(NotFound):
        await actions.appeal_decision(db, Viewer(person_id=scene.author), decision, on=TODAY)
    assert [task.kind for task in (await queries.list_tasks(db, other, "nl")).items] == ["appeal"]
    assert (await queries.list_tasks(db, scene.worker, "nl")).items == []


async def test_a_task_ends_once_and_only_for_who_may(db: Db, made: Made, scene: Scene) -> None:
    await actions.ask_for_call(db, Viewer(person_id=scene.author), on=TODAY)
    task = (await queries.list_tasks(db, scene.worker, "nl")).items[0]
    far = await made.staff("Mehdi", hoods=["Helmet"])
    with pytest.raises(NotFound):
        await actions.finish_task(db, Viewer(person_id=far, actor_id=far), task.id, TaskDone(outcome="called"))
    await actions.finish_task(db, scene.viewer, task.id, TaskDone(outcome="no_answer"))
    again = (await queries.list_tasks(db, scene.worker, "nl")).items
    assert [one.id for one in again] == [task.id], "where nobody answered it comes back"
    assert again[0].due_on > task.due_on
    await actions.finish_task(db, scene.viewer, task.id, TaskDone(outcome="called"))
    with pytest.raises(AlreadyDone):
        await actions.finish_task(db, scene.viewer, task.id, TaskDone(outcome="called"))


async def test_the_author_is_told_of_a_refusal(db: Db, worker_database: Database, made: Made, scene: Scene) -> None:
    await made.contact(scene.author, "amina@example.org")
    await actions.decide_post(db, scene.viewer, scene.post, PostDecision(verdict=Verdict.REFUSED, reason="money"))
    told = {DecisionDue: [carry_out_decision], Decided: [tell_decided]}
    await deliver(worker_database, told)
    assert await db.fetchval("select count(*) from notice") == 0, "nobody is told before it has effect"
    await made.pass_seconds()
    await deliver(worker_database, told)
    assert await db.fetchval("select kind from notice where person_id = $1", scene.author) == "post_refused"


async def test_the_queue_and_its_forms(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    await made.sign_in(client, scene.worker, kind="staff")
    page = await client.get(f"/desk/posts/{scene.post}")
    assert page.status_code == 200
    assert "Een kast naar boven dragen" in page.text
    wrong = await client.post(f"/desk/posts/{scene.post}", data={"verdict": "changes_asked", "text": ""})
    assert wrong.status_code == 422
    assert "Write what should change." in wrong.text
    assert await state_of(db, scene.post) == "waiting"
    done = await client.post(f"/desk/posts/{scene.post}", data={"verdict": "refused", "reason": "money", "text": "<b>hm</b>"})
    assert done.status_code == 303
    assert await state_of(db, scene.post) == "waiting"
    assert "Sara refused this." in (await client.get(f"/desk/posts/{scene.post}")).text
    await actions.carry_out(db, await db.fetchval("select id from decision where object_id = $1", scene.post))
    assert await state_of(db, scene.post) == "refused"
    assert (await client.get("/desk/posts")).status_code == 200
    near, far = await made.post(scene.author, state="waiting", text="Wie komt er langs?"), await made.hood("Helmet")
    here = await client.get(f"/desk/posts?area={await made.hood()}")
    assert f"/desk/posts/{near}?area=" in here.text
    assert str(near) not in (await client.get(f"/desk/posts?area={far}")).text
    assert (await client.get("/desk/posts?area=99999999999")).status_code == 400
    await made.sign_in(client, scene.author)
    statement = await client.get(f"/posts/{scene.post}/decision")
    assert "It is about money or paid work." in statement.text
    assert "&lt;b&gt;hm&lt;/b&gt;" in statement.text
    decision = await db.fetchval("select id from decision where object_id = $1", scene.post)
    appealed = await client.post(f"/decisions/{decision}/appeal?post={scene.post}")
    assert appealed.status_code == 303
    assert "Another worker looks at it again" in (await client.get(f"/posts/{scene.post}/decision")).text


async def test_anybody_may_report_and_nothing_is_lost_on_the_way(client: httpx.AsyncClient, db: Db, scene: Scene) -> None:
    assert (await client.get("/report")).status_code == 200
    wrong = await client.post("/report", data={"text": "x", "object_kind": "post", "object_id": str(scene.post)})
    assert wrong.status_code == 422
    assert str(scene.post) in wrong.text
    sent = await client.post("/report", data={"text": "Dit is niet in orde", "object_kind": "post", "object_id": str(scene.post)})
    assert sent.status_code == 303
    row = await db.fetchrow("select * from report")
    assert (row["object_id"], row["by"]) == (scene.post, None)
    assert row["neighbourhood_id"] is not None
    answer = await client.get(sent.headers["location"])
    assert answer.status_code == 200
    assert "Dit is niet in orde" not in answer.text


async def test_a_report_about_nothing_that_exists_is_kept_without_its_object(db: Db, scene: Scene) -> None:
    await actions.make_report(db, Viewer(), NewReport(text="Er klopt iets niet", object_kind="post", object_id=new_id()), language="nl")
    assert await db.fetchval("select object_id from report") is None


async def test_call_me(client: httpx.AsyncClient, db: Db, made: Made, scene: Scene) -> None:
    await made.sign_in(client, scene.author)
    assert (await client.get("/call-me")).status_code == 200
    assert "will call you" in (await client.post("/call-me")).text
    assert await db.fetchval("select count(*) from task where kind = 'call_back' and person_id = $1", scene.author) == 1
    await made.sign_in(client, scene.worker, kind="staff")
    assert "Amina" in (await client.get("/desk/tasks")).text


async def test_a_reported_conversation_is_read_with_a_reason_that_is_written_down(
    client: httpx.AsyncClient, db: Db, made: Made, scene: Scene, vault: Vault
) -> None:
    helper = await made.person("Hassan")
    conversation = await open_conversation(db, scene.author, helper)
    await db.execute("select set_config('app.viewer', $1, true)", str(scene.author))
    amina = Viewer(person_id=scene.author, actor_id=scene.author, language="en")
    await send_message(db, amina, vault, conversation, NewMessage(text="Canary words"))
    await report_conversation(db, amina, conversation, at=now())
    await actions.make_report(
        db, amina, NewReport(text="Er klopt iets niet", object_kind="conversation", object_id=conversation), language="en"
    )
    report = await db.fetchval("select id from report")
    await made.sign_in(client, scene.worker, kind="staff")
    assert "Canary words" not in (await client.get(f"/desk/reports/{report}")).text
    assert (await client.post(f"/desk/reports/{report}/open", data={"reason": "curious"})).status_code == 422
    opened = await client.post(f"/desk/reports/{report}/open", data={"reason": "safety"})
    assert opened.status_code == 200
    assert "Canary words" in opened.text
    assert (
        await db.fetchval("select count(*) from audit where action = 'opened' and reason = 'safety' and object_id = $1", conversation) == 2
    )
    for other in (await made.staff("Mehdi", hoods=["Helmet"]), await made.staff("Piet", secrecy=None)):
        await made.sign_in(client, other, kind="staff")
        answer = await client.post(f"/desk/reports/{report}/open", data={"reason": "safety"})
        assert answer.status_code in (403, 404)
        assert "Canary words" not in answer.text
