"""Workers: how they are made and sign in, acting for somebody, opening details, cards, blocks."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pyotp
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import SET_VIEWER, Database, Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import SYSTEM
from buurtnet.people import actions
from buurtnet.people.actions.acting import NoSecrecy, NoWayIn
from buurtnet.people.actions.blocks import BlockWaits, SecondWorkerNeeded
from buurtnet.people.actions.cards import CardIsWrong
from buurtnet.people.actions.sessions import SignInStopped
from buurtnet.people.actions.staff import StaffIsWrong
from buurtnet.people.queries import OPEN_SESSION, find_facilitators, get_person, list_blocks, list_cards
from buurtnet.people.rules import normalise_address, sign_in_digits
from buurtnet.people.schemas import AddedStaff, NewStaff, OpenedSession
from tests.made import Made
from tests.people.steps import audited, operating, prove, resident, worker

PIN = [1, 5, 9, 12]


async def added(db: Db, made: Made, vault: Vault, **values: object) -> AddedStaff:
    given = {
        "organisation_id": await made.home_organisation(),
        "given_name": "Sara",
        "email": "sara@dienst.example",
        "roles": ["facilitator", "coordinator"],
        "neighbourhoods": [await made.hood("Brabantwijk")],
        "backup": [await made.hood("Helmet")],
        "secrecy_basis": "art. 458",
    }
    async with operating(db):
        return await actions.add_staff(db, vault, SYSTEM, NewStaff(**(given | values)), region="BE")


def totp_of(staff: AddedStaff) -> pyotp.TOTP:
    return pyotp.TOTP(parse_qs(urlsplit(staff.otpauth).query)["secret"][0])


async def enter(
    db: Db, database: Database, vault: Vault, limits: Limits, digits: str | None, totp: str, email: str = "sara@dienst.example"
) -> OpenedSession:
    at = now()
    code = await actions.ask_code(db, vault, limits, normalise_address(email, "BE"), network="n", language="nl", at=at, purpose="staff")
    typed = digits or sign_in_digits(vault, code.id)
    return await actions.enter_as_staff(db, database, vault, limits, code.browser, typed, totp, network="n", at=at)


async def test_an_organisation_and_its_areas(db: Db, made: Made) -> None:
    async with operating(db):
        organisation_id = await actions.add_organisation(db, SYSTEM, {"nl": "CAW"}, phone="+3222141234")
    area_id = await actions.add_area(db, SYSTEM, organisation_id, {"nl": "Noord"}, [await made.hood(), await made.hood()])
    assert await db.fetchval("select neighbourhoods from area where id = $1", area_id) == [await made.hood()]
    with pytest.raises(Invalid):
        await actions.add_area(db, SYSTEM, organisation_id, {"nl": "Niets"}, [999_999])


async def test_a_worker_is_made_with_roles_areas_and_a_sealed_secret(db: Db, made: Made, vault: Vault) -> None:
    staff = await added(db, made, vault)
    assert staff.otpauth.startswith("otpauth://totp/Buurtnet:sara%40dienst.example?secret=")
    here, there = await made.hood("Brabantwijk"), await made.hood("Helmet")
    organisation_id = await made.home_organisation()
    main = await made.staff("Main", hoods=["Helmet"])
    assert await find_facilitators(db, organisation_id, here) == [staff.person_id]
    assert await find_facilitators(db, organisation_id, there) == [main, staff.person_id]
    await db.execute(SET_VIEWER, str(staff.person_id))
    assert parse_qs(urlsplit(staff.otpauth).query)["secret"][0].encode() not in await db.fetchval("select sealed from credential")
    for wrong in ({"email": "0470123456"}, {"email": "sara"}, {"neighbourhoods": [999_999]}, {"language": "xx"}):
        with pytest.raises(Invalid):
            await added(db, made, vault, **wrong)


async def test_a_worker_signs_in_with_both_codes_and_none_twice(
    db: Db, database: Database, made: Made, vault: Vault, limits: Limits
) -> None:
    staff = await added(db, made, vault)
    digits = totp_of(staff).now()
    session = await enter(db, database, vault, limits, None, digits)
    row = await db.fetchrow(
        "select kind, confirmed_at, expires_at - created_at as life from session where token_hash = $1", token_hash(session.token)
    )
    assert (row["kind"], row["life"], session.seconds) == ("staff", timedelta(hours=12), None) and row["confirmed_at"] is not None
    with pytest.raises(StaffIsWrong):
        await enter(db, database, vault, limits, None, digits)


async def test_a_worker_with_one_wrong_code_stays_out(db: Db, database: Database, made: Made, vault: Vault, limits: Limits) -> None:
    staff = await added(db, made, vault)
    right = totp_of(staff).now()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    await made.contact(await made.person(), "amina@example.org")
    for code, totp, email in (
        (None, wrong, "sara@dienst.example"),
        ("x", right, "sara@dienst.example"),
        (None, right, "amina@example.org"),
        (None, right, "new@example.org"),
    ):
        with pytest.raises(StaffIsWrong):
            await enter(db, database, vault, limits, code, totp, email)


async def test_a_worker_is_no_resident_at_the_same_address(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    await added(db, made, vault)
    code = await prove(db, vault, limits, "sara@dienst.example", now())
    assert await actions.enter(db, code, stay=True, at=now()) == []


async def opened(db: Db, token: str):
    return await db.fetchrow(OPEN_SESSION, token_hash(token))


async def test_a_session_says_who_asks_and_sets_the_viewer(db: Db, made: Made) -> None:
    sara = await made.staff("Sara")
    person_id = await made.person("Amina", managed_by=None)
    row = await opened(db, await made.session(person_id))
    assert (row["person_id"], row["actor_id"], row["name"], row["roles"], row["areas"], row["worker_name"]) == (
        person_id,
        person_id,
        "Amina",
        None,
        None,
        "Sara",
    )
    assert await db.fetchval("select current_setting('app.viewer', true)") == str(person_id)
    row = await opened(db, await made.session(sara, kind="staff"))
    assert (row["roles"], row["areas"], row["secrecy"], row["worker_name"]) == (["facilitator"], [await made.hood()], True, None)
    assert await opened(db, "nothing") is None


async def test_sessions_end(db: Db, made: Made) -> None:
    sara, amina = await made.staff("Sara"), await made.person()
    tokens = {kind: await made.session(who, kind=kind) for kind, who in (("staff", sara), ("resident", amina))}
    await db.execute("update session set seen_at = now() - interval '61 minutes'")
    assert await opened(db, tokens["staff"]) is None and await opened(db, tokens["resident"]) is not None
    await db.execute("update session set seen_at = now(), expires_at = now()")
    assert await opened(db, tokens["staff"]) is None and await opened(db, tokens["resident"]) is None


async def test_changes_of_roles_and_states_bite_at_the_next_request(db: Db, made: Made) -> None:
    sara, amina = await made.staff("Sara"), await made.person()
    staff, own = await made.session(sara, kind="staff"), await made.session(amina)
    async with operating(db):
        await db.execute("update staff set secrecy_basis = null, role = 'mapper'")
    row = await opened(db, staff)
    assert (row["roles"], row["secrecy"]) == (["mapper"], False)
    async with operating(db):
        await db.execute("delete from staff")
    assert await opened(db, staff) is None
    for state in ("blocked", "erased"):
        await db.execute("update person set state = $2 where id = $1", amina, state)
        assert await opened(db, own) is None


async def test_acting_for_somebody_shows_both_and_ends_with_the_area(db: Db, made: Made) -> None:
    sara = await made.staff("Sara")
    amina = await made.person("Amina", discreet=True)
    token = await made.session(sara, kind="staff", acting_for=amina)
    row = await opened(db, token)
    assert (row["person_id"], row["actor_id"], row["name"], row["roles"], row["areas"], row["discreet"]) == (
        amina,
        sara,
        "Amina",
        None,
        None,
        False,
    )
    assert await db.fetchval("select current_setting('app.viewer', true)") == str(amina)
    await db.execute("update person set state = 'blocked' where id = $1", amina)
    assert (await opened(db, token))["person_id"] == amina
    async with operating(db):
        await db.execute("delete from staff_area")
    row = await opened(db, token)
    assert (row["person_id"], row["actor_id"]) == (sara, sara)
    assert await db.fetchval("select current_setting('app.viewer', true)") == str(sara)


async def test_a_residents_session_never_acts(db: Db, made: Made) -> None:
    sara, amina = await made.staff("Sara"), await made.person("Amina")
    row = await opened(db, await made.session(sara, kind="resident", acting_for=amina))
    assert (row["person_id"], row["roles"], row["secrecy"]) == (sara, None, False)


async def test_acting_needs_a_reason_unless_they_are_mine(db: Db, made: Made) -> None:
    viewer = await worker(made)
    mine, theirs = await made.person(managed_by=viewer.person_id), await made.person("Other")
    await actions.start_acting(db, viewer, mine)
    with pytest.raises(Invalid):
        await actions.start_acting(db, viewer, theirs)
    with pytest.raises(Invalid):
        await actions.start_acting(db, viewer, theirs, "because I can")
    await actions.start_acting(db, viewer, theirs, "asked")
    assert await audited(db) == ["acting started", "acting started"]
    assert await db.fetchval("select acting_for from session where token_hash = $1", viewer.session_hash) == theirs


async def test_nobody_acts_for_strangers_colleagues_or_without_secrecy(db: Db, made: Made) -> None:
    viewer = await worker(made)
    away, colleague = await made.person("Far", "Helmet"), await made.staff("Tom")
    other = await made.person("Other", organisation_id=await made.organisation("CAW"))
    for nobody in (away, other, colleague, viewer.person_id, UUID(int=1)):
        with pytest.raises(NotFound):
            await actions.start_acting(db, viewer, nobody, "asked")
    amina = await made.person()
    with pytest.raises(NoSecrecy):
        await actions.start_acting(db, await worker(made, secrecy=False), amina, "asked")
    with pytest.raises(NotFound):
        await actions.start_acting(db, resident(amina), amina, "asked")


async def test_contact_details_open_with_a_reason_that_is_kept(db: Db, made: Made, vault: Vault) -> None:
    viewer = await worker(made)
    amina, mine = await made.person("Amina"), await made.person("Mine", managed_by=viewer.person_id)
    await made.contact(amina, "amina@example.org")
    await made.contact(mine, "mine@example.org")
    await db.execute(SET_VIEWER, str(viewer.person_id))
    assert await actions.list_contacts(db, vault, amina) == []
    with pytest.raises(Invalid):
        await actions.open_contact(db, vault, viewer, amina)
    assert [one.value for one in await actions.open_contact(db, vault, viewer, amina, "safety")] == ["amina@example.org"]
    assert [one.value for one in await actions.open_contact(db, vault, viewer, mine)] == ["mine@example.org"]
    row = await db.fetchrow("select action, reason, object_kind from audit")
    assert (row["action"], row["reason"], row["object_kind"]) == ("opened", "safety", "contact")
    with pytest.raises(NoSecrecy):
        await actions.open_contact(db, vault, await worker(made, secrecy=False), amina, "safety")
    with pytest.raises(NotFound):
        await actions.open_contact(db, vault, await worker(made, "Helmet"), amina, "safety")


async def test_a_card_is_an_account_with_its_four_pictures(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    viewer, amina = await worker(made), await made.person("Amina")
    card, blank = await actions.issue_cards(db, vault, viewer, 2)
    await actions.activate_card(db, vault, viewer, amina, f"{card.code[:4].lower()}-{card.code[4:]}", PIN, at=now())
    for typed in (card.token, card.code, f" {card.code.lower()} "):
        session = await actions.enter_with_card(db, vault, limits, typed, PIN, network="n", stay=False, at=now())
        assert session.person_id == amina
    for typed, pin in ((card.code, [1, 1, 1, 2]), (blank.code, PIN), (blank.token, PIN), ("ZZZZZZZZ", PIN), ("", PIN)):
        with pytest.raises(CardIsWrong):
            await actions.enter_with_card(db, vault, limits, typed, pin, network="n", stay=False, at=now())
    with pytest.raises(Invalid):
        await actions.activate_card(db, vault, viewer, amina, card.code, PIN, at=now())
    assert await db.fetchval("select bool_or(token_hash::text like '%' || $1 || '%') from card", card.token) is False
    cards = await list_cards(db, viewer, amina)
    assert [one.id for one in cards] == [card.id] and await list_cards(db, await worker(made, "Helmet"), amina) == []
    assert await actions.revoke_card(db, viewer, card.id, at=now()) == amina
    with pytest.raises(CardIsWrong):
        await actions.enter_with_card(db, vault, limits, card.token, PIN, network="n", stay=False, at=now())
    assert await db.fetchval("select count(*) from session where person_id = $1", amina) == 0


async def test_pictures_are_not_guessed(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    viewer, amina = await worker(made), await made.person("Amina")
    [card] = await actions.issue_cards(db, vault, viewer, 1)
    await actions.activate_card(db, vault, viewer, amina, card.token, PIN, at=now())
    for last in range(1, 6):
        with pytest.raises(CardIsWrong):
            await actions.enter_with_card(db, vault, limits, card.token, [1, 1, 2, last], network=str(last), stay=False, at=now())
    with pytest.raises(TooMany):
        await actions.enter_with_card(db, vault, limits, card.code, PIN, network="9", stay=False, at=now())


async def test_cards_are_given_by_facilitators_to_their_own_people(db: Db, made: Made, vault: Vault) -> None:
    viewer, amina = await worker(made), await made.person("Amina")
    with pytest.raises(Forbidden):
        await actions.issue_cards(db, vault, resident(amina), 1)
    for count in (0, 101):
        with pytest.raises(Invalid):
            await actions.issue_cards(db, vault, viewer, count)
    [card] = await actions.issue_cards(db, vault, viewer, 1)
    other = await worker(made, organisation_id=await made.organisation("CAW"))
    theirs = await made.person("Theirs", organisation_id=other.organisation_id)
    with pytest.raises(NotFound):
        await actions.activate_card(db, vault, other, amina, card.code, PIN, at=now())
    with pytest.raises(Invalid):
        await actions.activate_card(db, vault, other, theirs, card.code, PIN, at=now())
    for pin in ([1, 2, 3], [7, 7, 7, 7]):
        with pytest.raises(Invalid):
            await actions.activate_card(db, vault, viewer, amina, card.code, pin, at=now())


async def test_a_block_takes_two_workers_and_ends(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    first, second, amina = await worker(made), await worker(made), await made.person("Amina")
    await made.contact(amina, "amina@example.org")
    await made.session(amina)
    at = now()
    until = at.date() + timedelta(days=30)
    block_id = await actions.ask_block(db, first, amina, reason="Threatened a neighbour.", until=until, at=at)
    with pytest.raises(BlockWaits):
        await actions.ask_block(db, second, amina, reason="Again.", until=until, at=at)
    with pytest.raises(SecondWorkerNeeded):
        await actions.confirm_block(db, first, block_id, at=at)
    assert (await get_person(db, amina)).state == "active"
    with pytest.raises(NotFound):
        await actions.confirm_block(db, await worker(made, "Helmet"), block_id, at=at)
    assert await actions.confirm_block(db, second, block_id, at=at) == amina
    assert (await get_person(db, amina)).state == "blocked"
    assert await db.fetchval("select count(*) from session where person_id = $1", amina) == 0
    assert [row["kind"] for row in await db.fetch("select kind from outbox order by id")] == [
        "people.PersonBlocked",
        "people.PersonChanged",
    ]
    with pytest.raises(Conflict):
        await actions.confirm_block(db, second, block_id, at=at)
    code = await prove(db, vault, limits, "amina@example.org", at)
    with pytest.raises(SignInStopped):
        await actions.enter(db, code, stay=False, at=at)
    await actions.start_acting(db, first, amina, "asked")
    assert [block.id for block in await list_blocks(db, second, amina)] == [block_id]
    assert await actions.end_blocks(db, at + timedelta(days=30)) == 0
    assert await actions.end_blocks(db, at + timedelta(days=31)) == 1
    assert (await get_person(db, amina)).state == "active" and await list_blocks(db, second, amina) == []
    assert await audited(db) == ["block asked", "block confirmed", "acting started"]


async def test_a_block_is_taken_back_and_needs_words_and_an_end(db: Db, made: Made) -> None:
    first, second, amina = await worker(made), await worker(made), await made.person("Amina")
    at = now()
    for reason, days in (("", 10), ("Threats.", 0), ("Threats.", 400)):
        with pytest.raises(Invalid):
            await actions.ask_block(db, first, amina, reason=reason, until=at.date() + timedelta(days=days), at=at)
    block_id = await actions.ask_block(db, first, amina, reason="Threats.", until=at.date() + timedelta(days=5), at=at)
    await actions.confirm_block(db, second, block_id, at=at)
    assert await actions.end_block(db, first, block_id, at=at) == amina
    assert (await get_person(db, amina)).state == "active"
    with pytest.raises(NotFound):
        await actions.end_block(db, first, block_id, at=at)


async def test_an_account_is_handed_over_to_who_can_sign_in(db: Db, made: Made) -> None:
    viewer, other = await worker(made), await worker(made, "Helmet")
    amina = await made.person("Amina", managed_by=viewer.person_id)
    with pytest.raises(NoWayIn):
        await actions.hand_over(db, viewer, amina)
    await made.contact(amina, "amina@example.org")
    for deed in (actions.hand_over, actions.look_after):
        with pytest.raises(NotFound):
            await deed(db, other, amina)
    await actions.hand_over(db, viewer, amina)
    assert (await get_person(db, amina)).managed_by is None
    with pytest.raises(NoSecrecy):
        await actions.look_after(db, await worker(made, secrecy=False), amina, "asked")
    with pytest.raises(Invalid):
        await actions.look_after(db, viewer, amina)
    await actions.look_after(db, viewer, amina, "asked")
    assert (await get_person(db, amina)).managed_by == viewer.person_id
    assert await audited(db) == ["handed over", "looked after"]


async def test_the_authenticator_is_not_guessed_by_who_reads_the_mail(
    db: Db, database: Database, made: Made, vault: Vault, limits: Limits
) -> None:
    staff = await added(db, made, vault)
    right = totp_of(staff).now()
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _try in range(15):
        await limits._redis.delete(*await limits._redis.keys("limit:code:*") or ["-"])
        with pytest.raises(StaffIsWrong):
            await enter(db, database, vault, limits, None, wrong)
    await limits._redis.delete(*await limits._redis.keys("limit:code:*"))
    with pytest.raises(TooMany):
        await enter(db, database, vault, limits, None, right)
