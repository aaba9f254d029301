"""From a right to a partner and back: with a yes, in exactly the words that were read, and not without."""

from pathlib import Path
from uuid import UUID

import httpx
import msgspec
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import Database, Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.outbox import deliver
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.moderation.jobs import follow_referral
from buurtnet.referrals import actions
from buurtnet.referrals.actions.listing import read_file
from buurtnet.referrals.events import ReferralMoved
from buurtnet.referrals.queries import find_lists, get_own_referral, get_referral, list_partners, list_referrals, read_words
from buurtnet.referrals.rules import STEPS, AskThePerson, NotNow, check_step
from buurtnet.referrals.schemas import Ask, NewPartner, NewReferral, RightOf, State, Step
from buurtnet.settings import SettingUnusable
from buurtnet.web.language import today
from tests.made import Made

PARTNER = NewPartner(name="Woonwinkel", phone="+32 2 000 00 00", rights=["housing"])


class Way:
    """A facilitator with a referral of a resident, and a partner."""

    sara: Viewer
    amina: Viewer
    partner: UUID
    referral: UUID


async def become(db: Db, viewer: Viewer) -> None:
    """As the session of a request does."""
    await db.execute("select set_config('app.viewer', $1, true)", str(viewer.person_id))


@pytest.fixture
async def way(db: Db, made: Made) -> Way:
    way, worker, person = Way(), await made.staff(), await made.person()
    home = await made.home_organisation()
    way.sara = Viewer(person_id=worker, actor_id=worker, organisation_id=home, roles=("facilitator",), secrecy=True)
    way.amina = Viewer(person_id=person, actor_id=person)
    await become(db, way.sara)
    way.partner = await actions.add_partner(db, way.sara, PARTNER, on=today())
    new = NewReferral(
        organisation_id=home, neighbourhood_id=await made.hood(), person_id=person, post_id=None, right="housing", barrier="digital"
    )
    way.referral = await actions.propose_referral(db, way.sara, new, at=now(), on=today())
    return way


async def ask(db: Db, vault: Vault, way: Way, agreed: str | None = None) -> None:
    version = (await get_referral(db, way.sara, way.referral)).version
    wanted = Ask(partner=way.partner, words="Zoekt een woning voor drie.", agreed=agreed)  # type: ignore[arg-type]
    await actions.ask_person(db, vault, way.sara, way.referral, wanted, version=version, at=now(), on=today())


async def step(db: Db, way: Way, state: State, how: str | None = None) -> None:
    version = (await get_referral(db, way.sara, way.referral)).version
    await actions.take_step(db, way.sara, way.referral, Step(state=state, how=how), version=version, at=now(), on=today())  # type: ignore[arg-type]


async def test_a_partner_hears_nothing_without_a_yes(db: Db, vault: Vault, way: Way) -> None:
    with pytest.raises(AskThePerson):
        await step(db, way, State.SENT, "called")
    await ask(db, vault, way)
    with pytest.raises(AskThePerson):
        await step(db, way, State.SENT, "called")
    await become(db, way.amina)
    assert (await get_own_referral(db, way.amina, way.referral)).asks
    assert await read_words(db, vault, way.referral) == "Zoekt een woning voor drie."
    await actions.answer_referral(db, way.amina, way.referral, yes=True, at=now(), on=today())
    await become(db, way.sara)
    with pytest.raises(Invalid):
        await step(db, way, State.SENT)
    await step(db, way, State.SENT, "called")
    with pytest.raises(NotNow):
        await actions.answer_referral(db, way.amina, way.referral, yes=False, at=now(), on=today())
    for state in (State.ACCEPTED, State.HELPED):
        await step(db, way, state)
    assert await list_referrals(db, way.sara, "nl") == []
    assert [one.state for one in await list_referrals(db, way.sara, "nl", over=True)] == [State.HELPED]
    row = await db.fetchrow("select consent_how, consent_version, consent_language, consent_by from referral")
    assert tuple(row) == ("self", "2026-11", "en", None)


async def test_a_yes_is_taken_back_until_it_was_told_and_a_no_needs_no_reason(db: Db, vault: Vault, way: Way) -> None:
    await ask(db, vault, way)
    await actions.answer_referral(db, way.amina, way.referral, yes=True, at=now(), on=today())
    await actions.answer_referral(db, way.amina, way.referral, yes=False, at=now(), on=today())
    assert (await get_referral(db, way.sara, way.referral)).state is State.DECLINED
    with pytest.raises(NotNow):
        await step(db, way, State.SENT, "called")
    await ask(db, vault, way)
    assert (await get_referral(db, way.sara, way.referral)).consented_at is None, "a yes to something else counts no more"


