"""A coordinator's organisation: who may set what, what counts at once, hand-over, partnerships; and the second wall behind it."""

import asyncio
from uuid import UUID

import asyncpg
import msgspec
import pyotp
import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import SET_VIEWER, Database, Db, _set_up
from buurtnet.kit.errors import ConfirmFirst, Conflict, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import SYSTEM, Viewer
from buurtnet.moderation.actions.handing import hand_over_work
from buurtnet.people import actions
from buurtnet.people.actions.appointing import (
    AlreadyHere,
    NewColleague,
    NotYourself,
    OperatorStays,
    WorkerChange,
    change_worker,
    invite_again,
    invite_worker,
    let_go,
    set_worker,
)
from buurtnet.people.actions.beginning import authenticator_secret, begin_with_app, find_beginner, prove_invited
from buurtnet.people.actions.partnering import end_partnership, propose_partnership
from buurtnet.people.actions.staff import StaffIsWrong
from buurtnet.people.queries import OPEN_SESSION
from buurtnet.people.queries.staff import Colleague, find_colleague, list_colleagues, list_partners, list_served
from buurtnet.people.rules import normalise_address, sign_in_digits
from tests.committed import Committed
from tests.made import Made
from tests.people.steps import audited, operating, serve, worker


async def coordinator(db: Db, made: Made, **values: object) -> Viewer:
    """A coordinator's session, as a viewer, and the database's."""
    identity = await made.staff("Karim", role="coordinator", hoods=(), **values)
    session = await made.session(identity, kind="staff")
    await db.execute(SET_VIEWER, str(identity))
    organisation_id = values.get("organisation_id") or await made.home_organisation()
    return Viewer(
        person_id=identity,
        actor_id=identity,
        organisation_id=organisation_id,
        roles=("coordinator",),
        session_hash=token_hash(session),
        confirmed_at=now(),
    )


def change_of(one: Colleague, **values: object) -> WorkerChange:
    stood = {"roles": one.roles, "own": one.own, "backup": one.backup, "secrecy": one.secrecy_basis or "", "seen": one.mark}
    return WorkerChange(**(stood | values))


async def new_colleague(made: Made, **values: object) -> NewColleague:
    given = {"given_name": "Tom", "email": "tom@dienst.example", "language": "nl", "roles": ["facilitator"], "secrecy": "art. 458"}
    return NewColleague(**(given | {"own": [await made.hood()]} | values))


async def test_what_a_coordinator_sets_counts_at_the_next_request(db: Db, made: Made) -> None:
    await serve(made, "Brabantwijk", "Helmet")
    sara = await made.staff("Sara")
    session, here, there = await made.session(sara, kind="staff"), await made.hood("Brabantwijk"), await made.hood("Helmet")
    karim = await coordinator(db, made)
    before = await find_colleague(db, karim, sara)
    await change_worker(
        db, karim, sara, change_of(before, roles=["facilitator", "mapper"], own=[there], backup=[here], secrecy=""), at=now()
    )
    row = await db.fetchrow(OPEN_SESSION, token_hash(session))
    assert (row["roles"], sorted(row["areas"]), row["secrecy"]) == (["facilitator", "mapper"], sorted([here, there]), False)
    assert await db.fetch("select neighbourhood_id, backup from staff_area where person_id = $1 order by backup", sara) == [
        (there, False),
        (here, True),
    ]
    assert await audited(db) == ["roles set", "areas set", "secrecy set"]
    await db.execute(SET_VIEWER, str(karim.person_id))
    with pytest.raises(Conflict):
        await change_worker(db, karim, sara, change_of(before), at=now())


async def test_nobody_sets_themselves_strangers_or_what_is_not_theirs_to_give(db: Db, made: Made) -> None:
    await serve(made)
    karim, sara = await coordinator(db, made), await made.staff("Sara")
    one, myself = await find_colleague(db, karim, sara), await find_colleague(db, karim, karim.person_id)
    with pytest.raises(NotYourself):
        await change_worker(db, karim, karim.person_id, change_of(myself, roles=["coordinator", "facilitator"]), at=now())
    for wrong in ({"roles": ["operator"]}, {"own": [await made.hood("Helmet")]}, {"secrecy": "x" * 150}):
        with pytest.raises(Invalid):
            await change_worker(db, karim, sara, change_of(one, **wrong), at=now())
    foreign = await made.staff("Fatma", organisation_id=await made.organisation("CAW"))
    for nobody in (foreign, await made.person()):
        with pytest.raises(NotFound):
            await change_worker(db, karim, nobody, change_of(one), at=now())
    with pytest.raises(ConfirmFirst):
        await change_worker(db, msgspec.structs.replace(karim, confirmed_at=None), sara, change_of(one), at=now())
    with pytest.raises(NotFound):
        await change_worker(db, await worker(made), sara, change_of(one), at=now())
    assert [one.given_name for one in await list_colleagues(db, karim)] == ["Karim", "Sara", "Sara"]


