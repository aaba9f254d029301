"""The queues: two workers at once, verdicts that are taken back, filters, several items at once, what stands beside an item."""

import asyncio
import re
from uuid import UUID

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from buurtnet.desk.queries import read_counters
from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db, _set_up
from buurtnet.kit.errors import Conflict, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import deliver
from buurtnet.kit.viewer import Viewer
from buurtnet.matching.schemas import RejectReason
from buurtnet.matching.schemas import Verdict as MatchVerdict
from buurtnet.moderation import actions, queries
from buurtnet.moderation.events import DecisionDue
from buurtnet.moderation.jobs import carry_out_decision
from buurtnet.moderation.rules import AlreadyDecided, ChangedMeanwhile, HeldByOther, TooLate, find_alike, share_words
from buurtnet.moderation.schemas import Bulk, LikePost, MatchDecision, NewReport, PostDecision, QueueFilter, ReportDecision, Verdict
from tests.committed import Committed
from tests.made import Made

APPROVED = PostDecision(verdict=Verdict.APPROVED)
REFUSED = PostDecision(verdict=Verdict.REFUSED, reason="money")
DUE = {DecisionDue: [carry_out_decision]}


def as_worker(person_id: UUID) -> Viewer:
    return Viewer(person_id=person_id, actor_id=person_id, roles=("facilitator",))


class Desk:
    """Two facilitators of the same neighbourhood, and a resident with a waiting post."""

    sara: Viewer
    mehdi: Viewer
    amina: UUID
    post: UUID


@pytest.fixture
async def desk(made: Made) -> Desk:
    desk = Desk()
    desk.sara, desk.mehdi = as_worker(await made.staff()), as_worker(await made.staff("Mehdi"))
    desk.amina = await made.person()
    desk.post = await made.post(desk.amina, state="waiting")
    return desk


async def waiting(db: Db, viewer: Viewer, **wanted: object) -> list[UUID]:
    return [one.id for one in await queries.list_waiting_posts(db, viewer.person_id, "nl", QueueFilter(**wanted))]  # type: ignore[arg-type]


async def state_of(db: Db, post: UUID) -> str:
    return await db.fetchval("select state from post where id = $1", post)


async def facts(db: Db) -> dict[str, list[str]]:
    """Everything that a verdict can change, as text."""
    rows: dict[str, list[str]] = {}
    for table in ("post", "match", "report", "task", "notice", "pair_memory", "claim"):
        rows[table] = sorted(str(dict(row)) for row in await db.fetch(f"select * from {table}"))
    rows["person"] = sorted(str(tuple(row)) for row in await db.fetch("select id, posts_on_trial, state from person"))
    rows["outbox"] = [row["kind"] for row in await db.fetch("select kind from outbox where done_at is null order by id")]
    return rows


async def test_a_verdict_holds_at_once_and_takes_effect_after_ten_seconds(
    db: Db, worker_database: Database, made: Made, desk: Desk
) -> None:
    await actions.decide_post(db, desk.sara, desk.post, APPROVED)
    assert await state_of(db, desk.post) == "waiting"
    assert await waiting(db, desk.sara) == await waiting(db, desk.mehdi) == []
    assert (await read_counters(db, desk.mehdi.person_id, "nl", now().date())).counts["posts"] == 0
    await deliver(worker_database, DUE)
    assert await state_of(db, desk.post) == "waiting", "the ten seconds are not over"
    await made.pass_seconds()
    await deliver(worker_database, DUE)
    assert await state_of(db, desk.post) == "open"
    assert await db.fetchval("select count(*) from outbox where kind = 'moderation.Decided'") == 1, "and its author is told once"