async def test_a_yes_on_the_phone_says_who_heard_it(db: Db, vault: Vault, way: Way) -> None:
    await ask(db, vault, way, "phone")
    row = await db.fetchrow("select state, consent_how, consent_by from referral")
    assert tuple(row) == ("consented", "phone", way.sara.person_id)
    assert await db.fetchval("select count(*) from audit where action = 'referral agreed' and reason = 'phone'") == 1


async def test_each_step_is_one_task_for_its_day_and_the_end_is_none(db: Db, vault: Vault, worker_database: Database, way: Way) -> None:
    for state in (None, State.SENT, State.ACCEPTED, State.HELPED):
        if state is None:
            await ask(db, vault, way, "in_person")
        else:
            await step(db, way, state, "together" if state is State.SENT else None)
        await deliver(worker_database, {ReferralMoved: [follow_referral]})
        due = await db.fetchval("select due_on from referral")
        found = await db.fetch("select due_on, for_worker from task where kind = 'referral' and done_at is null")
        assert [tuple(task) for task in found] == ([(due, way.sara.person_id)] if due else [])


async def test_a_step_that_was_taken_meanwhile_is_not_taken_again(db: Db, vault: Vault, way: Way) -> None:
    version = (await get_referral(db, way.sara, way.referral)).version
    await ask(db, vault, way, "phone")
    with pytest.raises(Conflict):
        told = Step(state=State.SENT, how="called")
        await actions.take_step(db, way.sara, way.referral, told, version=version, at=now(), on=today())


@pytest.mark.parametrize("state", State)
def test_only_a_yes_leads_to_the_partner(state: State) -> None:
    for wanted in State:
        allowed = wanted in STEPS.get(state, ())
        try:
            check_step(state, Step(state=wanted, how="called"))
        except Conflict:
            assert not allowed
        else:
            assert allowed
            assert wanted is not State.SENT or state is State.CONSENTED


async def test_other_areas_organisations_and_people_see_nothing(db: Db, made: Made, vault: Vault, way: Way) -> None:
    await ask(db, vault, way)
    other = await made.organisation("Andere")
    for person in (
        await made.staff("Far", hoods=["Helmet"]),
        await made.staff("Foreign", organisation_id=other),
        await made.staff("Plain", secrecy=None),
        await made.person("Hassan"),
    ):
        viewer = Viewer(person_id=person, actor_id=person, roles=("facilitator",), secrecy=True)
        await become(db, viewer)
        with pytest.raises(NotFound):
            await get_referral(db, viewer, way.referral)
        with pytest.raises(NotFound):
            await get_own_referral(db, viewer, way.referral)
        assert await read_words(db, vault, way.referral) is None, "the second wall"
    foreign = await made.staff("Piet", organisation_id=other)
    assert await list_partners(db, Viewer(person_id=foreign, actor_id=foreign, roles=("facilitator",))) == []


async def test_a_colleague_opens_the_words_and_that_is_written_down(
    client: httpx.AsyncClient, db: Db, made: Made, vault: Vault, way: Way
) -> None:
    await ask(db, vault, way)
    colleague = await made.staff("Mehdi")
    await made.sign_in(client, colleague, kind="staff")
    page = await client.get(f"/desk/referrals/{way.referral}")
    assert page.status_code == 200
    assert "drie" not in page.text
    opened = await client.post(f"/desk/referrals/{way.referral}/words")
    assert "Zoekt een woning voor drie." in opened.text
    assert await db.fetchval("select count(*) from audit where action = 'opened' and object_kind = 'referral'") == 1
    wrong = await client.post(f"/desk/referrals/{way.referral}/ask", data={"words": "Kan dit?", "version": "2"})
    assert wrong.status_code == 422
    assert "Kan dit?" in wrong.text


async def test_a_partner_that_nobody_can_reach_is_none(db: Db, way: Way) -> None:
    with pytest.raises(Invalid) as refusal:
        await actions.add_partner(db, way.sara, NewPartner(name="Nergens", rights=["something"]), on=today())
    assert set(refusal.value.errors) == {"phone", "rights"}


async def test_an_installation_has_lists_of_its_own(db: Db, connection: Db, tmp_path: Path) -> None:
    file = tmp_path / "lists.toml"
    file.write_text(
        '[[right]]\ncode = "heat"\nlabel = { nl = "Warmte", fr = "Chaleur" }\n[[barrier]]\ncode = "far"\nlabel = { nl = "Ver", fr = "Loin" }\n'
    )
    await connection.execute("set local role none")
    await actions.load_lists(connection, str(file))
    lists = await find_lists(connection)
    assert lists.rights[0].labels["fr"] == "Chaleur"
    assert lists.offers("right", "heat")
    assert not lists.offers("right", "housing"), "what was taken out stays readable and cannot be chosen"
    assert "housing" in [one.code for one in lists.rights]


