"""Rules of screening at the desk: setting them, trying them on past posts, and learning which of them look for nothing."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from buurtnet.conversations.actions import open_conversation, send_message
from buurtnet.conversations.events import MessageFlagged
from buurtnet.conversations.schemas import NewMessage
from buurtnet.kit.clock import now
from buurtnet.kit.db import Db
from buurtnet.kit.errors import Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.events import Decided, ReportClosed
from buurtnet.moderation.jobs import learn_from_decision, learn_from_report, look_at_message
from buurtnet.posts.actions import publish_post
from buurtnet.posts.schemas import NewPost
from buurtnet.screening import actions, queries
from buurtnet.screening.actions.setting import NewTheme, NewWords, RuleSetting
from buurtnet.screening.pages.words import explain
from buurtnet.screening.rules.setting import DangerIsAlwaysSeen, NothingChanges
from buurtnet.screening.schemas import LeadsTo
from tests.made import Made

LOAN = "Een ladder, kom hem maar halen"
"""Harmless, whatever rules come with the program."""


async def worker(made: Made, name: str = "Sara", *, role: str = "facilitator", organisation_id: UUID | None = None, **more: Any) -> Viewer:
    extra = {"organisation_id": organisation_id} if organisation_id else {}
    person = await made.staff(name, role=role, **extra, **more)
    organisation = organisation_id or await made.home_organisation()
    roles: Any = (role,)
    return Viewer(person_id=person, actor_id=person, organisation_id=organisation, roles=roles, secrecy=True)


async def rule_id(db: Db, pattern: str) -> int:
    return await db.fetchval("select id from rule where pattern = $1 and organisation_id is null", pattern)


async def place(db: Db, made: Made, text: str, **person: Any) -> tuple[UUID, str]:
    author = await made.person(**person)
    viewer = Viewer(person_id=author, actor_id=author)
    placed = await publish_post(db, viewer, NewPost(kind="offer", theme="things.lend", text=text), at=now())
    return placed.id, placed.state


async def test_words_of_our_own_are_looked_at_here_and_nowhere_else(db: Db, made: Made) -> None:
    sara, elsewhere = await worker(made), await made.organisation("Elders")
    assert (await place(db, made, LOAN))[1] == "open"
    [added] = await actions.add_words(db, sara, NewWords(words="Ladder!", why="Someone fell."))
    post, state = await place(db, made, LOAN)
    assert state == "waiting"
    assert (await place(db, made, LOAN, organisation_id=elsewhere))[1] == "open"
    [reason] = await explain(db, sara, post, LOAN)
    assert (reason.rule_id, reason.seen, reason.looks_for) == (added, ["ladder"], "ladder")
    assert "Sara" in reason.origin and "Someone fell." in reason.origin
    stranger = await worker(made, "Omar", organisation_id=elsewhere)
    with pytest.raises(NotFound):
        await queries.get_card(db, stranger, added)
    with pytest.raises(NotFound):
        await actions.set_rule(db, stranger, added, RuleSetting(leads_to=LeadsTo.OFF, why="Not ours."))
    await actions.set_rule(db, sara, added, RuleSetting(leads_to=LeadsTo.OFF, why="It saw too much."))
    assert (await place(db, made, LOAN))[1] == "open"
    [again] = await actions.add_words(db, sara, NewWords(words="ladder", why="Once more."))
    assert again == added and (await place(db, made, LOAN))[1] == "waiting"
    changes = await queries.list_changes(db, sara)
    assert [(one.before, one.after, one.why, one.last) for one in changes] == [
        (LeadsTo.OFF, LeadsTo.REVIEW, "Once more.", True),
        (LeadsTo.REVIEW, LeadsTo.OFF, "It saw too much.", False),
        (None, LeadsTo.REVIEW, "Someone fell.", False),
    ]
    assert [one.last for one in changes] == [True, False, False]
    assert await db.fetchval("select count(*) from audit where action in ('rule added', 'rule set')") == 3


async def test_a_rule_of_the_program_rests_for_one_organisation_alone(db: Db, made: Made) -> None:
    sara, elsewhere = await worker(made), await made.organisation("Elders")
    amount = await rule_id(db, "<amount>")
    text = "Een kast voor 20 euro, wie komt hem halen?"
    assert (await place(db, made, text))[1] == "waiting"
    await actions.set_rule(db, sara, amount, RuleSetting(leads_to=LeadsTo.OFF, why="We see money enough."))
    assert (await place(db, made, text))[1] == "open"
    assert (await place(db, made, text, organisation_id=elsewhere))[1] == "waiting"
    with pytest.raises(NothingChanges):
        await actions.set_rule(db, sara, amount, RuleSetting(leads_to=LeadsTo.OFF, why="Once more."))
    [change] = await queries.list_changes(db, sara, rule_id=amount)
    assert (change.before, change.after, change.set_by) == (LeadsTo.REVIEW, LeadsTo.OFF, "Sara")


async def test_danger_is_looked_at_whatever_an_organisation_wants(db: Db, made: Made) -> None:
    sara, danger = await worker(made), await rule_id(db, "zelfmoord*")
    for leads_to in LeadsTo:
        with pytest.raises(DangerIsAlwaysSeen):
            await actions.set_rule(db, sara, danger, RuleSetting(leads_to=leads_to, why="Too many."))
    with pytest.raises(Invalid) as refused:
        await actions.add_words(db, sara, NewWords(words="zelfmoord", kind="suicide", leads_to=LeadsTo.ALLOWED, why="Harmless?"))
    assert set(refused.value.errors) == {"leads_to"}
    # Also where a row says otherwise, the second wall holds.
    await made.insert(
        "rule_change", id=new_id(), organisation_id=sara.organisation_id, rule_id=danger, leads_to="off", why="by hand", set_at=now()
    )
    post, state = await place(db, made, "Ik denk aan zelfmoord")
    assert state == "waiting" and {flag.leads_to for flag in await queries.find_flags(db, "post", post)} == {LeadsTo.DANGER}
    [own] = await actions.add_words(db, sara, NewWords(words="alles is op", kind="suicide", why="Said here."))
    assert (await queries.get_card(db, sara, own)).leads_to is LeadsTo.DANGER


async def test_what_is_harmless_here_is_not_looked_at(db: Db, made: Made) -> None:
    sara = await worker(made)
    text = "Wie speelt mee met cash and carry, een spel?"
    assert (await place(db, made, text))[1] == "waiting"
    await actions.add_words(db, sara, NewWords(words="cash and carry", kind="money", leads_to=LeadsTo.ALLOWED, why="It is a game."))
    assert (await place(db, made, text))[1] == "open"
    assert (await place(db, made, "cash graag"))[1] == "waiting"


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("", "words"),
        ("!!!", "words"),
        ("a*", "words"),
        ("de", "words"),
        ("een twee drie vier vijf zes zeven acht negen", "words"),
        ("x\n" * 21, "words"),
    ],
)
async def test_words_that_say_nothing_are_refused(db: Db, made: Made, words: str, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        await actions.add_words(db, await worker(made), NewWords(words=words, why="A try."))
    assert set(refused.value.errors) == {field}


async def test_what_is_looked_for_already_is_said(db: Db, made: Made) -> None:
    with pytest.raises(Invalid) as refused:
        await actions.add_words(db, await worker(made), NewWords(words="bitcoin*", kind="money", why="A try."))
    assert "already" in refused.value.errors["words"]


async def test_newcomers_are_looked_at_as_often_as_was_agreed(db: Db, made: Made) -> None:
    sara, newcomer = await worker(made), await rule_id(db, "<newcomer>")
    post, state = await place(db, made, LOAN, posts_on_trial=2)
    assert state == "waiting" and [flag.kind for flag in await queries.find_flags(db, "post", post)] == ["newcomer"]
    await actions.set_rule(db, sara, newcomer, RuleSetting(leads_to=LeadsTo.REVIEW, most=1, why="The first is enough."))
    assert (await place(db, made, LOAN, posts_on_trial=2))[1] == "waiting"
    post, state = await place(db, made, LOAN, posts_on_trial=1)
    author = await db.fetchval("select author_id from post where id = $1", post)
    assert state == "open" and await db.fetchval("select posts_on_trial from person where id = $1", author) == 0
    await actions.set_rule(db, sara, newcomer, RuleSetting(leads_to=LeadsTo.OFF, why="We know everybody."))
    assert (await place(db, made, LOAN, posts_on_trial=2))[1] == "open"
    for most in (None, 0, 3):
        with pytest.raises(Invalid):
            await actions.set_rule(db, sara, newcomer, RuleSetting(leads_to=LeadsTo.REVIEW, most=most, why="A try."))


async def test_the_same_text_in_many_places_is_looked_at(db: Db, made: Made) -> None:
    text = "Ik geef gratis les op de gitaar aan wie dat graag wil leren"
    states = [await place(db, made, said) for said in (text, text.upper(), text + "!", "Ik leen een ladder uit")]
    assert [state for _post, state in states] == ["open", "open", "waiting", "open"]
    assert [flag.kind for flag in await queries.find_flags(db, "post", states[2][0])] == ["same"]
    sara, told = await worker(made), NewPost(kind="offer", theme="things.lend", text=text)
    with_worker = Viewer(person_id=await made.person(), actor_id=sara.person_id)
    assert (await publish_post(db, with_worker, told, at=now())).state == "open"  # a worker says the same for many people
    await db.execute("update text_sum set at = now() - interval '31 days'")
    await actions.forget_sums(db, now())
    assert (await place(db, made, text))[1] == "open"


async def test_a_theme_can_be_looked_at_first(db: Db, made: Made) -> None:
    sara = await worker(made)
    [added] = await actions.add_theme(db, sara, NewTheme(theme="things.lend", why="A theft."))
    post, state = await place(db, made, LOAN)
    assert state == "waiting" and [reason.rule_id for reason in await explain(db, sara, post, LOAN)] == [added]
    for wrong in ("papers.letter", "nothing"):  # sensitive everywhere, or no theme at all
        with pytest.raises(Invalid):
            await actions.add_theme(db, sara, NewTheme(theme=wrong, why="A try."))


async def test_false_alarms_are_counted_for_each_rule_and_neighbourhood(db: Db, made: Made) -> None:
    sara, elsewhere = await worker(made), await worker(made, "Els", hoods=("Helmet",))
    phone = await rule_id(db, "<phone>")
    posts = [(await place(db, made, f"Bel mij op 0471 32 65 9{n}"))[0] for n in range(3)]
    for post, verdict in zip(posts, ("approved", "refused", "held"), strict=True):
        decision = new_id()
        said = {
            "object_kind": "post",
            "object_id": post,
            "verdict": verdict if verdict != "held" else "changes_asked",
            "by": sara.person_id,
            "batch": decision,
        }
        await made.insert("decision", id=decision, undone_at=now() if verdict == "held" else None, **said)
        await learn_from_decision(db, Decided(decision))
        await learn_from_decision(db, Decided(decision))  # told twice, counted once
    card = await queries.get_card(db, sara, phone)
    assert (card.seen, card.wrong) == (2, 1)
    assert (await queries.get_card(db, elsewhere, phone)).seen == 0
    where = {"organisation_id": sara.organisation_id, "neighbourhood_id": await made.hood()}
    for wrong, counted in ((True, (2, 2)), (True, (2, 2)), (False, (2, 1))):
        await actions.judge_alarm(db, sara, "post", posts[1], phone, wrong=wrong, **where)
        card = await queries.get_card(db, sara, phone)
        assert (card.seen, card.wrong) == counted
    with pytest.raises(NotFound):
        await actions.judge_alarm(db, sara, "post", posts[1], await rule_id(db, "<email>"), wrong=True, **where)


async def test_who_begins_to_talk_with_many_people_in_a_day_is_told_to_a_worker(db: Db, made: Made, vault: Vault) -> None:
    omar = await made.person("Omar")
    await db.execute("select set_config('app.viewer', $1, true)", str(omar))
    viewer = Viewer(person_id=omar, actor_id=omar, organisation_id=await made.home_organisation(), language="nl")
    talks = [await open_conversation(db, omar, await made.person(f"Buur {n}")) for n in range(7)]
    for n, talk in enumerate(talks):
        sent = await send_message(db, viewer, vault, talk, NewMessage(text=f"Dag buur {n}"))
        kinds = [flag.kind for flag in await queries.find_flags(db, "message", sent)]
        assert kinds == (["contacts"] if n >= 5 else []), n
    again = await send_message(db, viewer, vault, talks[6], NewMessage(text="Tot morgen dan"))
    assert await queries.find_flags(db, "message", again) == []
    told = await db.fetch("select payload from outbox where kind = 'conversations.MessageFlagged'")
    assert [row["payload"]["conversation_id"] for row in told] == [str(talk) for talk in talks[5:]]


async def test_what_rules_saw_in_a_conversation_is_explained_and_counted(db: Db, made: Made, vault: Vault) -> None:
    sara, omar, buur = await worker(made), await made.person("Omar"), await made.person("Buur")
    await db.execute("select set_config('app.viewer', $1, true)", str(omar))
    viewer = Viewer(person_id=omar, actor_id=omar, organisation_id=await made.home_organisation(), language="nl")
    talk = await open_conversation(db, omar, buur)
    await send_message(db, viewer, vault, talk, NewMessage(text="Kom naar whatsapp"))
    await look_at_message(db, MessageFlagged(new_id(), talk))
    report = await db.fetchval("select id from report where object_id = $1", talk)
    [reason] = await explain(db, sara, talk, "")
    assert (reason.name, reason.seen, reason.looks_for) == ("Andere app", [], "whatsap*")
    await db.execute("update report set closed_at = now(), outcome = 'stays' where id = $1", report)
    await learn_from_report(db, ReportClosed(report, new_id()))
    card = await queries.get_card(db, sara, await rule_id(db, "whatsap*"))
    assert (card.seen, card.wrong) == (1, 1)


async def test_a_facilitator_tries_words_on_past_posts_of_own_neighbourhoods(client: httpx.AsyncClient, made: Made) -> None:
    sara = await made.staff()
    amina, far = await made.person(), await made.person("Ver", "Helmet")
    await made.post(amina, "offer", "things.lend", "Mijn trampoline staat klaar")
    await made.post(amina, "need", "papers.letter", "Een brief over de trampoline")
    await made.post(far, "offer", "things.lend", "Een trampoline in Helmet")
    await made.sign_in(client, sara, kind="staff")
    tried = await client.post("/desk/rules/new", data={"words": "trampoline", "look": "yes"})
    assert tried.status_code == 200 and await made.db.fetchval("select count(*) from rule where pattern = 'trampoline'") == 0
    assert "<mark>trampoline</mark> staat klaar" in tried.text and "brief over de <mark>trampoline</mark>" in tried.text
    assert "Helmet" not in tried.text
    assert '<b class="n">2</b> of the last 2 posts' in tried.text and '<b class="n">1</b> waited for no other reason' in tried.text
    missing = await client.post("/desk/rules/new", data={"words": "trampoline"})
    assert missing.status_code == 422 and "trampoline" in missing.text
    kept = await client.post("/desk/rules/new", data={"words": "trampoline", "why": "Someone fell."})
    shown = await client.get(kept.headers["location"])
    assert shown.status_code == 200 and "<mark>trampoline</mark> staat klaar" in shown.text and "Someone fell." in shown.text


async def test_a_coordinator_reads_numbers_alone_and_no_small_ones(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.staff("Cleo", role="coordinator"), kind="staff")
    people = [await made.person(f"P{n}") for n in range(23)]
    for n, person in enumerate(people):
        await made.post(person, "offer", "things.lend", "Mijn trampoline staat klaar" if n < 9 else "Een ladder")
    few = (await client.post("/desk/rules/new", data={"words": "trampoline", "look": "yes"})).text
    assert "fewer than ten people" in few and "staat klaar" not in few
    for person in people[:3]:
        await made.post(await made.person(), "offer", "things.lend", "Nog een trampoline")
        await made.post(person, "offer", "things.lend", "Nog een trampoline")
    many = (await client.post("/desk/rules/new", data={"words": "trampoline", "look": "yes"})).text
    assert "about 10 people" in many and "Nog een" not in many


async def test_an_item_says_why_it_is_here_and_takes_that_there_was_nothing(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    post, phone = (await place(db, made, "Bel mij op 0471 32 65 98 over de ladder"))[0], await rule_id(db, "<phone>")
    await db.execute("set local role none")
    await made.sign_in(client, await made.staff(), kind="staff")
    page = (await client.get(f"/desk/posts/{post}")).text
    assert "Number or address" in page and "<bdi>0471 32 65 98</bdi>" in page and f'href="/desk/rules/{phone}"' in page
    said = await client.post(f"/desk/posts/{post}/alarms", data={"rule": str(phone), "wrong": "yes"})
    assert said.status_code == 303
    page = (await client.get(said.headers["location"])).text
    assert "Counted as a false alarm." in page and "1 false alarm" in page
    assert (await client.post(f"/desk/posts/{post}/alarms", data={"rule": "2", "wrong": "yes"})).status_code == 404
    assert (await client.post(f"/desk/posts/{new_id()}/alarms", data={"rule": str(phone), "wrong": "yes"})).status_code == 404
    assert await made.db.fetchval("select count(*) from audit where action = 'alarm judged'") == 1


async def test_the_pages_show_each_kind_and_what_was_changed(client: httpx.AsyncClient, db: Db, made: Made) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    phone = await rule_id(db, "<phone>")
    answer = await client.post(f"/desk/rules/{phone}", data={"leads_to": "off", "why": "Numbers are fine here."})
    assert answer.status_code == 303
    overview = (await client.get("/desk/rules")).text
    assert "Number or address" in overview and "Numbers are fine here." in overview and "the same text in 3 places" in overview
    kind = (await client.get("/desk/rules/kinds/money?language=nl")).text
    assert kind.count('href="/desk/rules/') > 10
    assert (await client.get("/desk/rules/kinds/newcomer")).status_code == 404
    again = await client.post(f"/desk/rules/{phone}", data={"leads_to": "off", "why": "Once more."})
    assert again.status_code == 409 and "so already" in again.text
    danger = await rule_id(db, "zelfmoord*")
    page = (await client.get(f"/desk/rules/{danger}")).text
    assert "always looked at" in page and 'name="leads_to"' not in page
    assert (await client.post(f"/desk/rules/{danger}", data={"leads_to": "off", "why": "No."})).status_code == 403