@pytest.mark.parametrize("kind", ["post approved", "post refused", "match approved", "match rejected", "report"])
async def test_what_is_taken_back_never_happened(db: Db, worker_database: Database, made: Made, desk: Desk, kind: str) -> None:
    helper = await made.person("Bart")
    match = await made.match(await made.post(desk.amina), await made.post(helper, "offer"), "suggested", needs_review=True)
    report = await actions.make_report(db, Viewer(), NewReport(text="Er klopt iets niet"), language="nl")
    before = await facts(db)
    match kind:
        case "post approved":
            decision = await actions.decide_post(db, desk.sara, desk.post, APPROVED)
        case "post refused":
            decision = await actions.decide_post(db, desk.sara, desk.post, REFUSED)
        case "match approved":
            decision = await actions.decide_match(db, desk.sara, match, MatchDecision(verdict=MatchVerdict.CONFIRM))
        case "match rejected":
            rejection = MatchDecision(verdict=MatchVerdict.REJECT, reason=RejectReason.NOT_FITTING)
            decision = await actions.decide_match(db, desk.sara, match, rejection)
        case _:
            decision = await actions.close_report(db, desk.sara, report, ReportDecision(outcome="handled"))
    with pytest.raises(NotFound):
        await actions.undo(db, desk.mehdi, decision)
    [undone] = await actions.undo(db, desk.sara, decision)
    assert undone.kind == kind.partition(" ")[0]
    await made.pass_seconds()
    await deliver(worker_database, DUE)
    assert await facts(db) == before
    with pytest.raises(NotFound):
        await actions.undo(db, desk.sara, decision)
    deeds = {row["action"] for row in await db.fetch("select action from audit")}
    assert f"{undone.kind}_undone" in deeds, "that it was taken back stays in the audit"


async def test_what_took_effect_cannot_be_taken_back(db: Db, desk: Desk) -> None:
    decision = await actions.decide_post(db, desk.sara, desk.post, REFUSED)
    await actions.carry_out(db, decision)
    with pytest.raises(TooLate):
        await actions.undo(db, desk.sara, decision)
    assert await state_of(db, desk.post) == "refused"
    await actions.carry_out(db, decision)
    assert await db.fetchval("select count(*) from outbox where kind = 'moderation.Decided'") == 1


async def test_what_changes_in_the_ten_seconds_comes_back_to_the_queue(db: Db, desk: Desk) -> None:
    decision = await actions.decide_post(db, desk.sara, desk.post, APPROVED)
    await db.execute("update post set text = 'Heel andere woorden', version = version + 1 where id = $1", desk.post)
    await actions.carry_out(db, decision)
    assert await state_of(db, desk.post) == "waiting"
    assert await waiting(db, desk.sara) == [desk.post]
    [earlier] = await queries.list_earlier_decisions(db, desk.sara.person_id, desk.amina, desk.post)
    assert (earlier.verdict, earlier.undone_why, earlier.by) == ("approved", "changed", "Sara")


async def test_a_worker_who_may_not_decide_any_more_decides_nothing(db: Db, connection: Db, desk: Desk) -> None:
    decision = await actions.decide_post(db, desk.sara, desk.post, APPROVED)
    await connection.execute("set local role none")
    await connection.execute("delete from staff_area where person_id = $1", desk.sara.person_id)
    await connection.execute("set local role buurtnet_web")
    await actions.carry_out(db, decision)
    assert await state_of(db, desk.post) == "waiting"


async def test_a_verdict_that_would_be_refused_later_is_refused_now(db: Db, made: Made, desk: Desk) -> None:
    await made.insert("flag", id=new_id(), object_kind="post", object_id=desk.post, kind="violence", leads_to="danger", starts=0, ends=3)
    with pytest.raises((Invalid, Conflict)):
        await actions.decide_post(db, desk.sara, desk.post, APPROVED)


async def test_the_second_worker_hears_who_did_what(client: httpx.AsyncClient, db: Db, made: Made, desk: Desk) -> None:
    assert desk.mehdi.person_id
    await made.sign_in(client, desk.mehdi.person_id, kind="staff")
    page = await client.get(f"/desk/posts/{desk.post}")
    assert "Een kast naar boven dragen" in page.text
    await actions.decide_post(db, desk.sara, desk.post, REFUSED)
    late = await client.post(f"/desk/posts/{desk.post}", data={"verdict": "approved"})
    assert late.status_code == 409
    assert "Sara refused this." in late.text
    again = await client.get(f"/desk/posts/{desk.post}")
    assert again.status_code == 200
    assert "Sara refused this." in again.text and "Approve" not in again.text.partition("<main")[2]
    assert (await client.post(f"/desk/posts/{desk.post}/claim")).status_code == 409