@pytest.mark.parametrize(
    "text",
    ["right = 3", '[[right]]\ncode = "heat"\nlabel = { nl = "Warmte" }\n[[barrier]]\ncode = "far"\nlabel = { nl = "Ver", fr = "Loin" }\n'],
)
def test_a_file_that_is_not_right_is_refused_in_a_line(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lists.toml"
    file.write_text(text)
    with pytest.raises(SettingUnusable):
        read_file(str(file))
    with pytest.raises(SettingUnusable):
        read_file(str(tmp_path / "nowhere"))


async def test_somebody_who_comes_to_the_office_is_led_to_a_right_without_a_post(db: Db, made: Made, way: Way) -> None:
    person = await made.person("Rachid")
    debt = RightOf(right="debt", barrier="digital")
    referral_id = await actions.begin_referral(db, way.sara, person, debt, at=now(), on=today())
    begun = await get_referral(db, way.sara, referral_id)
    assert (begun.state, begun.person_id, begun.post_id, begun.right) == (State.PROPOSED, person, None, "debt")
    assert begun.due_on is not None and begun.asked_at is None
    with pytest.raises(Conflict):
        await actions.begin_referral(db, way.sara, person, debt, at=now(), on=today())
    with pytest.raises(Invalid) as refusal:
        await actions.begin_referral(db, way.sara, person, RightOf(right="castle"), at=now(), on=today())
    assert set(refusal.value.errors) == {"right", "barrier"}
    with pytest.raises(Forbidden):
        without = msgspec.structs.replace(way.sara, secrecy=False)
        await actions.begin_referral(db, without, person, RightOf(right="housing", barrier="digital"), at=now(), on=today())
    with pytest.raises(NotFound):
        elsewhere = await made.person("Ver", "Helmet")
        await actions.begin_referral(db, way.sara, elsewhere, debt, at=now(), on=today())


async def test_the_page_leads_from_a_person_to_the_referral(client: httpx.AsyncClient, made: Made) -> None:
    await made.sign_in(client, await made.staff(), kind="staff")
    person = await made.person("Rachid")
    page = await client.get(f"/desk/people/{person}")
    assert f'href="/desk/people/{person}/right"' in page.text and f'href="/desk/people/{person}/posts"' in page.text
    assert (await client.post(f"/desk/people/{person}/right", data={})).status_code == 422
    answer = await client.post(f"/desk/people/{person}/right", data={"right": "debt", "barrier": "digital"})
    assert answer.status_code == 303
    assert "Rachid" in (await client.get(answer.headers["location"])).text
    again = await client.post(f"/desk/people/{person}/right", data={"right": "debt", "barrier": "digital"})
    assert again.status_code == 409 and answer.headers["location"] in again.text


async def test_a_program_leads_somebody_to_a_partner_and_back(client: httpx.AsyncClient, made: Made) -> None:
    worker = await made.staff()
    await made.sign_in(client, worker, kind="staff")
    person, home = await made.person("Rachid"), await made.home_organisation()
    partner = await made.insert(
        "partner", id=new_id(), organisation_id=home, name="Energiepunt", phone="+32 2 000 00 00", rights=["energy"]
    )
    assert (await client.get("/api/v1/rights")).json()["rights"]
    begun = await client.post(f"/api/v1/people/{person}/referrals", json={"right": "debt", "barrier": "digital"})
    here = begun.headers["location"]
    assert begun.status_code == 201 and (await client.get(here)).json()["state"] == "proposed"
    [listed] = (await client.get("/api/v1/partners")).json()
    asked = {"partner": listed["id"], "words": "Heeft schulden.", "agreed": "phone", "version": 1}
    assert (await client.post(f"{here}/ask", json=asked)).status_code == 204, partner
    version = (await client.get(here)).json()["version"]
    assert (await client.post(f"{here}/steps", json={"state": "sent", "how": "called", "version": version})).status_code == 204
    assert (await client.post(f"{here}/steps", json={"state": "accepted", "version": version})).status_code == 409, (
        "changed since it was read"
    )
    [one] = (await client.get("/api/v1/referrals")).json()
    assert (one["state"], one["name"]) == ("sent", "Rachid") and "schulden" not in str(one)
