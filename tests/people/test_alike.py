"""Names that may be one person's: however they are written, and who is told of whom."""

import pytest

from buurtnet.kit.db import Db
from buurtnet.kit.vault import Vault
from buurtnet.kit.viewer import Viewer
from buurtnet.people import actions
from buurtnet.people.actions.contacts import fill_numbers
from buurtnet.people.actions.joining import MaybeKnown
from buurtnet.people.queries import find_alike, find_doubles, find_maybe_same, get_person
from buurtnet.people.rules import merge_languages, normalise_phone, sounds_alike
from buurtnet.people.schemas import RegisteredPerson
from tests.made import Made
from tests.people.steps import worker

ALIKE = """Mohammed=Muhamad محمد=Mohamed Fatima=Fatimah فاطمة=Fatma Youssef=Yusuf يوسف=Yousef علي=Ali عائشة=Aïcha Aisha=Ayşe خديجة=Khadija
أحمد=Ahmed Yasmine=Jasmin Łukasz=Lukas Ouassim=Wassim Sarah=سارة Юсуф=Youssef Stéphane=Stefan Zoë=Zoe Anne-Marie=Anne"""
OTHER = "Marie=Mira Lea=Ali Amina=Hassan Jan=Johan Omar=Amir Fatima=Fadila Hassan=Hussein Mohamed=Mahmoud"


@pytest.mark.parametrize("pair", ALIKE.split())
def test_one_name_in_two_spellings(pair: str) -> None:
    one, other = pair.split("=")
    assert sounds_alike(one, other) and sounds_alike(other, one)


@pytest.mark.parametrize("pair", OTHER.split())
def test_two_names(pair: str) -> None:
    one, other = pair.split("=")
    assert not sounds_alike(one, other) and not sounds_alike(other, one)


def test_a_second_name_tells_two_people_apart() -> None:
    assert sounds_alike("Fatima B.", "Fatima Benali") and sounds_alike("Fatima", "Fatima B.")
    assert not sounds_alike("Fatima B.", "Fatima C.")
    assert not sounds_alike("", "") and not sounds_alike("?", "!")


def test_languages_are_put_together_the_first_one_first() -> None:
    assert merge_languages(["ar", "nl"], ["fr", "ar"]) == ["ar", "nl", "fr"]


async def test_who_registers_somebody_is_told_of_who_sounds_alike(db: Db, made: Made) -> None:
    viewer, hood = await worker(made), await made.hood()
    known = await made.person("Mohammed", languages=["ar", "fr"])
    await made.person("محمد", "Helmet")
    await made.person("Muhamad", organisation_id=await made.organisation("CAW"))
    colleague = await made.staff("Mohamed")
    new = RegisteredPerson(given_name="Muhamed", neighbourhood_id=hood, languages=["ar"], consent=True)
    with pytest.raises(MaybeKnown):
        await actions.register_person(db, viewer, new)
    assert [one.id for one in await find_doubles(db, viewer, hood, "Muhamed", ["ar"])] == [known]
    assert colleague not in [one.id for one in await find_doubles(db, viewer, hood, "Muhamed")]
    assert await find_doubles(db, viewer, hood, "Muhamed", ["pl"]) == []
    found = await find_alike(db, viewer, ["Mohamed", "Zofia", "محمد"])
    assert {name: [one.id for one in people] for name, people in found.items()} == {"Mohamed": [known], "محمد": [known]}
    assert await find_alike(db, await worker(made, "Georges Henri"), ["Mohamed"]) == {}


async def test_the_same_number_says_perhaps_the_same_person(db: Db, made: Made) -> None:
    viewer = await worker(made)
    amina, sister, away = await made.person("Amina"), await made.person("Hafsa"), await made.person("Karim", "Helmet")
    for person in (amina, sister, away):
        await made.contact(person, "gezin@example.org")
    assert [one.id for one in await find_maybe_same(db, viewer, await get_person(db, amina))] == [sister]


async def test_a_number_that_is_only_called_says_so_too_until_it_is_taken_away(db: Db, made: Made, vault: Vault) -> None:
    viewer = await worker(made)
    amina = await made.person("Amina")
    grandma = await made.person("Zohra", managed_by=viewer.person_id)
    await made.contact(amina, "+3222141234", channel="sms")
    await db.execute("select set_config('app.viewer', $1, true)", str(viewer.person_id))
    number = normalise_phone("02 214 12 34", "BE", to_call=True)
    await actions.add_number_to_call(db, vault, viewer, grandma, number)
    assert [one.id for one in await find_maybe_same(db, viewer, await get_person(db, amina))] == [grandma]
    assert [one.id for one in await find_maybe_same(db, viewer, await get_person(db, grandma))] == [amina]
    await db.execute("delete from number_to_call")  # As an earlier release left it.
    assert await find_maybe_same(db, viewer, await get_person(db, amina)) == []
    assert [await fill_numbers(db, vault, region="BE"), await fill_numbers(db, vault, region="BE")] == [1, 0]
    assert [one.id for one in await find_maybe_same(db, viewer, await get_person(db, amina))] == [grandma]
    [contact] = await actions.list_contacts(db, vault, grandma)
    acting = Viewer(person_id=grandma, actor_id=viewer.person_id, roles=viewer.roles)
    await actions.remove_contact(db, vault, acting, contact.id, region="BE")
    assert await find_maybe_same(db, viewer, await get_person(db, amina)) == []