async def test_who_holds_an_item_is_seen_and_lets_go(client: httpx.AsyncClient, made: Made, desk: Desk) -> None:
    assert desk.sara.person_id and desk.mehdi.person_id
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    assert (await client.post(f"/desk/posts/{desk.post}/claim")).status_code == 303
    assert "You hold this for ten minutes." in (await client.get(f"/desk/posts/{desk.post}")).text
    await made.sign_in(client, desk.mehdi.person_id, kind="staff")
    assert "Sara is looking at this" in re.sub("<[^>]+>", "", (await client.get("/desk/posts")).text)
    refused = await client.post(f"/desk/posts/{desk.post}", data={"verdict": "approved"})
    assert refused.status_code == 409 and "Sara is looking at this now." in refused.text
    await client.post(f"/desk/posts/{desk.post}/release")
    assert (await client.post(f"/desk/posts/{desk.post}/claim")).status_code == 409, "nobody lets go of what another one holds"
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    assert (await client.post(f"/desk/posts/{desk.post}/release")).status_code == 303
    await made.sign_in(client, desk.mehdi.person_id, kind="staff")
    assert (await client.post(f"/desk/posts/{desk.post}/claim")).status_code == 303


async def test_two_workers_in_the_same_moment_give_one_verdict(committed: Committed, vault) -> None:
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    made = Made(connection, vault)
    workers = [as_worker(await made.staff(name)) for name in ("Sara", "Mehdi")]
    amina = await made.person()
    posts = [await made.post(amina, state="waiting") for _ in range(10)]

    async def decide(viewer: Viewer, post: UUID, decision: PostDecision) -> str:
        try:
            async with committed.web.transaction(viewer.person_id) as db:
                await actions.decide_post(db, viewer, post, decision)
        except (AlreadyDecided, HeldByOther) as refusal:
            assert refusal.values["name"] in ("Sara", "Mehdi")
            return "told who"
        return "done"

    for post in posts:
        answers = await asyncio.gather(decide(workers[0], post, APPROVED), decide(workers[1], post, REFUSED))
        assert sorted(answers) == ["done", "told who"]
    assert await connection.fetchval("select count(*) from decision") == len(posts)
    await connection.close()


async def test_the_filter_finds_by_words_area_and_reason(db: Db, made: Made, desk: Desk) -> None:
    urgent = await made.post(desk.amina, state="waiting", text="Wie rijdt morgen mee?", urgency="urgent")
    tricky = await made.post(desk.amina, state="waiting", text="50% korting_actie")
    flagged = await made.post(desk.amina, state="waiting", text="Bel mij op 0470 12 34 56")
    await made.insert("flag", id=new_id(), object_kind="post", object_id=flagged, kind="contact", leads_to="review", starts=11, ends=24)
    assert await waiting(db, desk.sara) == [urgent, desk.post, tricky, flagged], "urgent first, then oldest"
    assert await waiting(db, desk.sara, why="urgent") == [urgent]
    assert await waiting(db, desk.sara, why="flagged") == [flagged]
    assert await waiting(db, desk.sara, q="KAST") == [desk.post]
    assert await waiting(db, desk.sara, q="0% korting_") == [tricky], "signs of patterns are plain signs"
    assert await waiting(db, desk.sara, q="%") == [tricky]
    assert set(await waiting(db, desk.sara, q="amina")) == {urgent, desk.post, tricky, flagged}
    assert await waiting(db, desk.sara, area=await made.hood("Helmet")) == []
    await actions.claim_item(db, desk.sara, "post", tricky)
    assert await waiting(db, desk.sara, why="mine") == [tricky]
    assert await waiting(db, desk.mehdi, why="mine") == []


async def test_a_verdict_leads_to_the_next_one_that_nobody_holds_in_what_was_chosen(
    client: httpx.AsyncClient, db: Db, made: Made, desk: Desk
) -> None:
    assert desk.sara.person_id
    second, third = [await made.post(desk.amina, state="waiting", text=f"Kast nummer {number}") for number in (2, 3)]
    other = await made.post(desk.amina, state="waiting", text="Iets anders")
    await actions.claim_item(db, desk.mehdi, "post", second)
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    page = (await client.get(f"/desk/posts/{desk.post}?q=kast")).text
    assert str(other) not in page.partition("<main")[0]
    [action] = set(re.findall(rf'action="(/desk/posts/{desk.post}\?[^"]*once=[^"]+)" class="verdict"', page))
    done = await client.post(action.replace("&amp;", "&"), data={"verdict": "approved"})
    assert done.headers["location"] == f"/desk/posts/{third}?q=kast"
    bar = (await client.get(done.headers["location"])).text
    assert "Approved" in bar and "/desk/undo/" in bar
    at_once = re.findall(r'formaction="(/desk/undo/[^"]+/now[^"]*)"', bar)[0].replace("&amp;", "&")
    back = await client.post(re.findall(r'action="(/desk/undo/[^"]+)"', bar)[0])
    assert back.headers["location"].startswith(f"/desk/posts/{desk.post}")
    assert desk.post in await waiting(db, desk.sara)
    assert (await client.post(at_once)).status_code == 404, "it was taken back"