SECOND_WALL = {
    "a role for oneself": "insert into staff (person_id, organisation_id, role) values ($1, $2, 'facilitator')",
    "an area for oneself": "insert into staff_area (person_id, neighbourhood_id) values ($1, $4)",
    "an operator": "insert into staff (person_id, organisation_id, role) values ($3, $2, 'operator')",
    "a role elsewhere": "insert into staff (person_id, organisation_id, role) values ($3, $5, 'mapper')",
    "an area elsewhere": "insert into staff_area (person_id, neighbourhood_id) values ($6, $4)",
}


@pytest.mark.parametrize("what", SECOND_WALL)
async def test_the_tables_refuse_what_no_action_would_do(db: Db, made: Made, what: str) -> None:
    karim, sara = await coordinator(db, made), await made.staff("Sara")
    other = await made.organisation("CAW")
    foreign = await made.staff("Fatma", organisation_id=other, hoods=())
    values = (karim.person_id, karim.organisation_id, sara, await made.hood("Helmet"), other, foreign)
    statement = SECOND_WALL[what]
    places = sorted({int(sign) for sign in statement if sign.isdigit()})
    for place, number in zip(places, range(1, 7), strict=False):
        statement = statement.replace(f"${place}", f"${number}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(statement, *(values[place - 1] for place in places))


@pytest.mark.parametrize("who", ["facilitator", "mapper", "operator", "nobody"])
async def test_only_coordinators_touch_the_tables_of_workers(db: Db, made: Made, who: str) -> None:
    sara, tom = await made.staff("Sara"), await made.staff("Tom", role="facilitator" if who == "nobody" else who)
    await db.execute(SET_VIEWER, "" if who == "nobody" else str(tom))
    for statement in (
        "delete from staff",
        "delete from staff_area",
        "update staff set secrecy_basis = 'all'",
        "update staff_area set backup = true",
    ):
        assert (await db.execute(statement)).endswith(" 0"), statement
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(
            "insert into staff (person_id, organisation_id, role) values ($1, $2, 'mapper')", sara, await made.home_organisation()
        )


async def test_an_invited_colleague_begins_with_their_mail_and_an_app_of_their_own(
    db: Db, database: Database, made: Made, vault: Vault, limits: Limits
) -> None:
    await serve(made)
    karim, at = await coordinator(db, made), now()
    tom = await invite_worker(db, vault, karim, await new_colleague(made), region="BE", at=at)
    with pytest.raises(AlreadyHere):
        await invite_worker(db, vault, karim, await new_colleague(made), region="BE", at=at)
    assert (await find_colleague(db, karim, tom)).invited
    assert await db.fetchval("select count(*) from outbox where kind = 'people.StaffInvited'") == 1
    address = normalise_address("tom@dienst.example", "BE")
    code = await actions.ask_code(db, vault, limits, address, network="n", language="nl", at=at, purpose="staff")
    await prove_invited(db, database, vault, limits, code.browser, sign_in_digits(vault, code.id), network="n", at=at)
    secret = authenticator_secret(vault, (await find_beginner(db, code.browser, at=at)).code.id)
    with pytest.raises(Invalid):
        await begin_with_app(db, vault, limits, code.browser, "000000", at=at)
    session = await begin_with_app(db, vault, limits, code.browser, pyotp.TOTP(secret).at(at), at=at)
    row = await db.fetchrow(OPEN_SESSION, token_hash(session.token))
    assert (row["person_id"], row["roles"], row["areas"]) == (tom, ["facilitator"], [await made.hood()])
    with pytest.raises(Invalid):
        await begin_with_app(db, vault, limits, code.browser, pyotp.TOTP(secret).at(at), at=at)
    assert await audited(db) == ["staff invited", "staff began"]


async def test_who_was_not_invited_does_not_begin_with_a_mail_alone(
    db: Db, database: Database, made: Made, vault: Vault, limits: Limits
) -> None:
    sara = await made.staff("Sara")
    await made.contact(sara, "sara@dienst.example")
    code = await actions.ask_code(
        db, vault, limits, normalise_address("sara@dienst.example", "BE"), network="n", language="nl", at=now(), purpose="staff"
    )
    with pytest.raises(StaffIsWrong):
        await prove_invited(db, database, vault, limits, code.browser, sign_in_digits(vault, code.id), network="n", at=now())


async def test_an_invitation_anew_ends_what_somebody_signed_in_with(db: Db, made: Made, vault: Vault) -> None:
    from tests.people.test_confirming import SECRET, with_app

    karim, sara = await coordinator(db, made), await made.staff("Sara")
    session = await made.session(sara, kind="staff")
    await with_app(made, vault, sara)
    at = now()
    assert await actions.staff.use_totp(db, vault, sara, pyotp.TOTP(SECRET).at(at), at=at)
    await db.execute(SET_VIEWER, str(karim.person_id))
    await invite_again(db, karim, sara, at=now())
    assert await db.fetchrow(OPEN_SESSION, token_hash(session)) is None
    assert not await actions.staff.use_totp(db, vault, sara, pyotp.TOTP(SECRET).at(at.timestamp() + 30), at=at)


async def test_who_leaves_hands_over_people_places_and_tasks(db: Db, made: Made, vault: Vault) -> None:
    await serve(made, "Brabantwijk", "Helmet", "Collignon")
    karim = await coordinator(db, made)
    sara, tom = await made.staff("Sara", hoods=["Brabantwijk", "Helmet"]), await made.staff("Tom", hoods=["Collignon"])
    mia = await made.staff("Mia", hoods=["Helmet"])
    await made.contact(sara, "sara@dienst.example")
    session = await made.session(sara, kind="staff")
    here, there = await made.person("Amina", "Brabantwijk", managed_by=sara), await made.person("Hassan", "Helmet", managed_by=sara)
    for wrong in (None, sara, karim.person_id):
        with pytest.raises(Invalid):
            await let_go(db, karim, sara, wrong, at=now())
    await let_go(db, karim, sara, tom, at=now())
    assert await db.fetchrow(OPEN_SESSION, token_hash(session)) is None
    await db.execute(SET_VIEWER, str(karim.person_id))
    assert {
        row["id"]: row["managed_by"]
        for row in await db.fetch("select id, managed_by from person where id = any($1::uuid[])", [here, there])
    } == {
        here: tom,
        there: mia,
    }, "who works in the neighbourhood already takes over there"
    assert (await find_colleague(db, karim, tom)).own == sorted([await made.hood("Brabantwijk"), await made.hood("Collignon")])
    assert [one.covered for one in await list_served(db, karim)] == [True, True, True]
    with pytest.raises(NotFound):
        await find_colleague(db, karim, sara)
    assert await db.fetchval("select count(*) from sign_in_name where person_id = $1", sara) == 0
    assert await db.fetchval("select left_at is not null from tenure where person_id = $1", sara)
    assert await audited(db) == ["areas set", "handed to a colleague", "handed to a colleague", "staff left"]
    await db.execute(SET_VIEWER, str(sara))
    assert await db.fetchval("select count(*) from contact where person_id = $1", sara) == 0


async def test_tasks_and_held_items_follow_the_successor(db: Db, made: Made) -> None:
    from buurtnet.kit.ids import new_id

    sara, tom = await made.staff("Sara"), await made.staff("Tom")
    place = {"organisation_id": await made.home_organisation(), "neighbourhood_id": await made.hood()}
    for done in (None, now()):
        await made.insert("task", id=new_id(), kind="call_back", for_worker=sara, done_at=done, **place)
    await made.insert("claim", object_kind="post", object_id=new_id(), by=sara, until=now())
    await hand_over_work(db, sara, tom)
    assert await db.fetchval("select count(*) from task where for_worker = $1 and done_at is null", tom) == 1
    assert await db.fetchval("select count(*) from task where for_worker = $1", sara) == 1
    assert await db.fetchval("select count(*) from claim") == 0


async def test_an_operator_is_not_let_go_by_a_page(db: Db, made: Made) -> None:
    karim, olga = await coordinator(db, made), await made.staff("Olga", role="operator", hoods=())
    for deed in (lambda: let_go(db, karim, olga, None, at=now()), lambda: invite_again(db, karim, olga, at=now())):
        with pytest.raises(OperatorStays):
            await deed()


async def test_the_operator_sets_what_nobody_sets_for_themselves(db: Db, made: Made, vault: Vault) -> None:
    karim, here = await coordinator(db, made), await made.hood()
    await made.contact(karim.person_id, "karim@dienst.example")
    async with operating(db):
        roles = ["coordinator", "facilitator", "operator"]
        await set_worker(db, vault, SYSTEM, "karim@dienst.example", roles, [(here, False)], "art. 458", region="BE")
        row = await db.fetchrow(OPEN_SESSION, karim.session_hash)
        assert (row["roles"], row["areas"], row["secrecy"]) == (roles, [here], True)
        await set_worker(db, vault, SYSTEM, "karim@dienst.example", ["coordinator"], [], "", region="BE")
        row = await db.fetchrow(OPEN_SESSION, karim.session_hash)
        assert (row["roles"], row["areas"], row["secrecy"]) == (["coordinator"], [], False)
        with pytest.raises(NotFound):
            await set_worker(db, vault, SYSTEM, "nobody@dienst.example", ["mapper"], [], "", region="BE")


STANDS = """
select exists (select from partnership where since <= current_date and (until is null or until > current_date))
"""


async def test_a_partnership_takes_both_and_either_ends_it(db: Db, made: Made) -> None:
    await serve(made)
    karim = await coordinator(db, made)
    other_id = await made.organisation("CAW")
    from buurtnet.kit.ids import new_id

    await made.insert("area", id=new_id(), organisation_id=other_id, names={"nl": "Noord"}, neighbourhoods=[await made.hood()])
    with pytest.raises(NotFound):
        await propose_partnership(db, karim, await made.organisation("Far"), at=now())
    await propose_partnership(db, karim, other_id, at=now())
    with pytest.raises(Conflict):
        await propose_partnership(db, karim, other_id, at=now())
    assert not await db.fetchval(STANDS)
    fatma = await coordinator(db, made, organisation_id=other_id)
    assert [(one.proposed_here, one.since) for one in await list_partners(db, fatma)] == [(False, None)]
    await propose_partnership(db, fatma, karim.organisation_id, at=now())
    assert await db.fetchval(STANDS)
    await db.execute(SET_VIEWER, str(karim.person_id))
    await end_partnership(db, karim, other_id, at=now())
    assert not await db.fetchval(STANDS)
    with pytest.raises(Conflict):
        await end_partnership(db, karim, other_id, at=now())
    await db.execute(SET_VIEWER, str(fatma.person_id))
    await propose_partnership(db, fatma, karim.organisation_id, at=now())
    assert not await db.fetchval(STANDS) and [one.proposed_here for one in await list_partners(db, karim)] == [False]
    assert await audited(db) == ["partnership proposed", "partnership agreed", "partnership ended", "partnership proposed"]


async def test_a_stranger_cannot_write_a_partnership(db: Db, made: Made) -> None:
    one, other = await made.organisation("A"), await made.organisation("B")
    await coordinator(db, made)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute("insert into partnership (organisation_id, other_id, since) values ($1, $2, current_date)", one, other)


async def test_two_coordinators_in_the_same_moment_do_not_mix_what_they_set(committed: Committed, vault: Vault) -> None:
    connection = await asyncpg.connect(committed.superuser_url)
    await _set_up(connection)
    made = Made(connection, vault)
    chiefs = [await coordinator(connection, made) for _ in range(2)]
    here, there = await made.hood("Brabantwijk"), await made.hood("Helmet")
    await made.insert(
        "area", id=new_id(), organisation_id=await made.home_organisation(), names={"nl": "Wijk"}, neighbourhoods=[here, there]
    )
    wishes = [{"roles": ["facilitator"], "own": [here], "backup": []}, {"roles": ["mapper"], "own": [there], "backup": []}]

    async def find(identity: UUID) -> Colleague:
        async with committed.web.transaction(chiefs[0].person_id) as db:
            return await find_colleague(db, chiefs[0], identity)

    async def change(chief: Viewer, wish: dict, seen: Colleague) -> bool:
        try:
            async with committed.web.transaction(chief.person_id) as db:
                await change_worker(db, chief, seen.id, change_of(seen, **wish), at=now())
        except Conflict:
            return False
        return True

    for _ in range(10):
        seen = await find(await made.staff("Tom", hoods=()))
        done = await asyncio.gather(*(change(chief, wish, seen) for chief, wish in zip(chiefs, wishes, strict=True)))
        assert sorted(done) == [False, True]
        left = await find(seen.id)
        assert {"roles": left.roles, "own": left.own, "backup": left.backup} == wishes[done.index(True)]
    await connection.close()
