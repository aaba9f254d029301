"""Joining, registering, wishes, pauses, pictures: through the actions, on the real database."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from buurtnet.kit.clock import now
from buurtnet.kit.db import SET_VIEWER, Db
from buurtnet.kit.errors import Conflict, Forbidden, Invalid, NotFound
from buurtnet.kit.ids import new_id
from buurtnet.kit.limits import Limits
from buurtnet.kit.vault import Vault, token_hash
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.actions.codes import CodeIsOver
from buurtnet.people.actions.contacts import EnoughContacts, LastWayIn, PictureIsShared, attach_address
from buurtnet.people.actions.joining import MaybeKnown, NobodyServes, PictureIsTaken, TakePartWithSomebody
from buurtnet.people.actions.sessions import PictureIsWrong
from buurtnet.people.queries import find_doubles, get_person, list_people
from buurtnet.people.rules import address_lookup, normalise_address, normalise_phone
from buurtnet.people.schemas import PersonChange, RegisteredPerson, SignInCode
from tests.committed import Committed
from tests.made import Made
from tests.people.steps import audited, new_person, prove, resident, serve, worker


async def joined(db: Db, made: Made, vault: Vault, limits: Limits, address: str = "amina@example.org", **values: object) -> UUID:
    at = now()
    code = await prove(db, vault, limits, address, at)
    return (await actions.join(db, vault, code, await new_person(made, **values), language="nl", at=at)).person_id


async def events(db: Db) -> list[str]:
    return [row["kind"] for row in await db.fetch("select kind from outbox order by id")]


async def test_who_joins_has_an_account_an_address_and_two_consents(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    organisation_id = await serve(made)
    at = now()
    code = await prove(db, vault, limits, "Amina@Example.org", at)
    session = await actions.join(db, vault, code, await new_person(made), language="nl", at=at)
    person = await get_person(db, session.person_id)
    assert (person.given_name, person.languages, person.organisation_id) == ("Amina", ["nl", "tr"], organisation_id)
    assert (person.posts_on_trial, person.managed_by, person.has_pin, person.state) == (2, None, False, "active")
    assert session.seconds == 30 * 86_400
    await db.execute(SET_VIEWER, str(person.id))
    contacts = await actions.list_contacts(db, vault, person.id)
    assert [(one.value, one.channel, one.verified) for one in contacts] == [("Amina@example.org", "email", True)]
    consents = await db.fetch("select what, version, language, helped_by from consent where person_id = $1 order by what", person.id)
    assert [row["what"] for row in consents] == ["shown_after_yes", "take_part"]
    assert all(row["language"] == "nl" and row["version"] and row["helped_by"] is None for row in consents)
    with pytest.raises(CodeIsOver):
        await actions.join(db, vault, code, await new_person(made), language="nl", at=at)


async def test_joining_refuses_and_says_why(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    await serve(made)
    at = now()
    code = await prove(db, vault, limits, "x@example.org", at)
    cases = [
        ({"adult": False}, TakePartWithSomebody),
        ({"consent": False}, Invalid),
        ({"languages": ["xx"]}, Invalid),
        ({"neighbourhood_id": 999_999}, Invalid),
        ({"neighbourhood_id": await made.hood("Helmet")}, NobodyServes),
        ({"given_name": "bel 0470123456"}, Invalid),
    ]
    for values, refusal in cases:
        with pytest.raises(refusal):
            await actions.welcome(db, vault, await new_person(made, **values), code, language="nl", at=at)
    assert await db.fetchval("select count(*) from person") == 0


async def test_no_name_is_a_neighbour_in_the_language(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    await serve(made)
    person_id = await joined(db, made, vault, limits, given_name="")
    assert (await get_person(db, person_id)).given_name


async def test_a_household_shares_an_address_but_no_picture(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    await serve(made)
    first = await joined(db, made, vault, limits, "0470 12 34 56", picture=3)
    with pytest.raises(PictureIsTaken):
        await joined(db, made, vault, limits, "0470 12 34 56", picture=3)
    await limits._redis.flushdb()
    second = await joined(db, made, vault, limits, "0470 12 34 56", given_name="Yusuf")
    assert (await get_person(db, second)).picture != 3
    code = await prove(db, vault, limits, "0470123456", now())
    found = await actions.enter(db, code, stay=True, at=now())
    assert isinstance(found, list) and {one.id for one in found} == {first, second}
    with pytest.raises(PictureIsShared):
        await actions.change_person(db, resident(second), PersonChange(picture=3), at=now())


async def test_the_flyers_organisation_counts_where_it_serves(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    await serve(made)
    other = await made.organisation("CAW")
    code = await prove(db, vault, limits, "a@example.org", now())
    person_id = await actions.welcome(db, vault, await new_person(made, organisation_id=other), code, language="nl", at=now())
    assert (await get_person(db, person_id)).organisation_id == await made.home_organisation()
    made._organisation = other
    await serve(made)
    code = await prove(db, vault, limits, "b@example.org", now())
    person_id = await actions.welcome(db, vault, await new_person(made, organisation_id=other), code, language="nl", at=now())
    assert (await get_person(db, person_id)).organisation_id == other


async def test_a_worker_registers_somebody_without_a_phone(db: Db, made: Made) -> None:
    viewer = await worker(made, "Brabantwijk")
    new = RegisteredPerson(given_name="Mehmet", neighbourhood_id=await made.hood(), languages=["tr"], consent=True)
    person = await get_person(db, await actions.register_person(db, viewer, new))
    assert (person.managed_by, person.organisation_id, person.languages) == (viewer.person_id, viewer.organisation_id, ["tr"])
    assert await db.fetchval("select bool_and(helped_by = $2) from consent where person_id = $1", person.id, viewer.person_id)
    assert await audited(db) == ["registered"]
    with pytest.raises(MaybeKnown):
        await actions.register_person(db, viewer, new)
    assert [double.id for double in await find_doubles(db, viewer, new.neighbourhood_id, "mehmet")] == [person.id]
    sure = RegisteredPerson(given_name="Mehmet", neighbourhood_id=await made.hood(), languages=["tr"], consent=True, sure=True)
    assert await actions.register_person(db, viewer, sure) != person.id


async def test_registering_is_for_facilitators_in_their_areas_and_with_consent(db: Db, made: Made) -> None:
    viewer = await worker(made, "Brabantwijk")
    here, there = await made.hood("Brabantwijk"), await made.hood("Helmet")
    with pytest.raises(Invalid):
        await actions.register_person(db, viewer, RegisteredPerson(given_name="X", neighbourhood_id=there, languages=["nl"], consent=True))
    with pytest.raises(Invalid):
        await actions.register_person(db, viewer, RegisteredPerson(given_name="X", neighbourhood_id=here, languages=["nl"]))
    new = RegisteredPerson(given_name="X", neighbourhood_id=here, languages=["nl"], consent=True)
    mapper = Viewer(
        person_id=viewer.person_id, actor_id=viewer.person_id, organisation_id=viewer.organisation_id, roles=("mapper",), areas=(here,)
    )
    for nobody in (Viewer(), resident(await made.person()), mapper):
        with pytest.raises(Forbidden):
            await actions.register_person(db, nobody, new)


async def test_people_are_listed_for_their_own_facilitators_alone(db: Db, made: Made) -> None:
    here = await worker(made, "Brabantwijk")
    there = await worker(made, "Helmet")
    elsewhere = await worker(made, "Brabantwijk", organisation_id=await made.organisation("CAW"))
    amina, zoe = await made.person("Amina"), await made.person("zoë")
    await made.person("Helga", "Helmet")
    await made.person("Weg", state="erased")
    assert [one.id for one in await list_people(db, here)] == [amina, zoe]
    assert [one.given_name for one in await list_people(db, there)] == ["Helga"]
    assert await list_people(db, elsewhere) == [] and await list_people(db, resident(amina)) == []
    assert [one.id for one in await list_people(db, here, search="AM")] == [amina]
    assert await list_people(db, here, search="%") == []
    first = await list_people(db, here, size=1)
    assert len(first) == 2
    assert [one.id for one in await list_people(db, here, after=("Amina", amina))] == [zoe]


async def test_a_person_changes_what_stands_about_them(db: Db, made: Made) -> None:
    await serve(made)
    person_id = await made.person()
    viewer = resident(person_id)
    change = PersonChange(given_name=" Amina  B. ", languages=["ar", "fr"], language="fr", reach=3, slots=5, monthly_max=2, mediated=True)
    changed = await actions.change_person(db, viewer, change, at=now())
    assert (changed.given_name, changed.languages, changed.language, changed.reach) == ("Amina B.", ["ar", "fr"], "fr", 3)
    assert (changed.slots, changed.monthly_max, changed.mediated, changed.discreet, changed.picture) == (5, 2, True, False, 1)
    assert await events(db) == ["people.PersonChanged"]
    assert await audited(db) == []
    for wrong in (
        PersonChange(language="xx"),
        PersonChange(languages=["xx"]),
        PersonChange(given_name="a@b.be"),
        PersonChange(picture=17),
        PersonChange(neighbourhood_id=99_999),
    ):
        with pytest.raises(Invalid):
            await actions.change_person(db, viewer, wrong, at=now())


async def test_a_move_brings_the_organisation_and_the_worker_of_that_place(db: Db, made: Made) -> None:
    await serve(made, "Brabantwijk")
    old, new = await worker(made, "Brabantwijk"), await worker(made, "Helmet")
    person_id = await made.person(managed_by=old.person_id)
    with pytest.raises(NobodyServes):
        await actions.change_person(db, resident(person_id), PersonChange(neighbourhood_id=await made.hood("Helmet")), at=now())
    await serve(made, "Helmet")
    moved = await actions.change_person(db, resident(person_id), PersonChange(neighbourhood_id=await made.hood("Helmet")), at=now())
    assert (moved.neighbourhood_id, moved.managed_by) == (await made.hood("Helmet"), new.person_id)


async def test_a_shared_phone_ends_long_sessions(db: Db, made: Made) -> None:
    person_id = await made.person()
    session = await made.session(person_id)
    await actions.change_person(db, resident(person_id), PersonChange(discreet=True), at=now())
    left = await db.fetchval("select expires_at - now() from session where token_hash = $1", token_hash(session))
    assert left <= timedelta(hours=1, minutes=1)


async def test_a_pause_rests_and_ends(db: Db, made: Made) -> None:
    person_id = await made.person()
    viewer, today = resident(person_id), now().date()
    await actions.pause(db, viewer, today + timedelta(days=3), at=now())
    assert (await get_person(db, person_id)).state == "paused"
    assert await actions.end_pauses(db, today + timedelta(days=3)) == 0
    assert await actions.end_pauses(db, today + timedelta(days=4)) == 1
    assert (await get_person(db, person_id)).state == "active"
    await actions.pause(db, viewer, None, at=now())
    assert await actions.end_pauses(db, today + timedelta(days=400)) == 0
    await actions.resume(db, viewer)
    assert (await get_person(db, person_id)).state == "active"
    blocked = await made.person(state="blocked")
    with pytest.raises(Conflict):
        await actions.pause(db, resident(blocked), None, at=now())


async def test_four_pictures_are_asked_before_they_change(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    viewer = resident(await made.person())
    await actions.set_pin(db, vault, limits, viewer, [1, 2, 3, 4])
    with pytest.raises(PictureIsWrong):
        await actions.set_pin(db, vault, limits, viewer, [4, 3, 2, 1], before=[1, 1, 2, 2])
    with pytest.raises(Invalid):
        await actions.set_pin(db, vault, limits, viewer, [5, 5, 5, 5], before=[1, 2, 3, 4])
    await actions.set_pin(db, vault, limits, viewer, [4, 3, 2, 1], before=[1, 2, 3, 4])
    stored = await db.fetchval("select pin_hash from person where id = $1", viewer.person_id)
    assert stored.startswith("$argon2id$")


async def pairs(db: Db) -> set[tuple[UUID, UUID]]:
    return {(row["person_id"], row["other_id"]) for row in await db.fetch("select person_id, other_id from keep_away")}


async def test_who_may_never_find_me_counts_for_members_and_for_who_comes_later(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    await serve(made)
    me, known = await made.person("Me"), await made.person("Known")
    await made.contact(known, "known@example.org")
    viewer = resident(me)
    await actions.keep_away(db, vault, viewer, normalise_address("Known@Example.org", "BE"))
    assert await pairs(db) == {(me, known), (known, me)}
    await actions.keep_away(db, vault, viewer, normalise_address("later@example.org", "BE"))
    assert len(await pairs(db)) == 2
    later = await joined(db, made, vault, limits, "LATER@example.org")
    assert await pairs(db) == {(me, known), (known, me), (me, later), (later, me)}
    await actions.stop_keeping_away(db, vault, viewer, normalise_address("known@example.org", "BE"))
    assert await pairs(db) == {(me, later), (later, me)}
    with pytest.raises(Invalid):
        await actions.stop_keeping_away(db, vault, viewer, normalise_address("never@example.org", "BE"))


async def test_the_other_ones_wish_stays_when_mine_is_taken_back(db: Db, made: Made, vault: Vault) -> None:
    a, b = await made.person("A"), await made.person("B")
    await made.contact(a, "a@example.org")
    await made.contact(b, "b@example.org")
    await actions.keep_away(db, vault, resident(a), normalise_address("b@example.org", "BE"))
    await actions.keep_away(db, vault, resident(b), normalise_address("a@example.org", "BE"))
    await actions.stop_keeping_away(db, vault, resident(a), normalise_address("b@example.org", "BE"))
    assert await pairs(db) == {(a, b), (b, a)}


async def test_who_is_only_called_is_kept_away_too_whether_the_wish_or_the_number_came_first(db: Db, made: Made, vault: Vault) -> None:
    viewer, me = await worker(made), await made.person("Me")
    early, late = await made.person(managed_by=viewer.person_id), await made.person(managed_by=viewer.person_id)
    first, second = (normalise_phone(number, "BE", to_call=True) for number in ("02 214 12 34", "02 214 12 35"))
    await db.execute(SET_VIEWER, str(viewer.person_id))
    await actions.add_number_to_call(db, vault, viewer, early, first)
    for number in (first, second):
        await actions.keep_away(db, vault, resident(me), number)
    await actions.add_number_to_call(db, vault, viewer, late, second)
    assert await pairs(db) == {(me, early), (early, me), (me, late), (late, me)}
    assert (await events(db))[-1] == "people.PersonChanged", "whoever is being brought together with them is not any more"
    await actions.stop_keeping_away(db, vault, resident(me), first)
    assert await pairs(db) == {(me, late), (late, me)}


async def test_a_wish_and_an_address_of_the_same_moment_find_each_other(committed: Committed, vault: Vault) -> None:
    email = normalise_address("same@example.org", "BE")
    async with committed.worker.transaction() as db:
        made = Made(db, vault)
        me, other = await made.person("Me"), await made.person("Other")
    identity, at = new_id(), now()
    sealed = vault.seal(email.value, "sign_in_code", "sealed", identity)
    lookup = address_lookup(vault, email)
    code = SignInCode(
        id=identity, lookup=lookup, channel="email", sealed=sealed, purpose="contact", person_id=other, tries=0, expires_at=at, used_at=at
    )

    async def get_address() -> None:
        async with committed.web.transaction(other) as db:
            await attach_address(db, vault, other, code, at=at)

    async with committed.web.transaction(me) as db:
        await actions.keep_away(db, vault, resident(me), email)
        late = asyncio.create_task(get_address())
        async with committed.worker.glance() as looks:
            while not late.done() and not await looks.fetchval("select exists (select from pg_locks where not granted)"):
                await asyncio.sleep(0.01)
    await late
    async with committed.worker.transaction() as db:
        assert await pairs(db) == {(me, other), (other, me)}


async def test_one_more_address_by_code_and_never_the_last_one_away(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    await serve(made)
    person_id = await joined(db, made, vault, limits)
    viewer, at = resident(person_id), now()
    asked = await actions.ask_contact_code(
        db, vault, limits, viewer, normalise_address("0470123456", "BE"), network="n", language="nl", at=at
    )
    from buurtnet.people.queries import find_code

    code = await find_code(db, token_hash(asked.browser))
    assert code is not None and code.purpose == "contact"
    with pytest.raises(NotFound):
        await actions.confirm_contact(db, vault, resident(await made.person("Other")), code, at=at)
    await db.execute(SET_VIEWER, str(person_id))
    await actions.confirm_contact(db, vault, viewer, code, at=at)
    contacts = await actions.list_contacts(db, vault, person_id)
    assert [one.value for one in contacts] == ["amina@example.org", "+32470123456"]
    await actions.remove_contact(db, vault, viewer, contacts[0].id, region="BE")
    assert await db.fetchval("select count(*) from sign_in_name where person_id = $1", person_id) == 1
    with pytest.raises(LastWayIn):
        async with db.transaction():
            await actions.remove_contact(db, vault, viewer, contacts[1].id, region="BE")
    with pytest.raises(NotFound):
        await actions.remove_contact(db, vault, viewer, contacts[0].id, region="BE")


async def test_four_addresses_are_enough(db: Db, made: Made, vault: Vault, limits: Limits) -> None:
    person_id = await made.person()
    for number in range(4):
        await made.contact(person_id, f"a{number}@example.org")
    await db.execute(SET_VIEWER, str(person_id))
    with pytest.raises(EnoughContacts):
        await actions.ask_contact_code(
            db, vault, limits, resident(person_id), normalise_address("b@example.org", "BE"), network="n", language="nl", at=now()
        )


async def test_a_number_to_call_is_no_way_in(db: Db, made: Made, vault: Vault) -> None:
    viewer = await worker(made)
    mine, theirs = await made.person(managed_by=viewer.person_id), await made.person()
    await db.execute(SET_VIEWER, str(viewer.person_id))
    number = normalise_phone("02 214 12 34", "BE", to_call=True)
    await actions.add_number_to_call(db, vault, viewer, mine, number)
    assert [(one.value, one.verified) for one in await actions.list_contacts(db, vault, mine)] == [("+3222141234", False)]
    assert await db.fetchval("select count(*) from sign_in_name") == 0
    with pytest.raises(NotFound):
        await actions.add_number_to_call(db, vault, viewer, theirs, number)
    plain = await worker(made, secrecy=False)
    with pytest.raises(Forbidden):
        await actions.add_number_to_call(db, vault, plain, await made.person(managed_by=plain.person_id), number)