async def test_what_somebody_waits_for_is_done_at_once(
    db: Db, client: httpx.AsyncClient, worker_database: Database, made: Made, desk: Desk
) -> None:
    assert desk.sara.person_id
    batch = await actions.decide_post(db, desk.sara, desk.post, APPROVED)
    with pytest.raises(NotFound):
        await actions.hasten(db, desk.mehdi, batch)
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    done = await client.post(f"/desk/undo/{batch}/now?q=kast")
    assert done.headers["location"] == "/desk/posts?q=kast"
    await deliver(worker_database, DUE)
    assert await db.fetchval("select state from post where id = $1", desk.post) == "open"
    with pytest.raises(TooLate):
        await actions.undo(db, desk.sara, batch)


async def test_several_at_once_are_tried_first_and_each_hears_its_own_answer(
    client: httpx.AsyncClient, db: Db, worker_database: Database, made: Made, desk: Desk
) -> None:
    assert desk.sara.person_id
    fine = [desk.post, *[await made.post(desk.amina, state="waiting") for _ in range(3)]]
    held, danger, done = [await made.post(desk.amina, state="waiting") for _ in range(3)]
    far = await made.post(await made.person("Bart", "Helmet"), state="waiting")
    await actions.claim_item(db, desk.mehdi, "post", held)
    await made.insert("flag", id=new_id(), object_kind="post", object_id=danger, kind="violence", leads_to="danger", starts=0, ends=3)
    await actions.decide_post(db, desk.mehdi, done, REFUSED)
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    chosen = {"kind": "post", "what": "approved", "item": [f"{one}.1" for one in (*fine, held, danger, done, far)]}
    before = await facts(db)
    tried = await client.post("/desk/bulk", data=chosen)
    assert tried.status_code == 200 and "4 of 8 can be done." in tried.text
    assert "Mehdi is looking at this now." in tried.text and "Mehdi refused this." in tried.text
    assert await facts(db) == before, "nothing is done yet"
    items = re.findall(r'name="item" value="([^"]+)"', tried.text)
    assert items == [f"{one}.1" for one in fine]
    await db.execute("update post set version = 2 where id = $1", fine[3])
    given_ = await client.post("/desk/bulk", data={"kind": "post", "what": "approved", "item": items, "step": "do"})
    assert "3 of 4 are done." in given_.text and "The words have changed" in given_.text
    batch = re.findall(r'action="/desk/undo/([0-9a-f-]+)', given_.text)[0]
    assert await waiting(db, desk.sara) == [danger, fine[3], held]
    assert (await client.post(f"/desk/undo/{batch}")).status_code == 303
    assert set(await waiting(db, desk.sara)) == {*fine, danger, held}
    wrong = await client.post("/desk/bulk", data={"kind": "post", "what": "closed:handled", "item": items})
    assert wrong.status_code == 422


async def test_several_matches_and_reports_at_once(db: Db, made: Made, desk: Desk) -> None:
    helper = await made.person("Bart")
    matches = [
        await made.match(await made.post(desk.amina), await made.post(helper, "offer"), "suggested", needs_review=True) for _ in range(2)
    ]
    reports = [await actions.make_report(db, Viewer(), NewReport(text="Er klopt iets niet"), language="nl") for _ in range(2)]
    bulk = Bulk(kind="match", item=[str(one) for one in matches], what="rejected:not_fitting", step="do")
    _batch, results = await actions.decide_many(db, desk.sara, bulk)
    assert [one.refused for one in results] == [None, None]
    bulk = Bulk(kind="report", item=[str(one) for one in (*reports, reports[0])], what="closed:stays", step="do")
    _batch, results = await actions.decide_many(db, desk.sara, bulk)
    assert [one.refused for one in results] == [None, None], "what is named twice is done once"
    assert await queries.list_waiting_matches(db, desk.sara.person_id, "nl") == []
    assert await queries.list_open_reports(db, desk.sara.person_id, "nl") == []


async def test_beside_an_item_stands_what_looks_like_it_and_what_was_decided(
    client: httpx.AsyncClient, db: Db, made: Made, desk: Desk
) -> None:
    assert desk.sara.person_id
    bart = await made.person("Bart")
    same = await made.post(bart, state="waiting", text="Een zware kast naar boven dragen")
    await made.post(bart, text="Mijn fiets herstellen")
    old = await made.post(desk.amina, state="waiting", text="Wie geeft mij geld?")
    await actions.carry_out(db, await actions.decide_post(db, desk.sara, old, REFUSED))
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    page = (await client.get(f"/desk/posts/{desk.post}")).text
    alike = page.partition("Looks like this")[2].partition("</section>")[0]
    assert "Een zware kast" in alike and "Maybe the same" in alike and "fiets" not in alike
    decided = page.partition("Decided before")[2].partition("</section>")[0]
    assert "Sara refused this." in decided and "Wie geeft mij geld?" in decided
    far = await made.staff("Piet", organisation_id=await made.organisation("Andere"))
    assert await queries.list_comparable(db, far, same) == []


def like(text: str, **values: object) -> LikePost:
    given_ = {"id": new_id(), "kind": "need", "language": "nl", "state": "open", "created_at": now(), "author": "Bart"}
    flags = {"same_author": False, "same_theme": True, "same_kind": True}
    return LikePost(text=text, **(given_ | flags | values))  # type: ignore[arg-type]


def test_the_same_words_and_the_same_wish_are_doubles() -> None:
    alike = find_alike("Wie helpt mij met een kast?", [like("Wie helpt mij met mijn kast?"), like("Ik zoek een fiets")])
    assert [(post.text, same) for post, same in alike] == [("Wie helpt mij met mijn kast?", False)]
    [(post, same)] = find_alike("Kast dragen", [like("Iets heel anders", same_author=True)])
    assert same and post.text == "Iets heel anders"
    assert find_alike("Kast dragen", [like("Iets heel anders", same_author=True, same_kind=False)]) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_how_much_two_texts_share_is_a_share_and_goes_both_ways(one: str, other: str) -> None:
    assert 0 <= share_words(one, other) == share_words(other, one) <= 1
    assert share_words(one, one) in (0, 1)


async def test_a_stale_version_is_refused(db: Db, desk: Desk) -> None:
    with pytest.raises(ChangedMeanwhile):
        await actions.decide_post(db, desk.sara, desk.post, PostDecision(verdict=Verdict.APPROVED, version=99))


async def test_beside_a_report_stands_what_was_said_before_about_the_same_person(
    client: httpx.AsyncClient, db: Db, made: Made, desk: Desk
) -> None:
    assert desk.sara.person_id
    about = {"object_kind": "post", "object_id": desk.post}
    first = await actions.make_report(db, Viewer(), NewReport(text="Dit is een grap", **about), language="nl")  # type: ignore[arg-type]
    await actions.carry_out(db, await actions.close_report(db, desk.mehdi, first, ReportDecision(outcome="stays")))
    person = NewReport(text="Deze buur belt de hele nacht", object_kind="person", object_id=desk.amina)
    second = await actions.make_report(db, Viewer(), person, language="nl")
    other = NewReport(text="Iemand anders", object_kind="person", object_id=await made.person("Bart"))
    await actions.make_report(db, Viewer(), other, language="nl")
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    page = (await client.get(f"/desk/reports/{second}")).text
    before = page.partition("Said before about this")[2].partition("</section>")[0]
    assert "Dit is een grap" in before and "It can stay." in before and "Iemand anders" not in before


async def test_what_is_open_already_cannot_be_decided_on(client: httpx.AsyncClient, made: Made, desk: Desk) -> None:
    assert desk.sara.person_id
    opened = await made.post(desk.amina)
    await made.sign_in(client, desk.sara.person_id, kind="staff")
    answer = await client.post(f"/desk/posts/{opened}", data={"verdict": "approved"})
    assert answer.status_code == 409 and "does not wait any more" in answer.text
    assert (await client.get(f"/desk/posts/{opened}")).status_code == 404
